"""The client reads what real city servers answered, replayed by a small server."""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from actions.agencies.open311 import AgencyDown, AgencyRefused, Open311, Report
from bot.agencies import Agency as Configured

DATA = Path(os.environ.get("SHARED_DATA", Path(__file__).parents[4] / "shared" / "data")) / "open311"
RECORDED = DATA / "recorded-6aika"
POTHOLE = "4fd3b656e750846c53000004"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the recorded exchanges are not in {DATA}")


def recorded(name: str) -> web.Response:
    head = (RECORDED / f"{name}.headers").read_text().splitlines()
    content_type = next(line.partition(": ")[2] for line in head if line.startswith("Content-Type"))
    body = (RECORDED / f"{name}.body").read_bytes()
    return web.Response(status=int(head[0].split()[1]), body=body, headers={"Content-Type": content_type})


class Replay:
    """Answers each path with a recording; `names` maps "GET services" to one, without the format."""

    def __init__(self) -> None:
        self.names = {
            "GET services": "services",
            f"GET services/{POTHOLE}": "service_def",
            "GET requests": "requests",
            "GET requests/vsthrekm": "request",
            "GET requests/avgzs6ce": "request",
            "POST requests": "post_ok",
        }
        self.formats = ("json", "xml")
        self.asked: list[str] = []

    async def answer(self, request: web.Request) -> web.Response:
        path, _, suffix = request.path.strip("/").rpartition(".")
        self.asked.append(f"{request.method} {path}.{suffix}")
        if suffix not in self.formats:
            return web.Response(status=404, text="<html><h1>Page not found</h1></html>", content_type="text/html")
        name = self.names.get(f"{request.method} {path}", "request_none")
        if name == "services" and request.query.get("locale") == "es":
            name = "services_es"
        return recorded(f"{name}.{suffix}")


@pytest.fixture
def replay() -> Replay:
    return Replay()


@pytest.fixture
async def url(replay: Replay) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", replay.answer)
    async with TestServer(app) as server:
        yield str(server.make_url("/"))


@pytest.fixture(params=["json", "xml"])
async def client(request: pytest.FixtureRequest, replay: Replay, url: str) -> AsyncIterator[Open311]:
    replay.formats = ("json", "xml") if request.param == "json" else ("xml",)
    client = Open311(Configured("requests", "open311", url, key="key"))
    yield client
    await client.close()


async def test_services_are_read(client: Open311) -> None:
    services = await client.services()
    assert [service.name for service in services][:2] == ["Graffiti Removal", "Pothole in Street"]
    assert services[1].code == POTHOLE
    assert services[1].metadata is False
    assert services[1].keywords == ("pothole", "in", "street")


async def test_services_are_read_in_the_language_asked_for(client: Open311) -> None:
    assert "Vehículo abandonado" in [service.name for service in await client.services("es")]


async def test_a_definition_that_the_server_does_not_have_is_empty(client: Open311) -> None:
    await client.services()
    assert await client.definition(POTHOLE) == ()


async def test_a_whole_record_with_201_is_a_receipt(client: Open311) -> None:
    receipt = await client.submit(Report(POTHOLE, lat=41.88, long=-87.63, description="Big"), "k1")
    assert receipt.request_id in {"vsthrekm", "avgzs6ce"}
    assert receipt.token is None


async def test_a_request_is_read(client: Open311) -> None:
    await client.services()
    request_id = "vsthrekm" if client._wire.format == "json" else "avgzs6ce"
    found = await client.request(request_id)
    assert found is not None
    assert (found.status, found.lat, found.long) == ("open", 41.88, -87.63)
    assert found.requested is not None and found.requested.utcoffset() is not None
    assert found.agency_responsible == ""


async def test_an_unknown_request_is_none(client: Open311) -> None:
    assert await client.request("nope") is None


async def test_a_list_of_requests_is_read(client: Open311) -> None:
    assert len(await client.requests()) >= 2


@pytest.mark.parametrize(
    ("recording", "words"), [("post_badkey", "Invalid API key"), ("post_noservice", "Service code NOPE is invalid")]
)
async def test_a_refusal_tells_the_servers_own_words(
    client: Open311, replay: Replay, recording: str, words: str
) -> None:
    replay.names["POST requests"] = recording
    with pytest.raises(AgencyRefused) as caught:
        await client.submit(Report("NOPE", address="1 Main Street"), "k1")
    assert caught.value.messages == [("400", words)]
    assert caught.value.sent == "no"


