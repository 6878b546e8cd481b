"""The conversations of the topics' tests.yml: what a person does, and what they must get."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.errors import AssistantError
from studio.content.source import read_source

FILE = "tests.yml"
KEYS = ("name", "language", "channel", "must", "steps")
STEP_KEYS = ("user", "press", "answer", "bot", "says", "not_says", "buttons", "max_segments")
CHANNELS = ("web", "sms")


class BadScript(AssistantError):
    """A conversation that cannot be rehearsed as it is written."""


@dataclass(frozen=True)
class Line:
    """What a person writes or presses. Empty expectations expect nothing; one of `answers` must be given."""

    said: str
    presses: bool = False
    answers: tuple[str, ...] = ()
    bot: str = ""
    says: tuple[str, ...] = ()
    not_says: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()
    max_segments: int | None = None


@dataclass(frozen=True)
class Script:
    """One conversation. What `must` work stops a publication where it does not."""

    topic: str
    name: str
    language: str
    channel: str
    must: bool
    lines: tuple[Line, ...]

    @property
    def id(self) -> str:
        """Its name everywhere: in terminals, reports and addresses."""
        return f"{self.topic}: {self.name}"


def scripts(root: Path, topics: Sequence[str] = ()) -> tuple[Script, ...]:
    """The conversations of a project, or of some topics. Raises BadScript."""
    folder = root / "data" / "topics"
    found = tuple(topics) or tuple(sorted(path.parent.name for path in folder.glob(f"*/{FILE}")))
    for topic in found:
        if not (folder / topic).is_dir():
            raise BadScript(f"There is no topic {topic} in {folder}. Topics are the folders in it.")
    return tuple(each for topic in found for each in _of_topic(folder / topic / FILE, topic))


def path_of(topic: str) -> str:
    """The file of a topic's conversations, below the project."""
    return f"data/topics/{topic}/{FILE}"


def _of_topic(file: Path, topic: str) -> tuple[Script, ...]:
    try:
        stat = file.stat()
    except FileNotFoundError:
        return ()
    return _read(file, topic, (stat.st_mtime_ns, stat.st_size))


@lru_cache(maxsize=4096)
def _read(file: Path, topic: str, _stamp: tuple[int, int]) -> tuple[Script, ...]:
    """Pages list all topics again and again; few files change meanwhile."""
    source = read_source(file, path_of(topic))
    told: Any = source.root.data() if source.root else []
    return tuple(script_of(topic, item) for item in (told if isinstance(told, list) else []))


def script_of(topic: str, item: Any) -> Script:
    """A conversation from what stands in the file. Raises BadScript."""
    if not isinstance(item, Mapping) or not item.get("name"):
        raise BadScript(f"A conversation in {path_of(topic)} has no name. Add one: - name: a person asks …")
    name, channel, steps = str(item["name"]), str(item.get("channel") or "web"), item.get("steps")
    if channel not in CHANNELS:
        raise BadScript(f"{topic}: {name}: there is no channel “{channel}”. Write web or sms.")
    if not isinstance(steps, list) or not steps:
        raise BadScript(f"{topic}: {name}: there are no steps. Write some: steps: [{{user: …, answer: …}}]")
    lines = tuple(_line(f"{topic}: {name}", step) for step in steps)
    return Script(topic, name, str(item.get("language") or "en"), channel, item.get("must") is True, lines)


def _line(of: str, step: Any) -> Line:
    if not isinstance(step, Mapping) or ("user" in step) == ("press" in step):
        raise BadScript(f"{of}: each step needs what a person does: either user: … or press: …")
    strange = [key for key in step if key not in STEP_KEYS]
    if strange:
        raise BadScript(f"{of}: a step knows no “{strange[0]}”. It may have {', '.join(STEP_KEYS)}.")
    most = step.get("max_segments")
    return Line(
        str(step.get("user", step.get("press"))),
        "press" in step,
        _words(step.get("answer")),
        str(step.get("bot") or ""),
        _words(step.get("says")),
        _words(step.get("not_says")),
        _words(step.get("buttons")),
        most if isinstance(most, int) else None,
    )


def _words(value: Any) -> tuple[str, ...]:
    """One or several."""
    return tuple(str(each) for each in (value if isinstance(value, list) else [value]) if each is not None)
