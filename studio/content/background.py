"""The whole check beside the pages: in a process of its own, again whenever the files have changed."""

import json
import logging
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.content.finding import Finding, Place

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Findings:
    """What the check found. Not `fresh`: files have changed since, and it is running again."""

    items: tuple[Finding, ...] = ()
    fresh: bool = False


class BackgroundCheck:
    """One check at a time; whoever asks gets the latest findings at once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = threading.Lock()
        self._found: tuple[Finding, ...] = ()
        self._of: int | None = None
        self._running: subprocess.Popen[bytes] | None = None
        self._closed = False

    def findings(self, state: int) -> Findings:
        """`state` stands for the files as they are now."""
        with self._lock:
            if self._of != state and self._running is None and not self._closed:
                self._start(state)
            return Findings(self._found, self._of == state)

    def close(self) -> None:
        """Stop a check that is running."""
        with self._lock:
            self._closed = True
            if self._running is not None:
                self._running.kill()

    def _start(self, state: int) -> None:
        check = [sys.executable, "-m", "studio", "content", "check", str(self._root), "--json"]
        self._running = subprocess.Popen(  # noqa: S603
            ["nice", *check],  # noqa: S607 (pages and residents go first)
            cwd=Path(__file__).parents[2],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        threading.Thread(target=self._wait, args=(self._running, state), name="content check", daemon=True).start()

    def _wait(self, process: "subprocess.Popen[bytes]", state: int) -> None:
        told, _ = process.communicate()
        with self._lock:
            self._running = None
            if self._closed:
                return
            self._of = state
            if process.returncode in (0, 1):
                self._found = tuple(_finding(each) for each in json.loads(told))
            else:
                log.warning("content_check_failed", extra={"code": process.returncode})


def _finding(told: dict[str, Any]) -> Finding:
    place = Place(told["file"], told["line"], told["column"])
    return Finding(place, told["level"], told["code"], told["message"], told["hint"])
