"""The draft against what is live, as pages show it: computed once for each state of the files, seconds of work kept."""

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from studio.publishing import snapshot
from studio.publishing.differences import Difference, difference
from studio.publishing.place import Place
from studio.publishing.snapshot import Changes

Stamp = tuple[tuple[str, int, int, int], ...]


@dataclass(frozen=True)
class Glance:
    """The draft's digest, and how it differs from the live release."""

    digest: str
    changes: Changes
    live: Path | None

    @property
    def kind(self) -> snapshot.Kind:
        """What publishing it would take."""
        return self.changes.kind


def glance(place: Place) -> Glance:
    """The draft now. Files are read again only when one of them changed."""
    live = place.releases.live()
    folder = place.releases.folder(live.number) if live else None
    return _glance(place.root, folder, _stamp(place.root))


def in_words(place: Place) -> Difference:
    """The same, in words; nothing where nothing was published yet, as all would be new."""
    seen = glance(place)
    return _difference(seen.live, place.root, seen.digest, seen.changes.files) if seen.live else Difference(())


def between(place: Place, old: int, new: int) -> Difference:
    """What one release changed against another. Raises PublishError where one is not kept any more."""
    releases = place.releases
    before, after = releases.get(old), releases.get(new)
    return _difference(releases.folder(old), releases.folder(new), f"{before.digest} {after.digest}", None)


@lru_cache(maxsize=4)
def _glance(root: Path, live: Path | None, stamp: Stamp) -> Glance:
    return Glance(snapshot.digest(root), snapshot.changes(root, live), live)


@lru_cache(maxsize=8)
def _difference(old: Path, new: Path, digests: str, files: tuple[str, ...] | None) -> Difference:
    return difference(old, new, files)


def _stamp(root: Path) -> Stamp:
    """Changes when a file of the content does."""
    found = []
    for name in snapshot.paths(root):
        status = os.stat(root / name)
        found.append((name, status.st_mtime_ns, status.st_size, status.st_ino))
    return tuple(found)
