"""Review and publish: what changed, what the check says, a second person's word, and going live."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from studio.publishing import glance, reviews, snapshot
from studio.publishing.differences import Difference
from studio.publishing.gate import Step, looked_at
from studio.publishing.glance import Glance
from studio.publishing.publish import Wish
from studio.publishing.release import Release
from studio.publishing.reviews import Review, ReviewRefused, Who
from studio.web.publishing import work
from studio.web.publishing.shown import arranged, conditions, language_namer
from studio.web.routing import Route, url
from studio.web.visit import Visit

HERE = "/publishing"


@dataclass(frozen=True)
class Desk:
    """Everything that the page shows of the draft."""

    seen: Glance
    difference: Difference
    steps: tuple[Step, ...]
    live: Release | None

    @property
    def is_failed(self) -> bool:
        """Whether something has to be mended first."""
        return any(step.state == "failed" for step in self.steps)


async def show(visit: Visit) -> web.Response:
    """The page."""
    return await _page(visit)


async def ask(visit: Visit) -> web.Response:
    """Somebody wants another person to look at the draft."""
    message = visit.text("message", reviews.LONGEST)
    if not message:
        return await _page(visit, {"message": visit.say("publishing_message_missing")})
    digest = await _digest(visit)
    if digest != visit.text("digest"):
        return await _page(visit, {"message": visit.say("publishing_changed_since")})
    try:
        await reviews.ask(visit.studio.store, digest, message, _who(visit), clock=visit.studio.clock)
    except ReviewRefused as error:
        return await _refused(visit, error)
    work.prepare(visit, digest)
    return visit.back(HERE, "publishing_asked")


async def withdraw(visit: Visit) -> web.Response:
    """Who asked does not want it any more."""
    try:
        await reviews.withdraw(visit.studio.store, visit.text("review"), _who(visit), clock=visit.studio.clock)
    except ReviewRefused as error:
        return await _refused(visit, error)
    return visit.back(HERE, "publishing_withdrawn")


async def approve(visit: Visit) -> web.Response:
    """The second person has looked, and it is good."""
    return await _decide(visit, approve=True)


async def give_back(visit: Visit) -> web.Response:
    """The second person wants something changed first."""
    if not visit.text("note"):
        return await _page(visit, {"note": visit.say("publishing_note_missing")})
    return await _decide(visit, approve=False)


async def _decide(visit: Visit, *, approve: bool) -> web.Response:
    digest, note = await _digest(visit), visit.text("note", reviews.LONGEST)
    if digest != visit.text("digest"):
        return await _page(visit, {"note": visit.say("publishing_changed_since")})
    store, clock, review = visit.studio.store, visit.studio.clock, visit.text("review")
    try:
        await reviews.decide(store, review, digest, _who(visit), approve=approve, note=note, clock=clock)
    except ReviewRefused as error:
        return await _refused(visit, error)
    if approve:
        work.prepare(visit, digest)
    return visit.back(HERE, "publishing_approved" if approve else "publishing_returned")


async def prepare(visit: Visit) -> web.Response:
    """Look at everything now; the page of the work shows how far it is."""
    return visit.back(url(f"/jobs/{work.prepare(visit, await _digest(visit))}"))


async def publish(visit: Visit) -> web.Response:
    """Make the draft live: with another person's approval, or urgently and with a reason."""
    digest = await _digest(visit)
    if digest != visit.text("digest"):
        return await _page(visit, {"why": visit.say("publishing_changed_since")})
    review = await reviews.latest(visit.studio.store, digest)
    approval = review if review and review.state == "approved" else None
    urgent, message = visit.text("urgent") == "yes", visit.text("why", reviews.LONGEST)
    if approval is None and not urgent:
        return await _page(visit, {"urgent": visit.say("publishing_needs_second")})
    if not message:
        missing = "publishing_reason_missing" if urgent else "publishing_message_missing"
        return await _page(visit, {"why": visit.say(missing)})
    steps = work.publishing(visit, _wish(visit, digest, message, approval))
    return visit.back(url(f"/jobs/{visit.studio.jobs.start(work.PUBLISH, steps, visit.person, after=HERE)}"))


def _wish(visit: Visit, digest: str, message: str, approval: Review | None) -> Wish:
    if approval is None or approval.decided_by is None:
        return Wish(visit.person.author, message, urgent=True, digest=digest)
    return Wish(visit.person.author, message, approval.decided_by.name, digest=digest, asked_by=approval.asker)


async def _page(visit: Visit, mistakes: Mapping[str, str] | None = None, status: int = 0) -> web.Response:
    desk = await asyncio.to_thread(_desk, visit)
    nothing = desk.seen.kind == "none"
    review = None if nothing else await reviews.latest(visit.studio.store, desk.seen.digest)
    number = visit.asked("page")
    topics, page, pages = arranged(desk.difference, int(number) if number.isdecimal() else 1, visit)
    values: dict[str, Any] = {
        "desk": desk, "review": review, "is_own": review is not None and review.asked_by.id == visit.person.id,
        "topics": topics, "page": page, "pages": pages,
        "conditions": conditions(visit, desk.steps), "language_name": language_namer(visit),
        "going": visit.studio.jobs.running(work.PREPARE) + visit.studio.jobs.running(work.PUBLISH),
    }  # fmt: skip
    return visit.page("publishing/review.html", status=status or (422 if mistakes else 200),
                      mistakes=mistakes or {}, **values)  # fmt: skip


def _desk(visit: Visit) -> Desk:
    place = visit.studio.place
    seen = glance.glance(place)
    nothing = seen.kind == "none"
    steps = () if nothing else looked_at(place, seen.digest)
    return Desk(seen, Difference(()) if nothing else glance.in_words(place), steps, place.releases.live())


async def _refused(visit: Visit, error: ReviewRefused) -> web.Response:
    return await _page(visit, {"review": visit.say(f"publishing_refused_{error.code}")}, 409)


async def _digest(visit: Visit) -> str:
    """Of the files as they are now, whatever was kept."""
    return await asyncio.to_thread(snapshot.digest, visit.studio.place.root)


def _who(visit: Visit) -> Who:
    return Who(visit.person.id, visit.person.name)


ROUTES = (
    Route("GET", "/publishing", show, "viewer"),
    Route("POST", "/publishing/ask", ask, "editor"),
    Route("POST", "/publishing/withdraw", withdraw, "editor"),
    Route("POST", "/publishing/approve", approve, "reviewer"),
    Route("POST", "/publishing/return", give_back, "reviewer"),
    Route("POST", "/publishing/prepare", prepare, "editor"),
    Route("POST", "/publishing/publish", publish, "publisher"),
)
