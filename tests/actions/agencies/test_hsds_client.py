"""The directory's client with other cities' servers: the standard's own examples, short lists, nonsense, trouble."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from actions.agencies.errors import AgencyDown, AgencyError, AgencyNonsense
from actions.agencies.hsds import Directory
from bot.agencies import Agency

HSDS = Path(os.environ.get("SHARED_DATA", Path(__file__).parents[4] / "shared" / "data")) / "hsds"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
PANTRY = {
    "id": "p1",
    "name": "Hilltop Food Pantry",
    "description": "Groceries",
    "service_at_locations": [
        {
            "id": "a1",
            "location": {
                "id": "l1",
                "name": "Hall",
                "latitude": "41.9",
                "longitude": -87.6,
                "addresses": [{"address_1": "1 Hill"}],
            },
            "schedules": [{"freq": "WEEKLY", "byday": "SA", "opens_at": "09:00-05:00", "closes_at": "12:00:00"}],
        }
    ],
}


@asynccontextmanager
async def directory(handler: Handler, seconds: float = 2.0) -> AsyncIterator[Directory]:
    """A client of a server that answers everything with `handler`."""
    app = web.Application()
    app.router.add_get("/{path:.*}", handler)
    async with TestServer(app) as server:
        client = Directory(Agency(str(server.port), "hsds", str(server.make_url("/api")), timeout=seconds))
        yield client
        await client.close()


def always(document: Any) -> Handler:
    async def handler(_: web.Request) -> web.Response:
        return web.json_response(document)

    return handler


async def test_the_standards_own_examples_are_read() -> None:
    if not HSDS.exists():
        pytest.skip(f"{HSDS} is not here: the standard's examples are not part of the project")
    full = json.loads((HSDS / "service_full.json").read_text("utf-8"))
    listed = json.loads((HSDS / "service_list.json").read_text("utf-8"))

    async def handler(request: web.Request) -> web.Response:
        return web.json_response(listed if request.path.endswith("/services") else full)

    async with directory(handler) as client:
        (found,) = await client.search("counselling", "en")
        assert found.name == "Community Counselling" and found.details
        assert found.organization == "Example Organization Inc." and found.free is False
        assert found.phones == ("+44 1234 234567 ext. 100",) and found.languages == (("ur", "Urdu"),)
        assert found.documents[0].startswith("Any official identification document")
        (place,) = found.places
        assert place.address == "1-30 Main Street, MyVillage" and place.latitude is None  # 100 degrees are no place
        assert await client.search("food pantry", "en") == ()  # a server that answers everything with everything


async def test_what_a_server_leaves_out_stays_unknown() -> None:
    async with directory(always({"contents": [{"id": 7, "name": "Pantry"}, {"name": "no id"}, None, "x"]})) as client:
        (found,) = await client.search("pantry", "en")
        assert (found.id, found.free, found.languages, found.places) == ("7", None, (), ())


async def test_lists_of_other_shapes_are_read() -> None:
    for document in ({"content": [PANTRY]}, {"items": [PANTRY]}, [PANTRY]):
        async with directory(always(document)) as client:
            assert [service.id for service in await client.search("food", "en")] == ["p1"]


async def test_a_server_that_refuses_full_lists_is_asked_for_short_ones() -> None:
    async def handler(request: web.Request) -> web.Response:
        if "full" in request.query:
            return web.json_response({"error": "unknown parameter full"}, status=400)
        if request.path.endswith("/services"):
            return web.json_response({"contents": [{"id": "p1", "name": "Hilltop Food Pantry"}]})
        return web.json_response(PANTRY)

    async with directory(handler) as client:
        (found,) = await client.search("food pantry", "en")
        assert found.places[0].latitude == 41.9 and found.places[0].schedules[0].byday == ((0, 5),)


async def test_a_repeated_search_is_not_asked_again_and_outlives_the_server() -> None:
    asked: list[str] = []
    broken = False

    async def handler(request: web.Request) -> web.Response:
        asked.append(request.query.get("search", ""))
        return web.Response(status=500) if broken else web.json_response({"contents": [PANTRY]})

    async with directory(handler) as client:
        first = await client.search("food", "en")
        assert await client.search("food", "en") == first and asked == ["food"]
        broken = True
        client._searches.fresh = 0
        client._searches.put(("food", "en"), first)  # now it is old
        assert await client.search("food", "en") == first


async def html(_: web.Request) -> web.Response:
    return web.Response(text="<html>maintenance</html>", content_type="text/html")


async def cut(_: web.Request) -> web.Response:
    return web.Response(text='{"contents": [{"id":', content_type="application/json")


async def number(_: web.Request) -> web.Response:
    return web.json_response(7)


async def slow(_: web.Request) -> web.Response:
    await asyncio.Event().wait()
    raise AssertionError("nobody waits for ever")


@pytest.mark.parametrize(("handler", "error"), [(html, AgencyDown), (cut, AgencyNonsense), (number, AgencyNonsense)])
async def test_nonsense_is_an_error_and_not_an_empty_directory(handler: Handler, error: type[AgencyError]) -> None:
    async with directory(handler) as client:
        with pytest.raises(error):
            await client.search("food", "en")


async def test_a_slow_server_ends_with_the_time_limit() -> None:
    async with directory(slow, 0.2) as client:
        with pytest.raises(AgencyError):
            await client.search("food", "en")


async def test_a_service_that_is_gone_is_none() -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.json_response({"error": "gone"}, status=404)

    async with directory(handler) as client:
        assert await client.service("p1", "en") is None
