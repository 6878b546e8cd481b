"""Reads data/topics and city.yml for the tests about the content, and shows a text as people read it."""

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
        )
        for path in content("*.yml")
        for answer, items in (read(path) if isinstance(read(path), dict) else {}).get("responses", {}).items()
        for item in items
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


def plain(text: str) -> str:
    """Letters and digits only, without case and accents: two examples that are the same to a reader."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    words = re.findall(r"\w+", "".join(letter for letter in decomposed if not unicodedata.combining(letter)))
    return " ".join(words) or text
