"""The published answers in memory: read from the files again within a second of a change."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Any, Dict, List, Tuple

from nlu import content

logger = logging.getLogger(__name__)

RECHECK_SECONDS = 0.5
Stamp = Tuple[int, int]  # modified (ns), size (bytes)


class Published:
    """Answers by name and the city's profile; a file that does not read keeps its last good content."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._stamps: Dict[Path, Stamp] = {}
        self._parts: Dict[Path, Dict[str, Any]] = {}
        self._checked = float("-inf")
        self.answers: Dict[str, List[Dict[str, Any]]] = {}
        self.city: Dict[str, Any] = {}
        self.languages: List[str] = ["en"]

    def refresh(self) -> None:
        """Looks at the files' times at most twice a second and reads those that changed."""
        now = time.monotonic()
        if now - self._checked < RECHECK_SECONDS:
            return
        self._checked = now
        stamps = dict(self._stamp(path) for path in self._files())
        if stamps == self._stamps:
            return
        for path in [path for path, stamp in stamps.items() if self._stamps.get(path) != stamp]:
            try:
                self._parts[path] = content.read_mapping(path)
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
        for path, part in self._parts.items():
            if path.name == "city.yml":
                self.city, self.languages = part, list(part.get("languages") or ["en"])
                continue
            for name, variations in (part.get("responses") or {}).items():
                if isinstance(variations, list):
                    answers[name] = [variation for variation in variations if isinstance(variation, dict)]
        self.answers = answers
