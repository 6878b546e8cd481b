"""`assistant phone`: a simulated phone in the terminal, over the small JSON API of the phones on the desk."""

import asyncio
from typing import Any

import aiohttp

from bot.operations.chat import NotRunning, answer_of, typed_lines

HELP = """Type a text. :picture sends a picture, :again delivers your last text again, :trouble 429 makes trouble.
Ctrl-D ends."""
_SILENCE = 1.5
"""Seconds without news after which a script's next line is typed."""
_LONGEST = 20.0


async def text(address: str, phone: int) -> None:
    """Text until end of input. Raises NotRunning where no phone is on the desk."""
    url = f"{address}/api/phones/{phone}"
    try:
        async with aiohttp.ClientSession() as http:
            await _converse(http, url)
    except aiohttp.ClientConnectionError:
        raise NotRunning(
            f"No simulated phone answers at {address}. `make run` starts it in another window, unless real Twilio "
            "credentials or a public address are set."
        ) from None


async def _converse(http: aiohttp.ClientSession, url: str) -> None:
    thread = await answer_of(http.get(url))
    print(f"Simulated phone {thread['phone']}, texting {thread['city']}. No real text is sent.\n{HELP}\n", flush=True)
    heard = asyncio.Event()
    listening = asyncio.create_task(_listen(http, url, thread, heard))
    typed = typed_lines()
    try:
        while (line := await typed.get()) is not None:
            if line.strip():
                heard.clear()
                await answer_of(http.post(url, json=_act(line)))
                await _wait(heard, _LONGEST if typed.qsize() else _SILENCE)
        await _wait(heard, _SILENCE)
    finally:
        listening.cancel()


async def _wait(heard: asyncio.Event, seconds: float) -> None:
    """Until the city was heard, at most so long."""
    try:
        await asyncio.wait_for(heard.wait(), seconds)
    except TimeoutError:
        return


def _act(line: str) -> dict[str, str]:
    command, _, rest = line.strip().partition(" ")
    match command:
        case ":again":
            return {"again": "yes"}
        case ":picture":
            return {"text": rest, "picture": "yes"}
        case ":trouble":
            return {"trouble": rest.strip()}
    return {"text": line}


async def _listen(http: aiohttp.ClientSession, url: str, thread: dict[str, Any], heard: asyncio.Event) -> None:
    """Print what is new for this phone."""
    shown = len(thread["texts"])
    while True:
        thread = await answer_of(http.get(url, params={"after": thread["version"]}))
        for entry in thread["texts"][shown:]:
            if entry["from"] == "city":
                print(f"\n{entry['text']}\n  ({entry['segments']} segment(s), {entry['encoding']})\n", flush=True)
            elif entry["from"] == "carrier":
                print(f"\n[{entry['text']}]\n", flush=True)
            if entry["from"] != "resident":
                heard.set()
        shown = len(thread["texts"])
