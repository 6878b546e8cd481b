"""Which times can still be had: opening hours, holidays and what is taken, seen from a moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from agency.appointments.asked import Selection
from agency.appointments.plan import Plan
from agency.appointments.processes import Wanted
from agency.appointments.store import Book


@dataclass(frozen=True)
class Availability:
    """Moments are seconds since 1970; a tick is a step of the clock, counted from there."""

    plan: Plan
    zone: ZoneInfo

    def local_day(self, moment: int) -> date:
        """The day it is at the offices."""
        return datetime.fromtimestamp(moment, self.zone).date()

    def possible(self, selection: Selection, day: date, now: int) -> list[int]:
        """Starts on a day that is neither over nor too far away, whether free or not."""
        if not timedelta() <= day - self.local_day(now) <= timedelta(days=self.plan.days_ahead):
            return []
        minutes = self.plan.minutes(selection.service, selection.count)
        starts = self.plan.starts(selection.office, day, minutes, self.zone)
        return [start for start in starts if start >= now + self.plan.lead_minutes * 60]

    def free(self, book: Book, selection: Selection, days: Iterable[date], now: int) -> list[int]:
        """Starts at which one desk is free for the whole length."""
        possible = [start for day in days for start in self.possible(selection, day, now)]
        if not possible:
            return []
        window = self.ticks(selection, possible[0])[0], self.ticks(selection, possible[-1])[-1]
        taken = book.taken(selection.office.id, *window, now)
        desks = set(range(selection.office.desks))
        busy = {start: [taken.get(tick, set()) for tick in self.ticks(selection, start)] for start in possible}
        return [start for start in possible if desks.difference(*busy[start])]

    def wanted(self, selection: Selection, starts: int, key: str) -> Wanted:
        """What to hold; the key counts for this time only, so that another time is another booking."""
        ticks = self.ticks(selection, starts)
        return Wanted(
            office_id=selection.office.id,
            desks=selection.office.desks,
            service_id=selection.service.id,
            service_count=selection.count,
            starts=starts,
            ends=starts + len(ticks) * self.plan.slot_minutes * 60,
            ticks=ticks,
            key=f"{selection.office.id} {selection.service.id} {starts} {key}" if key else "",
        )

    def ticks(self, selection: Selection, starts: int) -> tuple[int, ...]:
        """The steps of the clock that an appointment covers."""
        first = starts // (self.plan.slot_minutes * 60)
        return tuple(range(first, first + selection.service.slots * selection.count))
