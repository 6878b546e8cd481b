"""`assistant chat`: a conversation in the terminal, over the same web API that the widget uses."""

import asyncio
import contextlib
import sys
import threading
from typing import Any

import aiohttp

from bot.errors import AssistantError
from bot.ids import new_id

ANSWER_WITHIN = 20.0
"""Seconds that a script waits for an answer before it says its next line."""
Event = dict[str, Any]
"""One event of the web API (docs/message-path.md)."""


class NotRunning(AssistantError):
    """No gateway answers."""


async def chat(address: str, channel: str, language: str | None) -> None:
    """Talk until end of input. Raises NotRunning where nothing listens at `address`."""
    base = f"{address.rstrip('/')}/v1/web/{channel}"
    try:
        async with aiohttp.ClientSession() as http:
            session = await answer_of(http.post(f"{base}/sessions", json={"lang": language} if language else {}))
            http.headers["Authorization"] = f"Bearer {session['secret']}"
            await _converse(http, base)
    except aiohttp.ClientConnectionError:
        raise NotRunning(
            f"Nothing answers at {address}. Start the assistant first (`make run`) in another window."
        ) from None


async def _converse(http: aiohttp.ClientSession, base: str) -> None:
    print("Type a message; a number chooses a button; Ctrl-D ends.\n", flush=True)
    typed, buttons, answered = typed_lines(), dict[str, str](), asyncio.Event()
    listening = asyncio.create_task(_listen(http, base, buttons, answered))
    try:
        while (line := await typed.get()) is not None:
            if not line.strip():
                continue
            said = {"token": buttons[line.strip()]} if line.strip() in buttons else {"text": line}
            answered.clear()
            await answer_of(http.post(f"{base}/messages", json={"client_msg_id": new_id(), **said}))
            if not sys.stdin.isatty():  # a script's next line may be the number of a button that is still to come
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(answered.wait(), ANSWER_WITHIN)
        await answer_of(http.delete(f"{base}/sessions"))
    finally:
        listening.cancel()


async def _listen(http: aiohttp.ClientSession, base: str, buttons: dict[str, str], answered: asyncio.Event) -> None:
    """Print what arrives; `buttons` always holds the choices under the last answer, by number."""
    after = 0
    while True:
        polled = await answer_of(http.get(f"{base}/poll", params={"after": after, "wait": 25}))
        for event in polled["events"]:
            after = max(after, event["number"] or 0)
            if event["type"] in ("message", "notice") and event["from"] != "resident":
                _show(event, buttons)
                if event["type"] == "message":
                    answered.set()


def _show(event: Event, buttons: dict[str, str]) -> None:
    print(f"\n{event['text']}")
    if event.get("source"):
        print(f"  ({event['source']})")
    if event["type"] == "message":
        buttons.clear()
        for number, button in enumerate(event.get("buttons") or [], 1):
            buttons[str(number)] = button["token"]
            print(f"  {number}  {button['title']}")
    print("", flush=True)


async def answer_of(request: Any) -> Any:
    """The JSON of an answer. Raises AssistantError with the server's own words for a refusal."""
    async with request as answer:
        if answer.status == 204:
            return None
        content = await answer.json(content_type=None)
        if answer.status >= 400:
            raise AssistantError(str(content.get("error", {}).get("message", f"The server answered {answer.status}.")))
        return content


def typed_lines() -> asyncio.Queue[str | None]:
    """Lines from standard input; None at its end. A thread, since a terminal cannot be awaited everywhere."""
    loop, lines = asyncio.get_running_loop(), asyncio.Queue[str | None]()

    def read() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(lines.put_nowait, line.rstrip("\n"))
        loop.call_soon_threadsafe(lines.put_nowait, None)

    threading.Thread(target=read, daemon=True).start()
    return lines
