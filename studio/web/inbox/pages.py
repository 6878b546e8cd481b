"""The addresses of the inbox and the insights, and what waits on the home page."""

from studio.inbox import messages
from studio.web.inbox import deciding, insights, listing
from studio.web.routing import Card, Nav, Route
from studio.web.visit import Visit


async def home(visit: Visit) -> list[Card]:
    """How many messages wait for somebody who may decide."""
    if not listing.may_decide(visit):
        return []
    count = await messages.count_waiting(visit.studio.store)
    if not count:
        return []
    title, words = visit.say("inbox_home"), visit.say("inbox_home_words")
    return [Card(title, words, "/inbox", visit.say("inbox_home_action"), count)]


ROUTES = (
    Route("GET", "/inbox", listing.show, "viewer"),
    Route("GET", "/inbox/decided", listing.show_decided, "viewer"),
    Route("GET", "/inbox.csv", listing.export, "viewer"),
    Route("POST", "/inbox/decide", deciding.decide, "viewer"),  # agents and editors: neither may do all of the other
    Route("POST", "/inbox/undo", deciding.undo, "viewer"),
    Route("POST", "/inbox/example", deciding.add_example, "editor"),
    Route("GET", "/insights", insights.show, "viewer"),
    Route("GET", "/insights.csv", insights.export, "viewer"),
)
NAV = (Nav("/inbox", "inbox_nav"), Nav("/insights", "inbox_insights_nav"))
