"""The gateway as a process and its rules for every request: health, headers, origins, files, starting and stopping."""

import asyncio
import json
import logging
import os
import re
import signal
import socket
import sqlite3
import sys
from dataclasses import replace

import aiohttp
import pytest
import pytest_asyncio

from bot.errors import AssistantError, SettingError
from channels.gateway import bind, serve
from tests.fakes.gateway import gateway_running, gateway_settings
from tests.fakes.rasa import FakeRasa

pytestmark = pytest.mark.asyncio(loop_scope="module")
SESSIONS = "/v1/web/city/sessions"
ALLOWED = "https://www.brightwater.example"


@pytest_asyncio.fixture(loop_scope="module")
async def open_gateway(tmp_path):
    """A gateway that lets one other website in."""
    async with gateway_running(gateway_settings(tmp_path, web_origins=(ALLOWED,))) as gateway:
        yield gateway


async def test_it_is_alive_and_ready_when_store_and_dialogue_answer(gateway):
    assert await gateway.call("GET", "/healthz") == (200, {"status": "ok"})
    assert await gateway.call("GET", "/readyz") == (200, {"status": "ok", "checks": {"store": "ok", "dialogue": "ok"}})


async def test_it_is_not_ready_and_says_why_while_the_dialogue_is_down(tmp_path):
    stop = asyncio.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    settings = replace(gateway_settings(tmp_path), rasa_url="http://127.0.0.1:9")
    done = asyncio.create_task(serve(settings, listener, stop))
    async with gateway_running(gateway_settings(tmp_path / "other")) as other:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/readyz"
        async with other.http.get(url) as response:
            assert response.status == 503
            assert (await response.json())["checks"] == {"store": "ok", "dialogue": "unreachable"}
    stop.set()
    await asyncio.wait_for(done, 10)


async def test_metrics_are_for_this_machine_only(gateway):
    async with gateway.http.get(f"{gateway.url}/metrics") as response:
        text = await response.text()
        assert response.status == 200
    assert 'assistant_requests_total{method="GET",route="/healthz",status="200"}' in text
    assert "assistant_turns_total" in text
    status, body = await gateway.call("GET", "/metrics", headers={"X-Forwarded-For": "127.0.0.1"})
    assert (status, body["error"]["code"]) == (403, "operators_only")


async def test_with_a_metrics_token_only_its_holder_reads_the_metrics(tmp_path):
    async with gateway_running(gateway_settings(tmp_path, metrics_token="figures")) as gateway:
        assert (await gateway.call("GET", "/metrics"))[0] == 403
        assert (await gateway.call("GET", "/metrics", headers={"Authorization": "Bearer wrong"}))[0] == 403
        async with gateway.http.get(f"{gateway.url}/metrics", headers={"Authorization": "Bearer figures"}) as response:
            assert response.status == 200


@pytest.mark.parametrize("path", ["/", "/v1/web/city/plain", "/healthz", "/nowhere", "/assets/plain.css", SESSIONS])
async def test_every_answer_carries_the_security_headers(gateway, path):
    async with gateway.http.get(gateway.url + path) as response:
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "same-origin"
        assert response.headers["X-Request-Id"]
        assert "Server" not in response.headers


@pytest.mark.parametrize(
    "path",
    ["/nowhere", "/v1/web/city", "/assets/../gateway.py", "/assets/%2e%2e/api.py", "/assets/.env", "/assets/none.css"],
)
async def test_an_address_that_is_not_there_is_told_in_json(gateway, path):
    status, body = await gateway.call("GET", path)
    assert (status, body["error"]["code"]) == (404, "not_found")


async def test_another_method_is_refused_with_those_that_work(gateway):
    async with gateway.http.put(gateway.url + SESSIONS) as response:
        assert response.status == 405
        assert set(response.headers["Allow"].split(",")) == {"POST", "DELETE"}
        assert (await response.json())["error"]["code"] == "method_not_allowed"


