"""Writes a changed file: only onto the version that it was made from, and in one step."""

import difflib
import hashlib
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

from studio.content.editing.changing import Change
from studio.content.editing.errors import EditError
from studio.content.editing.rewriting import rewrite
from studio.content.editing.tree import parse
from studio.putting import put


class Stale(EditError):
    """Somebody else changed the file meanwhile."""

    def __init__(self, text: str) -> None:
        super().__init__("Somebody else changed this file meanwhile. Look at both versions.")
        self.text = text
        self.version = version_of(text)


@dataclass(frozen=True)
class Saved:
    """A file as it stands now."""

    text: str
    version: str


def version_of(text: str) -> str:
    """A short name for exactly this text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def read(root: Path, path: str) -> Saved:
    """A file as it is, byte order mark and line ends too; a missing one is empty."""
    file = inside(root, path)
    try:
        text = file.read_bytes().decode() if file.exists() else ""
    except UnicodeDecodeError as error:
        raise EditError("The file is not saved as UTF-8. Save it again in that encoding.") from error
    return Saved(text, version_of(text))


def edit(text: str, *changes: Change) -> str:
    """The text with these changes made, in as few lines as possible."""
    root = parse(text)
    data = root.data() if root else None
    for change in changes:
        data = change.applied(deepcopy(data))
    return rewrite(text, data)


def save(root: Path, path: str, version: str, changes: Sequence[Change]) -> Saved:
    """Make the changes and write the file. Raises Stale if it is not that version any more."""
    now = read(root, path)
    if now.version != version:
        raise Stale(now.text)
    return write(root, path, edit(now.text, *changes), version)


def write(root: Path, path: str, text: str, version: str) -> Saved:
    """Replace the file in one step: a reader sees the old text or the new one, never half of it."""
    file = inside(root, path)
    now = read(root, path)
    if now.version != version:
        raise Stale(now.text)
    if text != now.text:
        file.parent.mkdir(parents=True, exist_ok=True)
        put(file, text)
    return Saved(text, version_of(text))


def inside(root: Path, path: str) -> Path:
    """The file, which must be a YAML file below the project."""
    file = (root / path).resolve()
    if not file.is_relative_to(root.resolve()) or file.suffix not in (".yml", ".yaml"):
        raise EditError("Only content files of this project can be changed here.")
    return file


def show_diff(path: str, old: str, new: str) -> str:
    """What changes, line by line."""
    lines = difflib.unified_diff(
        old.splitlines(), new.splitlines(), f"{path} (now)", f"{path} (then)", n=1, lineterm=""
    )
    return "\n".join(lines)
