"""Files of the public edge: the demo page, the widget and its styles, the API's description."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from aiohttp import web

from channels.edge import EDGE
from channels.refusals import Refusal

ASSETS = Path(__file__).parent / "assets"
DEMO_PAGE = "demo.html"
_SMALL = 400  # bytes below which compressing gains nothing


@dataclass(frozen=True)
class Asset:
    """A file in memory, also compressed where that helps."""

    body: bytes
    compressed: bytes | None
    etag: str
    content_type: str


async def demo(request: web.Request) -> web.Response:
    """GET /: a city's page with the widget on it."""
    return _send(request, DEMO_PAGE)


async def asset(request: web.Request) -> web.Response:
    """GET /assets/{name}: a file that any website may load."""
    return _send(request, request.match_info["name"])


async def openapi(request: web.Request) -> web.Response:
    """GET /openapi.json: the description of this API (OpenAPI 3.1)."""
    return web.json_response(request.app[EDGE].description, headers={"Cache-Control": "public, max-age=300"})


def _send(request: web.Request, name: str) -> web.Response:
    path = ASSETS / name
    try:
        found = _load(path, path.stat().st_mtime_ns)
    except OSError:
        raise Refusal(404, "not_found") from None
    headers = {
        "ETag": f'"{found.etag}"',
        "Vary": "Accept-Encoding",
        "Content-Type": found.content_type,
        "Cache-Control": _caching(request, found),
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    if any(etag.value in (found.etag, "*") for etag in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    if found.compressed and "gzip" in request.headers.get("Accept-Encoding", ""):
        return web.Response(body=found.compressed, headers={**headers, "Content-Encoding": "gzip"})
    return web.Response(body=found.body, headers=headers)


def _caching(request: web.Request, found: Asset) -> str:
    """A year for an address that names this very version (?v=<etag>); otherwise ask each time, it costs a 304."""
    return "public, max-age=31536000, immutable" if request.query.get("v") == found.etag else "no-cache"


@lru_cache(maxsize=64)
def _load(path: Path, _changed: int) -> Asset:
    body = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    is_text = kind.startswith("text/") or kind in ("application/javascript", "application/json", "image/svg+xml")
    return Asset(
        body=body,
        compressed=gzip.compress(body, mtime=0) if is_text and len(body) > _SMALL else None,
        etag=hashlib.sha256(body).hexdigest()[:16],
        content_type=f"{kind}; charset=utf-8" if is_text else kind,
    )
