"""Lets a resident's browser follow its conversation: server-sent events and long poll."""

import asyncio
import json
import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from bot.clock import iso
from bot.transcript import Event, events_after
from bot.wakeups import Listener, Signal
from channels.edge import CONVERSATION, EDGE, HEARTBEAT, Edge
from channels.refusals import Refusal
from channels.web.streams import Reader

SLOW_READER = 30.0  # seconds for a reader to take what was sent
LONGEST_WAIT = 25
PAGE = 200
GREATEST = 2**31 - 1


@dataclass(frozen=True)
class Place:
    """Where a reader stands in a conversation."""

    conversation_id: str
    after: int
    listener: Listener
    reader: Reader


async def stream(request: web.Request) -> web.StreamResponse:
    """GET events: what is stored after the given number, then everything as it happens (HTML, section 9.2)."""
    edge, conversation = request.app[EDGE], request[CONVERSATION]
    after = _resume_point(request)
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no"}
    )
    # Listen before reading: what is stored in between wakes us.
    with edge.streams.reading(conversation.id) as reader, edge.parts.wakeups.listen(conversation.id, after) as listener:
        await response.prepare(request)
        # A reader that is gone, or takes nothing, resumes later where it was.
        with suppress(ConnectionResetError, TimeoutError):
            await _follow(edge, response, Place(conversation.id, after, listener, reader))
    return response


async def _follow(edge: Edge, response: web.StreamResponse, place: Place) -> None:
    """Send what is stored, then what happens, until the conversation ends or the gateway stops."""
    await _send(response, "retry: 2000\n\n")
    signal: Signal | None = "changed"
    waits = False
    while not place.reader.closing:
        # Thousands of idle streams must not read the store at each heartbeat: every change wakes its readers.
        has_news = signal == "changed"
        events = await events_after(edge.parts.store, place.conversation_id, place.after, PAGE) if has_news else []
        if events:
            waits = events[-1].sender == "resident"
            typing = _data(_typing(edge)) if place.listener.take("typing") and waits else ""
            await _send(response, "".join(_frame(event) for event in events) + typing)
            place = replace(place, after=events[-1].number)
            place.listener.seen = place.after
            if any(event.type == "end" for event in events):
                return
            if len(events) == PAGE:
                continue
        while (signal := await place.listener.next(HEARTBEAT)) == "typing":
            if waits:  # nobody writes any more once the answer is there
                await _send(response, _data(_typing(edge)))
        if signal is None:
            await _send(response, ": still here\n\n")
    # Not all at once: everybody comes back, to the next process or instead of an older window.
    await _send(response, f"retry: {1000 + secrets.randbelow(4000)}\n\n")


async def poll(request: web.Request) -> web.Response:
    """GET poll: the events after a number, waiting up to `wait` seconds for the first."""
    edge, conversation = request.app[EDGE], request[CONVERSATION]
    after = _number(request.query.get("after", "0"), GREATEST, "bad_after")
    wait = _number(request.query.get("wait", "0"), LONGEST_WAIT, "bad_wait")
    with edge.streams.reading(conversation.id) as reader, edge.parts.wakeups.listen(conversation.id, after) as listener:
        events = await _first_events(edge, Place(conversation.id, after, listener, reader), wait)
    return web.json_response({"events": events})


async def _first_events(edge: Edge, place: Place, seconds: float) -> list[dict[str, Any]]:
    """The events after a place, or that somebody is typing; nothing when the time is up."""
    until = asyncio.get_running_loop().time() + seconds
    while True:
        events = await events_after(edge.parts.store, place.conversation_id, place.after, PAGE)
        left = until - asyncio.get_running_loop().time()
        if events or left <= 0 or place.reader.closing:
            return [event.to_json() for event in events]
        if await place.listener.next(min(left, HEARTBEAT)) == "typing":
            return [_typing(edge)]


async def wait_for_answer(edge: Edge, conversation_id: str, after: int, seconds: float) -> None:
    """Return when somebody else than the resident has said something after `after`, or when the time is up."""
    with suppress(TimeoutError, Refusal):  # a full house: the person looks again on their own
        async with asyncio.timeout(seconds):
            with (
                edge.streams.reading(conversation_id) as reader,
                edge.parts.wakeups.listen(conversation_id, after) as listener,
            ):
                while not reader.closing and not await _is_answered(edge, conversation_id, after, listener):
                    while await listener.next(HEARTBEAT) == "typing":
                        pass


async def _is_answered(edge: Edge, conversation_id: str, after: int, listener: Listener) -> bool:
    events = await events_after(edge.parts.store, conversation_id, after, PAGE)
    listener.seen = max([after, *(event.number for event in events)])
    return any(event.sender != "resident" for event in events)


def _resume_point(request: web.Request) -> int:
    after = _number(request.query.get("after", "0"), GREATEST, "bad_after")
    return max(after, _number(request.headers.get("Last-Event-ID", "0"), GREATEST, "bad_after"))


def _number(text: str, greatest: int, code: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= greatest):
        raise Refusal(400, code, limit=greatest)
    return int(text)


def _typing(edge: Edge) -> dict[str, Any]:
    """An answer is being made; this is not stored and has no number."""
    return {
        "number": None,
        "type": "typing",
        "from": "assistant",
        "text": "",
        "lang": edge.parts.city.languages[0],
        "buttons": [],
        "source": None,
        "feedback": None,
        "at": iso(edge.parts.clock()),
    }


def _frame(event: Event) -> str:
    return f"id: {event.number}\n{_data(event.to_json())}"


def _data(event: dict[str, Any]) -> str:
    """One frame; JSON escapes every line break, so one data line is enough."""
    return f"data: {json.dumps(event, ensure_ascii=False)}\n\n"


async def _send(response: web.StreamResponse, frame: str) -> None:
    async with asyncio.timeout(SLOW_READER):
        await response.write(frame.encode())
