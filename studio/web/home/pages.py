"""The first page: what needs this person, from every screen that knows of something."""

from aiohttp import web

from studio.web.routing import Card, Nav, Route
from studio.web.visit import Visit


async def show(visit: Visit) -> web.StreamResponse:
    """All cards, the urgent ones first."""
    cards: list[Card] = []
    for screen in visit.studio.screens:
        if screen.home is not None:
            cards += await screen.home(visit)
    running = [job for job in visit.studio.jobs.running() if job.person.id == visit.person.id]
    return visit.page("home/home.html", cards=sorted(cards, key=lambda card: not card.urgent), running=running)


ROUTES = (Route("GET", "/", show, "viewer"),)
NAV = (Nav("/", "home_nav"),)
