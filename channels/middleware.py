"""Around every request: a request id, errors as answers, security headers, counts and one log line."""

import logging
import time

from aiohttp import web
from aiohttp.typedefs import Handler
from prometheus_client import Counter, Histogram

from bot.ids import new_id
from bot.inbox import ConversationEnded
from channels.edge import EDGE, language_of
from channels.origins import PREFLIGHT
from channels.refusals import Refusal
from channels.web.plain_view import refusal_page

log = logging.getLogger(__name__)

REQUESTS = Counter("assistant_requests", "Requests to the gateway.", ("method", "route", "status"))
SECONDS = Histogram(
    "assistant_request_seconds",
    "Time to answer a request; event streams and long polls are as long as people stay.",
    ("route",),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
REQUEST_ID = web.RequestKey("request_id", str)

SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: a browser would then send "Origin: null" with the page's own form.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Put the security headers on every response, streams and errors included (signal on_response_prepare)."""
    for name, value in SECURITY.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.popall("Server", None)  # which software answers is nobody's business
    response.headers["X-Request-Id"] = request.get(REQUEST_ID, "")
    if request.path.startswith("/v1/"):
        response.headers.update(request.app[EDGE].origins.cors(request))
        response.headers["Vary"] = "Origin, Accept-Language"


@web.middleware
async def around(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer, count and log one request; nothing that goes wrong reaches the server below."""
    started = time.perf_counter()
    request[REQUEST_ID] = new_id()
    response = await _answer(request, handler)
    route = request.match_info.route.resource.canonical if request.match_info.route.resource else "unknown"
    seconds = time.perf_counter() - started
    # A method that nobody knows must not become a label of its own.
    method = request.method if request.method in ("GET", "POST", "DELETE", "OPTIONS", "HEAD") else "other"
    REQUESTS.labels(method, route, str(response.status)).inc()
    SECONDS.labels(route).observe(seconds)
    log.log(
        logging.INFO if response.status >= 400 else logging.DEBUG,
        "request",
        extra={
            "request_id": request[REQUEST_ID],
            "method": method,
            "route": route,
            "status": response.status,
            "milliseconds": round(seconds * 1000, 1),
        },
    )
    return response


async def _answer(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            return _preflight(request)
        return await handler(request)
    except Refusal as refusal:
        return refused(request, refusal)
    except ConversationEnded:
        return refused(request, Refusal(401, "secret_unknown"))
    except web.HTTPException as error:
        return _from_aiohttp(request, error)
    except Exception:
        log.exception("request_failed", extra={"request_id": request[REQUEST_ID]})
        return refused(request, Refusal(500, "internal"))


def _preflight(request: web.Request) -> web.Response:
    """The answer to a browser that asks before another site's page calls us; only for sites on the list."""
    cors = request.app[EDGE].origins.cors(request)
    if not cors or not request.path.startswith("/v1/"):
        raise Refusal(403, "origin_refused")
    return web.Response(status=204, headers=PREFLIGHT)


def _from_aiohttp(request: web.Request, error: web.HTTPException) -> web.StreamResponse:
    if error.status < 400:
        return web.Response(status=error.status, headers={"Location": error.headers.get("Location", "/")})
    codes = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}
    allow = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
    return refused(request, Refusal(error.status, codes.get(error.status, "bad_request"), headers=allow))


def refused(request: web.Request, refusal: Refusal) -> web.Response:
    """The refusal as JSON, or as a page where a browser without JavaScript is looking."""
    if request.path.endswith("/plain"):
        return refusal_page(request, refusal)
    message = request.app[EDGE].words.say(refusal.code, language_of(request), **refusal.blanks)
    return web.json_response(
        {"error": {"code": refusal.code, "message": message}}, status=refusal.status, headers=refusal.headers
    )
