"""A city's collection calendars: any address of an iCalendar file, one for all or one for each zone."""

import asyncio
import functools
import re
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit
from zoneinfo import ZoneInfo

from actions.agencies.cache import Cache
from actions.agencies.calendar_text import NotACalendar, Occurrence, read_calendar
from actions.agencies.connection import Connection, failure
from actions.agencies.errors import AgencyDown, AgencyError, AgencyNonsense, AgencyRefused, AgencySlow
from actions.agencies.pickups import KINDS, Schedule, Words, schedule
from actions.agencies.street_table import BadTable, read_stretches
from actions.agencies.streets import Streets
from bot.agencies import Agency
from bot.settings import ROOT

__all__ = ["AgencyError", "Calendars", "Schedule", "Streets"]

FRESH = 6 * 3600.0
"""Seconds a calendar is used before it is asked for again; it is used however old while its server is down."""
RETRY = 30.0
_BACK, _AHEAD = timedelta(days=45), timedelta(days=400)
_GRACE = 0.3
"""Seconds to read what has arrived at the last moment."""


class Calendars:
    """The calendars at one agency's url; `{zone}` in it stands for the zone of an address.

    Options: `zones`: a file with the city's streets (actions/agencies/street_table.py); `words`: for each kind the
    words that name it in this calendar.
    """

    KIND = "ics"

    def __init__(self, agency: Agency, fresh: float = FRESH) -> None:
        self.agency = agency
        self._connection = Connection(agency)
        self._cache: Cache[str, tuple[Occurrence, ...]] = Cache(fresh, min(fresh, RETRY))
        self._schedules: dict[str, tuple[tuple[Occurrence, ...], Schedule]] = {}

    @property
    def words(self) -> Words:
        """The option `words`, for the kinds we know."""
        given = self.agency.options.get("words")
        return {kind: _list(given[kind]) for kind in KINDS if kind in given} if isinstance(given, Mapping) else {}

    def streets(self) -> Streets | None:
        """The street table; None where one calendar serves the whole city. Raises AgencyNonsense."""
        name = self.agency.options.get("zones")
        if not name:
            return None
        path = ROOT / str(name)
        try:
            return _streets(path, path.stat().st_mtime_ns)
        except (OSError, BadTable) as reason:
            error = AgencyNonsense(f"the table of streets cannot be used: {reason}")
            self._connection.record.failed(error)
            raise error from reason

    async def schedule(self, zone: str, today: date, where: ZoneInfo) -> Schedule:
        """The pickups of a zone ("" where there are none) from 45 days ago to 400 days ahead. Raises AgencyError."""
        deadline = self._connection.deadline() + _GRACE
        try:
            async with asyncio.timeout_at(deadline):
                found = await self._cache.get(zone, lambda: self._read(zone, (today - _BACK, today + _AHEAD), where))
        except TimeoutError:
            raise AgencySlow("the calendar took too long") from None
        return self._schedule(found, zone)

    def _schedule(self, found: tuple[Occurrence, ...], zone: str) -> Schedule:
        """Reading 445 days of titles takes tens of milliseconds: once for each reading of the calendar is enough."""
        made_of, made = self._schedules.get(zone, ((), Schedule(())))
        if made_of is not found:
            made = schedule(self._of_zone(found, zone), self.words)
            self._schedules[zone] = (found, made)
        return made

    async def close(self) -> None:
        """Close the connections."""
        await self._connection.close()

    async def _read(self, zone: str, span: tuple[date, date], where: ZoneInfo) -> tuple[Occurrence, ...]:
        body = await self._body(self.agency.url.replace("{zone}", quote(zone, safe="")))
        try:
            return await asyncio.to_thread(read_calendar, body, span, where)
        except NotACalendar as reason:
            error = AgencyNonsense(str(reason))
            self._connection.record.failed(error)
            raise error from reason

    async def _body(self, url: str) -> bytes:
        if url.startswith("file:"):
            try:
                return await asyncio.to_thread((ROOT / unquote(urlsplit(url).path)).read_bytes)
            except OSError as reason:
                raise AgencyDown(f"the calendar file cannot be opened ({reason.strerror})") from reason
        headers = {"Accept": "text/calendar, */*;q=0.1"}
        status, body = await self._connection.exchange("GET", url, headers, self._connection.deadline())
        if status >= 300:
            error = failure(status, "no", body)
            # Files move when a new year begins: not a refusal that a resident could mend, and the old one still serves.
            raise AgencyNonsense(f"the calendar is not there ({status})") if isinstance(error, AgencyRefused) else error
        return body

    def _of_zone(self, found: tuple[Occurrence, ...], zone: str) -> tuple[Occurrence, ...]:
        """In a calendar for all zones, the days of one: what names another zone is not its own."""
        streets = None if "{zone}" in self.agency.url else self.streets()
        if not zone or streets is None:
            return found
        others = streets.all_zones() - {zone}
        return tuple(item for item in found if _names(item, {zone}) or not _names(item, others))


def _names(item: Occurrence, zones: set[str] | frozenset[str]) -> bool:
    text = " ".join((item.title, item.place, *item.labels))
    # "A" is a zone, "a" is a word.
    flags = {zone: re.IGNORECASE if len(zone) > 2 else 0 for zone in zones}
    return any(re.search(rf"(?<!\w){re.escape(zone)}(?!\w)", text, flag) for zone, flag in flags.items())


@functools.lru_cache(maxsize=8)
def _streets(path: Path, _changed: int) -> Streets:
    return Streets(read_stretches(path))


def _list(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else str(value).replace(",", " ").split()
