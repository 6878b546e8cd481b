"""The zones and their weekdays, read from the seed files and checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from bot.yaml12 import YAMLError, read

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKS = {"A": 0, "B": 1}


class ZonesError(Exception):
    """The zones cannot be read; the text names the file and what to mend."""


@dataclass(frozen=True)
class Round:
    """One kind of pickup in one zone: the `first` day, every so many `weeks`, only in these `months` (none: all)."""

    kind: str
    title: str
    first: date
    weeks: int
    months: tuple[int, ...]

    def days(self, until: date) -> list[date]:
        """The regular days up to `until`."""
        step = timedelta(weeks=self.weeks)
        days = [self.first + number * step for number in range((until - self.first) // step + 1)]
        return [day for day in days if not self.months or day.month in self.months]


@dataclass(frozen=True)
class Zone:
    """A part of the city that is served on one weekday."""

    id: str
    rounds: tuple[Round, ...]


@dataclass(frozen=True)
class Zones:
    """All zones; trucks run from `starts` to `ends`; `holidays` gives names by day; `changed`: when a file last was."""

    zones: Mapping[str, Zone]
    starts: time
    ends: time
    holidays: Mapping[date, str]
    changed: datetime


def load_zones(seed: Path, holidays: Path, changed: datetime) -> Zones:
    """Read zones.yml and the holidays of the city profile. Raises ZonesError."""
    raw, profile = _read(seed), _read(holidays) if holidays.exists() else {}
    try:
        first = raw["first"]
        zones = [_zone(item, raw["kinds"], first) for item in raw["zones"]]
        return Zones(
            zones={zone.id: zone for zone in zones},
            starts=time.fromisoformat(raw["starts"]),
            ends=time.fromisoformat(raw["ends"]),
            holidays={item["date"]: _name(item["name"]) for item in profile.get("holidays") or []},
            changed=changed,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ZonesError(f"{seed}: something is missing or has a wrong value: {error}.") from error


def _read(path: Path) -> Any:
    try:
        return read(path)
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise ZonesError(f"{path} cannot be read: {error}") from error


def _zone(item: Mapping[str, Any], kinds: Mapping[str, Mapping[str, Any]], first: date) -> Zone:
    weekday = timedelta(days=_WEEKDAYS.index(item["weekday"]))
    rounds = [
        Round(
            kind=kind,
            title=rule["title"],
            first=first + weekday + timedelta(weeks=_WEEKS[item.get(kind, "A")]),
            weeks=int(rule.get("weeks", 1)),
            months=tuple(rule.get("months", ())),
        )
        for kind, rule in kinds.items()
    ]
    return Zone(str(item["id"]), tuple(rounds))


def _name(name: str | Mapping[str, str]) -> str:
    return name if isinstance(name, str) else next(iter(name.values()))
