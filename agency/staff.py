"""The page for staff: find requests, see one, change its status; plain HTML that needs no JavaScript."""

import asyncio
import hmac
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from urllib.parse import parse_qsl, urlencode, urlsplit

from aiohttp import web

from agency.georeport.catalog import Catalog
from agency.georeport.requests import STATUSES, Filter, Move
from agency.georeport.store import Store
from agency.pages import PAGE_HEADERS, STYLE, render_page
from agency.sessions import LIFETIME, Session, Sessions
from agency.settings import Settings

COOKIE = "agency_staff"
PAGE_SIZE = 25
LONGEST_NOTE = 1000


@dataclass(frozen=True)
class Staff:
    """The handlers of the staff page."""

    catalog: Catalog
    store: Store
    sessions: Sessions
    clock: Callable[[], datetime]
    zone: tzinfo

    def routes(self) -> list[web.RouteDef]:
        """Return the staff page's routes."""
        return [
            web.get("/staff", self.list),
            web.get("/staff/login", self.login_page),
            web.post("/staff/login", self.login),
            web.post("/staff/logout", self.logout),
            web.get("/staff/staff.css", self.style),
            web.get("/staff/requests/{id}", self.show),
            web.post("/staff/requests/{id}", self.move),
        ]

    async def style(self, _: web.Request) -> web.StreamResponse:
        """Serve the style sheet."""
        return web.FileResponse(STYLE, headers={"Cache-Control": "max-age=300"})

    async def login_page(self, _: web.Request) -> web.Response:
        """Ask for the password."""
        return self._page("login.html")

    async def login(self, request: web.Request) -> web.Response:
        """Open a session; a name is asked for so that moves can be told apart."""
        _check_origin(request)
        form = await _form(request)
        who = " ".join(form.get("who", "").split())[:80]
        if self.sessions.blocked():
            return self._page("login.html", 429, who=who, error="Too many wrong passwords. Wait five minutes.")
        if not who:
            return self._page("login.html", 400, error="Enter your name.")
        secret = self.sessions.open(who, form.get("password", ""))
        if secret is None:
            return self._page("login.html", 403, who=who, error="The password is not right.")
        response = web.Response(status=303, headers={"Location": "/staff", **PAGE_HEADERS})
        response.set_cookie(
            COOKIE, secret, path="/staff", max_age=LIFETIME, httponly=True, samesite="Strict", secure=request.secure
        )
        return response

    async def logout(self, request: web.Request) -> web.Response:
        """Close the session."""
        _check_form(self._session(request), await _form(request))
        self.sessions.close(request.cookies.get(COOKIE, ""))
        response = web.Response(status=303, headers={"Location": "/staff/login", **PAGE_HEADERS})
        response.del_cookie(COOKIE, path="/staff")
        return response

    async def list(self, request: web.Request) -> web.Response:
        """List requests, newest first, by status, type and words."""
        session = self._session(request)
        chosen = {name: request.query.get(name, "").strip() for name in ("status", "service", "words")}
        page = _page_number(request.query.get("page", ""))
        wanted = Filter(
            service_codes=[chosen["service"]] if chosen["service"] else [],
            statuses=[chosen["status"]] if chosen["status"] else [],
            words=chosen["words"],
            limit=PAGE_SIZE,
            offset=(page - 1) * PAGE_SIZE,
        )
        total = await asyncio.to_thread(self.store.count, wanted)
        return self._page(
            "list.html",
            session=session,
            requests=await asyncio.to_thread(self.store.find, wanted),
            total=total,
            page=page,
            pages=max(1, -(-total // PAGE_SIZE)),
            chosen=chosen,
            link=lambda number: "/staff?" + urlencode({**{k: v for k, v in chosen.items() if v}, "page": number}),
            now=self.clock(),
        )

    async def show(self, request: web.Request) -> web.Response:
        """Show one request and what was done to it."""
        return await self._request_page(request, self._session(request))

    async def move(self, request: web.Request) -> web.Response:
        """Change a request's status and note."""
        session = self._session(request)
        form = await _form(request)
        _check_form(session, form)
        status, note = form.get("status", ""), form.get("note", "").strip()
        if status not in STATUSES:
            return await self._request_page(request, session, 400, error="Choose a status.", note=note)
        if len(note) > LONGEST_NOTE:
            error = f"The note is longer than {LONGEST_NOTE} characters."
            return await self._request_page(request, session, 400, error=error, note=note)
        request_id = request.match_info["id"]
        move = Move(request_id, self.clock(), session.who, "", status, note)
        if not await asyncio.to_thread(self.store.move, move):
            raise web.HTTPNotFound
        return web.Response(status=303, headers={"Location": f"/staff/requests/{request_id}?saved=1", **PAGE_HEADERS})

    async def _request_page(
        self, request: web.Request, session: Session, status: int = 200, error: str = "", note: str | None = None
    ) -> web.Response:
        found = await asyncio.to_thread(self.store.get, request.match_info["id"])
        if found is None:
            raise web.HTTPNotFound
        moves = await asyncio.to_thread(self.store.moves, found.id)
        service = self.catalog.by_code.get(found.content.service_code)
        saved = "saved" in request.query and not error
        values = {"request": found, "moves": moves, "service": service, "saved": saved, "error": error, "note": note}
        return self._page("request.html", status, session=session, longest=LONGEST_NOTE, **values)

    def _session(self, request: web.Request) -> Session:
        session = self.sessions.get(request.cookies.get(COOKIE, ""))
        if session is None:
            raise web.HTTPSeeOther("/staff/login")
        return session

    def _page(self, template: str, status: int = 200, **values: object) -> web.Response:
        return render_page(template, status, catalog=self.catalog, zone=self.zone, statuses=STATUSES, **values)


def staff_routes(
    settings: Settings, catalog: Catalog, store: Store, clock: Callable[[], datetime]
) -> list[web.RouteDef]:
    """Return the routes of the staff page; none without a password."""
    if not settings.staff_password:
        return []
    sessions = Sessions(settings.staff_password, time.monotonic)
    return Staff(catalog, store, sessions, clock, settings.time_zone).routes()


async def _form(request: web.Request) -> Mapping[str, str]:
    try:
        return dict(parse_qsl((await request.read()).decode(), keep_blank_values=True, errors="strict"))
    except ValueError as error:
        raise web.HTTPBadRequest(text="The form is not readable.") from error


def _check_form(session: Session, form: Mapping[str, str]) -> None:
    if not hmac.compare_digest(session.csrf.encode(), form.get("csrf", "").encode(errors="replace")):
        raise web.HTTPForbidden(text="This form is too old. Go back, reload the page and try again.")


def _check_origin(request: web.Request) -> None:
    """A login form has no session to check yet: take it from our own page only."""
    origin = request.headers.get("Origin")
    if origin and urlsplit(origin).netloc != request.host:
        raise web.HTTPForbidden(text="Log in from the staff page.")


def _page_number(text: str) -> int:
    return min(int(text), 1_000_000) if text.isascii() and text.isdecimal() and len(text) < 8 and int(text) else 1
