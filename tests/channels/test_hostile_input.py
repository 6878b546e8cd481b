"""Whatever a stranger sends, the public edge answers with a refusal, never with an error of its own."""

import asyncio
import http.client
import json
import threading
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fakes.gateway import gateway_running, gateway_settings

HARMLESS = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])

any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
any_text = st.text(st.characters(codec=None), max_size=200) | st.text("/ \x00\n\u200b\ud800\u202eA{}$<", max_size=40)
any_body = st.fixed_dictionaries(
    {},
    optional={
        "client_msg_id": st.from_regex(r"\A[a-z0-9._:-]{1,64}\Z") | any_json,
        "text": any_text | any_json,
        "token": any_text | any_json,
        "lang": st.sampled_from(["en", "es-MX", "", "tlh"]) | any_json,
    },
)
header_value = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=80).map(str.strip)


class Edge:
    """A gateway in a thread of its own, asked by a blocking client so that Hypothesis can drive it."""

    def __init__(self, port: int, key: dict[str, str]) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        self.key = key

    def ask(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> int:
        encoded = {name: value.encode("latin-1") for name, value in (headers or {}).items()}
        try:
            self._connection.request(method, path, body=body, headers=encoded)
            response = self._connection.getresponse()
            response.read()
        except (http.client.HTTPException, ConnectionError):
            self._connection.close()
            return 400  # the server hung up on bytes that are no request
        return response.status

    def post(self, path: str, body: bytes) -> int:
        return self.ask("POST", path, body, {**self.key, "Content-Type": "application/json"})


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    ready, loop = threading.Event(), asyncio.new_event_loop()
    found: list[Edge] = []
    stop = asyncio.Event()

    async def run() -> None:
        async with gateway_running(gateway_settings(tmp_path_factory.mktemp("edge"))) as gateway:
            resident = await gateway.resident()
            found.append(Edge(int(gateway.url.rpartition(":")[2]), resident.key))
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(run()))
    thread.start()
    assert ready.wait(30)
    yield found[0]
    loop.call_soon_threadsafe(stop.set)
    thread.join(20)
    loop.close()


@HARMLESS
@given(body=any_body)
def test_no_message_makes_an_error(edge, body):
    assert edge.post("/v1/web/city/messages", json.dumps(body).encode()) < 500


@HARMLESS
@given(body=st.binary(max_size=300))
def test_no_bytes_make_an_error(edge, body):
    assert edge.post("/v1/web/city/messages", body) < 500
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert edge.ask("POST", "/v1/web/city/plain", body, form) < 500


@HARMLESS
@given(
    name=st.sampled_from(
        [
            "Authorization",
            "Origin",
            "Accept-Language",
            "Last-Event-ID",
            "X-Forwarded-For",
            "Cookie",
            "Content-Type",
            "Accept-Encoding",
            "If-None-Match",
            "Content-Encoding",
        ]
    ),
    value=header_value,
    path=st.sampled_from(["/v1/web/city/poll", "/v1/web/city/plain", "/", "/assets/plain.css"]),
)
def test_no_header_makes_an_error(edge, name, value, path):
    assert edge.ask("GET", path, headers={**edge.key, name: value}) < 500


@HARMLESS
@given(
    query=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=60),
    name=st.sampled_from(["after", "lang", "done", "v", ""]),
)
def test_no_address_makes_an_error(edge, query, name):
    for path in (
        "/v1/web/city/poll",
        "/v1/web/city/plain",
        "/assets/plain.css",
        f"/assets/{query}",
        f"/v1/web/{query}/poll",
    ):
        assert edge.ask("GET", f"{path}?{name}={query}", headers=edge.key) < 500
