"""Around every request: limits, who it is, the form's own stamp, roles, security headers, and one page for refusals."""

import hmac
import logging
import time
from dataclasses import replace

from aiohttp import web
from aiohttp.typedefs import Handler as Next
from limits import RateLimitItem
from sqlalchemy.exc import SQLAlchemyError

from bot.addresses import Network, behind
from bot.errors import AssistantError
from bot.ids import new_id, new_token
from bot.tags import preferred_language
from studio.web import cookies
from studio.web.accounts import sessions
from studio.web.accounts.sealing import Seal
from studio.web.accounts.sessions import Session
from studio.web.refusals import Refusal, SignInFirst
from studio.web.routing import Route, url
from studio.web.studio import Studio
from studio.web.visit import Visit
from studio.web.words import LANGUAGES

log = logging.getLogger(__name__)

STUDIO = web.AppKey("studio", Studio)
PROXIES: web.AppKey[tuple[Network, ...]] = web.AppKey("proxies", tuple)
LIMIT = web.AppKey("limit", RateLimitItem)
REQUEST_ID = web.RequestKey("request_id", str)
VISIT = web.RequestKey("visit", Visit)
NEW_VISITOR = web.RequestKey("new_visitor", str)

SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # not no-referrer: a browser would then send "Origin: null" with our own forms
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Put the security headers on every response (signal on_response_prepare)."""
    for name, value in SECURITY.items():
        response.headers.setdefault(name, value)
    if request.app[STUDIO].settings.studio_address.startswith("https://"):
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.popall("Server", None)
    response.headers["X-Request-Id"] = request.get(REQUEST_ID, "")


@web.middleware
async def around(request: web.Request, handler: Next) -> web.StreamResponse:
    """Answer and log one request; nothing that goes wrong reaches the server below."""
    started = time.perf_counter()
    request[REQUEST_ID] = new_id()
    response = await _answer(request, handler)
    resource = request.match_info.route.resource
    told = {
        "request_id": request[REQUEST_ID],
        "method": request.method if request.method in ("GET", "POST", "HEAD") else "other",
        "route": resource.canonical if resource else "unknown",
        "status": response.status,
        "milliseconds": round((time.perf_counter() - started) * 1000, 1),
    }
    log.log(logging.INFO if response.status >= 400 else logging.DEBUG, "request", extra=told)
    return response


async def _answer(request: web.Request, handler: Next) -> web.StreamResponse:
    try:
        return await handler(request)
    except SignInFirst:
        return _to_sign_in(request)
    except Refusal as refusal:
        return await _refused(request, refusal)
    except AssistantError as error:
        return await _refused(request, Refusal(409, "not_done"), str(error))
    except web.HTTPException as error:
        return await _refused(request, Refusal(error.status, _CODES.get(error.status, "bad_request")))
    except Exception:
        log.exception("request_failed", extra={"request_id": request[REQUEST_ID]})
        return await _refused(request, Refusal(500, "internal"))


_CODES = {404: "not_found", 405: "not_found", 413: "too_large"}


def answering(route: Route) -> Next:
    """What aiohttp calls for a route: everything that must be so before the route's own handler is asked."""

    async def answer(request: web.Request) -> web.StreamResponse:
        visit = await _visit(request)
        request[VISIT] = visit
        await visit.studio.limits.hit(request.app[LIMIT], "page", visit.address)
        if any(not _is_plain(part) for part in request.match_info.values()):
            raise Refusal(404, "not_found")
        if route.needs is not None and visit.visitor is None:
            raise SignInFirst
        if request.method == "POST":
            visit = await _with_form(visit)
            request[VISIT] = visit
        if route.needs is not None and not visit.may(route.needs):
            raise Refusal(403, "not_allowed")
        return _remembered(visit, await route.handler(visit))

    return answer


async def _visit(request: web.Request) -> Visit:
    """Who this is. A session that is half open counts as nobody."""
    studio = request.app[STUDIO]
    token = cookies.get(studio, request, cookies.SESSION)
    session = await sessions.find(studio.store, token, studio.clock(), studio.settings) if token else None
    visitor = session.person if session and session.open else None
    forwarded = request.headers.getall("X-Forwarded-For", ())
    address = behind(request.remote, forwarded, request.app[PROXIES])
    language = visitor.language if visitor else cookies.get(studio, request, cookies.LANGUAGE)
    if language not in LANGUAGES:
        language = preferred_language(request.headers.get("Accept-Language", ""), LANGUAGES)
    return Visit(request, studio, visitor, session, language, _stamp(studio, request, session), address)


def _stamp(studio: Studio, request: web.Request, session: Session | None) -> str:
    """What a form of this browser carries: nobody else can make it, and it changes with the session."""
    holder = session.token_hash if session else cookies.get(studio, request, cookies.VISITOR) or _new_visitor(request)
    return Seal(studio.settings.secret, "form").stamp(holder)


def _new_visitor(request: web.Request) -> str:
    request[NEW_VISITOR] = new_token()
    return request[NEW_VISITOR]


def _remembered(visit: Visit, response: web.StreamResponse) -> web.StreamResponse:
    """A browser without a session gets something to stamp its forms with."""
    new = visit.request.get(NEW_VISITOR)
    if new and response.content_type == "text/html" and not response.prepared:
        cookies.put(visit.studio, response, cookies.VISITOR, new)
    return response


async def _with_form(visit: Visit) -> Visit:
    """The visit with its form. Raises Refusal where the form is not one of ours, sent from one of our pages."""
    request = visit.request
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise Refusal(403, "form_foreign")
    try:
        form = await request.post()
    except ValueError:  # what calls itself a form and is none
        raise Refusal(400, "bad_request") from None
    carried = form.get("csrf") or request.headers.get("X-CSRF-Token", "")
    if not isinstance(carried, str) or not _same(carried, visit.csrf_token):
        raise Refusal(403, "form_expired")
    return replace(visit, form=form)


def _same(given: str, kept: str) -> bool:
    return hmac.compare_digest(given.encode(), kept.encode())


def _is_plain(part: str) -> bool:
    """Whether a part of the path is one part, after all decoding, and leads nowhere else."""
    return part.isprintable() and not set(part) & {"/", "\\"} and part.strip(".") != ""


def _to_sign_in(request: web.Request) -> web.Response:
    wanted = request.path_qs if request.method == "GET" and request.path != "/" else ""
    return web.Response(status=303, headers={"Location": url("/sign-in", next=wanted)})


async def _refused(request: web.Request, refusal: Refusal, words: str = "") -> web.Response:
    """The page for everything that is refused."""
    try:
        visit = request.get(VISIT) or await _visit(request)
    except SQLAlchemyError:  # who it is cannot be known, so neither can the page's language
        log.exception("store_away", extra={"request_id": request[REQUEST_ID]})
        return web.Response(status=503, text="The studio cannot reach its store. Try again in a moment.\n")
    says = visit.studio.words.has
    code = refusal.code if says(f"refused_{refusal.code}") else "bad_request"
    title = refusal.status if says(f"refused_title_{refusal.status}") else "other"
    response = visit.page("refusal.html", status=refusal.status, code=code, title=title, words=words)
    response.headers.update(refusal.headers)
    _remembered(visit, response)
    return response
