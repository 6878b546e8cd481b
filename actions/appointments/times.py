"""Which of the free times to offer for a wish, and how a time is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time

from actions.agencies.booking import Slot
from actions.appointments.wishes import Wish

MOST = 4
"""Times offered at once: one question with them fits into a text message."""
MOST_DAYS = 5
_APART = 2 * 3600
"""Seconds between two times of one day, so that they are a choice."""


@dataclass(frozen=True)
class Offer:
    """Times to choose from. `exact`: the one time that was asked for is free and stands first and alone.

    `missed`: nothing is free as it was wished; these are the nearest.
    """

    slots: tuple[Slot, ...]
    exact: bool = False
    missed: bool = False


def offer(free: Sequence[Slot], wish: Wish, zone: ZoneInfo) -> Offer:
    """A few of the free times, the best for the wish."""
    later = [slot for slot in free if slot.starts > wish.after]
    fitting = [slot for slot in later if _on_day(slot, wish, zone) and _in_hours(slot, wish, zone)]
    if wish.at >= 0:
        same_day = [slot for slot in later if _on_day(slot, wish, zone)]
        exact = [slot for slot in same_day if _minutes(slot, zone) == wish.at]
        if exact and wish.first and wish.first == wish.last:
            return Offer((exact[0],), exact=True)
        if exact:
            return Offer(_distinct(exact)[:MOST])
        near = sorted(same_day, key=lambda slot: (abs(_minutes(slot, zone) - wish.at), slot.starts))[:MOST]
        if near:
            return Offer(tuple(sorted(near)), missed=True)
    if fitting:
        return Offer(_spread(fitting, zone))
    coming = [slot for slot in later if not wish.first or _day(slot, zone).isoformat() >= wish.first]
    at_hours = [slot for slot in coming if _in_hours(slot, wish, zone)]
    same_day = [slot for slot in coming if _on_day(slot, wish, zone)]
    nearest = (same_day if wish.first else at_hours) or at_hours or coming or later
    return Offer(_spread(nearest, zone), missed=True)


def free_days(free: Sequence[Slot], after: str, zone: ZoneInfo) -> tuple[date, ...]:
    """The next days with a free time, later than the day `after` (ISO, "" for any)."""
    days = sorted({_day(slot, zone) for slot in free})
    return tuple(day for day in days if day.isoformat() > after)[:MOST_DAYS]


def local(starts: int, zone: ZoneInfo) -> datetime:
    """A moment at the offices."""
    return datetime.fromtimestamp(starts, zone)


def short_time(starts: int, zone: ZoneInfo, language: str) -> str:
    """A time on a button: "Tue, Nov 24, 9:00 AM"."""
    form = "EEE d MMM, h:mm a" if language == "es" else "EEE, MMM d, h:mm a"
    return _plain_blanks(format_datetime(local(starts, zone), form, locale=f"{language}_US"))


def long_time(starts: int, zone: ZoneInfo, language: str) -> str:
    """A time in a sentence: "Tuesday, November 24, 9:00 AM"."""
    form = "EEEE d 'de' MMMM, h:mm a" if language == "es" else "EEEE, MMMM d, h:mm a"
    return _plain_blanks(format_datetime(local(starts, zone), form, locale=f"{language}_US"))


def clock_time(moment: float, zone: ZoneInfo, language: str) -> str:
    """The time of the day alone: "9:10 AM"."""
    return _plain_blanks(format_time(datetime.fromtimestamp(moment, zone), "h:mm a", locale=f"{language}_US"))


def day_name(day: date, language: str) -> str:
    """A day on a button: "Tuesday, Nov 24"."""
    return format_date(day, "EEEE d MMM" if language == "es" else "EEEE, MMM d", locale=f"{language}_US")


def _spread(slots: Sequence[Slot], zone: ZoneInfo) -> tuple[Slot, ...]:
    """At most MOST of them: over the day if they are all on one, else two a day that lie apart."""
    distinct = _distinct(slots)
    days = [list(of_day) for _, of_day in groupby(distinct, key=lambda slot: _day(slot, zone))]
    if len(days) == 1:
        step = max(1, (len(distinct) - 1) / (MOST - 1))
        return tuple(dict.fromkeys(distinct[min(round(n * step), len(distinct) - 1)] for n in range(MOST)))
    picked: list[Slot] = []
    for of_day in days:
        apart = [slot for slot in of_day if slot.starts - of_day[0].starts >= _APART]
        picked += [of_day[0], *apart[:1]]
    return tuple(picked[:MOST])


def _distinct(slots: Sequence[Slot]) -> tuple[Slot, ...]:
    """One slot a moment: which of several offices makes no difference to a person who named none."""
    return tuple(next(same) for _, same in groupby(sorted(slots), key=lambda slot: slot.starts))


def _on_day(slot: Slot, wish: Wish, zone: ZoneInfo) -> bool:
    day = _day(slot, zone).isoformat()
    return (not wish.first or wish.first <= day) and (not wish.last or day <= wish.last)


def _in_hours(slot: Slot, wish: Wish, zone: ZoneInfo) -> bool:
    minutes = _minutes(slot, zone)
    return (wish.earliest < 0 or wish.earliest <= minutes) and (wish.latest < 0 or minutes <= wish.latest)


def _day(slot: Slot, zone: ZoneInfo) -> date:
    return local(slot.starts, zone).date()


def _minutes(slot: Slot, zone: ZoneInfo) -> int:
    at = local(slot.starts, zone)
    return at.hour * 60 + at.minute


def _plain_blanks(text: str) -> str:
    """Narrow and fixed blanks as plain ones: a text message would need twice the room for them."""
    return text.replace("\u202f", " ").replace("\xa0", " ")
