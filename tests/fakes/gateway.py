"""The real gateway on a free port, over a real store and a small Rasa server, and residents who use it over HTTP."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp

from bot.settings import Settings
from channels.gateway import serve
from tests.fakes.rasa import FakeRasa, running


@dataclass
class Resident:
    """One browser's conversation over the API."""

    gateway: "Gateway"
    secret: str
    session: str
    _ids: Any = field(default_factory=count)

    @property
    def key(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"}

    async def post(self, body: Any) -> tuple[int, dict[str, Any]]:
        """POST messages; gives status and body."""
        return await self.gateway.call("POST", "/v1/web/city/messages", json=body, headers=self.key)

    async def send(self, text: str, **more: Any) -> int:
        """Send a text; gives its number."""
        status, body = await self.post({"client_msg_id": f"m{next(self._ids)}", "text": text, **more})
        assert status == 202, body
        return int(body["number"])

    async def press(self, token: str) -> int:
        status, body = await self.post({"client_msg_id": f"m{next(self._ids)}", "token": token})
        assert status == 202, body
        return int(body["number"])

    async def poll(self, after: int = 0, wait: int = 0) -> list[dict[str, Any]]:
        path = f"/v1/web/city/poll?after={after}&wait={wait}"
        status, body = await self.gateway.call("GET", path, headers=self.key)
        assert status == 200, body
        return list(body["events"])

    async def events(self, number: int) -> list[dict[str, Any]]:
        """The stored events once there are so many; fails after ten seconds."""
        seen: list[dict[str, Any]] = []
        async with asyncio.timeout(10):
            while len(seen) < number:
                new = await self.poll(after=len(seen), wait=5)
                seen += [event for event in new if event["number"] is not None]
        return seen

    @asynccontextmanager
    async def stream(self, query: str = "", **headers: str) -> AsyncIterator["Stream"]:
        url = f"{self.gateway.url}/v1/web/city/events{query}"
        async with self.gateway.http.get(url, headers={**self.key, **headers}) as response:
            yield Stream(response)


@dataclass
class Stream:
    """An open event stream."""

    response: aiohttp.ClientResponse

    async def frame(self) -> dict[str, str] | None:
        """The next frame as its fields, a comment under ""; None when the stream has ended. Fails after ten seconds."""
        fields: dict[str, str] = {}
        async with asyncio.timeout(10):
            while line := (await self.response.content.readline()).decode():
                if line == "\n":
                    return fields
                name, _, value = line.rstrip("\n").partition(": " if not line.startswith(":") else ":")
                fields[name] = value
        return None

    async def event(self) -> dict[str, Any] | None:
        """The next stored event, with the frame's id; None when the stream has ended."""
        while (frame := await self.frame()) is not None:
            if "data" in frame:
                event = {**json.loads(frame["data"]), "id": frame.get("id")}
                if event["type"] != "typing":
                    return event
        return None


@dataclass
class Gateway:
    """A running gateway."""

    url: str
    rasa: FakeRasa
    http: aiohttp.ClientSession
    stop: asyncio.Event
    done: "asyncio.Task[None]"

    async def call(self, method: str, path: str, **more: Any) -> tuple[int, dict[str, Any]]:
        """One request; gives the status and the JSON body ({} where there is none)."""
        async with self.http.request(method, self.url + path, allow_redirects=False, **more) as response:
            body = await response.read()
            return response.status, json.loads(body) if body else {}

    async def resident(self, **body: Any) -> Resident:
        status, opened = await self.call("POST", "/v1/web/city/sessions", json=body)
        assert status == 201, opened
        return Resident(self, opened["secret"], opened["session"])


def gateway_settings(folder: Path, **changes: Any) -> Settings:
    """Settings with generous limits."""
    values: dict[str, Any] = {
        "data_dir": folder,
        "secret": "test",
        "rasa_secret": "rasa-secret",
        "rasa_timeout": 5.0,
        **{f"{name}_limit": "100000/minute" for name in ("session", "message", "read", "page", "webhook")},
    }
    return replace(Settings(), **{**values, **changes})


@asynccontextmanager
async def gateway_running(
    settings: Settings, rasa: FakeRasa | None = None, listener: socket.socket | None = None
) -> AsyncIterator[Gateway]:
    """A gateway that is stopped, the way a signal would, at the end."""
    async with running(rasa or FakeRasa()) as fake, aiohttp.ClientSession() as http:
        listener = listener or socket.create_server(("127.0.0.1", 0))
        stop = asyncio.Event()
        done = asyncio.create_task(serve(replace(settings, rasa_url=fake.url), listener, stop))
        gateway = Gateway(f"http://127.0.0.1:{listener.getsockname()[1]}", fake, http, stop, done)
        try:
            async with asyncio.timeout(30):
                assert (await gateway.call("GET", "/healthz"))[0] == 200
            yield gateway
        finally:
            stop.set()
            await asyncio.wait_for(done, 10)
