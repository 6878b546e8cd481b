"""Which websites may use the web chat (Origin allow-list, and CORS for the other sites on it)."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from aiohttp import web

from bot.errors import SettingError

PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Last-Event-ID, Accept-Language",
    "Access-Control-Max-Age": "600",
}


class Origins:
    """The allow-list; our own pages are always on it. A request without Origin comes from no other site's page."""

    def __init__(self, public_url: str, others: Iterable[str]) -> None:
        self._allowed = frozenset(filter(None, (_origin(url) for url in (public_url, *others))))

    def allows(self, request: web.BaseRequest) -> bool:
        """Whether the page that sent this request may use the chat."""
        origin = request.headers.get("Origin")
        return origin is None or is_same_origin(request) or origin in self._allowed

    def cors(self, request: web.BaseRequest) -> dict[str, str]:
        """The headers that let an allowed page of another site read the answer."""
        origin = request.headers.get("Origin")
        if origin is None or origin not in self._allowed:
            return {}
        return {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": "Retry-After, X-Request-Id"}


def is_same_origin(request: web.BaseRequest) -> bool:
    """Whether the page stands on the host that was asked; a proxy may end TLS, so the scheme is not compared."""
    return urlsplit(request.headers.get("Origin", "")).netloc.lower() == request.host.lower()


def _origin(url: str) -> str:
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  (reading it checks it)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise SettingError(
            f"{url!r} is no website in PUBLIC_URL or WEB_ORIGINS; use one such as https://www.example.gov."
        )
    return f"{parts.scheme}://{parts.netloc.lower()}"
