"""The answers in memory: of a release, which never changes, or of the working folder, read again when it does."""

from __future__ import annotations

import logging
import time
from hashlib import sha256
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

from nlu import content

logger = logging.getLogger(__name__)

RECHECK_SECONDS = 0.5
Stamp = Tuple[int, int]  # modified (ns), size (bytes)


class _Part(NamedTuple):
    """What one file says; `digest` tells whether another release's file is the same."""

    digest: bytes
    says: Dict[str, Any]


class Published:
    """Answers by name, each answer's topic, and the city's profile."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._stamps: Dict[Path, Stamp] = {}
        self._parts: Dict[Path, _Part] = {}
        self._checked = float("-inf")
        self.answers: Dict[str, List[Dict[str, Any]]] = {}
        self.topics: Dict[str, str] = {}
        self.city: Dict[str, Any] = {}
        self.languages: List[str] = ["en"]

    @classmethod
    def of_release(cls, folder: Path, before: Optional["Published"] = None) -> "Published":
        """Everything in a release's folder; files as they are in `before` are not read again. Raises UnreadableContent.

        Reading all of a city's answers takes a second, what changed between two releases takes milliseconds.
        """
        release = cls(folder)
        known = {path.relative_to(before._root): part for path, part in before._parts.items()} if before else {}
        for path in release._files():
            part = known.get(path.relative_to(folder))
            same = part is not None and part.digest == _digest(path)
            release._parts[path] = part if part is not None and same else _read(path)
        release._assemble()
        release._checked = float("inf")  # never looked at again
        return release

    def refresh(self) -> None:
        """Looks at the files' times at most twice a second; a file that does not read keeps its last good content."""
        now = time.monotonic()
        if now - self._checked < RECHECK_SECONDS:
            return
        self._checked = now
        stamps = dict(self._stamp(path) for path in self._files())
        if stamps == self._stamps:
            return
        for path in [path for path, stamp in stamps.items() if self._stamps.get(path) != stamp]:
            try:
                self._parts[path] = _read(path)
            except content.UnreadableContent as error:
                logger.error("content.unreadable", extra={"event": "content.unreadable", "reason": str(error)})
        self._parts = {path: part for path, part in self._parts.items() if path in stamps}
        self._stamps = stamps
        self._assemble()

    def _files(self) -> List[Path]:
        single = [path for path in (self._root / "city.yml", self._root / "domain.yml") if path.is_file()]
        return single + content.find([self._root / "data"], "answers.yml")

    @staticmethod
    def _stamp(path: Path) -> Tuple[Path, Stamp]:
        try:
            status = path.stat()
        except OSError:  # removed a moment ago
            return path, (0, 0)
        return path, (status.st_mtime_ns, status.st_size)

    def _assemble(self) -> None:
        answers: Dict[str, List[Dict[str, Any]]] = {}
        topics: Dict[str, str] = {}
        for path, part in self._parts.items():
            if path.name == "city.yml":
                self.city, self.languages = part.says, list(part.says.get("languages") or ["en"])
                continue
            for name, variations in (part.says.get("responses") or {}).items():
                if isinstance(variations, list):
                    answers[name] = [variation for variation in variations if isinstance(variation, dict)]
                    topics[name] = path.parent.name
        self.answers, self.topics = answers, topics


def _read(path: Path) -> _Part:
    return _Part(_digest(path), content.read_mapping(path))


def _digest(path: Path) -> bytes:
    try:
        return sha256(path.read_bytes()).digest()
    except OSError:  # read_mapping says what is wrong with it
        return b""
