"""Appointments through the citizen interface: what is free, held, booked, moved on and given back."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from agency.appointments.plan import PlanError, load_plan
from agency.georeport.catalog import Catalog
from agency.georeport.store import Store
from agency.server import build_app
from agency.settings import Settings
from tests.agency.rig import Clock

ZONE = ZoneInfo("America/Chicago")
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=ZONE)
TAX, TAX_TALK = 105, 1011  # one desk, 30 minutes, mornings only on Mondays
Answer = tuple[int, Any]


@dataclass
class Desk:
    """The server under test, spoken to word for word."""

    url: str
    clock: Clock
    session: aiohttp.ClientSession

    async def get(self, path: str, language: str = "en", **query: Any) -> Answer:
        async with self.session.get(
            f"{self.url}/{path}/", params=query, headers={"Accept-Language": language}
        ) as response:
            return response.status, await response.json()

    async def post(self, path: str, body: Any, key: str = "") -> Answer:
        headers = {"Idempotency-Key": key} if key else {}
        async with self.session.post(f"{self.url}/{path}/", json=body, headers=headers) as response:
            return response.status, await response.json()

    async def times(self, day: str, office: int = TAX, service: int = TAX_TALK) -> list[int]:
        status, found = await self.get(
            "available-appointments", date=day, officeId=office, serviceId=service, serviceCount=1
        )
        return list(found["appointmentTimestamps"]) if status == 200 else []

    async def hold(self, starts: int, key: str = "", office: int = TAX, service: int = TAX_TALK) -> Answer:
        body = {"timestamp": starts, "officeId": office, "serviceId": [service], "serviceCount": [1]}
        return await self.post("reserve-appointment", body, key)

    async def book(self, starts: int, name: str = "Rosa Diaz") -> Any:
        _, held = await self.hold(starts)
        holder = holder_of(held)
        await self.post("update-appointment", {**holder, "familyName": name})
        await self.post("preconfirm-appointment", holder)
        status, booked = await self.post("confirm-appointment", holder)
        assert (status, booked["status"]) == (200, "confirmed"), booked
        return booked


def holder_of(process: Any) -> dict[str, Any]:
    return {"processId": process["processId"], "authKey": process["authKey"]}


def codes(answer: Answer) -> list[str]:
    return [error["errorCode"] for error in answer[1]["errors"]]


def at(*when: int) -> int:
    return int(datetime(2026, 11, *when, tzinfo=ZONE).timestamp())


@pytest.fixture
async def desk(tmp_path: Path, catalog: Catalog) -> AsyncIterator[Desk]:
    settings, clock = Settings(data=tmp_path / "agency.db"), Clock(MONDAY)
    app = build_app(settings, catalog, Store(settings.data), clock)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        yield Desk(str(server.make_url("/appointments/v1")), clock, session)


async def test_offices_services_and_who_offers_what_are_listed_in_both_languages(desk: Desk) -> None:
    status, english = await desk.get("offices-and-services")
    _, spanish = await desk.get("offices-and-services", language="es-MX,es;q=0.9")
    assert status == 200 and len(english["offices"]) >= 3 and len(english["services"]) >= 10
    assert {relation["serviceId"] for relation in english["relations"]} == {s["id"] for s in english["services"]}
    names = [tuple(s["name"] for s in listed["services"] if s["id"] == 1002) for listed in (english, spanish)]
    assert names == [("Marriage license",), ("Licencia de matrimonio",)]
    assert english["offices"][0]["scope"]["reservationDuration"] == 10


async def test_times_lie_within_opening_hours_and_not_in_the_past(desk: Desk) -> None:
    desk.clock.time = MONDAY.replace(hour=9, minute=40)
    times = [datetime.fromtimestamp(moment, ZONE) for moment in await desk.times("2026-11-23")]
    assert [f"{time:%H:%M}" for time in times] == ["10:45", "11:00", "11:15", "11:30"]


async def test_nothing_is_free_on_a_holiday_or_a_closed_day(desk: Desk) -> None:
    assert await desk.times("2026-11-26") == []  # Thanksgiving
    assert await desk.times("2026-11-28") == []  # a Saturday
    status, found = await desk.get(
        "available-days",
        officeId=TAX, serviceId=TAX_TALK, serviceCount=1, startDate="2026-11-23", endDate="2026-11-30",
    )  # fmt: skip
    assert status == 200
    assert found["availableDays"] == ["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-27", "2026-11-30"]


async def test_the_calendar_tells_days_offices_and_times_in_one_answer(desk: Desk) -> None:
    query = {"officeIds": "102,101", "serviceIds": "1003", "serviceCounts": "1"}
    status, found = await desk.get("available-calendar", **query, startDate="2026-11-25", endDate="2026-11-27")
    days = found["availableDays"]
    assert status == 200 and [day["date"] for day in days] == ["2026-11-25", "2026-11-27"]  # Thanksgiving between
    assert [office["officeId"] for office in days[0]["offices"]] == ["102", "101"]
    assert days[0]["offices"][0]["appointments"] == await desk.times("2026-11-25", 102, 1003)


async def test_a_held_time_is_free_for_nobody_else_until_ten_minutes_are_over(desk: Desk) -> None:
    starts = at(24, 9, 0)
    status, held = await desk.hold(starts)
    assert (status, held["status"], held["timestamp"]) == (200, "reserved", str(starts))
    assert at(24, 9, 0) not in await desk.times("2026-11-24")
    assert at(24, 9, 15) not in await desk.times("2026-11-24"), "it takes 30 minutes"
    assert codes(await desk.hold(starts)) == ["appointmentNotAvailable"]
    desk.clock.time += timedelta(minutes=10)
    assert starts in await desk.times("2026-11-24")
    assert codes(await desk.post("confirm-appointment", holder_of(held))) == ["appointmentNotFound"]
    assert (await desk.hold(starts))[0] == 200


async def test_the_way_from_held_to_booked_needs_a_name_and_each_step_can_be_repeated(desk: Desk) -> None:
    _, held = await desk.hold(at(24, 9, 0))
    holder = holder_of(held)
    assert codes(await desk.post("confirm-appointment", holder)) == ["processNotPreconfirmedAnymore"]
    assert codes(await desk.post("preconfirm-appointment", holder)) == ["invalidFamilyName"]
    contact = {**holder, "familyName": " Rosa  Diaz ", "telephone": "(555) 010-0123", "email": ""}
    assert (await desk.post("update-appointment", contact))[1]["familyName"] == "Rosa Diaz"
    for _ in range(2):
        assert (await desk.post("preconfirm-appointment", holder))[1]["status"] == "preconfirmed"
    for _ in range(2):
        status, booked = await desk.post("confirm-appointment", holder)
        assert (status, booked["status"], booked["telephone"]) == (200, "confirmed", "5550100123")
    desk.clock.time += timedelta(hours=2)
    assert (await desk.get("appointment", **holder))[1]["status"] == "confirmed"
    assert at(24, 9, 0) not in await desk.times("2026-11-24")


async def test_the_same_key_holds_the_same_time_once(desk: Desk) -> None:
    first, again = await desk.hold(at(24, 9, 0), "turn-1"), await desk.hold(at(24, 9, 0), "turn-1")
    assert first == again
    other = await desk.hold(at(24, 10, 0), "turn-1")
    assert other[0] == 200 and other[1]["processId"] != first[1]["processId"]
    await desk.post("cancel-appointment", holder_of(first[1]))
    anew = await desk.hold(at(24, 9, 0), "turn-1")
    assert anew[0] == 200 and anew[1]["processId"] != first[1]["processId"], "what was given back is not held by a key"


async def test_cancelling_gives_the_time_back_and_forgets_who_came(desk: Desk) -> None:
    booked = await desk.book(at(24, 9, 0))
    for _ in range(2):
        status, gone = await desk.post("cancel-appointment", holder_of(booked))
        assert (status, gone["status"], gone["familyName"]) == (200, "deleted", "")
    assert at(24, 9, 0) in await desk.times("2026-11-24")
    again = await desk.book(at(24, 9, 0))
    desk.clock.time = MONDAY + timedelta(days=2)
    assert codes(await desk.post("cancel-appointment", holder_of(again))) == ["appointmentCanNotBeCanceled"]


async def test_a_wrong_key_and_an_unknown_number_sound_the_same(desk: Desk) -> None:
    booked = await desk.book(at(24, 9, 0))
    wrong = await desk.get("appointment", processId=booked["processId"], authKey="B2C3D4")
    unknown = await desk.get("appointment", processId=999999, authKey=booked["authKey"])
    assert wrong == unknown and codes(wrong) == ["appointmentNotFound"]
    spelled = f" {booked['authKey'][:3].lower()}-{booked['authKey'][3:]} "
    assert (await desk.get("appointment", processId=booked["processId"], authKey=spelled))[0] == 200


async def test_as_many_people_at_once_as_there_are_desks(desk: Desk) -> None:
    held = [await desk.hold(at(24, 9, 0), office=101, service=1006) for _ in range(4)]  # three desks
    assert [status for status, _ in held] == [200, 200, 200, 404]


async def test_a_longer_service_needs_one_desk_for_its_whole_time(desk: Desk) -> None:
    assert (await desk.hold(at(24, 9, 30), office=103, service=1007))[0] == 200  # 9:30-10:15 at desk one
    assert (await desk.hold(at(24, 9, 0), office=103, service=1007))[0] == 200  # 9:00-9:45 at desk two
    assert at(24, 9, 15) not in await desk.times("2026-11-24", 103, 1007)
    assert at(24, 9, 45) in await desk.times("2026-11-24", 103, 1007)


async def test_a_hundred_people_who_race_for_ten_times_book_ten(desk: Desk) -> None:
    times = (await desk.times("2026-11-24"))[:20:2]
    assert len(times) == 10

    async def one(number: int) -> int | None:
        for starts in times[number % 10 :] + times[: number % 10]:
            status, held = await desk.hold(starts, f"person-{number}")
            if status == 200:
                holder = holder_of(held)
                await desk.post("update-appointment", {**holder, "familyName": f"Person {number}"})
                await desk.post("preconfirm-appointment", holder)
                assert (await desk.post("confirm-appointment", holder))[0] == 200
                return starts
            assert codes((status, held)) == ["appointmentNotAvailable"]
        return None

    got = [starts for starts in await asyncio.gather(*(one(number) for number in range(100))) if starts]
    assert sorted(got) == times


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"officeId": "x"}, "invalidOfficeId"),
        ({"serviceId": []}, "invalidServiceId"),
        ({"serviceCount": [99]}, "invalidServiceCount"),
        ({"timestamp": "soon"}, "invalidTimestamp"),
        ({"serviceId": [1001]}, "invalidLocationAndServiceCombination"),
        ({"timestamp": at(24, 9, 1)}, "appointmentNotAvailable"),
        ({"timestamp": at(26, 9, 0)}, "appointmentNotAvailable"),
    ],
)
async def test_what_cannot_be_held_is_refused_by_name(desk: Desk, change: dict[str, Any], code: str) -> None:
    body = {"timestamp": at(24, 9, 0), "officeId": TAX, "serviceId": [TAX_TALK], "serviceCount": [1], **change}
    assert codes(await desk.post("reserve-appointment", body)) == [code]


async def test_nonsense_is_refused_and_breaks_nothing(desk: Desk) -> None:
    for body in ("[" * 5000, "[]", "{", '{"processId": [], "authKey": 1}'):
        async with desk.session.post(f"{desk.url}/confirm-appointment", data=body) as response:
            assert response.status == 400 and (await response.json())["errors"]
    assert codes(await desk.get("available-appointments", date="2026-13-01")) == ["invalidDate"]
    assert codes(await desk.get("nowhere")) == ["notFound"]
    held = (await desk.hold(at(24, 9, 0)))[1]
    wrong = {**holder_of(held), "familyName": "", "email": "me", "telephone": "12"}
    answer = await desk.post("update-appointment", wrong)
    assert codes(answer) == ["invalidFamilyName", "invalidEmail", "invalidTelephone"]


async def test_staff_see_who_comes_and_nothing_else_about_them(desk: Desk, tmp_path: Path) -> None:
    _, held = await desk.hold(at(24, 9, 0))
    contact = {**holder_of(held), "familyName": "Rosa Diaz", "telephone": "5550100123", "email": "rosa@mail.example"}
    await desk.post("update-appointment", contact)
    await desk.post("preconfirm-appointment", holder_of(held))
    await desk.post("confirm-appointment", holder_of(held))
    await desk.hold(at(24, 10, 0))
    command = [sys.executable, "-m", "agency", "appointments", "--day", "2026-11-24"]
    command += ["--data", str(tmp_path / "agency.db")]
    printed = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True)
    lines = printed.stdout.splitlines()
    assert len(lines) == 1 and lines[0].startswith("09:00-09:30  Tax Office") and lines[0].endswith("Rosa Diaz")
    assert "5550100123" not in printed.stdout and "rosa@" not in printed.stdout


async def test_a_name_is_forgotten_a_month_after_the_appointment(desk: Desk) -> None:
    booked = await desk.book(at(24, 9, 0))
    desk.clock.time = MONDAY + timedelta(days=40)
    await desk.hold(int(datetime(2027, 1, 5, 9, 0, tzinfo=ZONE).timestamp()))
    _, shown = await desk.get("appointment", **holder_of(booked))
    assert shown["familyName"] == ""


@pytest.mark.parametrize(
    ("line", "instead", "says"),
    [
        ("offices: [105]", "offices: [999]", "one of its offices"),
        ("slot_minutes: 15", "slot_minutes: soon", "slot_minutes"),
        ("desks: 3", "desks: 0", "desks"),
        ('mon: "09:00-12:00",', 'mon: "12:00-09:00",', "open before they close"),
        ("{en: Notary, es: Notario}", "{en: Notary}", "not in exactly"),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, line: str, instead: str, says: str) -> None:
    good = Settings().appointments.read_text(encoding="utf-8")
    assert line in good
    (tmp_path / "plan.yml").write_text(good.replace(line, instead), encoding="utf-8")
    with pytest.raises(PlanError, match=says):
        load_plan(tmp_path / "plan.yml", Settings().holidays)
