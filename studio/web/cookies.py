"""The studio's cookies: for this host alone, out of reach of scripts, and only over HTTPS where the studio has it."""

from aiohttp import web

from studio.web.studio import Studio

SESSION, VISITOR, TOLD, LANGUAGE, STATE = "session", "visitor", "told", "language", "state"


def cookie_name(studio: Studio, name: str) -> str:
    """With the prefix that binds a cookie to this very host where that is possible (RFC 6265bis, section 4.1.3)."""
    return f"__Host-studio-{name}" if _secure(studio) else f"studio-{name}"


def get(studio: Studio, request: web.Request, name: str) -> str:
    """Its value; "" where there is none."""
    return request.cookies.get(cookie_name(studio, name), "")


def put(studio: Studio, response: web.StreamResponse, name: str, value: str, seconds: int | None = None) -> None:
    """Give it to the browser; without `seconds` until that is closed."""
    response.set_cookie(
        cookie_name(studio, name), value, max_age=seconds, path="/", httponly=True, samesite="Lax",
        secure=_secure(studio),
    )  # fmt: skip


def take_back(studio: Studio, response: web.StreamResponse, name: str) -> None:
    """Let the browser forget it."""
    response.del_cookie(cookie_name(studio, name), path="/", httponly=True, samesite="Lax", secure=_secure(studio))


def _secure(studio: Studio) -> bool:
    return studio.settings.studio_address.startswith("https://")
