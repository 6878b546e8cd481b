"""The addresses of the Tests screen."""

from studio.rehearsal.results import red
from studio.web.routing import Card, Nav, Route
from studio.web.tests import comparing, listing, new, playing
from studio.web.visit import Visit


async def home(visit: Visit) -> list[Card]:
    """Tests that were red when they were played last."""
    count = red(visit.studio.place) if visit.may("editor") else 0
    if not count:
        return []
    title, words, action = (visit.say(f"tests_home_{part}") for part in ("title", "words", "action"))
    return [Card(title, words, "/tests", action, count)]


NAV = (Nav("/tests", "tests_nav"),)
ROUTES = (
    Route("GET", "/tests", listing.show_all, "viewer"),
    Route("POST", "/tests/play", playing.play, "editor"),
    Route("POST", "/tests/accept", playing.take, "editor"),
    Route("GET", "/tests/new", new.show, "editor"),
    Route("POST", "/tests/new", new.add, "editor"),
    Route("GET", "/tests/compare", comparing.show, "viewer"),
    Route("POST", "/tests/compare", comparing.start, "editor"),
    Route("GET", "/tests/{folder}", listing.show_topic, "viewer"),
)
