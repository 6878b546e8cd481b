"""A city and its county take reports on servers of their own; to a resident they are one."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from actions.agencies.errors import AgencyDown
from actions.agencies.georeport import Report
from actions.agencies.open311 import Open311
from actions.agencies.reports import Reports
from bot.agencies import Agency


class Office:
    """A GeoReport server with one service, whose numbers begin at `first`."""

    def __init__(self, service: str, first: int) -> None:
        self.service, self.first = service, first
        self.taken: list[dict[str, str]] = []
        self.down = False

    async def answer(self, request: web.Request) -> web.Response:
        if self.down:
            return web.Response(status=503)
        path = request.path.removesuffix(".json")
        if path == "/services":
            return web.json_response([{"service_code": "001", "service_name": self.service, "metadata": True}])
        if path == "/services/001":
            question = {"code": "SIZE", "description": f"How large? ({self.service})", "datatype": "string"}
            return web.json_response({"service_code": "001", "attributes": [{**question, "variable": True}]})
        if request.method == "POST":
            self.taken.append({name: str(value) for name, value in (await request.post()).items()})
            return web.json_response([{"service_request_id": str(self.first + len(self.taken))}])
        number = path.removeprefix("/requests/")
        known = number.isdigit() and 0 < int(number) - self.first <= len(self.taken)
        found = [{"service_request_id": number, "status": "open", "service_code": "001"}] if known else []
        return web.json_response(found, status=200 if known else 404)


@pytest.fixture
async def offices() -> AsyncIterator[tuple[Office, Office, Reports]]:
    city, county = Office("Pothole", 100), Office("Park bench", 700)
    servers = []
    for office in (city, county):
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", office.answer)
        servers.append(TestServer(app))
        await servers[-1].start_server()
    entries = [
        Agency(name, "open311", str(server.make_url("/")))
        for name, server in zip(("city", "County"), servers, strict=True)
    ]
    reports = Reports([Open311(entry) for entry in entries])
    yield city, county, reports
    await reports.close()
    for server in servers:
        await server.close()


async def test_a_report_goes_to_the_agency_whose_service_it_is(offices: tuple[Office, Office, Reports]) -> None:
    city, county, reports = offices
    assert {service.code: service.name for service in await reports.services()} == {
        "001": "Pothole", "county-001": "Park bench",
    }  # fmt: skip
    (question,) = await reports.definition("county-001")
    assert "Park bench" in question.description
    receipt = await reports.submit(Report("county-001", address="1 Elm Street"), "k1")
    assert receipt.request_id == "county-701"
    assert (city.taken, county.taken[0]["service_code"]) == ([], "001")
    found = await reports.request("COUNTY-701")
    assert found is not None and (found.id, found.service_code) == ("COUNTY-701", "COUNTY-001")
    assert (await reports.submit(Report("001", address="1 Elm Street"), "k2")).request_id == "101"
    assert await reports.request("701") is None


async def test_one_agency_that_is_down_does_not_hide_the_other(offices: tuple[Office, Office, Reports]) -> None:
    city, county, reports = offices
    county.down = True
    assert [service.name for service in await reports.services()] == ["Pothole"]
    city.down = True
    with pytest.raises(AgencyDown):
        await reports.services("es")
