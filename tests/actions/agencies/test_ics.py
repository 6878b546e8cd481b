"""The calendar client against small servers that answer as cities do: well, oddly, slowly and not at all."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from actions.agencies.errors import AgencyDown, AgencyError, AgencyNonsense, AgencySlow
from actions.agencies.ics import Calendars
from actions.agencies.pickups import Schedule
from bot.agencies import Agency

CHICAGO = ZoneInfo("America/Chicago")
TODAY = date(2026, 11, 23)
REAL = Path(os.environ.get("SHARED_DATA", Path(__file__).parents[4] / "shared" / "data")) / "calendar/recurring.ics"


def event(*lines: str) -> str:
    return "\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT"])


def calendar(*events: str, head: tuple[str, ...] = ()) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//town//EN", *head, *events, "END:VCALENDAR", ""]
    return "\r\n".join(lines).encode()


WEEKLY = event("UID:1", "SUMMARY:Trash", "DTSTART;VALUE=DATE:20260107", "RRULE:FREQ=WEEKLY")


@dataclass
class City:
    """A server whose answer a test sets, and the client that reads it."""

    answer: bytes = calendar(WEEKLY)
    status: int = 200
    content_type: str = "text/calendar"
    before: Callable[[], Awaitable[Any]] | None = None
    asked: list[str] = field(default_factory=list)
    client: Calendars | None = None

    async def handle(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        if self.before:
            await self.before()
        return web.Response(status=self.status, body=self.answer, headers={"Content-Type": self.content_type})

    async def read(self, body: bytes | None = None, zone: str = "") -> Schedule:
        self.answer = self.answer if body is None else body
        assert self.client
        return await self.client.schedule(zone, TODAY, CHICAGO)

    async def days(self, *events: str, kind: str = "trash", weeks: int = 3, head: tuple[str, ...] = ()) -> list[str]:
        """The next days of a kind in a calendar of these events, as "11-25"."""
        found = (await self.read(calendar(*events, head=head))).between(kind, TODAY, TODAY + timedelta(weeks=weeks))
        return [f"{pickup.day:%m-%d}" for pickup in found]


@asynccontextmanager
async def serving(path: str = "/days.ics", seconds: float = 2.0, **options: Any) -> AsyncIterator[City]:
    city = City()
    app = web.Application()
    app.router.add_get("/{path:.*}", city.handle)
    async with TestServer(app) as server:
        url = str(server.make_url("/")).rstrip("/") + path
        city.client = Calendars(Agency("days", "ics", url, timeout=seconds, options=options))
        yield city
        await city.client.close()


@pytest.fixture
async def city() -> AsyncIterator[City]:
    async with serving() as one:
        yield one


async def test_weekly_biweekly_and_monthly_rules_give_their_days(city: City) -> None:
    biweekly = event("UID:2", "SUMMARY:Recycling", "DTSTART;VALUE=DATE:20260107", "RRULE:FREQ=WEEKLY;INTERVAL=2")
    monthly = event("UID:3", "SUMMARY:Bulk items", "DTSTART;VALUE=DATE:20260102", "RRULE:FREQ=MONTHLY;BYDAY=1FR")
    assert await city.days(WEEKLY, biweekly, monthly) == ["11-25", "12-02", "12-09"]
    schedule = await city.read()
    assert [p.day for p in schedule.between("recycling", TODAY, date(2026, 12, 10))] == [
        date(2026, 11, 25),
        date(2026, 12, 9),
    ]
    assert next(p.day for p in schedule.of("bulky") if p.day >= TODAY) == date(2026, 12, 4)


async def test_exceptions_additions_and_moved_days_are_followed(city: City) -> None:
    rule = event(
        "UID:1", "SUMMARY:Trash", "DTSTART;VALUE=DATE:20260108", "RRULE:FREQ=WEEKLY",
        "EXDATE;VALUE=DATE:20261203,20261210", "RDATE;VALUE=DATE:20261204",
    )  # fmt: skip
    moved = event("UID:1", "SUMMARY:Trash", "RECURRENCE-ID;VALUE=DATE:20261126", "DTSTART;VALUE=DATE:20261127")
    assert await city.days(rule, moved, weeks=4) == ["11-27", "12-04", "12-17"]
    pickups = (await city.read()).between("trash", TODAY, date(2026, 12, 17))
    assert [p.usual for p in pickups] == [date(2026, 11, 26), date(2026, 12, 3), None]


async def test_a_cancelled_day_is_not_a_pickup_and_its_reason_is_kept(city: City) -> None:
    gone = event(
        "UID:1", "SUMMARY:Trash", "COMMENT:Snow", "STATUS:CANCELLED", "RECURRENCE-ID;VALUE=DATE:20261125",
        "DTSTART;VALUE=DATE:20261125",
    )  # fmt: skip
    assert await city.days(WEEKLY, gone) == ["12-02", "12-09"]
    assert (await city.read()).none == ((date(2026, 11, 25), "Snow"),)


async def test_a_list_of_single_days_shows_what_a_holiday_moved(city: City) -> None:
    thursdays = [date(2026, 10, 15) + timedelta(weeks=week) for week in range(12)]
    days = [day + timedelta(days=day == date(2026, 11, 26)) for day in thursdays]
    single = [event(f"UID:{day}", "SUMMARY:Garbage", f"DTSTART;VALUE=DATE:{day:%Y%m%d}") for day in days]
    holiday = event("UID:h", "SUMMARY:Thanksgiving Day", "DTSTART;VALUE=DATE:20261126")
    assert await city.days(*single, holiday, weeks=2) == ["11-27", "12-03"]
    first, second = (await city.read()).between("trash", TODAY, date(2026, 12, 6))
    assert (first.usual, first.reason) == (date(2026, 11, 26), "Thanksgiving Day") and second.usual is None


async def test_no_collection_days_are_told_apart_from_collections(city: City) -> None:
    none = event("UID:n", "SUMMARY:No trash or recycling - Christmas", "DTSTART;VALUE=DATE:20261125")
    numbered = event("UID:m", "SUMMARY:Trash route no. 4", "DTSTART;VALUE=DATE:20261124")
    assert await city.days(none, numbered) == ["11-24"]


@pytest.mark.parametrize(
    ("start", "end", "head"),
    [
        ("DTSTART:20261125T120000Z", "DTEND:20261126T000000Z", ()),
        ("DTSTART:20261126T030000Z", "DURATION:PT1H", ()),
        ("DTSTART;TZID=America/New_York:20261125T070000", "X-NOTHING:1", ()),
        ("DTSTART;TZID=Eastern Standard Time:20261125T070000", "X-NOTHING:1", ()),
        ("DTSTART:20261125T060000", "DTEND:20261125T180000", ("X-WR-TIMEZONE:America/Chicago",)),
        ("DTSTART:20261125T120000Z", "DTEND:20261125T130000Z", ("X-WR-TIMEZONE:America/Chicago",)),
        ("DTSTART:20261125T000000Z", "DTEND:20261126T000000Z", ()),
        ("DTSTART;VALUE=DATE:20261125", "X-NOTHING:1", ()),
        ("DTSTART:20261125", "X-NOTHING:1", ()),
    ],
)  # fmt: skip
async def test_a_day_is_the_citys_day_however_its_time_is_written(
    city: City, start: str, end: str, head: tuple[str, ...]
) -> None:
    assert await city.days(event("UID:1", "SUMMARY:Trash", start, end), head=head) == ["11-25"]


async def test_a_time_zone_of_the_files_own_is_used(city: City) -> None:
    zone = (
        "BEGIN:VTIMEZONE", "TZID:Town time", "BEGIN:STANDARD", "DTSTART:19701101T020000",
        "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU", "TZOFFSETFROM:-0500", "TZOFFSETTO:-0600", "END:STANDARD",
        "BEGIN:DAYLIGHT", "DTSTART:19700308T020000", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU",
        "TZOFFSETFROM:-0600", "TZOFFSETTO:-0500", "END:DAYLIGHT", "END:VTIMEZONE",
    )  # fmt: skip
    late = event("UID:1", "SUMMARY:Trash", "DTSTART;TZID=Town time:20260708T233000", "RRULE:FREQ=WEEKLY")
    assert await city.days(late, head=zone) == ["11-25", "12-02", "12-09"]


async def test_folded_lines_byte_marks_and_old_code_pages_are_read(city: City) -> None:
    folded = calendar(WEEKLY).replace(b"SUMMARY:Trash", b"SUMMARY:Tra\r\n sh and recy\r\n\tcling")
    assert (await city.read(folded)).of("recycling")
    accents = calendar(event("UID:1", "SUMMARY:Recolección de basura", "DTSTART;VALUE=DATE:20261125")).decode()
    for number, encoding in enumerate(("utf-8-sig", "cp1252", "utf-16")):
        city.client = Calendars(Agency(f"days{number}", "ics", city.client.agency.url))  # type: ignore[union-attr]
        assert [p.title for p in (await city.read(accents.encode(encoding))).of("trash")] == ["Recolección de basura"]
        await city.client.close()


async def test_bare_line_feeds_a_missing_uid_and_one_uid_for_all_are_read(city: City) -> None:
    lines = [event("SUMMARY:Trash", f"DTSTART;VALUE=DATE:202611{day}") for day in (24, 25)]
    same = [event("UID:x", "SUMMARY:Trash", f"DTSTART;VALUE=DATE:202611{day}") for day in (26, 27)]
    found = await city.read(calendar(*lines, *same).replace(b"\r\n", b"\n"))
    assert [p.day.day for p in found.of("trash")] == [24, 25, 26, 27]


async def test_one_bad_event_does_not_spoil_the_others(city: City) -> None:
    bad = [
        event("UID:a", "SUMMARY:Trash", "DTSTART;VALUE=DATE:2026-11-25"),
        event("UID:b", "SUMMARY:Trash", "DTSTART;VALUE=DATE:20261124", "RRULE:FREQ=SOMETIMES"),
        event("UID:c", "SUMMARY:Trash", "DTSTART:20260101T000000", "RRULE:FREQ=SECONDLY"),
        event("UID:d", "SUMMARY:Trash", "DTSTART;VALUE=DATE:20261131"),
        event("UID:e", "SUMMARY:Trash"),
        event("UID:f", "SUMMARY;=;:Trash", "DTSTART;VALUE=DATE:20261125", "no colon here"),
    ]
    assert "12-02" in await city.days(WEEKLY, *bad)


@pytest.mark.parametrize(
    ("title", "kinds"),
    [
        ("Trash & Recycling", "trash recycling"),
        ("Yard Waste", "yard"),
        ("Bulk trash pickup", "bulky"),
        ("Garbage and large items", "trash bulky"),
        ("Food waste / compost", "organics"),
        ("Recolección de basura y reciclaje", "trash recycling"),
        ("Residuos orgánicos", "organics"),
        ("Muebles y enseres", "bulky"),
        ("Restmüll", "trash"),
        ("Gelber Sack", "recycling"),
        ("Biotonne", "organics"),
        ("Sperrmüll", "bulky"),
        ("Poubelle jaune", "recycling"),
        ("Poubelle verte", "trash"),
        ("Déchets verts", "yard"),
        ("Encombrants", "bulky"),
        ("Collection day", "trash"),
        ("Street sweeping", "other"),
    ],
)  # fmt: skip
async def test_kinds_are_known_by_the_words_of_several_languages(city: City, title: str, kinds: str) -> None:
    found = await city.read(calendar(event("UID:1", f"SUMMARY:{title}", "DTSTART;VALUE=DATE:20261125")))
    assert found.pickups[0].kinds == set(kinds.split())


async def test_a_citys_own_words_go_before_the_known_ones() -> None:
    async with serving(words={"yard": ["verte"], "recycling": "blue sack, papeles"}) as city:
        verte = event("UID:1", "SUMMARY:Poubelle verte", "DTSTART;VALUE=DATE:20261125")
        assert await city.days(verte, kind="yard") == ["11-25"] and not (await city.read()).of("trash")


async def test_each_zone_has_its_own_address_where_the_url_says_so() -> None:
    async with serving("/zones/{zone}.ics", zones="agency/calendars/seed/streets.csv") as city:
        await city.read(zone="oakwood")
        await city.read(zone="North End")
        assert city.asked == ["/zones/oakwood.ics", "/zones/North End.ics"]
        streets = city.client.streets() if city.client else None
        assert streets and streets.zones("Oak Street", 12) == {"oakwood"} and len(streets.zones("Oak Street")) == 2


async def test_one_calendar_for_all_zones_tells_each_its_own_days(tmp_path: Path) -> None:
    table = tmp_path / "streets.csv"
    table.write_text("Calle;Desde;Hasta;Zona\nOak Street;1;99;A\nElm Street;;;B\n", "cp1252")
    async with serving(zones=str(table)) as city:
        events = [
            event(f"UID:{z}", f"SUMMARY:Zone {z} trash", f"DTSTART;VALUE=DATE:202611{d}") for z, d in ("A2", "B3")
        ]
        events = [line.replace("202611", "2026112") for line in events]
        holiday = event("UID:h", "SUMMARY:Leaf collection", "DTSTART;VALUE=DATE:20261124")
        found = await city.read(calendar(*events, holiday), zone="B")
        assert [p.title for p in found.pickups] == ["Zone B trash", "Leaf collection"]


async def test_a_calendar_is_asked_for_once_and_kept_while_the_server_is_down(city: City) -> None:
    assert (await city.read()).of("trash") and (await city.read()).of("trash") and len(city.asked) == 1
    assert city.client
    city.client = Calendars(city.client.agency, fresh=0)  # asks every time
    assert (await city.read()).of("trash")
    for status, body in ((500, b""), (404, b"gone"), (200, b"<html>maintenance</html>"), (200, calendar(WEEKLY)[:90])):
        city.status, city.answer = status, body
        assert (await city.read()).of("trash"), "what was fetched before is still used"
    assert len(city.asked) > 2


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (500, b"oops", AgencyDown),
        (404, b"nothing here", AgencyNonsense),
        (200, b"<!doctype html><html>Please log in</html>", AgencyNonsense),
        (200, b"", AgencyNonsense),
        (200, calendar(WEEKLY)[:120], AgencyNonsense),
    ],
)
async def test_without_a_calendar_there_is_an_error_and_no_guess(
    city: City, status: int, body: bytes, error: type[AgencyError]
) -> None:
    city.status = status
    with pytest.raises(error):
        await city.read(body)


async def test_a_wrong_content_type_and_an_empty_calendar_are_no_errors(city: City) -> None:
    city.content_type = "application/octet-stream"
    assert (await city.read()).of("trash")
    async with serving() as other:
        assert (await other.read(calendar())).pickups == ()


async def test_a_slow_server_is_given_up_in_time() -> None:
    async with serving(seconds=0.2) as city:
        waiting = asyncio.Event()
        city.before = waiting.wait
        started = asyncio.get_running_loop().time()
        with pytest.raises(AgencySlow):
            await city.read()
        assert asyncio.get_running_loop().time() - started < 2
        waiting.set()


async def test_two_megabytes_of_days_are_read() -> None:
    first = date(2021, 1, 1)
    days = (first + timedelta(days=number % 3000) for number in range(8000))
    many = [
        event(f"UID:{n}@town", "SUMMARY:Trash", f"DTSTART;VALUE=DATE:{d:%Y%m%d}", "DESCRIPTION:" + "words " * 30)
        for n, d in enumerate(days)
    ]
    body = calendar(*many)
    assert len(body) > 2_000_000
    async with serving(seconds=30) as city:
        assert len((await city.read(body)).between("trash", TODAY, TODAY + timedelta(days=6))) == 7


async def test_a_calendar_in_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "days.ics"
    path.write_bytes(calendar(WEEKLY))
    client = Calendars(Agency("days", "ics", f"file:{path}"))
    assert (await client.schedule("", TODAY, CHICAGO)).of("trash")


async def test_a_real_calendar_is_understood(city: City) -> None:
    if not REAL.exists():
        pytest.skip("the recorded calendar is not on this machine")
    found = await city.read(REAL.read_bytes())
    day = {kind: next(p.day for p in found.of(kind) if p.day >= TODAY) for kind in ("trash", "recycling", "bulky")}
    assert day == {"trash": date(2026, 11, 23), "recycling": date(2026, 12, 3), "bulky": date(2026, 11, 27)}
    assert not any(pickup.usual for pickup in found.pickups)
