"""Where publishing happens: the project's folder, the releases' folder, and one at a time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.settings import ROOT, Settings
from studio.publishing.errors import Busy
from studio.publishing.release import Releases

LOCK, SWITCH_LOCK = "publishing.lock", "off.lock"


@dataclass(frozen=True)
class Place:
    """The draft in `root`, the releases in `published`; `python` runs the language side, `servers` serve it."""

    root: Path
    published: Path
    keep: int
    python: Path
    servers: tuple[str, ...] = ()

    @classmethod
    def of(cls, settings: Settings, root: Path = ROOT) -> "Place":
        """As the settings say."""
        python = ROOT / "nlu/.venv/bin/python"
        return cls(root, settings.published_dir, settings.keep_releases, python, settings.rasa_urls)

    @property
    def releases(self) -> Releases:
        """What was published here."""
        return Releases(self.published)

    def candidate(self, digest: str) -> Path:
        """Where exactly this content is kept with its model before it goes live."""
        return self.published / "candidates" / digest[:32]

    @contextmanager
    def alone(self, who: str) -> Iterator[None]:
        """Nobody else publishes meanwhile. Raises Busy with the name of who does."""
        self.published.mkdir(parents=True, exist_ok=True)
        with (self.published / LOCK).open("a+", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                raise Busy(lock.read() or "Somebody") from None
            lock.truncate(0)
            lock.write(f"{who} (since {datetime.now(UTC):%H:%M} UTC)")
            lock.flush()
            yield
            lock.truncate(0)

    @contextmanager
    def switching(self) -> Iterator[None]:
        """One change of what is switched off at a time; others wait milliseconds, also while somebody publishes."""
        self.published.mkdir(parents=True, exist_ok=True)
        with (self.published / SWITCH_LOCK).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
