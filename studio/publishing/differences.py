"""What differs between two folders of content, in the words of content people: by topic, old and new."""

import difflib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml

from studio.publishing import snapshot

Kind = Literal["wording", "buttons", "facts", "title", "example", "rule", "path", "form", "test", "file"]
_LONGEST = 120  # lines of a file that is shown as it is
_FACTS = ("owner", "source", "review_by")
Lines = tuple[tuple[str, str], ...]
"""What a part says, line by line. Buttons: title and target; all others: what the line is, and what stands there."""


@dataclass(frozen=True)
class Item:
    """One thing that was changed: `old` is None for what is new, `new` for what is gone."""

    kind: Kind
    name: str
    old: str | Lines | None
    new: str | Lines | None
    language: str = ""
    channel: str = ""


@dataclass(frozen=True)
class TopicChange:
    """What was changed in one topic; no name: outside the topics."""

    topic: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Difference:
    """All that was changed."""

    topics: tuple[TopicChange, ...]

    @property
    def size(self) -> int:
        """How many things were changed."""
        return sum(len(each.items) for each in self.topics)


def difference(old: Path | None, new: Path, files: Iterable[str] | None = None) -> Difference:
    """The changes from one folder to the other; nothing was there before without `old`. `files`: where they differ."""
    changed = snapshot.changes(new, old).files if files is None else files
    by_topic: dict[str, list[Item]] = {}
    for path in changed:
        parts = path.split("/")
        topic = parts[2] if parts[:2] == ["data", "topics"] and len(parts) > 3 else ""
        by_topic.setdefault(topic, []).extend(_in_file(path, old / path if old else None, new / path))
    found = (TopicChange(topic, tuple(items)) for topic, items in sorted(by_topic.items()) if items)
    return Difference(tuple(sorted(found, key=lambda each: each.topic == "")))


def _in_file(path: str, old: Path | None, new: Path) -> Iterator[Item]:
    before, after = _read(old), _read(new)
    if before is None or after is None or not _is_known(before | after):
        yield from _lines(path, old, new)
        return
    language = path.split(".")[-2] if path.count(".") > 1 else ""
    for section, items in _SECTIONS.items():
        yield from items(_named(before, section), _named(after, section), language)


def _is_known(told: Mapping[str, Any]) -> bool:
    """Whether all that a file says is told in words; a domain or a city's profile is shown as it stands."""
    return bool(told) and set(told) <= {"version", *_SECTIONS}


def _read(path: Path | None) -> dict[str, Any] | None:
    """What a file says, nothing where there is none; None where it cannot be read."""
    try:
        told = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader) if path and path.is_file() else {}
    except (OSError, ValueError, yaml.YAMLError):
        return None
    if isinstance(told, list):
        return {"tests": told}
    return dict(told) if isinstance(told, dict) else None


_NAMES = {"nlu": "intent", "rules": "rule", "stories": "story", "tests": "name"}


def _named(told: Mapping[str, Any], section: str) -> dict[str, Any]:
    """The parts of a section by their names."""
    parts = told.get(section) or {}
    if isinstance(parts, dict):
        return {str(name): part for name, part in parts.items()}
    key = _NAMES.get(section, "name")
    return {str(part.get(key, number)): part for number, part in enumerate(parts) if isinstance(part, dict)}


def _answers(old: dict[str, Any], new: dict[str, Any], _: str) -> Iterator[Item]:
    for name in _all(old, new):
        before, after = _wordings(old.get(name)), _wordings(new.get(name))
        for key in _all(before, after):
            was, now = before.get(key, {}), after.get(key, {})
            for kind, told in _TOLD.items():
                if told(was) != told(now):
                    yield Item(kind, name, told(was), told(now), key[0], key[1])


def _wordings(variations: Any) -> dict[tuple[str, str, str, int], dict[str, Any]]:
    """The wordings of an answer by language, channel, condition, and number among those alike."""
    found: dict[tuple[str, str, str, int], dict[str, Any]] = {}
    for each in variations if isinstance(variations, list) else ():
        if isinstance(each, dict):
            metadata = _mapping(each.get("metadata"))
            condition = json.dumps(each["condition"], default=str) if each.get("condition") else ""
            key = (str(metadata.get("language", "")), str(each.get("channel", "")), condition)
            found[(*key, sum(other[:3] == key for other in found))] = each
    return found


def _text(wording: Mapping[str, Any]) -> str | None:
    return str(wording["text"]) if "text" in wording else None


def _buttons(wording: Mapping[str, Any]) -> Lines | None:
    buttons = [each for each in wording.get("buttons") or () if isinstance(each, dict)]
    return tuple((str(each.get("title", "")), str(each.get("payload", ""))) for each in buttons) or None


