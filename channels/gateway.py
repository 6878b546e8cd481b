"""The gateway, the only public process: serves the web chat and runs turns (`python -m channels.gateway`)."""

import asyncio
import logging
import os
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from aiohttp import web
from ruamel.yaml import YAML
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import AssistantError
from bot.logs import set_up_logs
from bot.operations.keys import with_secrets
from bot.parts import Parts, open_parts
from bot.settings import Settings
from bot.sms.delivery import Delivery
from bot.worker import Worker
from channels import health
from channels.edge import EDGE, Edge
from channels.limits import Limits, parse_networks
from channels.middleware import add_headers, around
from channels.origins import Origins
from channels.routes import Route, add_routes
from channels.sms import webhooks
from channels.sms.twilio import Twilio
from channels.web import api, events, pages, plain, texting
from channels.web.streams import Streams
from channels.words import load_words

log = logging.getLogger(__name__)

# Seconds for what is in flight when the gateway stops; together less than a supervisor's patience.
LAST_REQUESTS = 3.0
LAST_TURNS = 3.0
LAST_TEXTS = 2.0
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
        limits=Limits(),
        origins=Origins(settings.public_url, settings.web_origins),
        proxies=parse_networks(settings.trusted_proxies),
        streams=streams,
        description=YAML(typ="safe").load((Path(__file__).parent / "openapi.yml").read_text(encoding="utf-8")),
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
        worker = Worker(parts, settings)
        provider = Twilio(settings.twilio_api)
        delivery = Delivery(parts.store, parts.wakeups, parts.sms, provider, parts.clock)
        _tell_channels(parts)
        tasks: list[asyncio.Task[Any]] = [asyncio.create_task(stop.wait())]
        if settings.gateway_runs_worker:
            tasks.append(asyncio.create_task(worker.run()))
            tasks.append(asyncio.create_task(delivery.run()))
        try:
            await runner.setup()
            await web.SockSite(runner, listener, backlog=CONNECTIONS_WAITING).start()
            log.info("gateway_ready", extra={"port": listener.getsockname()[1]})
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            log.info("gateway_stopping")
            await runner.cleanup()
            with suppress(TimeoutError):
                await asyncio.wait_for(worker.drain(), LAST_TURNS)
            with suppress(TimeoutError):
                await asyncio.wait_for(delivery.drain(), LAST_TEXTS)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await provider.close()
        for task in done:
            task.result()  # a worker that failed ends the process; who runs it starts it anew


def _tell_channels(parts: Parts) -> None:
    """Which numbers can be texted, and why others cannot."""
    for name in parts.sms.on:
        log.info("sms_channel_on", extra={"channel": name})
    for name, why in parts.sms.off.items():
        log.info("sms_channel_off", extra={"channel": name, "why": why})


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


async def _run(settings: Settings, listener: socket.socket) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await serve(settings, listener, stop)


class WithoutAddress(logging.Filter):
    """Turns the server's own words on bytes that are no HTTP into an event; they name the sender's address."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = "not_http", ()
        return True


def main() -> int:
    """Start the gateway; 0 after a clean stop, 2 where it cannot start (one sentence says why)."""
    try:
        settings = Settings.from_env(with_secrets(os.environ, Settings.from_env().data_dir))
        set_up_logs(settings.log_level)
        logging.getLogger("aiohttp.server").addFilter(WithoutAddress())
        asyncio.run(_run(settings, bind(settings)))
    except AssistantError as error:
        print(error, file=sys.stderr)
        return 2
    except SQLAlchemyError as error:
        print(f"The store cannot be opened ({type(error).__name__}). Check DATABASE_URL.", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
