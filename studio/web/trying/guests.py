"""Guest links: who has one may speak with the draft for some days, and do nothing else. A link can be taken back."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bot.ids import new_token
from studio.putting import put
from studio.web.accounts.sealing import Seal

DAYS = (1, 3, 7, 14)
MOST = 50
"""Links at a time."""


@dataclass(frozen=True)
class Guest:
    """A link: for whom, who made it, until when."""

    id: str
    name: str
    by: str
    made_at: float
    until: float
    language: str
    channel: str


class Guests:
    """The links that hold; one file, written in one step."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def all(self, now: float) -> list[Guest]:
        """Those that have not run out, the latest first."""
        found = [each for each in self._read() if each.until > now]
        return sorted(found, key=lambda each: -each.made_at)

    def invite(self, told: Mapping[str, Any], days: int, now: float) -> Guest:
        """A new link. `told`: name, by, language, channel."""
        guest = Guest(new_token(), made_at=now, until=now + days * 86400.0, **told)
        self._write([guest, *self.all(now)][:MOST])
        return guest

    def take_back(self, id: str, now: float) -> Guest | None:
        """From now on that link opens nothing."""
        known = self.all(now)
        self._write([each for each in known if each.id != id])
        return next((each for each in known if each.id == id), None)

    def token(self, guest: Guest, seal: Seal) -> str:
        """What stands in the link: sealed, so that nobody can make one."""
        return seal.close({"guest": guest.id}, guest.made_at)

    def of(self, token: str, seal: Seal, now: float) -> Guest | None:
        """Whose link this is; None where it is none of ours, has run out or was taken back."""
        told = seal.open(token, now)
        id = told.get("guest") if isinstance(told, dict) else None
        return next((each for each in self.all(now) if each.id == id), None)

    def _read(self) -> list[Guest]:
        try:
            return [Guest(**each) for each in json.loads(self._file.read_text("utf-8"))]
        except FileNotFoundError:
            return []

    def _write(self, guests: list[Guest]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        put(self._file, json.dumps([asdict(each) for each in guests], ensure_ascii=False))
