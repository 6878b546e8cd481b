"""Put the agency server together and run it until it is told to stop."""

import errno
from collections.abc import AsyncIterator, Callable
from datetime import datetime

from aiohttp import web

from agency.appointments import api as appointments
from agency.calendars.api import Calendars
from agency.directory import api as directory
from agency.georeport.api import BASE, LARGEST_BODY, Api, as_error_list, now
from agency.georeport.catalog import Catalog
from agency.georeport.store import Store
from agency.pages import as_page
from agency.participation import api as participation
from agency.participation.answers import as_json_error
from agency.participation.catalog import load_catalog as load_participation
from agency.participation.store import Store as ParticipationStore
from agency.settings import Settings
from agency.staff import staff_routes


class CannotServe(Exception):
    """The server cannot listen; the text says why and what to do."""


def build_app(
    settings: Settings, catalog: Catalog, store: Store, clock: Callable[[], datetime] = now
) -> web.Application:
    """Return the application; it closes `store` at its end."""
    app = web.Application(client_max_size=LARGEST_BODY, middlewares=[as_error_list, as_json_error, as_page])
    app.add_routes(Api(settings, catalog, store, clock).routes())
    app.add_routes(Calendars(settings.zones, settings.holidays, settings.jurisdiction, settings.time_zone).routes())
    app.add_routes(staff_routes(settings, catalog, store, clock))

    opened = ParticipationStore(settings.participation_data)
    appointments.add_to(app, settings, clock)
    directory.add_to(app, settings)
    participation.add_to(app, participation.Api(settings, load_participation(settings.participation), opened, clock))

    async def health(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def closing(_: web.Application) -> AsyncIterator[None]:
        yield
        store.close()

    app.router.add_get("/healthz", health)
    app.cleanup_ctx.append(closing)
    return app


def serve(settings: Settings, catalog: Catalog, store: Store) -> None:
    """Serve until SIGTERM or Ctrl-C; raise CannotServe with one sentence if the address cannot be used."""

    def announce(_: str) -> None:
        print(f"Agency ready at http://{settings.host}:{settings.port}{BASE}", flush=True)

    app = build_app(settings, catalog, store)
    app[directory.DIRECTORY].open()  # a mistake in its files stops the start, not the first resident
    try:
        web.run_app(app, host=settings.host, port=settings.port, print=announce, access_log=None, shutdown_timeout=5)
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        if error.errno == errno.EADDRINUSE:
            raise CannotServe(f"Port {settings.port} is taken: stop what uses it, or set AGENCY_PORT.") from error
        raise CannotServe(f"The agency cannot listen on {where}: {error.strerror or error}.") from error
