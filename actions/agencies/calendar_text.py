"""Read an iCalendar file (RFC 5545) of any maker into the days it speaks of: tolerant, bounded, in the city's time."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

MOST = 20_000
"""Occurrences that are looked at; a city's year has a few hundred."""
_PROPERTIES = frozenset(
    "BEGIN END UID SEQUENCE SUMMARY CATEGORIES COMMENT LOCATION STATUS DTSTART DTEND DURATION RRULE RDATE EXDATE "
    "RECURRENCE-ID VERSION X-WR-TIMEZONE TZID TZOFFSETFROM TZOFFSETTO TZNAME".split()
)
_TOO_OFTEN = re.compile(r"FREQ=(?:SECONDLY|MINUTELY|HOURLY)|BY(?:SECOND|MINUTE|HOUR)=[^;]*,", re.IGNORECASE)
_DAY = timedelta(days=1)


class NotACalendar(ValueError):
    """The bytes are no calendar, or not all of one."""


@dataclass(frozen=True)
class Occurrence:
    """One day (or run of days) of a calendar, in the city's time zone.

    `replaces`: the day this one was moved from, by the calendar's own account. `remark`: its COMMENT.
    """

    first: date
    last: date
    title: str
    labels: tuple[str, ...] = ()
    place: str = ""
    remark: str = ""
    replaces: date | None = None
    cancelled: bool = False


def read_calendar(body: bytes, span: tuple[date, date], zone: ZoneInfo) -> tuple[Occurrence, ...]:
    """Everything from the first to the last day of `span`, in order. Raises NotACalendar."""
    found = [
        item
        for calendar in _parsed(list(_needed(_lines(decode(body)), span)))
        for item in _occurrences(calendar, span, zone)
    ]
    return tuple(sorted(set(found), key=lambda item: (item.first, item.title)))


def _parsed(lines: list[str]) -> list[Any]:
    """The calendars; if a slip makes the whole unreadable, the events that are readable one by one."""
    broken = (ValueError, KeyError, IndexError, TypeError, AttributeError)
    with suppress(*broken):
        return list(icalendar.Calendar.from_ical(_text_of(lines), multiple=True))
    starts = [number for number, line in enumerate(lines) if line.upper() == "BEGIN:VEVENT"]
    ends = [number for number, line in enumerate(lines) if line.upper() == "END:VEVENT"]
    good = icalendar.Calendar()
    for start, end in zip(starts, ends, strict=False):
        with suppress(*broken):
            good.add_component(icalendar.Event.from_ical(_text_of(lines[start : end + 1])))
    if starts and not good.subcomponents:
        raise NotACalendar("no event of the calendar can be read")
    return [good]


def _text_of(lines: list[str]) -> str:
    return "\r\n".join(lines) + "\r\n"


