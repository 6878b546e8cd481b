"""Our own client and our own server understand each other, in JSON and in XML."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from actions.agencies.open311 import AgencyDown, AgencyRefused, Open311, Report
from agency.georeport.requests import Filter
from bot.agencies import Agency as Configured
from tests.agency.rig import Agency

HOLE = Report("POTHOLE", {"SIZE": "large", "WHERE": ["lane", "curb"]}, "12 Oak Street", description="Un hoyo")


@pytest.fixture(params=["json", "xml"])
async def client(request: pytest.FixtureRequest, agency: Agency) -> AsyncIterator[Open311]:
    client = Open311(Configured("requests", "open311", agency.url, "key", jurisdiction="brightwater.example"))
    client._wire.format = request.param
    yield client
    await client.close()


async def test_a_report_goes_from_the_list_to_its_end(agency: Agency, client: Open311) -> None:
    services = {service.code: service for service in await client.services("es")}
    assert services["POTHOLE"].name == "Bache"
    assert "hoyo en la calle" in services["POTHOLE"].keywords
    size, depth, where = await client.definition("POTHOLE")
    assert size.required and not depth.required
    assert ("lane", "Traffic lane") in where.values
    receipt = await client.submit(HOLE, "k1")
    assert receipt.request_id and receipt.notice
    found = await client.request(receipt.request_id)
    assert found is not None
    assert (found.status, found.description, found.address) == ("open", "Un hoyo", "12 Oak Street")
    assert found.expected is not None and found.requested is not None and found.expected > found.requested
    assert await client.requests(service_codes=["POTHOLE"], status="open") == (found,)


async def test_services_without_questions_have_none(client: Open311) -> None:
    assert not next(service for service in await client.services() if service.code == "TREE_TRIM").metadata
    assert await client.definition("TREE_TRIM") == ()


async def test_a_second_try_is_the_same_report(client: Open311) -> None:
    first = await client.submit(HOLE, "k1")
    assert await client.submit(HOLE, "k1") == first
    assert (await client.submit(HOLE, "k1", attempt=2)).request_id == first.request_id
    assert (await client.submit(HOLE, "k2")).request_id != first.request_id


async def test_a_second_try_after_a_restart_is_found_without_the_key(client: Open311) -> None:
    first = await client.submit(HOLE, "k1")
    assert (await client.submit(HOLE, "another", attempt=2)).request_id == first.request_id


async def test_a_report_whose_answer_was_lost_is_not_made_twice(agency: Agency) -> None:
    lost: list[bytes] = []

    async def forward(request: web.Request) -> web.Response:
        url = f"{agency.url}/{request.match_info['path']}"
        options: dict[str, Any] = {"params": request.query, "data": await request.read(), "headers": request.headers}
        async with agency.session.request(request.method, url, **options) as response:
            body = await response.read()
            if request.method == "POST" and not lost:
                lost.append(body)
                assert request.transport is not None
                request.transport.abort()  # the agency has it, the sender never hears of it
            return web.Response(status=response.status, body=body, content_type="application/json")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", forward)
    async with TestServer(app) as proxy:
        client = Open311(Configured("requests", "open311", str(proxy.make_url("/")), key="key"))
        with pytest.raises(AgencyDown) as caught:
            await client.submit(HOLE, "k1")
        assert caught.value.sent == "unknown"
        receipt = await client.submit(HOLE, "k1", attempt=2)
        await client.close()
    (made,) = agency.store.find(Filter())
    assert receipt.request_id == made.id
    assert made.id.encode() in lost[0]


async def test_a_token_becomes_an_id(agency: Agency, client: Open311) -> None:
    report = Report("STRAY_ANIMAL", {"ANIMAL": "dog"}, "Alder Street", 41.88, -87.63, "Red collar")
    token = (await client.submit(report, "k1")).token
    assert token is not None
    assert await client.request_id(token) is None
    agency.clock.time += timedelta(seconds=10)
    request_id = await client.request_id(token)
    assert request_id is not None
    found = await client.request(request_id)
    assert found is not None and (found.lat, found.long) == (41.88, -87.63)


async def test_refusals_are_told_one_by_one(client: Open311) -> None:
    with pytest.raises(AgencyRefused) as caught:
        await client.submit(Report("POTHOLE", address="1 Elm", media_url="x"), "k1")
    assert len(caught.value.messages) == 2


async def test_a_wrong_key_is_forbidden(agency: Agency) -> None:
    client = Open311(Configured("requests", "open311", agency.url, key="wrong"))
    with pytest.raises(AgencyRefused) as caught:
        await client.submit(HOLE, "k1")
    await client.close()
    assert caught.value.status == 403
