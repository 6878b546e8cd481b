"""The web chat's API: conversations, messages, buttons, end and clear."""

import asyncio

import pytest

from tests.fakes.gateway import gateway_running, gateway_settings
from tests.fakes.rasa import FakeRasa, say

pytestmark = pytest.mark.asyncio(loop_scope="module")
MESSAGES = "/v1/web/city/messages"


async def test_a_message_is_acknowledged_with_its_number_and_answered(resident):
    number = await resident.send("When is my collection day?")
    asked, answer = await resident.events(2)
    assert number == 1
    assert (asked["from"], asked["text"], asked["type"]) == ("resident", "When is my collection day?", "message")
    assert (answer["number"], answer["from"], answer["text"]) == (2, "assistant", "echo: When is my collection day?")


async def test_the_same_client_msg_id_gives_the_same_number_and_changes_nothing(resident):
    body = {"client_msg_id": "one", "text": "hello"}
    first, again = await resident.post(body), await resident.post({**body, "text": "something else"})
    await resident.send("after that")
    events = await resident.events(4)
    assert first == again == (202, {"number": 1})
    assert sorted(event["text"] for event in events if event["from"] == "resident") == ["after that", "hello"]


@pytest.mark.parametrize("client_id", ["end", "forget", "follow_up:1"])
async def test_a_client_msg_id_never_meets_an_id_of_the_assistant(gateway, resident, client_id):
    assert await resident.post({"client_msg_id": client_id, "text": "hello"}) == (202, {"number": 1})
    assert (await gateway.call("DELETE", "/v1/web/city/sessions", headers=resident.key))[0] == 204
    assert (await gateway.call("GET", "/v1/web/city/poll", headers=resident.key))[0] == 401


async def test_two_residents_do_not_see_each_other(gateway):
    first, second = await gateway.resident(), await gateway.resident()
    await first.send("private")
    await first.events(2)
    assert await second.poll() == []


async def test_a_button_is_posted_as_a_token_and_reaches_rasa_as_its_payload(tmp_path):
    rasa = FakeRasa(answer=lambda body: say("Yes?", buttons=[{"title": "Yes, it is", "payload": "/affirm"}]))
    async with gateway_running(gateway_settings(tmp_path), rasa) as gateway:
        resident = await gateway.resident()
        await resident.send("A pothole")
        button = (await resident.events(2))[1]["buttons"][0]
        await resident.press(button["token"])
        events = await resident.events(4)
        assert button["title"] == events[2]["text"] == "Yes, it is"
        assert rasa.asked[-1]["choice"] == "/affirm" and rasa.asked[-1]["text"] is None


async def test_the_token_of_another_conversation_is_refused(tmp_path):
    rasa = FakeRasa(answer=lambda body: say("Yes?", buttons=[{"title": "Yes", "payload": "/affirm"}]))
    async with gateway_running(gateway_settings(tmp_path), rasa) as gateway:
        first, second = await gateway.resident(), await gateway.resident()
        await first.send("hello")
        token = (await first.events(2))[1]["buttons"][0]["token"]
        status, body = await second.post({"client_msg_id": "x", "token": token})
        assert (status, body["error"]["code"]) == (400, "unknown_token")


async def test_a_thumb_is_taken_and_thanked(resident):
    await resident.send("hello")
    answer = (await resident.events(2))[1]
    await resident.press(answer["feedback"]["up"])
    thanks = (await resident.events(3))[2]
    assert (thanks["type"], thanks["from"]) == ("notice", "system")


