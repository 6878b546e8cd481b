"""A public route says who may call it and which limit holds; `guarded` enforces both before the handler runs."""

import hmac
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from aiohttp import web
from limits import RateLimitItem

from bot import conversations
from bot.settings import Settings
from channels.edge import CONVERSATION, EDGE, Edge
from channels.limits import client_address, is_this_machine, parse_limit
from channels.refusals import Refusal

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Caller = Literal["anyone", "resident", "operator", "provider"]
LimitSetting = Literal["session_limit", "message_limit", "read_limit", "handover_limit", "page_limit", "webhook_limit"]


@dataclass(frozen=True)
class Route:
    """`resident`: holds the secret of a web conversation. `operator`: this machine, or the metrics token.

    `provider`: whoever carries text messages; its handler checks the signature.
    """

    method: str
    path: str
    handler: Handler
    caller: Caller
    limit: LimitSetting
    """For `resident` it counts per conversation, otherwise per address."""


def add_routes(app: web.Application, routes: Iterable[Route], settings: Settings) -> None:
    """Put the routes, guarded, into the application. Raises SettingError for a limit that cannot be read."""
    for route in routes:
        limit = parse_limit(route.limit.upper(), getattr(settings, route.limit))
        guesses = parse_limit("PAGE_LIMIT", settings.page_limit)
        app.router.add_route(route.method, route.path, guarded(route, limit, guesses))


def guarded(route: Route, limit: RateLimitItem, guesses: RateLimitItem) -> Handler:
    """The route's handler behind its checks: channel, origin, limit, secret. All refuse with Refusal."""

    async def handle(request: web.Request) -> web.StreamResponse:
        edge = request.app[EDGE]
        address = client_address(request, edge.proxies)
        if route.caller == "provider":
            await edge.limits.hit(limit, route.method, route.path, address)
            return await route.handler(request)
        if request.match_info.get("channel", edge.settings.web_channels[0]) not in edge.settings.web_channels:
            raise Refusal(404, "unknown_channel")
        if route.path.startswith("/v1/") and not edge.origins.allows(request):
            raise Refusal(403, "origin_refused")
        if route.caller == "resident":
            conversation = await _conversation(request, guesses, address)
            request[CONVERSATION] = conversation
            await edge.limits.hit(limit, route.limit, conversation.id)
        else:
            await edge.limits.hit(limit, route.method, route.path, address)
        if route.caller == "operator" and not _is_operator(request, edge):
            raise Refusal(403, "operators_only")
        return await route.handler(request)

    return handle


async def _conversation(request: web.Request, guesses: RateLimitItem, address: str) -> conversations.Conversation:
    """The conversation that the request's secret opens; wrong secrets are counted per address."""
    edge = request.app[EDGE]
    await edge.limits.check(guesses, "guess", address)
    secret = bearer(request)
    found = await find_conversation(edge, request.match_info["channel"], secret) if secret else None
    if found is None:
        await edge.limits.hit(guesses, "guess", address)
        code = "secret_unknown" if secret else "secret_missing"
        raise Refusal(401, code, headers={"WWW-Authenticate": 'Bearer realm="chat"'})
    return found


async def find_conversation(edge: Edge, channel: str, secret: str) -> conversations.Conversation | None:
    """The open conversation of a secret; None where it is unknown or has ended."""
    if not secret.isascii() or len(secret) > 100:
        return None
    found = await conversations.by_secret(edge.parts.store, channel, secret)
    return None if found is None or found.ended else found


def bearer(request: web.BaseRequest) -> str:
    """The secret in the Authorization header (RFC 6750, section 2.1), or nothing; an address is never looked at."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


def _is_operator(request: web.Request, edge: Edge) -> bool:
    token = edge.settings.metrics_token
    if token:
        return hmac.compare_digest(bearer(request).encode(errors="replace"), token.encode())
    return is_this_machine(request)