def _facts(wording: Mapping[str, Any]) -> Lines | None:
    metadata = _mapping(wording.get("metadata"))
    return tuple((name, str(metadata[name])) for name in _FACTS if name in metadata) or None


_TOLD: dict[Kind, Callable[[Mapping[str, Any]], str | Lines | None]] = {
    "wording": _text, "buttons": _buttons, "facts": _facts,
}  # fmt: skip


def _questions(old: dict[str, Any], new: dict[str, Any], language: str) -> Iterator[Item]:
    for name in _all(old, new):
        was, now = old.get(name) or {}, new.get(name) or {}
        if _title(was) != _title(now):
            yield Item("title", name, _title(was), _title(now), language)
        before, after = _examples(was), _examples(now)
        gone, come = [each for each in before if each not in after], [each for each in after if each not in before]
        yield from (Item("example", name, each, None, language) for each in gone)
        yield from (Item("example", name, None, each, language) for each in come)


def _title(part: Mapping[str, Any]) -> str | None:
    title = _mapping(part.get("metadata")).get("title")
    return None if title is None else str(title)


def _examples(part: Mapping[str, Any]) -> list[str]:
    written = part.get("examples") or ""
    lines = written if isinstance(written, list) else str(written).splitlines()
    return list(dict.fromkeys(re.sub(r"^\s*- ", "", str(each)).strip() for each in lines if str(each).strip()))


def _tracks(kind: Kind) -> Callable[[dict[str, Any], dict[str, Any], str], Iterator[Item]]:
    def items(old: dict[str, Any], new: dict[str, Any], _: str) -> Iterator[Item]:
        for name in _all(old, new):
            if old.get(name) != new.get(name):
                yield Item(kind, name, _steps(old.get(name)), _steps(new.get(name)))

    return items


def _steps(part: Any) -> Lines | None:
    """A rule, path, form or test, a line for each step; None where there is none."""
    if part is None:
        return None
    named = set(_NAMES.values())
    told = part if isinstance(part, dict) else {"other": part}
    return tuple(line for key, value in told.items() if key not in named for line in _line(str(key), value))


def _line(key: str, value: Any) -> Iterator[tuple[str, str]]:
    for each in value if isinstance(value, list) else [value]:
        if key in ("steps", "condition", "or") and isinstance(each, dict):
            yield from (line for name, inner in each.items() for line in _line(str(name), inner))
        else:
            yield key, each if isinstance(each, str) else json.dumps(each, ensure_ascii=False, default=str)


_SECTIONS: dict[str, Callable[[dict[str, Any], dict[str, Any], str], Iterator[Item]]] = {
    "responses": _answers,
    "nlu": _questions,
    "rules": _tracks("rule"),
    "stories": _tracks("path"),
    "forms": _tracks("form"),
    "tests": _tracks("test"),
}


def _lines(path: str, old: Path | None, new: Path) -> Iterator[Item]:
    """The lines that differ in a file with a format of its own."""
    before, after = _text_of(old), _text_of(new)
    if before == after:
        return
    gone, come = list[str](), list[str]()
    for line in difflib.unified_diff((before or "").splitlines(), (after or "").splitlines(), n=0, lineterm=""):
        if line.startswith("-") and not line.startswith("---"):
            gone.append(line[1:])
        elif line.startswith("+") and not line.startswith("+++"):
            come.append(line[1:])
    yield Item("file", path, _short(gone) if before is not None else None, _short(come) if after is not None else None)


def _short(lines: list[str]) -> str:
    return "\n".join(lines[:_LONGEST] + (["…"] if len(lines) > _LONGEST else []))


def _text_of(path: Path | None) -> str | None:
    return path.read_text("utf-8", errors="replace") if path and path.is_file() else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _all(old: Mapping[Any, Any], new: Mapping[Any, Any]) -> list[Any]:
    """Names of both, in the order of the new one."""
    return [*new, *(name for name in old if name not in new)]


@dataclass(frozen=True)
class Piece:
    """A piece of a text; whether the other text has it otherwise."""

    text: str
    differs: bool


_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@lru_cache(maxsize=2000)
def marked(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both texts in pieces, with the words marked that differ."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    pieces: tuple[list[Piece], list[Piece]] = ([], [])
    for what, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=len(before) > 2000).get_opcodes():
        for side, words in ((0, before[a:b]), (1, after[c:d])):
            if words:
                pieces[side].append(Piece("".join(words), what != "equal"))
    return tuple(pieces[0]), tuple(pieces[1])
