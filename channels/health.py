"""For those who run the assistant: is it alive, is it ready, and its figures."""

import asyncio

import aiohttp
import prometheus_client
from aiohttp import web
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from channels.edge import EDGE, Edge


async def alive(_request: web.Request) -> web.Response:
    """GET /healthz: the process answers."""
    return web.json_response({"status": "ok"})


async def ready(request: web.Request) -> web.Response:
    """GET /readyz: 200 when the store and the dialogue can be reached, else 503 with what cannot."""
    edge = request.app[EDGE]
    store, dialogue = await asyncio.gather(_store_answers(edge), _dialogue_answers(edge))
    state = {"store": "ok" if store else "unreachable", "dialogue": "ok" if dialogue else "unreachable"}
    is_ready = store and dialogue
    return web.json_response(
        {"status": "ok" if is_ready else "unready", "checks": state}, status=200 if is_ready else 503
    )


async def metrics(request: web.Request) -> web.Response:
    """GET /metrics: Prometheus text format; the calls to agencies are counted in the action server, and told here."""
    body = prometheus_client.generate_latest() + await _agency_figures(request.app[EDGE].settings.actions_url)
    return web.Response(body=body, headers={"Content-Type": prometheus_client.CONTENT_TYPE_LATEST})


async def _agency_figures(actions_url: str) -> bytes:
    """The action server's figures; nothing while it does not answer."""
    try:
        async with aiohttp.request(
            "GET", actions_url.removesuffix("/webhook") + "/metrics", timeout=aiohttp.ClientTimeout(total=1)
        ) as response:
            return await response.read() if response.status == 200 else b""
    except (aiohttp.ClientError, TimeoutError):
        return b""


async def _store_answers(edge: Edge) -> bool:
    try:
        async with asyncio.timeout(2), edge.parts.store.read() as connection:
            await connection.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError, TimeoutError):
        return False
    return True


async def _dialogue_answers(edge: Edge) -> bool:
    try:
        async with asyncio.timeout(2):
            return await edge.parts.dialogue.ready()
    except TimeoutError:
        return False
