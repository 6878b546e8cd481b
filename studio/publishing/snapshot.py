"""The content as files: what belongs to a release, what differs between two, and whether that needs training."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

SINGLE = ("config.yml", "domain.yml", "city.yml")
LEARNED = ("questions.", "rules.yml", "stories.yml", "forms.yml")
"""Beginnings of the names of files that are learned, wherever they are below data/."""
AT_START = ("data/emergency.yml", "data/notices.yml", "data/optout.yml", "data/shortcuts.yml", "city.yml")
"""Files of the live release that gateways, workers and actions read only when they start."""
Kind = Literal["none", "words", "full"]


@dataclass(frozen=True)
class Changes:
    """How the draft differs from the live release: `words` are live at once, `full` has to be learned first."""

    kind: Kind
    files: tuple[str, ...]
    at_start: tuple[str, ...]


def digest(root: Path) -> str:
    """Changes with every byte of the content."""
    found = hashlib.sha256()
    for name in paths(root):
        found.update(name.encode() + b"\0" + hashlib.sha256((root / name).read_bytes()).digest())
    return found.hexdigest()


def copy(root: Path, folder: Path) -> None:
    """The content of a project into a new folder."""
    for name in paths(root):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / name, folder / name)


def paths(root: Path) -> list[str]:
    """What belongs to the content, below the project's folder, in order."""
    single = [name for name in SINGLE if (root / name).is_file()]
    return single + sorted(_below(str(root / "data"), "data/"))


def _below(folder: str, name: str) -> Iterator[str]:
    try:
        entries = list(os.scandir(folder))
    except FileNotFoundError:
        return
    for entry in entries:
        if entry.is_dir():
            yield from _below(entry.path, f"{name}{entry.name}/")
        elif entry.name.endswith((".yml", ".yaml")) and entry.is_file():
            yield name + entry.name


def folders(root: Path) -> list[str]:
    """The same in few words, for git."""
    return [name for name in (*SINGLE, "data") if (root / name).exists()]


def changes(draft: Path, live: Path | None) -> Changes:
    """The draft against the live release; without one everything is new."""
    if live is None:
        return Changes("full", tuple(paths(draft)), ())
    files = tuple(_different(draft, live))
    kind: Kind = "none" if not files else "full" if any(_is_learned(name, draft, live) for name in files) else "words"
    return Changes(kind, files, tuple(name for name in files if name in AT_START))


def _different(draft: Path, live: Path) -> Iterator[str]:
    before = set(paths(live))
    for name in sorted(before | set(paths(draft))):
        is_kept = name in before and (draft / name).is_file()
        if not is_kept or (draft / name).read_bytes() != (live / name).read_bytes():
            yield name


def _is_learned(name: str, draft: Path, live: Path) -> bool:
    """Names of answers are learned, their words are not."""
    last = name.rpartition("/")[2]
    if name in ("config.yml", "domain.yml") or last.startswith(LEARNED):
        return True
    return last == "answers.yml" and answer_names(draft / name) != answer_names(live / name)


def answer_names(path: Path) -> frozenset[str]:
    """The answers in a file; none where it is not there or does not read."""
    try:
        told: Any = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    except (OSError, yaml.YAMLError):
        return frozenset()
    answers = told.get("responses") if isinstance(told, dict) else None
    return frozenset(map(str, answers)) if isinstance(answers, dict) else frozenset()
