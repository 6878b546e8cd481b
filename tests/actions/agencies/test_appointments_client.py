"""One client for the embedded appointments and for foreign ones, and never two appointments for one wish."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from actions.agencies.appointments import Appointments
from actions.agencies.booking import Catalog, Person, Service, Slot
from actions.agencies.errors import AgencyDown, AgencyError, AgencyNonsense
from agency.appointments.api import add_to
from agency.settings import Settings
from bot.agencies import Agency
from tests.fakes.agency import TROUBLES, TroubledAgency, passing_to
from tests.fakes.zms import NEXT_DAY, NINE, TEN, Zms

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
FIRST, LAST = date(2026, 11, 24), date(2026, 12, 24)


@asynccontextmanager
async def client(url: str, **options: bool) -> AsyncIterator[Appointments]:
    made = Appointments(Agency("appointments", "appointments", url, timeout=1.0, options=options))
    try:
        yield made
    finally:
        await made.close()


@pytest.fixture
async def embedded(tmp_path: Path) -> AsyncIterator[str]:
    app = web.Application()
    add_to(app, Settings(data=tmp_path / "agency.db"), lambda: NOW)
    async with TestServer(app) as server:
        yield str(server.make_url("")).rstrip("/")


def service_of(catalog: Catalog, name: str) -> Service:
    return next(service for service in catalog.services if service.name == name)


async def test_the_embedded_agency_from_the_catalog_to_a_cancelled_appointment(embedded: str) -> None:
    async with client(f"{embedded}/appointments/v1", idempotency=True) as appointments:
        catalog = await appointments.catalog("es")
        notary = service_of(catalog, "Notario")
        offices = catalog.offices_of(notary)
        assert [office.name for office in offices] == ["Ayuntamiento", "Secretaría Municipal"]
        assert offices[0].address == "100 Main Street" and offices[0].hold_minutes == 10
        free = await appointments.free(notary, offices, FIRST, LAST)
        assert {slot.office_id for slot in free[:6]} == {"101", "102"} and list(free) == sorted(free)
        held = await appointments.reserve(free[0], notary, "a")
        assert held and held.status == "reserved" and held.starts == free[0].starts
        booked = await appointments.book(held, Person("Rosa Diaz", telephone="555-010-0123"))
        assert booked and booked.status == "confirmed"
        again = await appointments.book(held, Person("Rosa Diaz"))
        assert again == booked, "booking what is booked changes nothing"
        shown = await appointments.show(held.id, held.key.lower())
        assert shown and shown.person.name == "Rosa Diaz"
        assert await appointments.show(held.id, "B2C3D4") is None
        assert await appointments.cancel(booked) and await appointments.cancel(booked)
        gone = await appointments.show(held.id, held.key)
        assert gone and gone.status == "deleted"
        assert await appointments.book(held, Person("Rosa Diaz")) is None


@pytest.mark.parametrize("relations", [True, False])
async def test_a_foreign_system_of_an_older_make_works_the_same(relations: bool) -> None:
    zms = Zms(relations)
    async with TestServer(zms.app()) as server, client(str(server.make_url("")).rstrip("/")) as appointments:
        catalog = await appointments.catalog("en")
        assert [office.address for office in catalog.offices] == ["7 Hauptstraße"]
        passport = service_of(catalog, "Reisepass")
        free = await appointments.free(passport, catalog.offices, FIRST, LAST)
        assert [slot.starts for slot in free] == [NINE, TEN, NEXT_DAY]
        held = await appointments.reserve(free[0], passport, "a")
        assert held and (held.id, held.key, held.office_id) == ("101000", "fb43", "10489")
        assert await appointments.reserve(free[0], passport, "b") is None, "somebody has it"
        booked = await appointments.book(held, Person("Rosa Diaz"))
        assert booked and booked.status == "confirmed" and booked.person.name == "Rosa Diaz"
        assert await appointments.show("101000", "FB43"), "a phone's keyboard begins with a capital"
        assert await appointments.show("101000", "fb44") is None
        assert await appointments.cancel(booked)
        assert await appointments.show("101000", "fb43") is None
        zms.free.clear()
        assert await appointments.free(passport, catalog.offices, FIRST, LAST) == ()


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_no_trouble_books_twice_or_hides_what_was_booked(embedded: str, trouble: str) -> None:
    """The answer to the last step is lost; whoever asks again finds the appointment booked, once."""
    healthy = passing_to(embedded)
    lost: list[str] = []

    async def forward(request: web.Request) -> web.StreamResponse:
        answer = await healthy(request)
        if "confirm-appointment" in request.path and "preconfirm" not in request.path and not lost:
            lost.append(request.path)
            agency.trouble = trouble
            return await agency.answer(request)
        return answer

    agency = TroubledAgency(forward)
    async with (
        agency.running() as running,
        client(f"{running.url}/appointments/v1", idempotency=True) as appointments,
        client(f"{embedded}/appointments/v1") as direct,
    ):
        catalog = await appointments.catalog("en")
        tax = service_of(catalog, "Property tax talk")
        free = await appointments.free(tax, catalog.offices_of(tax), FIRST, LAST)
        held = await appointments.reserve(free[0], tax, "a")
        assert held
        with pytest.raises(AgencyError) as caught:
            await appointments.book(held, Person("Rosa Diaz"))
        assert caught.value.sent == "unknown"
        agency.trouble = ""
        found = await direct.show(held.id, held.key)
        assert found and found.status == "confirmed"
        after = Appointments(Agency("again", "appointments", f"{embedded}/appointments/v1"))
        booked = await after.book(held, Person("Rosa Diaz"))
        await after.close()
        assert booked and booked.id == held.id
        left = await direct.free(tax, catalog.offices_of(tax), FIRST, LAST)
        assert len(free) - len(left) == 2, "30 minutes at one desk take two starts of a quarter of an hour each"


async def test_a_hold_whose_answer_was_cut_off_is_asked_for_again_and_is_the_same(embedded: str) -> None:
    healthy = passing_to(embedded)
    asked: list[str] = []

    async def forward(request: web.Request) -> web.StreamResponse:
        answer = await healthy(request)
        if "reserve" in request.path:
            asked.append(request.headers["Idempotency-Key"])
            if len(asked) == 1:
                return web.Response(body=b'{"processId": 10', content_type="application/json")
        return answer

    async with (
        TroubledAgency(forward).running() as running,
        client(f"{running.url}/appointments/v1", idempotency=True) as appointments,
    ):
        catalog = await appointments.catalog("en")
        tax = service_of(catalog, "Property tax talk")
        slot = (await appointments.free(tax, catalog.offices_of(tax), FIRST, LAST))[0]
        held = await appointments.reserve(slot, tax, "a")
        assert held and asked == ["a", "a"]
        assert held.id == "100001"


async def test_a_foreign_hold_is_never_asked_for_twice() -> None:
    zms, asked = Zms(), 0

    async def forward(request: web.Request) -> web.StreamResponse:
        nonlocal asked
        if "reserve" in request.path:
            asked += 1
            return web.Response(body=b'{"processId": 10', content_type="application/json")
        return await passing_to(str(server.make_url("")).rstrip("/"))(request)

    async with (
        TestServer(zms.app()) as server,
        TroubledAgency(forward).running() as running,
        client(running.url) as appointments,
    ):
        passport = service_of(await appointments.catalog("en"), "Reisepass")
        with pytest.raises(AgencyNonsense):
            await appointments.reserve(Slot(NINE, "10489"), passport, "a")
    assert asked == 1


async def test_a_server_without_services_and_a_dead_one_are_errors_of_ours() -> None:
    async def empty(_: web.Request) -> web.Response:
        return web.json_response({"offices": [], "services": [], "relations": []})

    app = web.Application()
    app.router.add_get("/offices-and-services/", empty)
    async with TestServer(app) as server, client(str(server.make_url("")).rstrip("/")) as appointments:
        with pytest.raises(AgencyNonsense):
            await appointments.catalog("en")
    async with client("http://127.0.0.1:9") as appointments:
        with pytest.raises(AgencyDown):
            await asyncio.wait_for(appointments.catalog("en"), 3)
