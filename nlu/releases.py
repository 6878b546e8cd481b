"""The folder of published releases, as a server follows it: which one is live, and what is switched off."""

from __future__ import annotations

import json
import logging
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, FrozenSet, Optional, Tuple

logger = logging.getLogger(__name__)

CURRENT, OFF, ABOUT = "current", "off.json", "release.json"
MODEL = Path("models") / "assistant.tar.gz"
RECHECK_SECONDS = 0.25


class UnusableRelease(Exception):
    """The folder that `current` names is not a release; the text says what is wrong with it."""


@dataclass(frozen=True)
class Release:
    """A published release. Two of the same `model` differ in words only."""

    number: int
    folder: Path
    model: str


def folder() -> Path:
    """PUBLISHED_DIR, else `published` in the data folder (docs/settings.md)."""
    given = os.environ.get("PUBLISHED_DIR")
    return Path(given) if given else Path(os.environ.get("ASSISTANT_DATA") or "var") / "published"


def live(published: Path) -> Optional[Release]:
    """What `current` names; None where nothing was published yet. Raises UnusableRelease."""
    try:
        named = (published / CURRENT).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise UnusableRelease(f"{published / CURRENT} cannot be read: {type(error).__name__}") from error
    if not named.isdigit():
        raise UnusableRelease(f"{published / CURRENT} must hold the number of a release")
    place = published / named
    try:
        about = json.loads((place / ABOUT).read_text(encoding="utf-8"))
        return Release(int(named), place, str(about["model"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnusableRelease(f"{place / ABOUT} cannot be read: {type(error).__name__}") from error


class SwitchedOff:
    """off.json: answers and topics that are not to be said just now; a file that does not read keeps the last list."""

    def __init__(self, published: Path) -> None:
        self._path = published / OFF
        self._checked = float("-inf")
        self._stamp: Optional[Tuple[int, int, int]] = None
        self.answers: FrozenSet[str] = frozenset()
        self.topics: FrozenSet[str] = frozenset()

    def refresh(self) -> None:
        """Looks at the file's time at most four times a second."""
        now = time.monotonic()
        if now - self._checked < RECHECK_SECONDS:
            return
        self._checked = now
        stamp = self._now()
        if stamp == self._stamp:
            return
        try:
            listed = json.loads(self._path.read_text(encoding="utf-8")) if stamp else {}
            self.answers, self.topics = _names(listed, "answers"), _names(listed, "topics")
            self._stamp = stamp
        except (OSError, ValueError, TypeError, AttributeError) as error:
            logger.error("off.unreadable %s", type(error).__name__, extra={"event": "off.unreadable"})

    def _now(self) -> Optional[Tuple[int, int, int]]:
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size, status.st_ino


def _names(listed: Dict[str, Any], kind: str) -> FrozenSet[str]:
    return frozenset(str(name) for name in (listed.get(kind) or {}))
