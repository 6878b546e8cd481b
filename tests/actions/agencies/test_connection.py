"""A connection to an agency: whatever the server does, a value or one of our own errors in time, and it is counted."""

import asyncio
import itertools
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from actions.agencies import record
from actions.agencies.connection import Connection, turn_ends
from actions.agencies.errors import AgencyDown, AgencyError, AgencyNonsense, AgencyRefused, AgencySlow
from bot.agencies import Agency
from tests.fakes.agency import TroubledAgency

EXPECTED: dict[str, type[AgencyError]] = {
    "slow": AgencySlow, "down": AgencyDown, "500": AgencyDown, "html": AgencyDown,
    "truncated": AgencyNonsense, "cut": AgencyNonsense,
}  # fmt: skip
_numbers = itertools.count()


async def healthy(request: web.Request) -> web.Response:
    if request.path == "/refused":
        return web.json_response({"errors": [{"code": "full", "message": "No places left"}]}, status=409)
    if request.path == "/nothing":
        return web.Response(status=204)
    body = (await request.json()) if request.can_read_body else None
    told = {"path": request.path_qs, "sent": body, "key": request.headers.get("Idempotency-Key")}
    return web.json_response({**told, "as": request.headers.get("Authorization")})


@pytest.fixture
async def agency() -> AsyncIterator[TroubledAgency]:
    async with TroubledAgency(healthy).running() as running:
        yield running


@pytest.fixture
async def connection(agency: TroubledAgency) -> AsyncIterator[Connection]:
    connection = Connection(configured(agency))
    yield connection
    await connection.close()


def configured(agency: TroubledAgency, seconds: float = 0.4) -> Agency:
    return Agency(f"test{next(_numbers)}", "hsds", agency.url, "geheim", timeout=seconds)


async def test_what_is_asked_arrives(connection: Connection) -> None:
    answer = await connection.get_json("services", {"search": "food box", "page": ""})
    assert answer["path"] == "/services?search=food+box"
    assert answer["as"] == "Bearer geheim"


async def test_what_is_sent_carries_its_key(connection: Connection) -> None:
    answer = await connection.post_json("comments", {"words": "Más árboles"}, "k1")
    assert (answer["sent"], answer["key"]) == ({"words": "Más árboles"}, "k1")
    assert await connection.post_json("nothing", {}, "k2") is None


async def test_a_refusal_tells_why(connection: Connection) -> None:
    with pytest.raises(AgencyRefused) as caught:
        await connection.post_json("refused", {}, "k1")
    assert (caught.value.status, caught.value.messages) == (409, [("full", "No places left")])


@pytest.mark.parametrize("trouble", EXPECTED)
async def test_trouble_with_a_question_is_one_of_our_errors(
    agency: TroubledAgency, connection: Connection, trouble: str
) -> None:
    agency.trouble = trouble
    with pytest.raises(EXPECTED[trouble]) as caught:
        await connection.get_json("services")
    assert caught.value.sent == "no"
    assert len(agency.asked) == (2 if trouble == "down" else 1), "only what broke is asked once more"


@pytest.mark.parametrize("trouble", EXPECTED)
async def test_what_may_have_arrived_is_never_sent_twice(
    agency: TroubledAgency, connection: Connection, trouble: str
) -> None:
    agency.trouble = trouble
    with pytest.raises(EXPECTED[trouble]) as caught:
        await connection.post_json("comments", {}, "k1")
    assert caught.value.sent == "unknown"
    assert len(agency.asked) == 1


async def test_all_calls_of_a_turn_share_its_time(agency: TroubledAgency) -> None:
    connection = Connection(configured(agency, seconds=30))
    loop = asyncio.get_running_loop()
    began = loop.time()
    turn_ends.set(began + 0.3)
    agency.trouble = "slow"
    for _ in range(2):
        with pytest.raises(AgencySlow):
            await connection.get_json("services")
    await connection.close()
    assert loop.time() - began < 2, "the second call had no time left"
    assert len(agency.asked) == 1


class TestAPause:
    async def fail(self, connection: Connection, times: int) -> None:
        for _ in range(times):
            with pytest.raises(AgencyError):
                await connection.get_json("services")

    async def test_an_agency_that_fails_three_times_is_left_alone(
        self, agency: TroubledAgency, connection: Connection
    ) -> None:
        agency.trouble = "500"
        await self.fail(connection, 3)
        agency.trouble = ""
        with pytest.raises(AgencyDown) as caught:
            await connection.post_json("comments", {}, "k1")
        assert caught.value.sent == "no"
        assert len(agency.asked) == 3

    async def test_after_the_pause_one_call_finds_out(self, agency: TroubledAgency, connection: Connection) -> None:
        agency.trouble = "500"
        await self.fail(connection, 3)
        connection.record.paused_until = 0.0  # the pause is over
        await self.fail(connection, 2)
        assert len(agency.asked) == 4, "it failed again and began a new pause"
        agency.trouble, connection.record.paused_until = "", 0.0
        assert await connection.get_json("services")
        assert await connection.get_json("services")

    async def test_refusals_are_answers(self, agency: TroubledAgency, connection: Connection) -> None:
        for _ in range(5):
            with pytest.raises(AgencyRefused):
                await connection.post_json("refused", {})
        assert len(agency.asked) == 5


async def test_every_failure_is_counted_and_told(agency: TroubledAgency, connection: Connection) -> None:
    await connection.get_json("services")
    for trouble in ("slow", "truncated", "500"):
        agency.trouble = trouble
        with pytest.raises(AgencyError):
            await connection.get_json("services")
    name = connection.agency.name
    (told,) = [entry for entry in record.health() if entry["name"] == name]
    # What cannot be read is an answer first: the server is up.
    assert told["outcomes"] == {"answered": 2, "slow": 1, "nonsense": 1, "down": 1}
    assert told["failing"] and told["last_failure"]["what"] == "down"
    figures = record.figures().decode()
    assert f'assistant_agency_calls_total{{agency="{name}",outcome="slow"}} 1.0' in figures
    assert "geheim" not in figures + str(told)
