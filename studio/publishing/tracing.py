"""Which words stood in a release, so that every sent answer can be traced to what was approved."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from studio.publishing import git
from studio.publishing.errors import GitError
from studio.publishing.place import Place
from studio.publishing.release import ABOUT

_NAME = re.compile(r"^ {1,4}[\"']?(utter_[^\s:\"']+)[\"']?:", re.M)


@dataclass(frozen=True)
class Wording:
    """What an answer said in a language and channel; its blanks were filled when it was sent."""

    language: str
    channel: str
    text: str


@dataclass(frozen=True)
class Said:
    """An answer as it stood in a release; `kept`: where we found it: release, git, or draft."""

    answer: str
    found_in: str
    path: str
    wordings: tuple[Wording, ...]


def said(place: Place, release: int | None, answer: str) -> Said | None:
    """The words of an answer in a release, also one that is only in git any more; without one, in the draft."""
    folder = place.root if release is None else place.releases.folder(release)
    files: Iterator[tuple[str, bytes]]
    if release is None or (folder / ABOUT).is_file():
        where = "draft" if release is None else "release"
        files = ((path.relative_to(folder).as_posix(), path.read_bytes()) for path in _files(folder))
    else:
        where, files = "git", _in_git(place.root, f"published/{release}", answer)
    for path, text in files:
        if answer.encode() in text and (wordings := _wordings(text, answer)):
            return Said(answer, where, path, wordings)
    return None


def find(place: Place, wanted: str, limit: int = 40) -> list[tuple[str, str]]:
    """Answers and topics that residents get now, by a part of their name or words: (name, topic); topics first."""
    live = place.releases.live()
    root = place.releases.folder(live.number) if live else place.root
    parts = wanted.casefold().split()
    listed = _listed(root, live.number if live else _changed(root))
    topics = sorted({topic for _, topic, _ in listed if topic and all(part in topic.casefold() for part in parts)})
    answers = [(name, topic) for name, topic, text in listed if all(part in text for part in parts)]
    answers.sort(key=lambda each: not all(part in each[0].casefold() for part in parts))
    return ([(topic, topic) for topic in topics] + answers)[:limit]


@lru_cache(maxsize=2)
def _listed(root: Path, _state: int) -> tuple[tuple[str, str, str], ...]:
    """Every answer: name, topic, and its name and words in small letters."""
    found = []
    for path in _files(root):
        text = path.read_text("utf-8", errors="replace")
        marks = list(_NAME.finditer(text))
        for mark, after in zip(marks, [*marks[1:], None], strict=True):
            words = text[mark.start() : after.start() if after else None]
            topic = path.parent.name if path.parent.parent.name == "topics" else ""
            found.append((mark[1], topic, words.casefold()))
    return tuple(found)


def _changed(root: Path) -> int:
    return max((path.stat().st_mtime_ns for path in _files(root)), default=0)


def _files(root: Path) -> list[Path]:
    return sorted((root / "data").rglob("answers.yml"))


def _in_git(root: Path, tag: str, answer: str) -> Iterator[tuple[str, bytes]]:
    try:
        for path in git.files_with(root, tag, answer):
            yield path, git.show(root, tag, path).encode()
    except GitError:
        return


def _wordings(text: bytes, answer: str) -> tuple[Wording, ...]:
    try:
        told: Any = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        return ()
    variations = ((told or {}).get("responses") or {}).get(answer) if isinstance(told, Mapping) else None
    return tuple(_wording(each) for each in variations or () if isinstance(each, Mapping))


def _wording(variation: Mapping[str, Any]) -> Wording:
    metadata = variation.get("metadata")
    language = metadata.get("language", "") if isinstance(metadata, Mapping) else ""
    return Wording(str(language), str(variation.get("channel", "")), str(variation.get("text", "")))
