"""The client against a server that answers whatever a test tells it to."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from actions.agencies.open311 import (
    AgencyDown,
    AgencyError,
    AgencyNonsense,
    AgencyRefused,
    AgencySlow,
    Open311,
    Report,
)
from bot.agencies import Agency as Configured

REPORT = Report("001", {"SIZE": "big", "WHERE": ["lane", "curb"]}, address="12 Oak Street", description="A hole")
SERVICES = b'[{"service_code": "001", "service_name": "Hole"}]'


@dataclass
class Agency:
    """Answers "GET services" and the like with (status, body) or with a coroutine function; keeps what it got."""

    url: str = ""
    answers: dict[str, tuple[int, bytes] | Callable[[], Coroutine[Any, Any, web.Response]]] = field(
        default_factory=lambda: {"GET services": (200, SERVICES)}
    )
    asked: list[str] = field(default_factory=list)
    forms: list[list[tuple[str, Any]]] = field(default_factory=list)
    queries: list[dict[str, str]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        name = f"{request.method} {request.path.strip('/').rpartition('.')[0]}"
        self.asked.append(name)
        self.queries.append(dict(request.query))
        if request.method == "POST":
            self.forms.append(list((await request.post()).items()))
            self.keys.append(request.headers.get("Idempotency-Key"))
        told = self.answers.get(name, (404, b'[{"code": 404, "description": "not found"}]'))
        if callable(told):
            return await told()
        return web.Response(status=told[0], body=told[1], content_type="text/html")  # wrong on purpose


@pytest.fixture
async def agency() -> AsyncIterator[Agency]:
    agency = Agency()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", agency.answer)
    async with TestServer(app) as server:
        agency.url = str(server.make_url("/"))
        yield agency


@pytest.fixture
async def client(agency: Agency) -> AsyncIterator[Open311]:
    client = Open311(Configured("requests", "open311", agency.url, "secret", timeout=2, jurisdiction="city.example"))
    yield client
    await client.close()


@pytest.mark.parametrize(
    "body",
    [
        b'[{"service_request_id": 293944}]',
        b'[{"service_request_id": "293944", "account_id": null}]',
        b'{"service_request_id": 293944}',
        b'{"service_requests": [{"service_request_id": 293944}]}',
        b'{"service_requests": {"request": {"service_request_id": "293944"}}}',
        b'\xef\xbb\xbf[{"service_request_id": 293944}]',
        b'\r\n <?xml version="1.0" encoding="utf-8"?><requests><request><service_request_id> 293944 '
        b"</service_request_id></request></requests>",
        b'<x:service_requests xmlns:x="http://wiki.open311.org/GeoReport_v2"><x:request><x:service_request_id>293944'
        b"</x:service_request_id></x:request></x:service_requests>",
        b'[{"service_request_id": "293944", "status": "open", "service_code": 001, "lat": ""}]',
        '[{"service_request_id": 293944, "service_notice": "café"}]'.encode("latin-1"),
    ],
)
@pytest.mark.parametrize("status", [200, 201])
async def test_an_id_is_found_however_it_is_wrapped(agency: Agency, client: Open311, body: bytes, status: int) -> None:
    agency.answers["POST requests"] = status, body
    assert (await client.submit(REPORT, "k1")).request_id == "293944"


async def test_what_is_sent_is_what_the_standard_asks_for(agency: Agency, client: Open311) -> None:
    agency.answers["POST requests"] = 201, b'[{"service_request_id": 1}]'
    await client.submit(REPORT, "key-1")
    assert agency.keys == ["key-1"]
    assert agency.forms == [
        [
            ("api_key", "secret"),
            ("jurisdiction_id", "city.example"),
            ("service_code", "001"),
            ("address_string", "12 Oak Street"),
            ("description", "A hole"),
            ("attribute[SIZE]", "big"),
            ("attribute[WHERE][]", "lane"),
            ("attribute[WHERE][]", "curb"),
        ]
    ]


async def test_the_api_key_never_stands_in_a_url(agency: Agency, client: Open311) -> None:
    await client.services()
    assert agency.queries == [{"jurisdiction_id": "city.example"}]


@pytest.mark.parametrize(
    ("body", "request_id", "token"),
    [
        (b'[{"service_request_id": 0}]', "0", None),
        (b'[{"service_request_id": 0, "token": "t1"}]', None, "t1"),
        (b'[{"service_request_id": "", "token": 77}]', None, "77"),
        (b'[{"service_request_id": null, "service_notice": "Thank you"}]', None, None),
    ],
)
async def test_an_id_a_token_or_neither(
    agency: Agency, client: Open311, body: bytes, request_id: str | None, token: str | None
) -> None:
    agency.answers["POST requests"] = 200, body
    receipt = await client.submit(REPORT, "k1")
    assert (receipt.request_id, receipt.token) == (request_id, token)


@pytest.mark.parametrize(
    ("status", "body", "messages"),
    [
        (400, b'[{"code": 133, "description": "No such street"}]', [("133", "No such street")]),
        (400, b'{"errors": [{"code": "a", "description": "One"}, {"code": "b", "description": "Two"}]}',
         [("a", "One"), ("b", "Two")]),
        (400, b'{"code": 400, "detail": {"lat": ["Too far", "Bad"]}}', [("400", "Too far"), ("400", "Bad")]),
        (422, b'{"message": "Out of town"}', [("422", "Out of town")]),
        (400, b'{"error": "Out of town"}', [("400", "Out of town")]),
        (400, b"<errors><error><code>7</code><description>&lt;b&gt;No&lt;/b&gt;  place</description></error></errors>",
         [("7", "No place")]),
        (400, b"<html><body>Bad Request</body></html>", [("400", "")]),
        (403, b"", [("403", "")]),
        (200, b"<errors><error><code>400</code><description>No</description></error></errors>", [("400", "No")]),
        (200, b'[{"code": 400, "description": "No"}]', [("400", "No")]),
    ],
)  # fmt: skip
async def test_every_shape_of_refusal_is_read(
    agency: Agency, client: Open311, status: int, body: bytes, messages: list[tuple[str, str]]
) -> None:
    agency.answers["POST requests"] = status, body
    with pytest.raises(AgencyRefused) as caught:
        await client.submit(REPORT, "k1")
    assert caught.value.messages == messages
    assert caught.value.sent == "no"


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (500, b"oops", AgencyDown),
        (503, b"<html>Maintenance</html>", AgencyDown),
        (200, b"<!DOCTYPE html><html>Maintenance</html>", AgencyDown),
        (200, b"", AgencyNonsense),
        (200, b'[{"service_request_id": "29', AgencyNonsense),
        (200, b"[]", AgencyNonsense),
        (200, b"<service_requests><request>", AgencyNonsense),
        (302, b"", AgencyNonsense),
    ],
)
async def test_an_unclear_answer_to_a_submission_is_unclear(
    agency: Agency, client: Open311, status: int, body: bytes, error: type[AgencyError]
) -> None:
    agency.answers["POST requests"] = status, body
    with pytest.raises(error) as caught:
        await client.submit(REPORT, "k1")
    assert caught.value.sent == "unknown"


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE a [<!ENTITY x "y">]><services><service><service_code>&x;</service_code></service></services>',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b"[" * 100_000,
        b"<a>" * 5_000 + b"</a>" * 5_000,
        b"OK",
    ],
)
async def test_a_hostile_document_is_nonsense(agency: Agency, client: Open311, body: bytes) -> None:
    agency.answers["GET services"] = 200, body
    with pytest.raises(AgencyNonsense):
        await client.services()


async def test_nobody_listening_is_down_and_nothing_was_sent() -> None:
    client = Open311(Configured("requests", "open311", f"http://127.0.0.1:{unused_port()}", timeout=2))
    with pytest.raises(AgencyDown) as caught:
        await client.submit(REPORT, "k1")
    await client.close()
    assert caught.value.sent == "no"


async def test_a_server_that_hangs_is_slow_and_the_submission_unclear(agency: Agency) -> None:
    release = asyncio.Event()

    async def hang() -> web.Response:
        await release.wait()
        return web.Response()

    agency.answers["POST requests"] = hang
    client = Open311(Configured("requests", "open311", agency.url, timeout=0.3))
    await client.services()
    with pytest.raises(AgencySlow) as caught:
        await client.submit(REPORT, "k1")
    release.set()
    await client.close()
    assert caught.value.sent == "unknown"


async def test_a_list_that_hangs_leaves_nothing_unclear(agency: Agency) -> None:
    release = asyncio.Event()

    async def hang() -> web.Response:
        await release.wait()
        return web.Response()

    agency.answers["GET services"] = hang
    client = Open311(Configured("requests", "open311", agency.url, timeout=0.2))
    with pytest.raises(AgencySlow) as caught:
        await client.submit(REPORT, "k1")
    release.set()
    await client.close()
    assert caught.value.sent == "no"
    assert agency.forms == []


def listed(**changes: Any) -> bytes:
    record = {
        "service_request_id": 5,
        "service_code": "001",
        "description": "A hole",
        "address": "12 OAK street",
        "requested_datetime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S"),  # no zone, as some servers do
    }
    return json.dumps([{**record, **changes}]).encode()


async def test_after_an_unclear_try_the_report_is_looked_for_before_it_is_sent_again(
    agency: Agency, client: Open311
) -> None:
    agency.answers["POST requests"] = 500, b""
    with pytest.raises(AgencyDown):
        await client.submit(REPORT, "k1")
    agency.answers["GET requests"] = 200, listed()
    assert (await client.submit(REPORT, "k1")).request_id == "5"
    assert agency.asked.count("POST requests") == 1
    assert agency.queries[-1]["service_code"] == "001"
    assert {"start_date", "end_date"} <= agency.queries[-1].keys()


@pytest.mark.parametrize(
    "changes",
    [
        {"service_code": "002"},
        {"description": "Another hole"},
        {"address": "14 Oak Street"},
        {"address": ""},
        {"requested_datetime": "2020-01-01T00:00:00Z"},
    ],
)
async def test_only_an_equal_report_is_taken_for_ours(agency: Agency, client: Open311, changes: dict[str, str]) -> None:
    agency.answers |= {"GET requests": (200, listed(**changes)), "POST requests": (200, b'[{"token": "t"}]')}
    assert (await client.submit(REPORT, "k1", attempt=2)).token == "t"


async def test_a_second_try_that_cannot_look_stays_unclear(agency: Agency, client: Open311) -> None:
    agency.answers["GET requests"] = 503, b""
    with pytest.raises(AgencyDown) as caught:
        await client.submit(REPORT, "k1", attempt=2)
    assert caught.value.sent == "unknown"
    assert agency.forms == []


async def test_a_server_without_a_list_gets_the_second_try(agency: Agency, client: Open311) -> None:
    agency.answers["POST requests"] = 200, b'[{"service_request_id": 6}]'
    assert (await client.submit(REPORT, "k1", attempt=2)).request_id == "6"


async def test_a_dropped_connection_is_asked_again_but_a_submission_is_not(agency: Agency, client: Open311) -> None:
    dropped: list[str] = []

    async def drop_once() -> web.Response:
        if not dropped:
            dropped.append("services")
            raise asyncio.CancelledError  # aiohttp closes the connection without an answer
        return web.Response(body=SERVICES)

    agency.answers["GET services"] = drop_once
    assert len(await client.services()) == 1
    assert agency.asked == ["GET services", "GET services"]

    async def drop() -> web.Response:
        raise asyncio.CancelledError

    agency.answers["POST requests"] = drop
    with pytest.raises(AgencyDown) as caught:
        await client.submit(REPORT, "k1")
    assert caught.value.sent == "unknown"
    assert agency.asked.count("POST requests") == 1


async def test_lists_are_kept_and_served_old_while_the_agency_is_down(agency: Agency, client: Open311) -> None:
    first = await client.services()
    assert await client.services() == first
    assert agency.asked == ["GET services"]
    client._cache.fresh = 0
    await client.services("es")
    agency.answers["GET services"] = 500, b""
    assert await client.services("es") == first
    assert agency.asked.count("GET services") > 2
    asked = len(agency.asked)
    assert await client.services("es") == first  # and the agency is left alone for a while
    assert len(agency.asked) == asked


async def test_values_are_read_from_their_many_spellings(agency: Agency, client: Open311) -> None:
    agency.answers["GET services"] = 200, json.dumps(
        {"services": [
            {"service_code": 7, "metadata": "false", "type": "REALTIME", "keywords": "a, b,,c", "group": None},
            {"service_code": "8", "service_name": "Eight", "metadata": "True", "type": "other", "keywords": []},
            {"service_name": "no code", "service_code": None},
        ]}
    ).encode()  # fmt: skip
    seven, eight = await client.services()
    assert (seven.code, seven.name, seven.metadata, seven.keywords, seven.group) == (
        "7",
        "7",
        False,
        ("a", "b", "c"),
        "",
    )
    assert (eight.metadata, eight.type) == (True, "realtime")


async def test_a_definition_is_read_in_the_order_to_ask(agency: Agency, client: Open311) -> None:
    agency.answers["GET services/7"] = 200, json.dumps(
        [{"service_code": 7, "attributes": [
            {"code": "B", "order": "2", "required": "false", "datatype": "Text", "values": None},
            {"code": "A", "order": 1, "required": "true", "variable": "false", "datatype": "singlevaluelist",
             "values": [{"key": 1, "name": "One"}, {"key": "2"}]},
        ]}]
    ).encode()  # fmt: skip
    first, second = await client.definition("7")
    assert (first.code, first.required, first.variable) == ("A", True, False)
    assert first.values == (("1", "One"), ("2", "2"))
    assert (second.code, second.required, second.variable, second.datatype) == ("B", False, True, "text")


async def test_missing_and_odd_fields_of_a_request_do_no_harm(agency: Agency, client: Open311) -> None:
    agency.answers["GET requests/9"] = 200, json.dumps(
        {"service_request_id": 9, "service_name": "Hole", "status": "OPEN", "lat": "0", "long": "0",
         "requested_datetime": "2026-03-01 10:00:00", "updated_datetime": "soon", "expected_datetime": {}}
    ).encode()  # fmt: skip
    found = await client.request("9")
    assert found is not None
    assert (found.status, found.lat, found.updated, found.expected) == ("open", None, None, None)
    assert found.requested == datetime(2026, 3, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize("body", [b"[]", b'[{"service_request_id": "9", "status": "open"}]', listed(), b"null"])
async def test_an_answer_about_another_or_no_request_is_none(agency: Agency, client: Open311, body: bytes) -> None:
    agency.answers["GET requests/9"] = 200, body
    assert await client.request("9") is None


@pytest.mark.parametrize("request_id", ["", "..", "x" * 65])
async def test_what_cannot_be_an_id_is_not_asked_for(agency: Agency, client: Open311, request_id: str) -> None:
    assert await client.request(request_id) is None
    assert agency.asked == []


async def test_an_id_cannot_reach_another_path(agency: Agency, client: Open311) -> None:
    assert await client.request("../services?x=1") is None
    assert not any(asked == "GET services" for asked in agency.asked)


async def test_a_token_that_has_no_id_yet_is_none(agency: Agency, client: Open311) -> None:
    assert await client.request_id("t1") is None
    agency.answers["GET tokens/t1"] = 200, b'[{"token": "t1", "service_request_id": null}]'
    assert await client.request_id("t1") is None
    agency.answers["GET tokens/t1"] = 200, b'[{"token": "t1", "service_request_id": 12}]'
    assert await client.request_id("t1") == "12"