@pytest.mark.parametrize("origin", [ALLOWED, None, "same"])
async def test_an_allowed_website_may_open_a_chat(open_gateway, origin):
    headers = {"Origin": open_gateway.url if origin == "same" else origin} if origin else {}
    async with open_gateway.http.post(open_gateway.url + SESSIONS, headers=headers) as response:
        assert response.status == 201
        allowed = response.headers.get("Access-Control-Allow-Origin")
        assert allowed == (ALLOWED if origin == ALLOWED else None)
        assert "Origin" in response.headers["Vary"]


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "", "http://[::1", ALLOWED + ".evil.example", "http://www.brightwater.example"],
)
async def test_another_website_may_not(open_gateway, origin):
    resident = await open_gateway.resident()
    for method, path in (("POST", SESSIONS), ("GET", "/v1/web/city/poll"), ("GET", "/v1/web/city/events")):
        headers = {**resident.key, "Origin": origin}
        async with open_gateway.http.request(method, open_gateway.url + path, headers=headers) as response:
            assert response.status == 403
            assert "Access-Control-Allow-Origin" not in response.headers


async def test_a_preflight_is_answered_for_allowed_websites_only(open_gateway):
    ask = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    async with open_gateway.http.options(open_gateway.url + SESSIONS, headers={**ask, "Origin": ALLOWED}) as response:
        assert response.status == 204
        assert response.headers["Access-Control-Allow-Origin"] == ALLOWED
        assert "Authorization" in response.headers["Access-Control-Allow-Headers"]
        assert "Access-Control-Allow-Credentials" not in response.headers
    for origin in ("https://evil.example", "null"):
        async with open_gateway.http.options(
            open_gateway.url + SESSIONS, headers={**ask, "Origin": origin}
        ) as response:
            assert response.status == 403
            assert "Access-Control-Allow-Origin" not in response.headers


async def test_a_refusal_can_be_read_by_an_allowed_website(open_gateway):
    headers = {"Origin": ALLOWED}
    async with open_gateway.http.get(open_gateway.url + "/v1/web/city/poll", headers=headers) as response:
        assert (response.status, response.headers["Access-Control-Allow-Origin"]) == (401, ALLOWED)


async def test_files_are_compressed_and_revalidated(gateway):
    url = f"{gateway.url}/assets/plain.css"
    async with gateway.http.get(url, headers={"Accept-Encoding": "gzip"}) as response:
        assert response.headers["Content-Encoding"] == "gzip"
        assert response.headers["Content-Type"].startswith("text/css")
        etag, css = response.headers["ETag"], await response.text()
    async with gateway.http.get(url, headers={"Accept-Encoding": "identity"}) as response:
        assert "Content-Encoding" not in response.headers and await response.text() == css
    async with gateway.http.get(url, headers={"If-None-Match": etag}) as response:
        assert response.status == 304 and await response.read() == b""
    async with gateway.http.get(url, params={"v": etag.strip('"')}) as response:
        assert "immutable" in response.headers["Cache-Control"]


async def test_pages_are_limited_for_one_address(tmp_path):
    async with gateway_running(gateway_settings(tmp_path, page_limit="3/hour")) as gateway:
        answers = [(await gateway.call("GET", "/readyz"))[0] for _ in range(5)]
    assert answers == [200, 200, 200, 429, 429]


async def test_an_error_of_ours_is_a_500_without_details(tmp_path):
    async with gateway_running(gateway_settings(tmp_path)) as gateway:
        resident = await gateway.resident()
        with sqlite3.connect(tmp_path / "assistant.db") as connection:
            connection.execute("ALTER TABLE choices RENAME TO lost")
        status, body = await resident.post({"client_msg_id": "a", "token": "a-token"})
    assert (status, body["error"]["code"]) == (500, "internal")
    assert "choices" not in json.dumps(body) and "sql" not in json.dumps(body).lower()


async def test_logs_say_what_happened_without_words_or_addresses(tmp_path):
    process = await _start({**os.environ, "ASSISTANT_PORT": "0", "ASSISTANT_DATA": str(tmp_path)})
    try:
        url = await _ready(process)
        async with aiohttp.ClientSession() as http:
            async with http.post(f"{url}{SESSIONS}", json={"lang": "en"}) as response:
                key = {"Authorization": f"Bearer {(await response.json())['secret']}"}
            message = {"client_msg_id": "a", "text": "secret words"}
            async with http.post(f"{url}/v1/web/city/messages", json=message, headers=key) as response:
                assert response.status == 202
            async with http.post(f"{url}/v1/web/city/messages", json={"secret words": 1}, headers=key) as response:
                assert response.status == 400
        _, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
        writer.write(b"secret words\r\n\r\n")
        await writer.drain()
        writer.close()
        process.send_signal(signal.SIGTERM)
        _, errors = await asyncio.wait_for(process.communicate(), 10)
        lines = [json.loads(line) for line in errors.decode().splitlines()]
        refused = next(line for line in lines if line["event"] == "request")
        assert (refused["status"], refused["route"]) == (400, "/v1/web/{channel}/messages")
        assert "secret words" not in errors.decode() and "127.0.0.1" not in errors.decode()
        assert process.returncode == 0
    finally:
        if process.returncode is None:
            process.kill()


