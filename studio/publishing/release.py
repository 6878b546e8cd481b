"""Releases in their folder: which ones are kept and which one is live (docs/publishing.md)."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bot.published import CURRENT, live_number
from studio.publishing.errors import PublishError
from studio.putting import put

ABOUT = "release.json"
MODELS, MODEL, FINGERPRINT = "models", "assistant.tar.gz", "assistant.fingerprint"


@dataclass(frozen=True)
class Release:
    """What went live once. `model`: two releases of one model differ in words only. `when`: seconds since 1970."""

    number: int
    kind: str
    who: str
    when: float
    model: str
    digest: str
    message: str = ""
    commit: str | None = None
    previous: int | None = None
    approved_by: str | None = None
    urgent: bool = False
    reviewed_by: str | None = None
    gate: Mapping[str, Any] = field(default_factory=dict)
    asked_by: str | None = None

    @property
    def needs_review(self) -> bool:
        """Whether it went live without a second person, and none has looked at it since."""
        return self.urgent and self.approved_by is None and self.reviewed_by is None


class Releases:
    """The folder that all Rasa servers follow."""

    def __init__(self, published: Path) -> None:
        self.path = published

    def folder(self, number: int) -> Path:
        """Where a release's files are."""
        return self.path / str(number)

    def live(self) -> Release | None:
        """The one that residents read; None where nothing was published yet."""
        number = live_number(self.path)
        return None if number is None else self.get(number)

    def get(self, number: int) -> Release:
        """One release. Raises PublishError where it is not kept (any more)."""
        try:
            return Release(**json.loads((self.folder(number) / ABOUT).read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            kept = ", ".join(str(each.number) for each in self.kept()) or "none"
            raise PublishError(f"There is no release {number}. Kept are: {kept}.") from None

    def kept(self) -> list[Release]:
        """All of them, the latest first; half-made folders are passed over."""
        numbers = (int(path.name) for path in self.path.glob("[0-9]*") if (path / ABOUT).is_file())
        return [self.get(number) for number in sorted(numbers, reverse=True)]

    def next_number(self) -> int:
        """Above every number that was ever begun."""
        return max((int(path.name) for path in self.path.glob("[0-9]*") if path.name.isdigit()), default=0) + 1

    def write(self, release: Release) -> None:
        """Keep what is known of a release."""
        put(self.folder(release.number) / ABOUT, json.dumps(asdict(release), ensure_ascii=False, indent=1))

    def go_live(self, number: int) -> None:
        """From now on servers follow this one."""
        put(self.path / CURRENT, f"{number}\n")

    def drop_old(self, keep: int) -> None:
        """Keep the latest `keep` and the live one; half-made ones go as well."""
        live = self.live()
        wanted = {str(each.number) for each in self.kept()[:keep]} | ({str(live.number)} if live else set())
        for path in self.path.glob("[0-9]*"):
            if path.is_dir() and path.name not in wanted:
                shutil.rmtree(path, ignore_errors=True)
