"""The gateway, the only public process: serves the web chat and runs turns (`python -m channels.gateway`)."""

import asyncio
import logging
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from bot.addresses import parse_networks
from bot.errors import AssistantError
from bot.parts import Parts, open_parts
from bot.settings import Settings
from bot.yaml12 import read
from channels import agency_events, health
from channels.edge import EDGE, Edge
from channels.limits import Limits
from channels.middleware import add_headers, around
from channels.origins import Origins
from channels.routes import Route, add_routes
from channels.sms import pictures, webhooks
from channels.web import api, events, pages, plain, texting
from channels.web.looking import looking
from channels.web.streams import Streams
from channels.words import load_words
from channels.worker import first_of, run, working

log = logging.getLogger(__name__)

LAST_REQUESTS = 3.0  # seconds for requests in flight when the gateway stops
CONNECTIONS_WAITING = 1024
IDLE_SECONDS = 75.0  # for the whole head of a request; aiohttp's own is an hour, in which a few could hold every place

_WEB = "/v1/web/{channel}"
ROUTES = (
    Route("POST", f"{_WEB}/sessions", api.open_session, "anyone", "session_limit"),
    Route("DELETE", f"{_WEB}/sessions", api.end_session, "resident", "read_limit"),
    Route("POST", f"{_WEB}/messages", api.post_message, "resident", "message_limit"),
    Route("POST", f"{_WEB}/handover", texting.hand_over, "resident", "handover_limit"),
    Route("GET", f"{_WEB}/events", events.stream, "resident", "read_limit"),
    Route("GET", f"{_WEB}/poll", events.poll, "resident", "read_limit"),
    Route("GET", f"{_WEB}/plain", plain.show, "anyone", "page_limit"),
    Route("POST", f"{_WEB}/plain", plain.submit, "anyone", "page_limit"),
    Route("POST", "/v1/sms/{channel}/inbound", webhooks.inbound, "provider", "webhook_limit"),
    Route("POST", "/v1/sms/{channel}/status", webhooks.status, "provider", "webhook_limit"),
    Route("POST", "/v1/agency/events", agency_events.happened, "anyone", "page_limit"),
    Route("GET", "/v1/pictures/{token}", pictures.show, "anyone", "page_limit"),
    Route("GET", "/healthz", health.alive, "anyone", "page_limit"),
    Route("GET", "/readyz", health.ready, "anyone", "page_limit"),
    Route("GET", "/metrics", health.metrics, "operator", "page_limit"),
    Route("GET", "/openapi.json", pages.openapi, "anyone", "page_limit"),
    Route("GET", "/", pages.demo, "anyone", "page_limit"),
    Route("GET", r"/assets/{name:[A-Za-z0-9_-][A-Za-z0-9._-]*}", pages.asset, "anyone", "page_limit"),
)


def build(settings: Settings, parts: Parts) -> web.Application:
    """The application. Raises SettingError for settings that cannot work."""
    app = web.Application(middlewares=[around])
    streams = Streams(parts.wakeups)
    app[EDGE] = Edge(
        settings=settings,
        parts=parts,
        words=load_words(),
        limits=Limits(settings.redis_url),
        origins=Origins(settings.public_url, settings.web_origins),
        proxies=parse_networks(settings.trusted_proxies),
        streams=streams,
        description=read(Path(__file__).parent / "openapi.yml"),
    )
    add_routes(app, ROUTES, settings)
    app.on_response_prepare.append(add_headers)

    async def close_streams(_app: web.Application) -> None:
        streams.close()

    app.on_shutdown.append(close_streams)
    return app


async def serve(settings: Settings, listener: socket.socket, stop: asyncio.Event) -> None:
    """Run until `stop`; then take nobody new, end the streams, let requests and turns in flight end."""
    async with open_parts(settings) as parts:
        app = build(settings, parts)
        runner = web.AppRunner(app, access_log=None, keepalive_timeout=IDLE_SECONDS, shutdown_timeout=LAST_REQUESTS)
        async with (
            looking(parts.store, parts.wakeups, alone=app[EDGE].alone),
            working(parts, settings) if settings.gateway_runs_worker else _idle() as work,
        ):
            try:
                await runner.setup()
                await web.SockSite(runner, listener, backlog=CONNECTIONS_WAITING).start()
                log.info("gateway_ready", extra={"port": listener.getsockname()[1]})
                await first_of(stop, work)
            finally:
                log.info("gateway_stopping")
                await runner.cleanup()


@asynccontextmanager
async def _idle() -> AsyncIterator["asyncio.Future[None]"]:
    """Workers run elsewhere."""
    yield asyncio.get_running_loop().create_future()


def bind(settings: Settings) -> socket.socket:
    """The listening socket. Raises AssistantError with what to do where the port cannot be had."""
    try:
        family, *_rest, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        return socket.create_server(address[:2], family=family, backlog=CONNECTIONS_WAITING)
    except OSError as error:
        reason = (error.strerror or str(error)).partition(" (")[0]
        raise AssistantError(
            f"The gateway cannot listen on {settings.host}:{settings.port} ({reason}). "
            "Stop the program that uses this port or set ASSISTANT_PORT to another one."
        ) from None


class WithoutAddress(logging.Filter):
    """Turns the server's own words on bytes that are no HTTP into an event; they name the sender's address."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = "not_http", ()
        return True


async def _serve(settings: Settings, stop: asyncio.Event) -> None:
    logging.getLogger("aiohttp.server").addFilter(WithoutAddress())
    await serve(settings, bind(settings), stop)


if __name__ == "__main__":
    sys.exit(run(_serve))
