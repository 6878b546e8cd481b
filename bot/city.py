"""The city profile (city.yml): names, phones, hours, holidays, languages. One file that a city replaces."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.errors import SettingError
from bot.yaml12 import YAMLError, read

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Words = dict[str, str]
"""A text in each language: {"en": "…", "es": "…"}."""


@dataclass(frozen=True)
class Hours:
    """Opening hours of a week; `by_weekday[0]` is Monday's (opens, closes) or None."""

    by_weekday: tuple[tuple[time, time] | None, ...]


@dataclass(frozen=True)
class Office:
    """A place where the city serves people."""

    id: str
    name: Words
    address: str
    phone: str
    hours: Hours


@dataclass(frozen=True)
class Holiday:
    """A day on which offices are closed."""

    day: date
    name: Words


Point = tuple[float, float]
"""Latitude and longitude in degrees."""


@dataclass(frozen=True)
class Street:
    """A street as a line from number 1 to its last number, near enough for distances."""

    name: str
    begins: Point
    ends: Point
    last_number: int


@dataclass(frozen=True)
class City:
    """The profile, checked. `raw` is the whole file, for blanks in answers."""

    name: str
    website: str
    time_zone: ZoneInfo
    languages: tuple[str, ...]
    emergency_number: str
    phones: dict[str, str]
    hours: Hours
    offices: tuple[Office, ...]
    holidays: tuple[Holiday, ...]
    emergency: dict[str, Words]
    raw: dict[str, Any]
    streets: tuple[Street, ...] = ()
    quiet: tuple[time, time] | None = None
    """From when until when nobody is texted unasked; it may go over midnight."""

    def may_disturb_at(self, moment: float) -> float:
        """`moment` (seconds since 1970), or the end of the quiet hours it falls into."""
        if self.quiet is None:
            return moment
        begins, ends = self.quiet
        local = datetime.fromtimestamp(moment, self.time_zone)
        now = local.time()
        over_midnight = begins > ends
        if not ((now >= begins or now < ends) if over_midnight else begins <= now < ends):
            return moment
        day = local.date() + timedelta(days=1 if over_midnight and now >= begins else 0)
        return datetime.combine(day, ends, self.time_zone).timestamp()

    def holiday(self, day: date) -> Holiday | None:
        """The holiday on that day, if it is one."""
        return next((holiday for holiday in self.holidays if holiday.day == day), None)

    def open_until(self, hours: Hours, moment: datetime) -> datetime | None:
        """When a place that is open at `moment` (with zone) closes; None if it is closed."""
        local = moment.astimezone(self.time_zone)
        today = self._opening(hours, local.date())
        if today and today[0] <= local < today[1]:
            return today[1]
        return None

    def opens_next(self, hours: Hours, moment: datetime) -> datetime | None:
        """When a place opens next after `moment`; None if it does not open within two weeks."""
        local = moment.astimezone(self.time_zone)
        for ahead in range(15):
            opening = self._opening(hours, local.date() + timedelta(days=ahead))
            if opening and opening[0] > local:
                return opening[0]
        return None

    def _opening(self, hours: Hours, day: date) -> tuple[datetime, datetime] | None:
        span = hours.by_weekday[day.weekday()]
        if span is None or self.holiday(day):
            return None
        return (
            datetime.combine(day, span[0], self.time_zone),
            datetime.combine(day, span[1], self.time_zone),
        )


def load_city(path: Path) -> City:
    """Read and check the profile. Raises SettingError that names the file and what to mend."""
    try:
        raw = read(path)
    except FileNotFoundError:
        raise SettingError(f"The city profile {path} is missing. Restore city.yml or set CITY_FILE.") from None
    except (YAMLError, UnicodeDecodeError) as error:
        raise SettingError(f"The city profile {path} cannot be read: {error}") from None
    try:
        return _city(raw)
    except (KeyError, TypeError, ValueError, ZoneInfoNotFoundError) as error:
        raise SettingError(f"The city profile {path} is not complete or has a wrong value: {error}.") from None


def _city(raw: dict[str, Any]) -> City:
    languages = tuple(raw["languages"])
    if not languages:
        raise ValueError("languages needs at least one language")
    return City(
        name=raw["name"],
        website=raw["website"],
        time_zone=ZoneInfo(raw["time_zone"]),
        languages=languages,
        emergency_number=str(raw["emergency_number"]),
        phones={key: str(value) for key, value in raw["phones"].items()},
        hours=_hours(raw["hours"]),
        offices=tuple(
            Office(
                id=item["id"],
                name=_words(item["name"], languages),
                address=item["address"],
                phone=str(item["phone"]),
                hours=_hours(item["hours"]),
            )
            for item in raw["offices"]
        ),
        holidays=tuple(Holiday(item["date"], _words(item["name"], languages)) for item in raw.get("holidays", [])),
        emergency={kind: _words(words, languages) for kind, words in raw["emergency"].items()},
        raw=raw,
        quiet=_quiet(str(raw["quiet_hours"])) if raw.get("quiet_hours") else None,
        streets=tuple(_street(name, item) for name, item in (raw.get("streets") or {}).items()),
    )


def _street(name: str, item: dict[str, Any]) -> Street:
    begins, ends = ((float(latitude), float(longitude)) for latitude, longitude in (item["begins"], item["ends"]))
    if int(item["last_number"]) < 1:
        raise ValueError(f"the street {name} needs a last_number from 1")
    return Street(name, begins, ends, int(item["last_number"]))


def _words(value: Words, languages: tuple[str, ...]) -> Words:
    missing = [language for language in languages if language not in value]
    if missing:
        raise ValueError(f"{value!r} has no text for {', '.join(missing)}")
    return dict(value)


def _hours(value: dict[str, str]) -> Hours:
    unknown = set(value) - set(WEEKDAYS)
    if unknown:
        raise ValueError(f"unknown weekday {sorted(unknown)}; use {', '.join(WEEKDAYS)}")
    return Hours(tuple(_span(value[day]) if day in value else None for day in WEEKDAYS))


def _quiet(text: str) -> tuple[time, time]:
    begins, ends = (time.fromisoformat(part.strip()) for part in text.split("-"))
    if begins == ends:
        raise ValueError(f"the quiet hours {text!r} must end at another time than they begin")
    return begins, ends


def _span(text: str) -> tuple[time, time]:
    opens, closes = (time.fromisoformat(part.strip()) for part in text.split("-"))
    if opens >= closes:
        raise ValueError(f"the hours {text!r} must open before they close")
    return opens, closes
