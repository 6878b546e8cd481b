"""Serves the phones on the desk: a page, a small JSON API for the terminal, and the simulated Twilio itself."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jinja2
from aiohttp import web

from phone.desk import LIVES, PHONES, Desk, Entry
from phone.twilio import ERRORS, TROUBLES

_HERE = Path(__file__).parent
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_STATIC = {"phone.css": "text/css", "phone.js": "text/javascript", "pothole.png": "image/png"}
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
_ANSWER_WAIT = 5.0
"""Seconds that a form without JavaScript waits for the city's answer."""
_POLL = 20.0
_WORDS = {
    **{trouble: f"{trouble}: {words}" for trouble, (_, _, words) in ERRORS.items()},
    "accepted then dropped": "taken, but the answer is lost",
    "dropped": "not taken, and no answer",
}
DESK = web.AppKey("desk", Desk)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(_HERE / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
)


def build(desk: Desk) -> web.Application:
    """The application; the simulated Twilio of the desk is a part of it."""
    app = web.Application(middlewares=[_only_here])
    app[DESK] = desk
    app.add_routes(
        [
            web.get("/", _page),
            web.post("/", _submit),
            web.get("/thread", _thread),
            web.get("/api/phones/{phone}", _read),
            web.post("/api/phones/{phone}", _act),
            web.get("/healthz", _alive),
            web.get(r"/static/{name}", _static),
        ]
    )
    desk.twilio.add_to(app)
    return app


@web.middleware
async def _only_here(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Asked by this machine's own name, and by no other site's page."""
    try:
        host = urlsplit(f"//{request.host}").hostname
    except ValueError:
        host = None
    if host not in _LOOPBACK:
        raise web.HTTPForbidden(text="This phone is for this machine only.")
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"http://{request.host}":
        raise web.HTTPForbidden(text="This phone is used from its own page only.")
    response = await handler(request)
    if not response.prepared:
        response.headers.update(_HEADERS)
    return response


async def _page(request: web.Request) -> web.Response:
    desk, phone = request.app[DESK], _phone(request.query.get("phone", "1"))
    values = {**_values(desk, phone), "phones": [_spoken(number) for number in PHONES]}
    values |= {"troubles": {trouble: _WORDS[trouble] for trouble in TROUBLES}, "lives": list(LIVES)}
    return web.Response(text=_TEMPLATES.get_template("phone.html").render(**values), content_type="text/html")


async def _thread(request: web.Request) -> web.Response:
    """The part of the page that changes, once it is newer than `after`."""
    desk, phone = request.app[DESK], _phone(request.query.get("phone", "1"))
    await desk.change(_whole(request.query.get("after", "0")), _POLL)
    text = _TEMPLATES.get_template("thread.html").render(**_values(desk, phone))
    return web.Response(text=text, content_type="text/html", headers={"X-Version": str(desk.version)})


async def _submit(request: web.Request) -> web.Response:
    """A form of the page, without JavaScript: do it, wait a little for the answer, show the page again."""
    form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    phone = _phone(form.get("phone", ""))
    await _do(request.app[DESK], phone, form, _ANSWER_WAIT)
    return web.Response(status=303, headers={"Location": f"/?phone={phone + 1}#end"})


async def _act(request: web.Request) -> web.Response:
    """POST /api/phones/{1…4}: the same fields as the page's form, as JSON."""
    phone = _phone(request.match_info["phone"])
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="Send JSON.")
    try:
        body = await request.json()
    except ValueError:
        raise web.HTTPBadRequest(text="This is no JSON.") from None
    if not isinstance(body, dict) or not all(isinstance(value, str) for value in body.values()):
        raise web.HTTPBadRequest(text="Send an object of texts.")
    await _do(request.app[DESK], phone, body, 0)
    return web.json_response({"version": request.app[DESK].version})


async def _read(request: web.Request) -> web.Response:
    """GET /api/phones/{1…4}?after=VERSION: the thread as JSON, once it is newer."""
    desk, phone = request.app[DESK], _phone(request.match_info["phone"])
    await desk.change(_whole(request.query.get("after", "0")), _POLL)
    texts = [_told(entry) for entry in desk.threads[PHONES[phone]]]
    return web.json_response({"version": desk.version, "phone": PHONES[phone], "city": desk.city, "texts": texts})


async def _do(desk: Desk, phone: int, form: dict[str, str], wait: float) -> None:
    """One form: `trouble` and `life`, `again`, or a text with or without `picture`. Raises HTTPBadRequest."""
    number = PHONES[phone]
    if "trouble" in form:
        life = form.get("life", "in order")
        if form["trouble"] not in ("", *TROUBLES) or life not in LIVES:
            raise web.HTTPBadRequest(text="There is no such trouble.")
        desk.misbehave(form["trouble"], life)
    elif "again" in form:
        await desk.again(number)
    else:
        text, picture = form.get("word") or form.get("text", "").replace("\r\n", "\n"), bool(form.get("picture"))
        if text.strip() or picture:
            await desk.text(number, text[:1600], picture=picture)
            await desk.answer(number, wait)


def _values(desk: Desk, phone: int) -> dict[str, Any]:
    number = PHONES[phone]
    return {
        "desk": desk, "phone": phone + 1, "entries": desk.threads[number], "choices": desk.choices(number),
        "stopped": number in desk.twilio.stopped, "city": _spoken(desk.city), "words": _WORDS,
    }  # fmt: skip


def _told(entry: Entry) -> dict[str, Any]:
    size = entry.size
    told = {"from": entry.side, "text": entry.text, "note": entry.note, "picture": entry.picture}
    if entry.side != "city":
        return told
    return told | {"segments": size.count, "encoding": size.encoding, "told": list(entry.told)}


def _phone(text: str) -> int:
    """The place of a phone in PHONES. Raises HTTPNotFound."""
    if text not in [str(place) for place in range(1, len(PHONES) + 1)]:
        raise web.HTTPNotFound(text="There is no such phone.")
    return int(text) - 1


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


def _spoken(number: str) -> str:
    """+13125550111 as people write it."""
    if len(number) == 12 and number.startswith("+1"):
        return f"({number[2:5]}) {number[5:8]}-{number[8:]}"
    return number


async def _alive(_: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


async def _static(request: web.Request) -> web.StreamResponse:
    kind = _STATIC.get(request.match_info["name"])
    if kind is None:
        raise web.HTTPNotFound
    return web.FileResponse(_HERE / "static" / request.match_info["name"], headers={"Content-Type": kind})
