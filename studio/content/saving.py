"""Saves by version, with the person's name in git: nothing that two people do at once is lost."""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.content.editing import Clash, EditError, edit, merge, read, version_of, write
from studio.content.editing.changing import Change
from studio.content.editing.saving import Saved, inside
from studio.content.past import Past
from studio.publishing.errors import GitError
from studio.publishing.git import Author, commit, is_checkout

_REMEMBERED = 2000  # texts that forms were made from; older ones are looked for in git


@dataclass(frozen=True)
class Wanted:
    """A file as it shall be, and the version that this was made from; None: the file goes."""

    version: str
    text: str | None


@dataclass(frozen=True)
class Outcome:
    """What became of a save. With `clashes` nothing was written: show both, and save again with `version`."""

    version: str
    text: str
    merged: bool = False
    clashes: tuple[Clash, ...] = ()
    commit: str | None = None

    @property
    def saved(self) -> bool:
        """Whether it is written."""
        return not self.clashes


class Saver:
    """Writes files of the draft; one save at a time."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._past = Past(root)
        self._one = threading.Lock()
        self._texts: OrderedDict[tuple[str, str], str] = OrderedDict()

    def seen(self, path: str) -> Saved:
        """The file as it is, remembered as what a form may be made from."""
        now = read(self._root, path)
        self._texts[path, now.version] = now.text
        self._texts.move_to_end((path, now.version))
        while len(self._texts) > _REMEMBERED:
            self._texts.popitem(last=False)
        return now

    def base(self, path: str, version: str) -> str | None:
        """The text of that version, if it is still known."""
        known = self._texts.get((path, version))
        if known is not None:
            return known
        if version == version_of(""):
            return ""
        return next((text for text in self._past.versions(path) if version_of(text) == version), None)

    def save(self, path: str, version: str, changes: Sequence[Change], by: Author, message: str) -> Outcome:
        """Make the changes. Raises EditError where they cannot be made at all."""
        with self._one:
            now = self.seen(path)
            if now.version == version:
                return self._written(path, edit(now.text, *changes), now, by, message)
            base = self.base(path, version)
            if base is None:
                raise EditError(
                    "This page is too old to be saved. Copy your words, open the page again, and save there."
                )
            merged = merge(base, edit(base, *changes), now.text)
            if merged.text is None:
                return Outcome(now.version, now.text, clashes=merged.clashes)
            done = self._written(path, merged.text, now, by, message)
            return Outcome(done.version, done.text, merged=True, commit=done.commit)

    def save_texts(self, texts: Mapping[str, Wanted], by: Author, message: str) -> Outcome:
        """All of these files or none. Raises Stale if somebody else changed one meanwhile."""
        with self._one:
            before = {path: read(self._root, path) for path in texts}
            for path, wanted in texts.items():
                if before[path].version != wanted.version:
                    raise EditError("Somebody else changed these files meanwhile. Open the page again and try again.")
            for path, wanted in texts.items():
                if wanted.text is None:
                    inside(self._root, path).unlink(missing_ok=True)
                else:
                    write(self._root, path, wanted.text, wanted.version)
            self._remove_empty(texts)
            return Outcome("", "", commit=self._commit(list(texts), by, message))

    def _written(self, path: str, text: str, now: Saved, by: Author, message: str) -> Outcome:
        saved = write(self._root, path, text, now.version)
        self._texts[path, saved.version] = saved.text
        return Outcome(
            saved.version, saved.text, commit=self._commit([path], by, message) if text != now.text else None
        )

    def _remove_empty(self, texts: Mapping[str, Wanted]) -> None:
        for path in (path for path, wanted in texts.items() if wanted.text is None):
            folder = inside(self._root, path).parent
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()

    def _commit(self, paths: Sequence[str], by: Author, message: str) -> str | None:
        """A folder that is no checkout keeps no history, and needs none to be saved in."""
        if not is_checkout(self._root):
            return None
        try:
            return commit(self._root, paths, by, message)
        except GitError as error:
            raise GitError(f"Your change is saved, but it is not in the history yet: {error}") from error
