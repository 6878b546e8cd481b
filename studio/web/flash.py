"""What was done, told once on the next page; it travels sealed in a cookie."""

from collections.abc import Mapping

from aiohttp import web

from studio.web import cookies
from studio.web.accounts.sealing import Seal
from studio.web.studio import Studio

_SECONDS = 60


def write(studio: Studio, response: web.StreamResponse, key: str, blanks: Mapping[str, object]) -> None:
    """To be told on the next page."""
    told = [key, {name: value if isinstance(value, int) else str(value)[:300] for name, value in blanks.items()}]
    cookies.put(studio, response, cookies.TOLD, _seal(studio).close(told, studio.clock()), _SECONDS)


def read(studio: Studio, request: web.Request) -> list[tuple[str, dict[str, object]]]:
    """What is to be told now: nothing, or one thing."""
    sealed = cookies.get(studio, request, cookies.TOLD)
    told = _seal(studio).open(sealed, studio.clock(), _SECONDS) if sealed else None
    return [(told[0], told[1])] if told and studio.words.has(told[0]) else []


def forget(studio: Studio, response: web.StreamResponse) -> None:
    """It was told."""
    cookies.take_back(studio, response, cookies.TOLD)


def _seal(studio: Studio) -> Seal:
    return Seal(studio.settings.secret, "told")
