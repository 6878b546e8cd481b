"""The addresses of the Tests screen."""

from studio.web.routing import Nav, Route
from studio.web.tests import comparing, listing, new, playing

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
