"""Following a conversation: server-sent events and long poll."""

import asyncio
import json
from contextlib import AsyncExitStack

import pytest

from tests.fakes.gateway import gateway_running, gateway_settings
from tests.fakes.rasa import FakeRasa

pytestmark = pytest.mark.asyncio(loop_scope="module")
FIELDS = {"number", "type", "from", "text", "lang", "buttons", "source", "feedback", "at"}


async def test_a_stream_replays_what_is_stored_and_then_goes_live(resident):
    await resident.send("before")
    await resident.events(2)
    async with resident.stream() as stream:
        assert stream.response.headers["Content-Type"].startswith("text/event-stream")
        replayed = [await stream.event(), await stream.event()]
        await resident.send("after")
        live = [await stream.event(), await stream.event()]
    assert [event["number"] for event in replayed + live] == [1, 2, 3, 4]
    assert [event["id"] for event in replayed + live] == ["1", "2", "3", "4"]
    assert all(set(event) - {"id"} == FIELDS for event in replayed + live)
    assert live[1]["text"] == "echo: after"


@pytest.mark.parametrize(("query", "header"), [("?after=2", None), ("", "2"), ("?after=1", "2"), ("?after=2", "0")])
async def test_a_stream_resumes_after_the_last_event_that_was_seen(resident, query, header):
    await resident.send("one")
    await resident.events(2)
    await resident.send("two")
    headers = {"Last-Event-ID": header} if header else {}
    async with resident.stream(query, **headers) as stream:
        assert (await stream.event())["number"] == 3


async def test_nothing_that_can_be_resumed_is_ever_too_old(resident):
    """A conversation is kept whole until it ends, so there is no gap to tell of: an old number gets all, once."""
    for number in range(3):
        await resident.send(f"question {number}")
        await resident.events(2 * number + 2)
    for old in ("0", "1"):
        async with resident.stream(**{"Last-Event-ID": old}) as stream:
            replayed = [(await stream.event())["number"] for _ in range(6 - int(old))]
        assert replayed == list(range(int(old) + 1, 7))
    await resident.gateway.call("DELETE", "/v1/web/city/sessions", headers=resident.key)
    assert (await resident.gateway.call("GET", "/v1/web/city/poll?after=1", headers=resident.key))[0] == 401


async def test_typing_is_shown_without_a_number_and_is_not_stored(gateway, resident):
    gateway.rasa.held = asyncio.Event()
    async with resident.stream() as stream:
        assert "retry" in await stream.frame()
        await resident.send("hello")
        while True:
            frame = await stream.frame()
            if json.loads(frame["data"])["type"] == "typing":
                break
        assert "id" not in frame
        typing = json.loads(frame["data"])
        assert (typing["number"], typing["from"]) == (None, "assistant") and set(typing) == FIELDS
        gateway.rasa.held.set()
        assert (await stream.event())["from"] in ("resident", "assistant")
    assert [event["type"] for event in await resident.events(2)] == ["message", "message"]


async def test_several_windows_see_the_same_events(resident):
    async with resident.stream() as first, resident.stream() as second:
        await resident.send("hello")
        seen = [[await stream.event(), await stream.event()] for stream in (first, second)]
    assert seen[0] == seen[1]


async def test_nothing_is_lost_or_doubled_while_messages_and_streams_come_and_go(resident):
    async def talk():
        for number in range(15):
            await resident.send(f"message {number}")

    talking = asyncio.create_task(talk())
    seen = []
    while len(seen) < 30:
        async with resident.stream(f"?after={len(seen)}") as stream:
            for _ in range(3):
                if len(seen) < 30:
                    seen.append((await stream.event())["number"])
    await talking
    assert seen == list(range(1, 31))


async def test_a_stream_says_that_the_conversation_has_ended_and_closes(gateway, resident):
    await resident.send("hello")
    async with resident.stream() as stream:
        assert [(await stream.event())["number"] for _ in range(2)] == [1, 2]
        await gateway.call("DELETE", "/v1/web/city/sessions", headers=resident.key)
        end = await stream.event()
        assert (end["type"], end["from"], end["number"]) == ("end", "system", 3)
        assert await stream.frame() is None


async def test_streams_and_polls_end_with_a_hint_when_the_gateway_stops(own_gateway):
    gateway, resident = own_gateway, await own_gateway.resident()
    async with resident.stream() as stream:
        assert await stream.frame() == {"retry": "2000"}
        waiting = asyncio.create_task(gateway.call("GET", "/v1/web/city/poll?wait=25", headers=resident.key))
        await gateway.call("GET", "/readyz")
        gateway.stop.set()
        assert int((await stream.frame())["retry"]) > 0
        assert await stream.frame() is None
        assert (await waiting)[0] in (200, 503), "answered, whether it was waiting already or not"
        await asyncio.wait_for(gateway.done, 5)


async def test_a_quiet_stream_is_kept_alive_by_comments(gateway, resident, monkeypatch):
    monkeypatch.setattr("channels.edge.HEARTBEAT", 0.05)
    monkeypatch.setattr("channels.web.events.HEARTBEAT", 0.05)
    async with resident.stream() as stream:
        frames = [await stream.frame() for _ in range(3)]
    assert frames[0] == {"retry": "2000"}
    assert all(list(frame) == [""] for frame in frames[1:])


async def test_the_seventh_window_of_a_conversation_makes_the_oldest_one_come_back_later(resident):
    async with AsyncExitStack() as windows:
        streams = [await windows.enter_async_context(resident.stream()) for _ in range(7)]
        assert [list(await stream.frame()) for stream in streams] == [["retry"]] * 7
        assert list(await streams[0].frame()) == ["retry"]
        assert await streams[0].frame() is None
        await resident.send("hello")
        for stream in streams[1:]:
            assert (await stream.event())["text"] == "hello"


@pytest.mark.parametrize("query", ["after=-1", "after=x", "after=1.5", "after=%C2%B2", "after=99999999999999999999"])
async def test_a_number_that_is_none_is_refused(gateway, resident, query):
    for path in ("poll", "events"):
        status, body = await gateway.call("GET", f"/v1/web/city/{path}?{query}", headers=resident.key)
        assert (status, body["error"]["code"]) == (400, "bad_after")


@pytest.mark.parametrize("wait", ["26", "-1", "soon"])
async def test_a_wait_that_is_too_long_is_refused(gateway, resident, wait):
    status, body = await gateway.call("GET", f"/v1/web/city/poll?wait={wait}", headers=resident.key)
    assert (status, body["error"]["code"]) == (400, "bad_wait")


async def test_a_poll_returns_as_soon_as_something_happens(resident):
    waiting = asyncio.create_task(resident.poll(wait=25))
    await resident.send("hello")
    events = await asyncio.wait_for(waiting, 5)
    assert events[0]["type"] in ("message", "typing")


async def test_a_poll_without_news_returns_nothing_when_its_time_is_up(resident):
    assert await asyncio.wait_for(resident.poll(wait=1), 5) == []


async def test_a_worker_in_another_process_is_heard_without_signals(tmp_path):
    """Two gateways over one store, only one of them with a worker: the other still sees the answers."""
    rasa = FakeRasa()
    alone = gateway_settings(tmp_path)
    async with (
        gateway_running(alone, rasa) as working,
        gateway_running(gateway_settings(tmp_path, gateway_runs_worker=False)) as reading,
    ):
        resident = await working.resident()
        elsewhere = type(resident)(reading, resident.secret, resident.session)
        async with elsewhere.stream() as stream:
            await resident.send("hello")
            assert [(await stream.event())["number"] for _ in range(2)] == [1, 2]
