"""What the web chat's API refuses, and how it says so. All cases share one gateway: a refusal harms nothing."""

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="module")
MESSAGES = "/v1/web/city/messages"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"text": "hello"}, "bad_client_msg_id"),
        ({"client_msg_id": "", "text": "hello"}, "bad_client_msg_id"),
        ({"client_msg_id": "a" * 65, "text": "hello"}, "bad_client_msg_id"),
        ({"client_msg_id": "a b", "text": "hello"}, "bad_client_msg_id"),
        ({"client_msg_id": "a\n", "text": "hello"}, "bad_client_msg_id"),
        ({"client_msg_id": 1, "text": "hello"}, "wrong_type"),
        ({"client_msg_id": "a", "text": ["hello"]}, "wrong_type"),
        ({"client_msg_id": "a", "text": {"$gt": ""}}, "wrong_type"),
        ({"client_msg_id": "a", "text": "hello", "lang": 7}, "wrong_type"),
        ({"client_msg_id": "a", "token": True}, "wrong_type"),
        ({"client_msg_id": "a"}, "text_or_token"),
        ({"client_msg_id": "a", "text": "hello", "token": "t"}, "text_or_token"),
        ({"client_msg_id": "a", "token": "no such token"}, "unknown_token"),
        ({"client_msg_id": "a", "token": "é" * 20}, "unknown_token"),
        ({"client_msg_id": "a", "text": ""}, "empty_text"),
        ({"client_msg_id": "a", "text": " \n\t "}, "empty_text"),
        ({"client_msg_id": "a", "text": "\x00\u200b\ufeff"}, "empty_text"),
        ({"client_msg_id": "a", "text": "x" * 2001}, "long_text"),
        ({"client_msg_id": "a", "text": "hello", "sender": "me"}, "unknown_field"),
        ([1, 2], "not_an_object"),
        ("hello", "not_an_object"),
    ],
)
async def test_a_body_that_cannot_be_taken_is_refused_and_harms_nothing(resident, body, code):
    status, answer = await resident.post(body)
    assert (status, answer["error"]["code"]) == (400, code)
    assert await resident.poll() == []
    assert await resident.send("still here") == 1


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"{", 400, "bad_json"),
        (b'{"client_msg_id": "a", "text": NaN}', 400, "bad_json"),
        (b"[" * 16000, 400, "bad_json"),
        (b'{"client_msg_id": "a", "text": "\xff\xfe"}', 400, "bad_encoding"),
        (b'{"client_msg_id": "a", "text": "' + b"x" * 17000 + b'"}', 413, "too_large"),
    ],
)
async def test_bytes_that_are_not_a_small_json_text_are_refused(gateway, resident, data, status, code):
    headers = {**resident.key, "Content-Type": "application/json"}
    answer = await gateway.call("POST", MESSAGES, data=data, headers=headers)
    assert (answer[0], answer[1]["error"]["code"]) == (status, code)


async def test_an_endless_body_is_cut_off(gateway, resident):
    async def endless():
        for _ in range(1000):
            yield b"x" * 1024

    headers = {**resident.key, "Content-Type": "application/json"}
    status, answer = await gateway.call("POST", MESSAGES, data=endless(), headers=headers)
    assert (status, answer["error"]["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    "more", [{"Content-Type": "text/plain"}, {"Content-Type": "application/json", "Content-Encoding": "gzip"}]
)
async def test_another_type_of_body_is_refused(gateway, resident, more):
    status, _ = await gateway.call("POST", MESSAGES, data=b'{"text": "hello"}', headers={**resident.key, **more})
    assert status == 415


async def test_2000_characters_are_taken_even_when_each_takes_twelve_bytes(resident):
    status, _ = await resident.post({"client_msg_id": "a", "text": "é" * 2000})
    assert status == 202


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer wrong", "Basic abc", "Bearer " + "x" * 5000, "Bearer \xe9"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", MESSAGES),
        ("GET", "/v1/web/city/poll"),
        ("GET", "/v1/web/city/events"),
        ("DELETE", "/v1/web/city/sessions"),
    ],
)
async def test_without_the_secret_nothing_opens(gateway, header, method, path):
    headers = {"Authorization": header} if header else {}
    status, body = await gateway.call(method, path, headers=headers)
    assert status == 401 and body["error"]["code"] in ("secret_missing", "secret_unknown")


async def test_a_secret_in_the_address_is_not_looked_at(gateway, resident):
    for name in ("secret", "token", "access_token", "authorization"):
        assert (await gateway.call("GET", f"/v1/web/city/poll?{name}={resident.secret}"))[0] == 401


@pytest.mark.parametrize(
    ("body", "header", "words"),
    [
        ({"lang": "es"}, "", "El mensaje está vacío."),
        ({"lang": "es-MX"}, "en", "El mensaje está vacío."),
        ({}, "es-US,es;q=0.9,en;q=0.8", "El mensaje está vacío."),
        ({}, "fr, en;q=0.5, es;q=0.1", "The message is empty."),
        ({}, "es;q=0, *", "The message is empty."),
        ({"lang": "tlh"}, "", "The message is empty."),
        ({}, ";;q=x,,=;q=", "The message is empty."),
    ],
)
async def test_a_refusal_speaks_the_language_asked_for(gateway, resident, body, header, words):
    headers = {**resident.key, "Accept-Language": header}
    json = {"client_msg_id": "a", "text": "", **body}
    _, answer = await gateway.call("POST", MESSAGES, json=json, headers=headers)
    assert answer["error"]["message"].startswith(words)


async def test_an_unknown_channel_is_not_there(gateway, resident):
    for method, path in (("POST", "sessions"), ("GET", "poll"), ("GET", "events")):
        status, body = await gateway.call(method, f"/v1/web/nowhere/{path}", headers=resident.key)
        assert (status, body["error"]["code"]) == (404, "unknown_channel")
