"""What every handler of the public edge may use."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.addresses import Network
from bot.conversations import Conversation
from bot.parts import Parts
from bot.settings import Settings
from bot.tags import base_language, preferred_language
from channels.limits import Limits
from channels.origins import Origins
from channels.web.streams import Streams
from channels.words import Words

HEARTBEAT = 15.0  # seconds; proxies cut a connection that is silent for a minute or less


@dataclass(frozen=True)
class Edge:
    """Built once by the gateway."""

    settings: Settings
    parts: Parts
    words: Words
    limits: Limits
    origins: Origins
    proxies: tuple[Network, ...]
    streams: Streams
    description: dict[str, Any]
    """The OpenAPI description."""

    @property
    def alone(self) -> bool:
        """Whether this process makes every change that its readers wait for, and so signals all of them."""
        return self.settings.gateway_runs_worker and self.settings.store_url.startswith("sqlite")

    def supported(self, language: str | None) -> str | None:
        """The assistant's language for a tag such as es-MX; None where it speaks none of it."""
        base = base_language(language or "")
        return base if base in self.parts.city.languages else None


EDGE = web.AppKey("edge", Edge)
CONVERSATION = web.RequestKey("conversation", Conversation)
LANGUAGE = web.RequestKey("language", str)
"""Set by a handler that knows better than Accept-Language."""


def language_of(request: web.Request) -> str:
    """The language to answer this request in."""
    chosen = request.get(LANGUAGE)
    return chosen or preferred_language(
        request.headers.get("Accept-Language", ""), request.app[EDGE].parts.city.languages
    )
