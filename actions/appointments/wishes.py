"""When a person would like to come, in their own words: "next Tuesday morning", "el 30 después de las 3"."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any, Self

from actions.appointments.wish_words import (
    AHEAD,
    DAY_MONTH,
    IN_SOME,
    ISO,
    MONTH_DAY,
    MONTHS,
    NEXT_MONTH,
    NEXT_WEEK,
    NOON,
    PARTS,
    SLASHED,
    SOME,
    SOONEST,
    THE_DAY,
    THIS_WEEK,
    TIME,
    WEEKDAY,
    WEEKDAYS,
)


@dataclass(frozen=True)
class Wish:
    """Days from `first` to `last` (ISO, "" for any); times of the day in minutes since midnight.

    `at` is one time, `earliest` and `latest` bounds of a start; -1 where nothing is said. `after`: only what begins
    later than this (seconds since 1970), for "later". `soonest`: whatever comes first.
    """

    first: str = ""
    last: str = ""
    earliest: int = -1
    latest: int = -1
    at: int = -1
    after: int = 0
    soonest: bool = False

    @classmethod
    def of(cls, slot: dict[str, Any] | None) -> Self:
        """Read what `to_slot` gave."""
        return cls(**(slot or {}))

    def to_slot(self) -> dict[str, Any]:
        """The wish as JSON can carry it."""
        return asdict(self)

    def with_news(self, news: Self) -> Self:
        """This wish with what was said now: a new day keeps the time of day, a new time of day keeps the day."""
        if news.soonest:
            return news
        day = news if news.first or news.last else self
        hours = news if max(news.earliest, news.latest, news.at) >= 0 else self
        return replace(
            news, first=day.first, last=day.last, earliest=hours.earliest, latest=hours.latest, at=hours.at, after=0
        )


def read_wish(text: str, today: date, near: date | None = None) -> Wish | None:
    """The wish in a text; None if it says nothing about when. `near`: a day in the week that weekdays belong to."""
    said = _folded(text)
    first, last = _days(said, today, near)
    earliest, latest, at = _hours(said)
    soonest = bool(SOONEST.search(said))
    wish = Wish(_iso(first), _iso(last), earliest, latest, at, 0, soonest and first is None)
    return wish if wish != Wish() else None


Span = tuple[date | None, date | None]
NO_DAY: Span = (None, None)


def _days(said: str, today: date, near: date | None) -> Span:
    for read in (_named_date, _relative, _week):
        span = read(said, today)
        if span[0]:
            return span
    monday = near - timedelta(days=near.weekday()) if near else today
    span = _weekday(said, max(monday, today), ahead_at_least=0 if monday > today else 1)
    return span if span[0] else _day_of_month(said, today)


def _named_date(said: str, today: date) -> Span:
    found = ISO.search(said)
    if found:
        year, month, day = (int(part) for part in found.groups())
        return _one(lambda: date(year, month, day))
    month_first, day_first = MONTH_DAY.search(said), DAY_MONTH.search(said)
    if month_first:
        return _coming(today, MONTHS[month_first[1][:3]], int(month_first[2]))
    if day_first:
        return _coming(today, MONTHS[day_first[2][:3]], int(day_first[1]))
    found = SLASHED.search(said)
    if found:
        one, other = int(found[1]), int(found[2])
        return _coming(today, *((other, one) if one > 12 else (one, other)))
    return NO_DAY


def _relative(said: str, today: date) -> Span:
    found = IN_SOME.search(said)
    if found:
        number = int(found[1]) if found[1].isdecimal() else SOME[found[1]]
        day = today + timedelta(days=number * (7 if found[2][0] in "ws" else 1))
        return day, day
    for pattern, ahead in AHEAD:
        if pattern.search(said):
            day = today + timedelta(days=ahead)
            return day, day
    return NO_DAY


def _week(said: str, today: date) -> Span:
    day = WEEKDAY.search(said)
    monday = today - timedelta(days=today.weekday())
    if NEXT_WEEK.search(said):
        monday += timedelta(days=7)
        if day:  # "Thursday next week"
            monday += timedelta(days=WEEKDAYS[day[2][:3]])
            return monday, monday
        return monday, monday + timedelta(days=6)
    if THIS_WEEK.search(said) and not day:
        return today, monday + timedelta(days=6)
    if NEXT_MONTH.search(said):
        first = (today.replace(day=28) + timedelta(days=4)).replace(day=1)
        return first, (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return NO_DAY


def _weekday(said: str, today: date, ahead_at_least: int) -> Span:
    found = WEEKDAY.search(said)
    if not found:
        return NO_DAY
    ahead = (WEEKDAYS[found[2][:3]] - today.weekday()) % 7
    if found[1] and found[1].startswith("next") and ahead <= 2:
        ahead += 7  # nobody calls tomorrow "next Tuesday"
    day = today + timedelta(days=ahead if ahead >= ahead_at_least else 7)
    return day, day


def _day_of_month(said: str, today: date) -> Span:
    found = THE_DAY.search(said)
    if not found:
        return NO_DAY
    number = int(found[1] or found[2])
    month = today.replace(day=1)
    for _ in range(3):
        span = _one(lambda: month.replace(day=number))  # noqa: B023
        if span[0] and span[0] >= today:
            return span
        month = (month + timedelta(days=32)).replace(day=1)
    return NO_DAY


def _hours(said: str) -> tuple[int, int, int]:
    """(earliest, latest, at) in minutes since midnight, -1 for none."""
    earliest, latest, at = -1, -1, -1
    for found in TIME.finditer(said):
        minutes = _minutes(found)
        if minutes is None:
            continue
        if found["after"]:
            earliest = minutes
        elif found["before"]:
            latest = minutes - 1
        else:
            at = minutes
    if earliest < 0 and latest < 0 and at < 0:
        for pattern, begins, ends in PARTS:
            if pattern.search(said):
                return begins, ends, -1
    return earliest, latest, at


def _minutes(found: re.Match[str]) -> int | None:
    if found["noon"]:
        return NOON
    hour, minute = int(found["hour"]), 30 if found["thirty"] else int(found["minute"] or 0)
    half = (found["half"] or "").replace(".", "").replace(" ", "")
    if not (found["half"] or found["minute"] or found["at"] or found["after"] or found["before"]):
        return None  # a bare number says nothing about a time
    if hour > 23 or minute > 59:
        return None
    if half.startswith("p") or "tarde" in half or "noche" in half:
        hour = hour % 12 + 12
    elif not half.startswith("a") and "manana" not in half and 1 <= hour <= 7:
        hour += 12  # no office is open at 3 in the morning
    return hour * 60 + minute


def _coming(today: date, month: int, day: int) -> Span:
    span = _one(lambda: date(today.year, month, day))
    return _one(lambda: date(today.year + 1, month, day)) if span[0] and span[0] < today else span


def _one(make: Callable[[], date]) -> Span:
    try:
        day = make()
    except ValueError:
        return NO_DAY
    return day, day


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _folded(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.lower())
    return " ".join("".join(char for char in folded if not unicodedata.combining(char)).split())