@pytest.mark.parametrize(
    "written", ["/restart", "//restart", "/ /restart", " /restart", "/\u200b/restart", "\u202e/restart", "\t/restart"]
)
async def test_a_leading_slash_never_reaches_rasa_as_a_command(gateway, resident, written):
    await resident.send(written)
    events = await resident.events(2)
    assert "/restart" in events[0]["text"], "the transcript shows what they wrote"
    assert not gateway.rasa.asked[0]["text"].startswith("/")
    assert gateway.rasa.asked[0]["choice"] is None


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  two\r\nlines  ", "two\nlines"),
        ("nul\x00 bell\x07 escape\x1b[31m", "nul bell escape[31m"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("left \u202eright", "left right"),
        ("lone \ud800 half", "lone \ufffd half"),
        ("👩‍👩‍👧 ñandú", "👩‍👩‍👧 ñandú"),
    ],
)
async def test_a_text_is_kept_as_text_without_control_characters(resident, written, kept):
    await resident.send(written)
    assert (await resident.poll())[0]["text"] == kept


async def test_a_secret_opens_its_own_channel_only(tmp_path):
    async with gateway_running(gateway_settings(tmp_path, web_channels=("city", "library"))) as gateway:
        resident = await gateway.resident()
        assert (await gateway.call("GET", "/v1/web/library/poll", headers=resident.key))[0] == 401


async def test_ending_clears_the_conversation_and_its_secret_opens_nothing(gateway, resident):
    await resident.send("my name is Ada")
    await resident.events(2)
    assert (await gateway.call("DELETE", "/v1/web/city/sessions", headers=resident.key))[0] == 204
    status, body = await resident.post({"client_msg_id": "later", "text": "hello?"})
    assert (status, body["error"]["code"]) == (401, "secret_unknown")
    async with asyncio.timeout(5):
        while not gateway.rasa.forgotten:
            await gateway.call("GET", "/healthz")
    assert len(gateway.rasa.forgotten) == 1


async def test_the_language_of_a_new_conversation_is_the_one_asked_for(gateway):
    resident = await gateway.resident(lang="es-MX")
    await resident.send("1234")
    assert (await resident.events(2))[0]["lang"] == "es"
    assert gateway.rasa.asked[0]["language"] == "es"


async def test_a_flood_is_slowed_down_and_told_when_to_come_back(tmp_path):
    async with gateway_running(gateway_settings(tmp_path, message_limit="5/hour")) as gateway:
        resident, other = await gateway.resident(), await gateway.resident()
        for number in range(5):
            await resident.send(f"message {number}")
        body = {"client_msg_id": "six", "text": "message 5"}
        async with gateway.http.post(gateway.url + MESSAGES, json=body, headers=resident.key) as response:
            assert response.status == 429
            assert 1 <= int(response.headers["Retry-After"]) <= 3600
            assert (await response.json())["error"]["code"] == "too_many_requests"
        assert await other.send("I am not flooding") == 1


async def test_new_conversations_are_limited_for_one_address(tmp_path):
    settings = gateway_settings(tmp_path, session_limit="2/hour", trusted_proxies=("127.0.0.1",))
    async with gateway_running(settings) as gateway:
        here, there = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}, {"X-Forwarded-For": "198.51.100.8"}
        spoofed = {"X-Forwarded-For": "192.0.2.1, 198.51.100.7"}
        answers = [
            (await gateway.call("POST", "/v1/web/city/sessions", headers=headers))[0]
            for headers in (here, here, here, spoofed, there)
        ]
    assert answers == [201, 201, 429, 429, 201]


async def test_a_forwarded_address_is_believed_from_a_trusted_proxy_only(tmp_path):
    async with gateway_running(gateway_settings(tmp_path, session_limit="2/hour")) as gateway:
        answers = [
            (await gateway.call("POST", "/v1/web/city/sessions", headers={"X-Forwarded-For": f"198.51.100.{number}"}))[
                0
            ]
            for number in range(3)
        ]
    assert answers == [201, 201, 429]


async def test_guessing_secrets_is_limited(tmp_path):
    async with gateway_running(gateway_settings(tmp_path, page_limit="5/hour")) as gateway:
        answers = [
            (await gateway.call("GET", "/v1/web/city/poll", headers={"Authorization": f"Bearer {number}"}))[0]
            for number in range(7)
        ]
    assert answers == [401] * 5 + [429] * 2
