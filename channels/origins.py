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
        self._public = _origin(public_url)
        self._others = frozenset(_origin(url) for url in others)

    def allows(self, request: web.BaseRequest) -> bool:
        """Whether the page that sent this request may use the chat."""
        return self.is_own(request) or request.headers["Origin"] in self._others

    def is_own(self, request: web.BaseRequest) -> bool:
        """Whether no other site's page sent this: ours stand on the host that was asked, or on the public URL."""
        origin = request.headers.get("Origin")
        if origin is None or (self._public and origin == self._public):
            return True
        scheme, _, host = origin.partition("://")  # a proxy may end TLS, so http and https are the same
        return scheme in ("http", "https") and host.lower() == request.host.lower()

    def cors(self, request: web.BaseRequest) -> dict[str, str]:
        """The headers that let an allowed page of another site read the answer."""
        origin = request.headers.get("Origin")
        if origin not in self._others:
            return {}
        return {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": "Retry-After, X-Request-Id"}


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
