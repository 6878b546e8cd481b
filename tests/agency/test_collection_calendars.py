"""The collection calendars, read by a strict reader over HTTP."""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
import icalendar
import pytest
import recurring_ical_events
from aiohttp import web
from aiohttp.test_utils import TestServer

from agency.calendars.api import Calendars
from agency.calendars.zones import ZonesError
from agency.settings import Settings

CHICAGO = ZoneInfo("America/Chicago")
CITY = Path(__file__).parents[2] / "city.yml"


@dataclass
class Reader:
    """A client of one server; `files` are what it serves from."""

    session: aiohttp.ClientSession
    url: str
    seed: Path
    holidays: Path

    async def days(self, zone: str, kind: str, start: date, end: date) -> list[date]:
        """The days on which that kind is collected."""
        async with self.session.get(f"{self.url}/{zone}.ics") as response:
            assert response.status == 200 and response.content_type == "text/calendar"
            calendar = icalendar.Calendar.from_ical(await response.read())
        events = recurring_ical_events.of(calendar).between(start, end)
        starts = [event.start for event in events if kind in event.categories]
        assert all(start.tzinfo and start.hour == 6 for start in starts)
        return sorted(start.date() for start in starts)


@pytest.fixture
async def reader(tmp_path: Path) -> AsyncIterator[Reader]:
    seed, holidays = tmp_path / "zones.yml", tmp_path / "city.yml"
    seed.write_bytes(Settings().zones.read_bytes())
    holidays.write_bytes(CITY.read_bytes())
    app = web.Application()
    app.add_routes(Calendars(seed, holidays, "brightwater.example", CHICAGO).routes())
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        yield Reader(session, str(server.make_url("/calendars/collection")), seed, holidays)


async def test_trash_comes_every_week_at_six_in_winter_and_in_summer(reader: Reader) -> None:
    days = await reader.days("midtown", "trash", date(2026, 2, 1), date(2026, 5, 1))
    assert days == [date(2026, 2, 3) + timedelta(weeks=week) for week in range(13)]


async def test_recycling_comes_every_other_week_and_yard_waste_from_april_to_november(reader: Reader) -> None:
    recycling = await reader.days("riverside", "recycling", date(2026, 3, 1), date(2026, 4, 5))
    assert recycling == [date(2026, 3, 2), date(2026, 3, 16), date(2026, 3, 30)]
    other = await reader.days("midtown", "recycling", date(2026, 3, 1), date(2026, 4, 5))
    assert other == [date(2026, 3, 10), date(2026, 3, 24)]
    yard = await reader.days("oakwood", "yard", date(2026, 10, 31), date(2027, 4, 9))
    assert yard[0] == date(2026, 11, 4) and yard[-1] == date(2027, 4, 7) and len(yard) == 5


async def test_from_a_holiday_on_pickups_come_a_day_later_that_week(reader: Reader) -> None:
    week = date(2026, 11, 23), date(2026, 11, 29)
    assert await reader.days("oakwood", "trash", *week) == [date(2026, 11, 25)]
    assert await reader.days("millbrook", "trash", *week) == [date(2026, 11, 27)]
    assert await reader.days("lakeside", "trash", *week) == [date(2026, 11, 28)]


async def test_a_moved_pickup_says_what_it_replaces_and_why(reader: Reader) -> None:
    async with reader.session.get(f"{reader.url}/millbrook.ics") as response:
        calendar = icalendar.Calendar.from_ical(await response.read())
    moved = [e for e in calendar.walk("VEVENT") if e.start.date() == date(2026, 11, 27) and "trash" in e.categories]
    assert [e["RECURRENCE-ID"].dt for e in moved] == [datetime(2026, 11, 26, 6, tzinfo=CHICAGO)]
    assert str(moved[0]["COMMENT"]) == "Thanksgiving Day"


async def test_a_reader_who_has_the_calendar_gets_304_until_a_file_changes(reader: Reader) -> None:
    async with reader.session.get(f"{reader.url}/oakwood.ics") as response:
        tag, changed = response.headers["ETag"], response.headers["Last-Modified"]
    for headers in ({"If-None-Match": tag}, {"If-Modified-Since": changed}):
        async with reader.session.get(f"{reader.url}/oakwood.ics", headers=headers) as response:
            assert response.status == 304 and response.headers["ETag"] == tag and not await response.read()
    reader.seed.write_text(reader.seed.read_text().replace("oakwood, weekday: wed", "oakwood, weekday: thu"))
    later = reader.seed.stat().st_mtime + 10
    os.utime(reader.seed, (later, later))
    async with reader.session.get(f"{reader.url}/oakwood.ics", headers={"If-None-Match": tag}) as response:
        assert response.status == 200 and response.headers["ETag"] != tag
    assert await reader.days("oakwood", "trash", date(2026, 3, 2), date(2026, 3, 8)) == [date(2026, 3, 5)]


async def test_an_unknown_zone_is_a_404(reader: Reader) -> None:
    async with reader.session.get(f"{reader.url}/nowhere.ics") as response:
        assert response.status == 404


def test_a_mistake_in_the_zones_stops_the_start_and_names_the_file(tmp_path: Path) -> None:
    seed = tmp_path / "zones.yml"
    seed.write_text(Settings().zones.read_text().replace("weekday: wed", "weekday: wednesday"))
    with pytest.raises(ZonesError, match=r"zones\.yml"):
        Calendars(seed, CITY, "brightwater.example", CHICAGO).routes()
