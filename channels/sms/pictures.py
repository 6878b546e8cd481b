"""Shows a photo that came by text message to whoever holds its unguessable address: the agency that got the report."""

from aiohttp import web

from bot.sms import pictures
from channels.edge import EDGE
from channels.refusals import Refusal


async def show(request: web.Request) -> web.Response:
    """GET /v1/pictures/{token}: the photo, until it is deleted."""
    parts, token = request.app[EDGE].parts, request.match_info["token"]
    found = await pictures.show(parts.store, token, parts.clock()) if token.isascii() and len(token) <= 32 else None
    if found is None:
        raise Refusal(404, "not_found")
    headers = {
        "Content-Type": found.kind,
        "Content-Disposition": "inline",
        "Cross-Origin-Resource-Policy": "cross-origin",  # staff see it on the agency's own page
        "Referrer-Policy": "no-referrer",
    }
    return web.Response(body=found.data, headers=headers)
