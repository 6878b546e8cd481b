"""A zone's calendar as iCalendar: a rule for each kind of pickup, and an exception for each that a holiday moves."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from agency.calendars.zones import Round, Zone, Zones

_AHEAD = timedelta(days=800)
"""How far ahead holidays move pickups."""


def calendar(zones: Zones, zone: Zone, jurisdiction: str, where: ZoneInfo) -> bytes:
    """The calendar of one zone; the same files give the same bytes. Times stand in the city's time zone."""
    document = Calendar()
    document.add("prodid", f"-//{jurisdiction}//collection//EN")
    document.add("version", "2.0")
    document.add("x-wr-calname", f"Collection: {zone.id}")
    document.add("x-wr-timezone", where.key)
    for tour in zone.rounds:
        uid = f"{zone.id}-{tour.kind}@{jurisdiction}"
        document.add_component(_rule(zones, tour, uid, where))
        for regular, moved, holiday in _moves(zones, tour):
            document.add_component(_exception(zones, tour, uid, where, (regular, moved, holiday)))
    document.add_missing_timezones()
    return bytes(document.to_ical())


def _rule(zones: Zones, tour: Round, uid: str, where: ZoneInfo) -> Event:
    event = _event(zones, tour, uid)
    first = next(iter(tour.days(tour.first + timedelta(days=366))))
    event.add("dtstart", datetime.combine(first, zones.starts, where))
    event.add("dtend", datetime.combine(first, zones.ends, where))
    rule: dict[str, object] = {"freq": "weekly", "interval": tour.weeks}
    if tour.months:
        rule["bymonth"] = list(tour.months)
    event.add("rrule", rule)
    return event


def _exception(zones: Zones, tour: Round, uid: str, where: ZoneInfo, move: tuple[date, date, str]) -> Event:
    regular, moved, holiday = move
    event = _event(zones, tour, uid)
    event.add("recurrence-id", datetime.combine(regular, zones.starts, where))
    event.add("dtstart", datetime.combine(moved, zones.starts, where))
    event.add("dtend", datetime.combine(moved, zones.ends, where))
    event.add("comment", holiday)
    return event


def _event(zones: Zones, tour: Round, uid: str) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", zones.changed)
    event.add("summary", tour.title)
    event.add("categories", [tour.kind])
    return event


def _moves(zones: Zones, tour: Round) -> list[tuple[date, date, str]]:
    """(regular day, new day, holiday): from a holiday on, pickups come one day later until the end of that week."""
    moves = []
    for day in tour.days(max([*zones.holidays, zones.changed.date()]) + _AHEAD):
        week = [day - timedelta(days=back) for back in range(day.weekday() + 1)]
        holidays = [zones.holidays[other] for other in week if other in zones.holidays]
        if holidays:
            moves.append((day, day + timedelta(days=len(holidays)), holidays[0]))
    return moves
