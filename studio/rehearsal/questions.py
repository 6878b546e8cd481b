"""What a candidate and the live model are both asked: tests, a fixed hold-out, and real messages (masked)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import yaml

from studio.rehearsal.script import BadScript, Script, scripts

if TYPE_CHECKING:
    from bot.store import Store

HOLD_OUT = "data/holdout.yml"
NOTHING = ("none", "oos", "out_of_scope", "nlu_fallback")
MOST_HEARD = 2000  # messages, the latest
Kind = Literal["test", "held out", "heard"]
_INTENT = re.compile(r"^\s*-?\s*intent:\s*[\"']?([\w/.-]+)", re.MULTILINE)


@dataclass(frozen=True)
class Asked:
    """A text. `right` are the names or folders of topics that answer it: "none" where nobody should; () if unknown."""

    text: str
    language: str
    kind: Kind
    right: tuple[str, ...] = ()
    about: tuple[str, ...] = ()

    @property
    def to_json(self) -> Mapping[str, Any]:
        """As the language side reads it."""
        return {"text": self.text, "language": self.language, "about": list(self.about)}


def folders_of(root: Path) -> dict[str, str]:
    """The folder of each question."""
    found = {}
    for path in sorted((root / "data" / "topics").glob("*/questions.*.yml")):
        found.update(dict.fromkeys(_INTENT.findall(path.read_text("utf-8")), path.parent.name))
    return found


def from_tests(root: Path) -> Iterator[Asked]:
    """What people ask in the tests of the topics, each with what was asked before."""
    for script in scripts(root):
        yield from _of_script(script)


def _of_script(script: Script) -> Iterator[Asked]:
    about: list[str] = []
    for line in script.lines:
        right = tuple(each.removeprefix("utter_") for each in line.answers if each.startswith("utter_faq/"))
        if right and not line.presses:
            yield Asked(line.said, script.language, "test", right, tuple(reversed(about)))
        about += right[:1]


def held_out(root: Path) -> tuple[Asked, ...]:
    """The hold-out of a project; () where there is none. Raises BadScript."""
    path = root / HOLD_OUT
    if not path.is_file():
        return ()
    told: Any = yaml.load(path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    if not isinstance(told, list) or not all(isinstance(each, dict) and each.get("text") for each in told):
        raise BadScript(f"{HOLD_OUT} must be a list of {{text: …, topic: …, language: …}}.")
    return tuple(
        Asked(str(one["text"]), str(one.get("language") or "en"), "held out", (str(one.get("topic") or "none"),))
        for one in told
    )


async def heard(store: "Store") -> tuple[Asked, ...]:
    """The latest real messages, personal data out; with the right topic where somebody decided it."""
    from sqlalchemy import select  # half a second that a publication does not need

    from bot.store.schema import heard as table

    wanted = table.c
    query = select(wanted.text, wanted.language, wanted.decision, wanted.decided_topic).where(
        wanted.decision.is_distinct_from("deleted"),
        wanted.used.is_(False),  # an example question measures nothing
    )
    async with store.read() as connection:
        rows: Sequence[Any] = (await connection.execute(query.order_by(wanted.at.desc()).limit(MOST_HEARD))).all()
    return tuple(Asked(row.text, row.language, "heard", _right(row.decision, row.decided_topic)) for row in rows)


def _right(decision: str | None, topic: str | None) -> tuple[str, ...]:
    """What people decided in the inbox; a topic that is yet to be written is not known."""
    if decision == "not_for_us":
        return ("none",)
    return (topic,) if decision in ("right", "other") and topic else ()
