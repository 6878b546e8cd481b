"""The studio's server: one process of its own, on a port that residents never see."""

import asyncio
import logging
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import time

from aiohttp import web
from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined

from bot.addresses import parse_networks
from bot.city import load_city
from bot.clock import Clock
from bot.errors import AssistantError
from bot.operations.first_account import first_link
from bot.settings import Settings
from bot.store import Store, open_store
from studio.content.draft import Draft
from studio.publishing.place import Place
from studio.web.accounts import links, staff
from studio.web.accounts.passwords import Passwords
from studio.web.assets import Asset, load_assets
from studio.web.jobs import Jobs
from studio.web.limits import Limits, parse_limit
from studio.web.middleware import LIMIT, PROXIES, STUDIO, add_headers, answering, around
from studio.web.refusals import Refusal
from studio.web.routing import url
from studio.web.screens import Screen, load_screens
from studio.web.studio import Studio
from studio.web.words import load_words

log = logging.getLogger(__name__)

LARGEST_FORM = 2 * 1024 * 1024
LAST_REQUESTS = 3.0  # seconds for requests in flight when the studio stops
IDLE_SECONDS = 75.0
TEMPLATES = Path(__file__).parent / "templates"


def make_studio(settings: Settings, place: Place, store: Store, screens: tuple[Screen, ...], clock: Clock) -> Studio:
    """Everything that pages work with."""
    return Studio(
        settings=settings,
        place=place,
        store=store,
        draft=Draft(place.root),
        jobs=Jobs(clock, settings.data_dir / "studio-jobs.json"),
        limits=Limits(),
        passwords=Passwords(),
        templates=_templates(settings.data_dir / "compiled-pages"),
        assets=load_assets(),
        words=load_words(),
        screens=screens,
        city=load_city(settings.city_file),
        clock=clock,
    )


def build(studio: Studio) -> web.Application:
    """The application. Raises SettingError for settings that cannot work."""
    app = web.Application(middlewares=[around], client_max_size=LARGEST_FORM)
    app[STUDIO] = studio
    app[PROXIES] = parse_networks(studio.settings.trusted_proxies)
    app[LIMIT] = parse_limit("STUDIO_LIMIT", studio.settings.studio_limit)
    for route in (route for screen in studio.screens for route in screen.routes):
        add = app.router.add_get if route.method == "GET" else app.router.add_post
        add(route.path, answering(route))
    app.router.add_get("/healthz", _alive)
    app.router.add_get("/assets/{name}", _asset)
    app.on_response_prepare.append(add_headers)
    return app


@asynccontextmanager
async def running(studio: Studio, listener: socket.socket) -> AsyncIterator[None]:
    """Serve until left; requests in flight end, jobs are stopped."""
    runner = web.AppRunner(
        build(studio), access_log=None, keepalive_timeout=IDLE_SECONDS, shutdown_timeout=LAST_REQUESTS
    )
    try:
        await runner.setup()
        await web.SockSite(runner, listener).start()
        log.info("studio_ready", extra={"port": listener.getsockname()[1]})
        reading = asyncio.create_task(studio.draft.ready())  # the first look at a topic need not wait for it
        yield
        await asyncio.gather(reading, return_exceptions=True)
    finally:
        log.info("studio_stopping")
        await studio.jobs.close()
        await runner.cleanup()
        studio.draft.close()


class WithoutAddress(logging.Filter):
    """Turns the server's own words on bytes that are no HTTP into an event; they name the sender's address."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = "not_http", ()
        return True


async def serve(settings: Settings, root: Path, stop: asyncio.Event) -> None:
    """The whole process, until `stop`; the draft is in `root`."""
    logging.getLogger("aiohttp.server").addFilter(WithoutAddress())
    store = await open_store(settings.store_url)
    try:
        studio = make_studio(settings, Place.of(settings, root), store, load_screens(), time)
        await _first_account(studio)
        async with running(studio, bind(settings)):
            if sys.stdout.isatty():  # not where output becomes a log: the link is a secret
                print(_where(settings), flush=True)
            await stop.wait()
    finally:
        await store.close()


async def _first_account(studio: Studio) -> None:
    """While there is no account, there is a link that makes one."""
    if await staff.count(studio.store):
        links.forget_first_token(studio.settings.data_dir)
    else:
        links.make_first_token(studio.settings.data_dir)


def _where(settings: Settings) -> str:
    link = first_link(settings.studio_address, settings.data_dir)
    return f"Make the first account, an administrator's: {link}" if link else f"Studio: {settings.studio_address}"


def bind(settings: Settings) -> socket.socket:
    """The listening socket. Raises AssistantError with what to do where the port cannot be had."""
    try:
        found = socket.getaddrinfo(settings.studio_host, settings.studio_port, type=socket.SOCK_STREAM)
        family, *_rest, address = found[0]
        return socket.create_server(address[:2], family=family)
    except OSError as error:
        reason = (error.strerror or str(error)).partition(" (")[0]
        raise AssistantError(
            f"The studio cannot listen on {settings.studio_host}:{settings.studio_port} ({reason}). "
            "Stop the program that uses this port or set STUDIO_PORT to another one."
        ) from None


async def _alive(_request: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


async def _asset(request: web.Request) -> web.Response:
    asset: Asset | None = request.app[STUDIO].assets.files.get(request.match_info["name"])
    if asset is None:
        raise Refusal(404, "not_found")
    for_good = "public, max-age=31536000, immutable"
    same = request.query.get("v") == asset.version
    headers = {"Cache-Control": for_good if same else "no-cache"}
    return web.Response(body=asset.body, content_type=asset.type, charset="utf-8", headers=headers)


def _templates(compiled: Path) -> Environment:
    """The pages' templates; `compiled` keeps what they become, as a page's first visit would take twice as long."""
    compiled.mkdir(parents=True, exist_ok=True)
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, auto_reload=False, bytecode_cache=FileSystemBytecodeCache(str(compiled)),
    )  # fmt: skip
    templates.globals["url"] = url
    return templates
