"""A small web API with scripted replies, which can fail, delay, drop streams and forget sessions on demand."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

ASSETS = Path(__file__).resolve().parents[2] / "channels" / "web" / "assets"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'"
)
SOURCE = "https://www.brightwater.example/collection"
Event = dict[str, Any]


@dataclass
class Session:
    """One chat: its stored events, numbered from 1, and what has been posted."""

    events: list[Event] = field(default_factory=list)
    numbers: dict[str, int | None] = field(default_factory=dict)  # client_msg_id → number
    streams: list[web.StreamResponse] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)


class FakeWebApi:
    """The routes of docs/message-path.md with the demo page, on a real port."""

    def __init__(self) -> None:
        self.url = ""
        self.page = "demo.html"
        self.requests: list[str] = []  # "POST /v1/web/city/messages"
        self.posted: list[dict[str, Any]] = []  # bodies of accepted and refused messages
        self.sessions: dict[str, Session] = {}
        self.failures: list[int] = []  # statuses of the next posts; 0: the connection breaks after storing
        self.streams_work = True
        self.texting = self.kept = False

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._watch])
        app.router.add_get("/", self._page)
        app.router.add_static("/assets/", ASSETS)
        app.router.add_post("/v1/web/city/sessions", self._open)
        app.router.add_delete("/v1/web/city/sessions", self._end)
        app.router.add_post("/v1/web/city/messages", self._message)
        app.router.add_post("/v1/web/city/handover", self._hand_over)
        app.router.add_get("/v1/web/city/events", self._events)
        app.router.add_get("/v1/web/city/poll", self._poll)
        return app

    @property
    def session(self) -> Session:
        """The session opened last."""
        return list(self.sessions.values())[-1]

    async def say(self, text: str, **more: Any) -> None:
        """Stores one more event from the assistant and sends it out."""
        await self._store(self.session, {"from": "assistant", "text": text, **more})

    async def show_typing(self) -> None:
        """Says on every open stream that an answer is being made; waits for the first stream."""
        event = self._event({"type": "typing", "from": "assistant"}, None)
        async with self.session.changed:
            await self.session.changed.wait_for(lambda: self.session.streams)
        for stream in self.session.streams:
            await stream.write(f"data: {json.dumps(event)}\n\n".encode())

    def drop_streams(self) -> None:
        """Cuts every open stream as a lost network would."""
        for session in self.sessions.values():
            for stream in session.streams:
                transport = stream._req.transport if stream._req else None
                if transport:
                    transport.abort()
            session.streams.clear()

    @web.middleware
    async def _watch(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.requests.append(f"{request.method} {request.path}")
        response: web.StreamResponse = await handler(request)
        return response

    async def _page(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(ASSETS / self.page, headers={"Content-Security-Policy": POLICY})

    async def _open(self, request: web.Request) -> web.Response:
        secret = f"secret-{len(self.sessions) + 1}"
        self.sessions[secret] = Session()
        opened = {"session": f"s{len(self.sessions)}", "secret": secret, "texting": self.texting, "kept": self.kept}
        return web.json_response(opened, status=201)

    async def _hand_over(self, request: web.Request) -> web.Response:
        self._session(request)
        message = "To go on by text, send CHAT 123456 to (312) 555-0100 from your phone."
        link = "sms:+13125550100?body=CHAT%20123456"
        return web.json_response({"code": "123456", "message": message, "link": link}, status=201)

    async def _end(self, request: web.Request) -> web.Response:
        self._session(request)
        self.drop_streams()
        del self.sessions[request.headers["Authorization"].removeprefix("Bearer ")]
        return web.Response(status=204)

    async def _message(self, request: web.Request) -> web.Response:
        session = self._session(request)
        body = await request.json()
        self.posted.append(body)
        failure = self.failures.pop(0) if self.failures else None
        if failure:
            return web.json_response({"error": {"code": "busy", "message": "Please wait a minute."}}, status=failure)
        key = body["client_msg_id"]
        if key not in session.numbers:
            session.numbers[key] = None
            await self._answer(session, key, body)
        if failure == 0 and request.transport:
            request.transport.abort()
        return web.json_response({"number": session.numbers[key]}, status=202)

    async def _answer(self, session: Session, key: str, body: dict[str, Any]) -> None:
        token = body.get("token", "")
        if token.startswith("rate-"):
            return
        text = token.removeprefix("choose-") if token else body["text"]
        lang = "es" if body.get("lang") == "es" or text.startswith("Hola") else "en"
        session.numbers[key] = await self._store(session, {"from": "resident", "text": text, "lang": lang})
        if text != "quiet":
            await self._store(session, {"from": "assistant", "lang": lang, **self._reply(text, lang)})

    def _reply(self, text: str, lang: str) -> Event:
        if text == "choices":
            titles = ["Sí", "No, cambiarlo"] if lang == "es" else ["Yes, that is right", "No, change it"]
            question = "¿Está bien así?" if lang == "es" else "Is this right?"
            return {"text": question, "buttons": [{"title": t, "token": f"choose-{t}"} for t in titles]}
        said = f"Usted escribió: {text}" if lang == "es" else f"You wrote: {text}"
        return {"text": said, "source": SOURCE, "feedback": {"up": "rate-up", "down": "rate-down"}}

    async def _store(self, session: Session, event: Event) -> int:
        async with session.changed:
            number = len(session.events) + 1
            session.events.append(self._event(event, number))
            session.changed.notify_all()
        return number

    @staticmethod
    def _event(event: Event, number: int | None) -> Event:
        empty: Event = {"type": "message", "text": "", "lang": "en", "buttons": [], "source": None, "feedback": None}
        return {**empty, **event, "number": number, "at": "2026-11-23T15:00:00Z"}

    def _session(self, request: web.Request) -> Session:
        session = self.sessions.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
        if session is None:
            error = {"error": {"code": "unknown_session", "message": "This chat has expired."}}
            raise web.HTTPUnauthorized(text=json.dumps(error), content_type="application/json")
        return session

    async def _events(self, request: web.Request) -> web.StreamResponse:
        session = self._session(request)
        if not self.streams_work:
            raise web.HTTPBadGateway()
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await stream.prepare(request)
        await stream.write(b": hello\n\n")
        async with session.changed:
            session.streams.append(stream)
            session.changed.notify_all()
        after = int(request.query.get("after", 0))
        while True:
            for event in await self._fresh(session, after):
                await stream.write(f"id: {event['number']}\ndata: {json.dumps(event)}\n\n".encode())
                after = event["number"]

    async def _poll(self, request: web.Request) -> web.Response:
        session = self._session(request)
        return web.json_response({"events": await self._fresh(session, int(request.query.get("after", 0)))})

    @staticmethod
    async def _fresh(session: Session, after: int) -> list[Event]:
        """The events after a number, as soon as there are any."""
        async with session.changed:
            await session.changed.wait_for(lambda: len(session.events) > after)
            return session.events[after:]


@asynccontextmanager
async def serve() -> AsyncIterator[FakeWebApi]:
    """The fake on a free port of the loopback interface."""
    api = FakeWebApi()
    runner = web.AppRunner(api.app(), shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    api.url = f"http://127.0.0.1:{port}"
    try:
        yield api
    finally:
        api.drop_streams()
        await runner.cleanup()


if __name__ == "__main__":

    async def forever() -> None:
        async with serve() as api:
            print(api.url, flush=True)
            await asyncio.Event().wait()

    asyncio.run(forever())
