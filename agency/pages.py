"""Fill the staff page's templates, for good answers and for failures."""

import sqlite3
from collections.abc import Awaitable, Callable
from datetime import datetime, tzinfo
from pathlib import Path

import jinja2
from aiohttp import web

_HERE = Path(__file__).parent
STYLE = _HERE / "static" / "staff.css"
PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["day"] = _day
    environment.filters["moment"] = lambda moment, zone: f"{_day(moment, zone)}, {moment.astimezone(zone):%H:%M}"
    return environment


def _day(moment: datetime | None, zone: tzinfo) -> str:
    local = moment and moment.astimezone(zone)
    return f"{local:%b} {local.day}, {local:%Y}" if local else "not known"


_ENVIRONMENT = _environment()


@web.middleware
async def as_page(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Answer every failure under /staff with a page."""
    if not request.path.startswith("/staff"):
        return await handler(request)
    try:
        return await handler(request)
    except web.HTTPNotFound:
        return render_page("error.html", 404, title="Not found", message="There is no such page or request.")
    except web.HTTPRequestEntityTooLarge:
        return render_page("error.html", 413, title="Too large", message="The form is too large. Shorten the note.")
    except (web.HTTPBadRequest, web.HTTPForbidden) as error:
        return render_page("error.html", error.status, title="Not saved", message=error.text or error.reason)
    except sqlite3.Error:
        return render_page("error.html", 503, title="Busy", message="The database is busy. Try again in a minute.")


def render_page(template: str, status: int, **values: object) -> web.Response:
    """Return a page from `template`, under a policy that allows no script and no frame."""
    text = _ENVIRONMENT.get_template(template).render(**values)
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8", headers=PAGE_HEADERS)
