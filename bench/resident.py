"""A resident's browser for measurements: the web API over HTTP with its event stream, nothing of ours imported."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp

Event = dict[str, Any]


class Resident:
    """One web conversation. `transcript` holds every stored event by number; a number seen twice must be the same."""

    _names = itertools.count()

    def __init__(self, http: aiohttp.ClientSession, url: str, language: str = "en") -> None:
        self._http = http
        self._api = f"{url}/v1/web/city"
        self._language = language
        self._secret = ""
        self._sent = itertools.count()
        self._name = f"r{next(self._names)}"
        self.transcript: dict[int, Event] = {}
        self._news = asyncio.Condition()
        self._reader: asyncio.Task[None] | None = None

    async def open(self) -> "Resident":
        """Start the conversation and its event stream."""
        opened = await self._until_accepted("POST", "/sessions", {"lang": self._language}, 201)
        self._secret = opened["secret"]
        self._reader = asyncio.create_task(self._read())
        return self

    async def close(self) -> None:
        if self._reader:
            self._reader.cancel()

    async def send(self, text: str, *, token: str | None = None) -> int:
        """Post until acknowledged, with the same id, as the widget does; gives the message's number."""
        message = {"client_msg_id": f"{self._name}-{next(self._sent)}"}
        message |= {"token": token} if token else {"text": text}
        return int((await self._until_accepted("POST", "/messages", message, 202))["number"])

    async def ask(self, text: str, *, token: str | None = None, seconds: float = 120.0) -> Event:
        """Send and wait for the next answer of the assistant after it."""
        number = await self.send(text, token=token)
        return await self.answer_after(number, seconds)

    async def answer_after(self, number: int, seconds: float = 120.0) -> Event:
        """The first message of the assistant with a number above; raises TimeoutError."""

        def found() -> Event | None:
            later = (self.transcript[n] for n in sorted(self.transcript) if n > number)
            return next((event for event in later if event["from"] == "assistant"), None)

        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(lambda: found() is not None)
        event = found()
        assert event is not None
        return event

    async def event(self, number: int, seconds: float = 120.0) -> Event:
        """The event with that number, once it is there; raises TimeoutError."""
        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(lambda: number in self.transcript)
        return self.transcript[number]

    async def settle(self, answers: int, seconds: float = 120.0) -> None:
        """Wait until the transcript holds so many answers of the assistant; raises TimeoutError."""
        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(lambda: len(self.answers()) >= answers)

    def answers(self) -> list[Event]:
        """The assistant's messages in order."""
        return [self.transcript[n] for n in sorted(self.transcript) if self.transcript[n]["from"] == "assistant"]

    async def _until_accepted(self, method: str, path: str, body: dict[str, Any], status: int) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._secret}"} if self._secret else {}
        while True:
            try:
                async with self._http.request(method, self._api + path, json=body, headers=headers) as response:
                    if response.status == status:
                        return dict(await response.json())
                    if response.status < 500 and response.status != 429:
                        raise RuntimeError(f"{method} {path}: {response.status} {await response.text()}")
            except (aiohttp.ClientError, TimeoutError):
                pass
            await asyncio.sleep(0.2)

    async def _read(self) -> None:
        while True:
            try:
                async for event in self._stream():
                    await self._take(event)
            except (aiohttp.ClientError, TimeoutError):
                pass
            await asyncio.sleep(0.1)

    async def _stream(self) -> AsyncIterator[Event]:
        headers = {"Authorization": f"Bearer {self._secret}", "Accept": "text/event-stream"}
        after = max(self.transcript, default=0)
        timeout = aiohttp.ClientTimeout(total=None, sock_read=60)
        async with self._http.get(f"{self._api}/events?after={after}", headers=headers, timeout=timeout) as response:
            async for line in response.content:
                if line.startswith(b"data:"):
                    yield json.loads(line[5:])

    async def _take(self, event: Event) -> None:
        number = event.get("number")
        if number is None:
            return
        known = self.transcript.setdefault(number, event)
        if known != event:
            raise RuntimeError(f"event {number} changed")
        async with self._news:
            self._news.notify_all()