async def test_turns_in_flight_end_before_the_gateway_stops(tmp_path):
    rasa = FakeRasa()
    async with gateway_running(gateway_settings(tmp_path), rasa) as gateway:
        resident = await gateway.resident()
        rasa.held = asyncio.Event()
        await resident.send("hello")
        await rasa.was_asked(1)
        gateway.stop.set()
        rasa.held.set()
        await asyncio.wait_for(gateway.done, 10)
    async with gateway_running(gateway_settings(tmp_path), rasa) as gateway:
        again = type(resident)(gateway, resident.secret, resident.session)
        assert [event["text"] for event in await again.events(2)] == ["hello", "echo: hello"]
    assert len(rasa.asked) == 1


async def test_a_taken_port_is_one_sentence_and_status_2(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        environment = {**os.environ, "ASSISTANT_PORT": str(port), "ASSISTANT_DATA": str(tmp_path)}
        process = await _start(environment)
        _, errors = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 2
    sentence = rf"The gateway cannot listen on 127\.0\.0\.1:{port} \(.*\)\. .*ASSISTANT_PORT.*\n"
    assert re.fullmatch(sentence, errors.decode())


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"message_limit": "many"}, "MESSAGE_LIMIT"),
        ({"trusted_proxies": ("proxy",)}, "TRUSTED_PROXIES"),
        ({"web_origins": ("www.example.gov",)}, "WEB_ORIGINS"),
        ({"public_url": "chat"}, "PUBLIC_URL"),
    ],
)
async def test_a_setting_that_cannot_work_stops_the_start_with_its_name(tmp_path, changes, named):
    listener = socket.create_server(("127.0.0.1", 0))
    with listener, pytest.raises(SettingError, match=named):
        await serve(gateway_settings(tmp_path, **changes), listener, asyncio.Event())


async def test_a_host_that_is_none_is_one_sentence(tmp_path):
    with pytest.raises(AssistantError, match=r"cannot listen on nowhere\.invalid"):
        bind(gateway_settings(tmp_path, host="nowhere.invalid"))


async def test_a_sender_who_never_ends_the_head_of_a_request_is_hung_up_on(tmp_path, monkeypatch):
    monkeypatch.setattr("channels.gateway.IDLE_SECONDS", 0.2)
    async with gateway_running(gateway_settings(tmp_path)) as running:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(running.url.rpartition(":")[2]))
        writer.write(b"GET / HTTP/1.1\r\nX-Slow: ")
        async with asyncio.timeout(10):
            assert await reader.read() == b""
        writer.close()


async def test_a_sender_who_hangs_up_in_the_middle_is_no_error_of_ours(gateway, caplog):
    host, port = "127.0.0.1", int(gateway.url.rpartition(":")[2])
    _, writer = await asyncio.open_connection(host, port)
    head = f"POST {SESSIONS} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"
    with caplog.at_level(logging.INFO, "channels.middleware"):
        writer.write(head.encode() + b'{"lang"')
        await writer.drain()
        await gateway.call("GET", "/healthz")
        writer.close()
        async with asyncio.timeout(5):
            while not [record for record in caplog.records if record.getMessage() == "request"]:
                await gateway.call("GET", "/healthz")
    assert [record.status for record in caplog.records if record.getMessage() == "request"] == [400]


async def _start(environment):
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "channels.gateway", env=environment, stderr=asyncio.subprocess.PIPE
    )


async def _ready(process):
    """The address of a started gateway, read from its log."""
    async with asyncio.timeout(30):
        while line := await process.stderr.readline():
            if (record := json.loads(line))["event"] == "gateway_ready":
                return f"http://127.0.0.1:{record['port']}"
    raise AssertionError("the gateway did not start")