def decode(body: bytes) -> str:
    """The text; files in the Windows or Latin-1 code page are read too. Raises NotACalendar for anything else."""
    encoding = "utf-16" if body[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError:
        text = body.decode("cp1252", errors="replace")
    text = text.replace("\x00", "")
    start, end = text.upper().find("BEGIN:VCALENDAR"), text.upper().rfind("END:VCALENDAR")
    if start < 0:
        raise NotACalendar("the answer is not a calendar")
    if end < start:
        raise NotACalendar("the calendar is cut off")
    return text[start : end + len("END:VCALENDAR")]


def _lines(text: str) -> Iterator[str]:
    """Logical lines: what a file folded at 75 bytes is one again, whatever ends its lines."""
    unfolded = re.sub(r"(?:\r\n|\r|\n)[ \t]", "", text)
    yield from (line.strip() for line in re.split(r"\r\n|\r|\n", unfolded) if line.strip())


def _needed(lines: Iterable[str], span: tuple[date, date]) -> Iterator[str]:
    """The calendars without what nobody asks for: other components, unused properties, single days out of `span`.

    A file of two megabytes is read in a fraction of the time, and a slip in a property we do not use harms nobody.
    """
    event: list[str] | None = None
    skipping = ""
    number = 0
    for line in lines:
        name = re.split(r"[;:]", line, maxsplit=1)[0].upper()
        what = line.split(":", 1)[-1].strip().upper() if name in ("BEGIN", "END") else ""
        if skipping:
            skipping = "" if name == "END" and what == skipping else skipping
        elif name == "BEGIN" and what not in ("VCALENDAR", "VEVENT", "VTIMEZONE", "STANDARD", "DAYLIGHT"):
            skipping = what
        elif name == "BEGIN" and what == "VEVENT":
            event = [line]
        elif event is None:
            if name in _PROPERTIES:
                yield line
        elif name == "END" and what == "VEVENT":
            number += 1
            if _matters(event, span):
                yield from _with_uid(event, number)
                yield line
            event = None
        elif name in _PROPERTIES and ":" in line:
            event.append(line)


def _matters(event: list[str], span: tuple[date, date]) -> bool:
    """Whether an event may touch the span; one that repeats may, one that repeats many times a day is none of ours."""
    names = {re.split(r"[;:]", line, maxsplit=1)[0].upper() for line in event}
    if "DTSTART" not in names or any(line.upper().startswith("RRULE") and _TOO_OFTEN.search(line) for line in event):
        return False
    if names & {"RRULE", "RDATE", "RECURRENCE-ID"}:
        return True
    days = [found[1] for line in event if (found := re.match(r"DT(?:START|END)\b.*?:(\d{8})", line, re.IGNORECASE))]
    low, high = (f"{day:%Y%m%d}" for day in (span[0] - 31 * _DAY, span[1] + 31 * _DAY))
    return not days or (max(days) >= low and min(days) <= high)


def _with_uid(event: list[str], number: int) -> list[str]:
    """Some makers leave UID out, which would make all such events one."""
    return event if any(line.upper().startswith("UID") for line in event) else [*event, f"UID:without-{number}"]


def _occurrences(calendar: Any, span: tuple[date, date], zone: ZoneInfo) -> Iterator[Occurrence]:
    for event in calendar.walk("VEVENT"):
        _drop_broken(event)
    calendar.subcomponents = [part for part in calendar.subcomponents if part.name != "VEVENT" or "DTSTART" in part]
    _tell_apart(calendar)
    for event in calendar.walk("VEVENT"):
        _whole_days(event)
    query = recurring_ical_events.of(calendar, skip_bad_series=True)
    for series in query.series:
        try:
            # A margin of a day: an evening in UTC is another day here.
            found = list(series.between(span[0] - _DAY, span[1] + 2 * _DAY))
        except (ValueError, TypeError, AttributeError, KeyError, OverflowError, *query.suppressed_errors):
            continue  # one rule that makes no sense does not spoil the others
        for occurrence in found[:MOST]:
            item = _occurrence(occurrence.as_component(False), zone)
            if item and span[0] <= item.last and item.first <= span[1]:
                yield item


def _drop_broken(event: Any) -> None:
    """Leave out the properties that make no sense, and with a DTSTART the event."""
    for name in [name for name, value in event.items() if isinstance(value, icalendar.vBroken)]:
        del event[name]


def _tell_apart(calendar: Any) -> None:
    """Give events of their own a UID of their own where a maker used one for all; newer versions keep theirs."""
    masters = [event for event in calendar.walk("VEVENT") if "RECURRENCE-ID" not in event]
    times = Counter((str(event.get("UID")), event.get("SEQUENCE", 0)) for event in masters)
    seen: Counter[str] = Counter()
    for event in masters:
        uid = str(event.get("UID"))
        if times[uid, event.get("SEQUENCE", 0)] > 1:
            seen[uid] += 1
            if seen[uid] > 1:
                event["UID"] = f"{uid}-{seen[uid]}"


def _whole_days(event: Any) -> None:
    """Some makers write a whole day as midnight to midnight UTC, which would be the evening before in America."""
    start, end = (getattr(event.get(name), "dt", None) for name in ("DTSTART", "DTEND"))
    if not isinstance(start, datetime) or start.tzinfo is None or event.keys() & {"EXDATE", "RDATE"}:
        return
    length = end - start if isinstance(end, datetime) and end.tzinfo else timedelta(0)
    is_utc = start.utcoffset() == timedelta(0) and "TZID" not in event["DTSTART"].params
    if is_utc and start.time() == datetime.min.time() and length % _DAY == timedelta(0) and "DURATION" not in event:
        event["DTSTART"] = icalendar.vDDDTypes(start.date())
        event.pop("DTEND", None)
        event.add("DTEND", start.date() + max(length, _DAY))


def _occurrence(event: Any, zone: ZoneInfo) -> Occurrence | None:
    try:
        start, end = event["DTSTART"].dt, event["DTEND"].dt if "DTEND" in event else event["DTSTART"].dt
        before = event["RECURRENCE-ID"].dt
    except (AttributeError, KeyError):
        return None
    first = _day(start, zone)
    replaces = _day(before, zone)
    return Occurrence(
        first=first,
        last=max(first, _last(end, zone)),
        title=_text(event.get("SUMMARY")),
        labels=_labels(event.get("CATEGORIES")),
        place=_text(event.get("LOCATION")),
        remark=_text(event.get("COMMENT")),
        replaces=replaces if replaces != first else None,
        cancelled=_text(event.get("STATUS")).upper() == "CANCELLED",
    )


def _day(moment: date | datetime, zone: ZoneInfo) -> date:
    """The city's day of a moment; one without a zone is the city's own time."""
    if not isinstance(moment, datetime):
        return moment
    return moment.astimezone(zone).date() if moment.tzinfo else moment.date()


def _last(end: date | datetime, zone: ZoneInfo) -> date:
    """The last day of an event; its end is the first moment after it."""
    if not isinstance(end, datetime):
        return end - _DAY
    before = (end.astimezone(UTC) - timedelta(seconds=1)) if end.tzinfo else end - timedelta(seconds=1)
    return _day(before, zone)


def _labels(value: Any) -> tuple[str, ...]:
    groups = value if isinstance(value, list) else [value] if value is not None else []
    return tuple(_text(item) for group in groups for item in getattr(group, "cats", [group]))


def _text(value: Any) -> str:
    """One line of plain words, at most 120 characters."""
    value = value[0] if isinstance(value, list) and value else value
    plain = re.sub(r"<[^>]*>|https?://\S+|[\x00-\x1f\x7f]", " ", str(value or ""))
    return " ".join(plain.split())[:120]