@pytest.mark.parametrize("recording", ["post_nokey", "post_nolocation"])
async def test_a_failure_page_after_a_submission_leaves_it_unclear(
    client: Open311, replay: Replay, recording: str
) -> None:
    replay.names["POST requests"] = recording
    with pytest.raises(AgencyDown) as caught:
        await client.submit(Report(POTHOLE, address="1 Main Street"), "k1")
    assert caught.value.sent == "unknown"


async def test_a_failure_page_for_a_list_is_an_agency_that_is_down(client: Open311, replay: Replay) -> None:
    replay.names["GET requests"] = "bad_date"
    with pytest.raises(AgencyDown) as caught:
        await client.requests()
    assert caught.value.sent == "no"


async def test_a_server_without_json_is_asked_in_xml_from_then_on(url: str, replay: Replay) -> None:
    replay.formats = ("xml",)
    client = Open311(Configured("requests", "open311", url))
    await client.services()
    await client.requests()
    await client.close()
    assert replay.asked == ["GET services.json", "GET services.xml", "GET requests.xml"]


async def test_an_unclear_try_is_found_in_the_list_and_not_sent_again(client: Open311, replay: Replay) -> None:
    report = Report(POTHOLE, lat=41.88, long=-87.63, description=" big   Pothole")
    before_the_recording = datetime(2013, 1, 1, tzinfo=UTC)
    receipt = await client.submit(report, "k1", attempt=2, since=before_the_recording)
    assert receipt.request_id == "p0p1cfck"
    assert not any(asked.startswith("POST") for asked in replay.asked)


async def test_another_persons_report_is_not_taken_for_ours(client: Open311, replay: Replay) -> None:
    report = Report(POTHOLE, lat=41.90, long=-87.63, description="big pothole")
    await client.submit(report, "k1", attempt=2)
    assert any(asked.startswith("POST") for asked in replay.asked)


@pytest.fixture
async def san_francisco() -> AsyncIterator[Open311]:
    files = {
        "GET /services.xml": (200, "services.xml"),
        "GET /services/DMV66.xml": (200, "service_definition.xml"),
        "GET /requests/638344.xml": (200, "get_service_request.xml"),
        "GET /requests.xml": (200, "service_requests.xml"),
        "GET /tokens/12345.xml": (200, "request_id_from_token.xml"),
        "POST /requests.xml": (200, "post_service_request.xml"),
    }

    async def answer(request: web.Request) -> web.Response:
        status, name = files.get(f"{request.method} {request.path}", (404, "get_service_request_not_found.xml"))
        if request.method == "POST" and (await request.post()).get("api_key") != "key":
            status, name = 403, "403.xml"
        text = (DATA / "san-francisco" / name).read_text()
        return web.Response(status=status, text=text[text.index("<?xml") :], content_type="text/xml")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app) as server:
        client = Open311(Configured("requests", "open311", str(server.make_url("/")), key="key"))
        yield client
        await client.close()


async def test_san_francisco_is_understood_from_the_first_call_to_the_last(san_francisco: Open311) -> None:
    services = await san_francisco.services()
    assert services[0].name == "Cans_Left_Out_24x7"
    assert services[0].keywords == ()
    (attribute,) = await san_francisco.definition("DMV66")
    assert attribute.required and attribute.values == (("123", "Ford"), ("124", "Chrysler"))
    receipt = await san_francisco.submit(Report("001", address="5th Street"), "k1")
    assert receipt.request_id == "293944" and receipt.notice.startswith("The City will inspect")
    found = await san_francisco.request("638344")
    assert found is not None and found.status_notes == "Duplicate request."
    assert len(await san_francisco.requests()) == 2
    assert await san_francisco.request_id("12345") == "638344"
    assert await san_francisco.request("not-an-id") is None


async def test_a_bare_error_element_is_a_refusal(san_francisco: Open311) -> None:
    san_francisco._key = {}
    with pytest.raises(AgencyRefused) as caught:
        await san_francisco.submit(Report("001", address="5th Street"), "k1")
    assert caught.value.status == 403
    assert caught.value.messages == [("403", "Invalid api_key received -- can't proceed with create_request.")]


async def test_bostons_service_list_is_read_whole() -> None:
    body = (DATA / "boston-311" / "services.json").read_bytes()

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type="text/plain")

    app = web.Application()
    app.router.add_get("/services.json", answer)
    async with TestServer(app) as server:
        client = Open311(Configured("requests", "open311", str(server.make_url("/"))))
        services = await client.services()
        await client.close()
    assert len(services) == body.count(b'"service_code"')
    assert services[0].metadata is True
