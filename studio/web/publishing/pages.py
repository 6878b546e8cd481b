"""The addresses of this screen, its place in the navigation, and what it puts on the home page."""

import asyncio

from studio.publishing import glance, reviews
from studio.web.publishing import history, reviewing, switching
from studio.web.routing import Card, Nav, url
from studio.web.visit import Visit

NAV = (Nav("/publishing", "publishing_nav"),)
ROUTES = (*reviewing.ROUTES, *history.ROUTES, *switching.ROUTES)


async def home(visit: Visit) -> list[Card]:
    """A review that waits for this person, an approved draft to publish, urgent releases to be looked at."""
    place = visit.studio.place
    seen = await asyncio.to_thread(glance.glance, place)
    review = await reviews.latest(visit.studio.store, seen.digest) if seen.kind != "none" else None
    kept = await asyncio.to_thread(place.releases.kept)
    urgent = [each for each in kept if each.needs_review and each.who != visit.person.name]
    cards = [
        _card(visit, "urgent", url(f"/publishing/releases/{each.number}"), number=each.number, urgent=True)
        for each in (urgent if visit.may("reviewer") else ())
    ]
    if review is None:
        return cards
    mine = review.asked_by.id == visit.person.id
    if review.state == "open" and not mine and visit.may("reviewer"):
        cards.append(_card(visit, "review", "/publishing", name=review.asked_by.name))
    if review.state == "approved" and visit.may("publisher"):
        cards.append(_card(visit, "approved", "/publishing", name=_decider(review)))
    if review.state == "returned" and mine:
        cards.append(_card(visit, "returned", "/publishing", name=_decider(review)))
    return cards


def _decider(review: reviews.Review) -> str:
    return review.decided_by.name if review.decided_by else ""


def _card(visit: Visit, what: str, path: str, *, urgent: bool = False, **blanks: object) -> Card:
    said = (visit.say(f"publishing_card_{what}_{part}", **blanks) for part in ("title", "words", "action"))
    title, words, action = said
    return Card(title, words, path, action, urgent=urgent)
