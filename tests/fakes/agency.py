"""An agency's server that misbehaves on demand, for any kind of agency."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

HTML = b"<!DOCTYPE html><html><body><h1>We are working on our systems</h1></body></html>"
TROUBLES = ("slow", "down", "500", "html", "truncated", "cut")


class TroubledAgency:
    """Passes requests to `healthy` until `trouble` is one of TROUBLES; `asked` are the methods and paths it got.

    `slow` holds the answer back until the test ends, `down` closes the connection, `truncated` is JSON that ends too
    early, `cut` a body shorter than was announced.
    """

    def __init__(self, healthy: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> None:
        self.trouble = ""
        self.url = ""
        self.asked: list[tuple[str, str]] = []
        self._healthy = healthy
        self._end = asyncio.Event()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One request."""
        self.asked.append((request.method, request.path))
        match self.trouble:
            case "":
                return await self._healthy(request)
            case "slow":
                await self._end.wait()
            case "down":
                assert request.transport is not None
                request.transport.abort()
            case "500":
                return web.Response(status=500, text="Internal Server Error")
            case "html":
                return web.Response(body=HTML, content_type="text/html")
            case "truncated":
                return web.Response(body=b'[{"id": "1", "name": "Fo', content_type="application/json")
            case "cut":
                response = web.StreamResponse(headers={"Content-Length": "1000"})
                await response.prepare(request)
                await response.write(b'[{"id": "1"')
                assert request.transport is not None
                request.transport.abort()
        return web.Response()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["TroubledAgency"]:
        """Serve on a free port; `url` tells which."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self.answer)
        async with TestServer(app) as server:
            self.url = str(server.make_url("/")).rstrip("/")
            yield self
            self._end.set()


def passing_to(url: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """A healthy agency: the real one at `url`."""

    async def forward(request: web.Request) -> web.StreamResponse:
        dropped = ("Host", "Content-Length", "Transfer-Encoding", "Content-Encoding")
        async with aiohttp.request(
            request.method, url + request.path_qs, data=await request.read() or None,
            headers={name: value for name, value in request.headers.items() if name not in dropped},
        ) as answer:  # fmt: skip
            headers = {name: value for name, value in answer.headers.items() if name not in dropped}
            return web.Response(status=answer.status, body=await answer.read(), headers=headers)

    return forward
