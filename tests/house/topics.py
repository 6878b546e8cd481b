"""Reads data/topics and city.yml for the tests about the content, and measures a text as a reader or a carrier does."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
TOPICS = ROOT / "data" / "topics"
GSM7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The default alphabet of text messages (3GPP TS 23.038); everything else makes a text UCS-2."""
GSM7_TWICE = set("^{}\\[~]|€")
FOLDED = str.maketrans("áíóúÁÍÓÚ", "aiouAIOU")

BLANK = re.compile(r"\{([^{}]*)\}")
_LABEL = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


@dataclass(frozen=True)
class Question:
    """One topic's example questions for one intent in one language."""

    file: str
    intent: str
    language: str
    title: str
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Variation:
    """One wording of an answer; `channel` is web where the file names none."""

    file: str
    answer: str
    language: str
    channel: str
    text: str
    buttons: tuple[dict[str, str], ...]
    metadata: dict[str, Any]
    first: bool

    @property
    def informs(self) -> bool:
        """Whether it states facts that an official page must back; a form's question or a greeting does not."""
        no_facts = ("_ask", "_which_", "_unknown", "_not_listed", "_unavailable", "_words_")
        asks = any(part in self.answer for part in no_facts)
        return not asks and self.answer.startswith(("utter_faq/", "utter_hours_", "utter_collection_", "utter_person_"))

    def __str__(self) -> str:
        return f"{self.file}: {self.answer} ({self.language}, {self.channel})"


@dataclass(frozen=True)
class Conversation:
    """One conversation that must keep working, as (what is said, the answers that are right)."""

    file: str
    name: str
    language: str
    steps: tuple[tuple[str, tuple[str, ...]], ...]


@cache
def read(path: Path) -> Any:
    return YAML(typ="safe").load(path.read_text(encoding="utf-8")) or {}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def content(pattern: str) -> list[Path]:
    return sorted(TOPICS.glob(f"*/{pattern}"))


@cache
def city() -> dict[str, Any]:
    profile: dict[str, Any] = read(ROOT / "city.yml")
    return profile


def languages() -> list[str]:
    return list(city()["languages"])


@cache
def questions() -> tuple[Question, ...]:
    return tuple(
        Question(
            file=name(path),
            intent=item["intent"],
            language=path.name.split(".")[1],
            title=item.get("metadata", {}).get("title", ""),
            examples=tuple(examples(item["examples"])),
        )
        for path in content("questions.*.yml")
        for item in read(path).get("nlu", [])
        if "intent" in item
    )


def examples(written: Any) -> Iterator[str]:
    lines = re.findall(r"^- (.*)$", written, re.M) if isinstance(written, str) else [item["text"] for item in written]
    for line in lines:
        yield _LABEL.sub(r"\1", line.strip())


@cache
def variations() -> tuple[Variation, ...]:
    return tuple(
        Variation(
            file=name(path),
            answer=answer,
            language=(item.get("metadata") or {}).get("language", ""),
            channel=item.get("channel", "web"),
            text=item.get("text", ""),
            buttons=tuple(item.get("buttons", ())),
            metadata=item.get("metadata") or {},
            first=number == 0,
        )
        for path in content("*.yml")
        for answer, items in (read(path) if isinstance(read(path), dict) else {}).get("responses", {}).items()
        for number, item in enumerate(items)
    )


@cache
def conversations() -> tuple[Conversation, ...]:
    return tuple(
        Conversation(
            file=name(path),
            name=item["name"],
            language=item["language"],
            steps=tuple((str(step.get("user", step)), _answers(step)) for step in item["steps"]),
        )
        for path in content("tests.yml")
        for item in read(path)
    )


def _answers(step: dict[str, Any]) -> tuple[str, ...]:
    answer = step.get("answer") or ()
    return (answer,) if isinstance(answer, str) else tuple(answer)


def filled(text: str) -> str:
    """The text as it will read: known blanks of the city profile filled, others with a word of usual length."""
    return BLANK.sub(lambda blank: city_value(blank.group(1)) or "Central Library", text)


def city_value(blank: str) -> str | None:
    """What `city.phones.main` or `city.offices.city_hall.address` stands for; None if it is not in city.yml."""
    value: Any = {"city": city()}
    for part in blank.split("."):
        if isinstance(value, list):
            value = next((item for item in value if isinstance(item, dict) and item.get("id") == part), None)
        else:
            value = value.get(part) if isinstance(value, dict) else None
    if isinstance(value, dict):
        value = value.get(languages()[0])
    return str(value) if isinstance(value, str | int | float) else None


def segments(text: str) -> int:
    """Text message segments, after the accents that are not in GSM-7 are folded (as the text channel does)."""
    folded = text.translate(FOLDED)
    if all(character in GSM7 or character in GSM7_TWICE for character in folded):
        return _parts(sum(2 if character in GSM7_TWICE else 1 for character in folded), 160, 153)
    return _parts(len(folded.encode("utf-16-be")) // 2, 70, 67)


def _parts(length: int, alone: int, joined: int) -> int:
    return 1 if length <= alone else -(-length // joined)


def plain(text: str) -> str:
    """Letters and digits only, without case and accents: two examples that are the same to a reader."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    words = re.findall(r"\w+", "".join(letter for letter in decomposed if not unicodedata.combining(letter)))
    return " ".join(words) or text


def known_blanks() -> set[str]:
    """Blanks that actions and slots fill: the slots of the domain and the arguments that actions give to answers."""
    slots = set((read(ROOT / "domain.yml") if (ROOT / "domain.yml").exists() else {}).get("slots", {}))
    for path in content("forms.yml"):
        slots |= set(read(path).get("slots", {}))
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "actions").rglob("*.py"))
    return slots | set(re.findall(r"\b(\w+)=", code)) | set(re.findall(r"[\"'](\w+)[\"']\s*:", code))
