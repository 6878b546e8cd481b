"""When a place is open, from HSDS schedules: weekly and monthly rules, seasons, days that are closed."""

import functools
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from actions.agencies.services import Schedule

AHEAD = 400
"""Days in which a next opening is looked for: a season that is over comes again within a year."""
_SHORT = timedelta(days=10)
"""An entry for so few days goes before the weekly ones."""
_RULES = ("", "WEEKLY", "MONTHLY", "DAILY")
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Hours:
    """The opening hours of one place, in the city's time."""

    schedules: tuple[Schedule, ...]
    zone: ZoneInfo

    @property
    def known(self) -> bool:
        """Whether there is any rule that can be read."""
        return any(_readable(schedule) for schedule in self.schedules)

    @property
    def words(self) -> str:
        """What a person wrote about the hours, where there is no rule."""
        return next(
            (item.words for item in self.schedules if item.words and item.opens is None and not _closes(item)), ""
        )

    @property
    def day_and_night(self) -> bool:
        """Whether it never closes."""
        return any(
            item.opens == item.closes == time(0) and len({day for _, day in item.byday}) == 7 and not item.valid_to
            for item in self.schedules
        )

    def on(self, day: date) -> list[Span]:
        """The spans that begin on that day, in order; none where it is closed."""
        today = [item for item in self._special if _in_range(item, day)]
        if any(item.opens is None for item in today):
            return []
        rules = today or self._regular
        spans = {self._span(item, day) for item in rules if _readable(item) and (today or _happens(item, day))}
        return sorted(spans)

    def until(self, moment: datetime) -> datetime | None:
        """When it closes, if it is open at `moment`."""
        today = moment.astimezone(self.zone).date()
        spans = [span for day in (today - timedelta(days=1), today) for span in self.on(day)]
        return max((closes for opens, closes in spans if opens <= moment < closes), default=None)

    def next(self, moment: datetime, within: int = AHEAD) -> Span | None:
        """The first span that begins after `moment`."""
        today = moment.astimezone(self.zone).date()
        for ahead in range(within):
            for span in self.on(today + timedelta(days=ahead)):
                if span[0] > moment:
                    return span
        return None

    @functools.cached_property
    def _special(self) -> tuple[Schedule, ...]:
        """Entries for a day or a few, which go before the others."""
        return tuple(item for item in self.schedules if _closes(item) or _is_short(item))

    @functools.cached_property
    def _regular(self) -> tuple[Schedule, ...]:
        return tuple(item for item in self.schedules if not (_closes(item) or _is_short(item)))

    def _span(self, item: Schedule, day: date) -> Span:
        assert item.opens is not None
        opens = self._at(day, item.opens)
        closes = self._at(day, item.closes) if item.closes is not None else opens + timedelta(hours=1)
        return opens, closes if closes > opens else closes + timedelta(days=1)

    def _at(self, day: date, clock: time) -> datetime:
        moment = datetime.combine(day, clock)
        return moment.astimezone(self.zone) if clock.tzinfo else moment.replace(tzinfo=self.zone)


def _readable(item: Schedule) -> bool:
    dated = bool(item.byday or item.bymonthday or item.begins or item.frequency == "DAILY" or _is_short(item))
    return item.opens is not None and item.frequency in _RULES and dated


def _closes(item: Schedule) -> bool:
    """An entry without hours and rule closes its days."""
    return (
        item.opens is None and not item.byday and not item.frequency and item.valid_from is not None and _is_short(item)
    )


def _is_short(item: Schedule) -> bool:
    if item.valid_from is None or item.valid_to is None:
        return False
    return timedelta(0) <= item.valid_to - item.valid_from <= _SHORT


def _in_range(item: Schedule, day: date) -> bool:
    return (item.valid_from is None or item.valid_from <= day) and (item.valid_to is None or day <= item.valid_to)


def _happens(item: Schedule, day: date) -> bool:
    """Whether the rule meets the day (RFC 5545: freq, interval, byday, bymonthday, dtstart)."""
    first = item.begins or item.valid_from
    if not _in_range(item, day) or (item.begins and day < item.begins):
        return False
    if item.frequency == "DAILY":
        return not first or (day - first).days % item.interval == 0
    if item.frequency == "MONTHLY" or item.bymonthday:
        return _in_month(item, day, first)
    if first and item.interval > 1:
        weeks = (day - timedelta(days=day.weekday()) - (first - timedelta(days=first.weekday()))).days // 7
        if weeks % item.interval:
            return False
    weekdays = {weekday for _, weekday in item.byday} or ({first.weekday()} if first else set())
    return day.weekday() in weekdays


def _in_month(item: Schedule, day: date, first: date | None) -> bool:
    if first and ((day.year - first.year) * 12 + day.month - first.month) % item.interval:
        return False
    last = (date(day.year + day.month // 12, day.month % 12 + 1, 1) - timedelta(days=1)).day
    if item.bymonthday:
        return day.day in item.bymonthday or day.day - last - 1 in item.bymonthday
    from_start, from_end = (day.day - 1) // 7 + 1, -((last - day.day) // 7 + 1)
    return any(weekday == day.weekday() and number in (0, from_start, from_end) for number, weekday in item.byday)
