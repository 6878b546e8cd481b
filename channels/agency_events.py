"""An agency's system says that something happened to a request; those who wait for news of theirs hear it soon."""

import hmac
import logging

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot import watching
from channels.edge import EDGE
from channels.refusals import Refusal
from channels.routes import bearer

log = logging.getLogger(__name__)


async def happened(request: web.Request) -> web.Response:
    """POST /v1/agency/events: what happened is asked of the agency itself, so nobody can put words in our mouth."""
    edge = request.app[EDGE]
    token = edge.settings.agency_events_token
    if not token:
        raise Refusal(404, "not_found")
    if not hmac.compare_digest(bearer(request).encode(errors="replace"), token.encode()):
        raise Refusal(403, "operators_only")
    try:
        waiting = await watching.look_now(edge.parts.store, edge.parts.clock)
    except (SQLAlchemyError, OSError):
        raise Refusal(503, "internal", headers={"Retry-After": "5"}) from None
    log.info("agency_event", extra={"waiting": waiting})
    return web.json_response({"waiting": waiting}, status=202)
