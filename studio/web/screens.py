"""All screens of the studio, in the order of the navigation."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from studio.web.routing import Card, Nav, Route
from studio.web.visit import Visit

Home = Callable[[Visit], Awaitable[list[Card]]]
NAMES = ("home", "topics", "paths", "trying", "tests", "inbox", "publishing", "people", "accounts", "working")


@dataclass(frozen=True)
class Screen:
    """What one package brings."""

    name: str
    routes: tuple[Route, ...]
    nav: tuple[Nav, ...]
    home: Home | None


def load_screens(names: tuple[str, ...] = NAMES) -> tuple[Screen, ...]:
    """Each screen's `pages`: ROUTES, and where it has them NAV and home."""
    found = []
    for name in names:
        if find_spec(f"studio.web.{name}") is None or find_spec(f"studio.web.{name}.pages") is None:
            continue
        pages = import_module(f"studio.web.{name}.pages")
        found.append(Screen(name, pages.ROUTES, getattr(pages, "NAV", ()), getattr(pages, "home", None)))
    return tuple(found)
