"""A small real server that speaks Rasa's side of docs/message-path.md; tests decide what it answers."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

Answer = dict[str, Any]


def say(text: str, **more: Any) -> Answer:
    """An answer with one reply."""
    reply = {"text": text, "answer": "utter_test", "source": "https://www.example.org/", **more}
    return {"replies": [reply], "effects": [], "understood": None}


@dataclass
class FakeRasa:
    """Answers `echo: <text>` unless told otherwise; like the real one it repeats the answer to a repeated message."""

    secret: str = "rasa-secret"
    answer: Callable[[dict[str, Any]], Answer] = lambda body: say(
        f"echo: {body['text'] or body['choice'] or body['action']}"
    )
    asked: list[dict[str, Any]] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    failures: list[int] = field(default_factory=list)  # statuses to answer first
    held: asyncio.Event | None = None  # when set to an event, answers wait for it
    url: str = ""
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _given: dict[str, Answer] = field(default_factory=dict)

    @property
    def effects(self) -> list[str]:
        """Messages that were handled, each once however often it was asked."""
        return list(self._given)

    async def was_asked(self, times: int) -> None:
        """Wait until so many requests came; fails after ten seconds."""
        async with asyncio.timeout(10), self._news:
            await self._news.wait_for(lambda: len(self.asked) >= times)

    async def _messages(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {self.secret}":
            return web.json_response({"error": "unauthorized"}, status=401)
        body = await request.json()
        self.asked.append(body)
        async with self._news:
            self._news.notify_all()
        if self.failures:
            return web.json_response({"error": "told to fail"}, status=self.failures.pop(0))
        if self.held is not None:
            await self.held.wait()
        if body["message_id"] not in self._given:
            self._given[body["message_id"]] = self.answer(body)
        return web.json_response({"message_id": body["message_id"], **self._given[body["message_id"]]})

    async def _forget(self, request: web.Request) -> web.Response:
        self.forgotten.append(request.match_info["sender"])
        return web.Response(status=204)

    async def _ready(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/webhooks/assistant/messages", self._messages)
        app.router.add_delete("/webhooks/assistant/conversations/{sender}", self._forget)
        app.router.add_get("/webhooks/assistant/", self._ready)
        return app


@asynccontextmanager
async def running(rasa: FakeRasa, port: int | None = None) -> AsyncIterator[FakeRasa]:
    """The fake as a listening server; its address is `rasa.url`."""
    server = TestServer(rasa.app(), **({"port": port} if port else {}))
    await server.start_server()
    rasa.url = str(server.make_url("/")).rstrip("/")
    try:
        yield rasa
    finally:
        await server.close()
