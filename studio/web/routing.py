"""What a screen of the studio brings: its routes and its place in the navigation; and how local addresses are made."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote, urlencode

from aiohttp import web

from studio.web.accounts.roles import Role

if TYPE_CHECKING:
    from studio.web.visit import Visit

Handler = Callable[["Visit"], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Route:
    """One address, who may use it, and what answers."""

    method: Literal["GET", "POST"]
    path: str
    handler: Handler
    needs: Role | None
    """None: public, such as the sign-in and one-time links."""


@dataclass(frozen=True)
class Nav:
    """An entry of the navigation: where it leads, the key of its words, and who sees it."""

    path: str
    key: str
    needs: Role = "viewer"


@dataclass(frozen=True)
class Card:
    """Something on the home page that waits for this person."""

    title: str
    words: str
    path: str
    action: str
    """What the link says, such as "Review the draft"."""
    count: int | None = None
    urgent: bool = False


def url(path: str, **query: object) -> str:
    """A local address; `path` as it is in routes, already filled in; None and "" leave a query's part out."""
    asked = {name: str(value) for name, value in query.items() if value is not None and value != ""}
    return quote(path, safe="/~") + (f"?{urlencode(asked)}" if asked else "")


def local(address: str, otherwise: str = "/") -> str:
    """The address if it leads to a page of ours, else another: nobody is sent away by a link somebody else made."""
    sound = address.startswith("/") and not address.startswith("//") and len(address) < 2000
    return address if sound and address.isprintable() and not set(address) & {"\\", " "} else otherwise
