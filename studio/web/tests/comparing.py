"""The draft beside what is live: which messages would get another answer."""

import asyncio
from collections.abc import AsyncIterator

from aiohttp import web

from studio.publishing.errors import PublishError
from studio.rehearsal.candidate import live_side
from studio.rehearsal.comparing import Side, compare
from studio.rehearsal.questions import from_tests, heard, held_out
from studio.rehearsal.results import comparison, keep_comparison
from studio.web.publishing.called import Called
from studio.web.routing import url
from studio.web.tests.playing import Told, learned
from studio.web.visit import Visit

COMPARE = "tests_compare"
SHOWN = 200


async def show(visit: Visit) -> web.StreamResponse:
    """The latest comparison."""
    told = await asyncio.to_thread(comparison, visit.studio.place, visit.studio.clock())
    await visit.studio.draft.ready()
    changes = told.get("changes", [])[:SHOWN]
    return visit.page("tests/compare.html", told=told, changes=changes, shown=SHOWN, called=Called(visit))


async def start(visit: Visit) -> web.StreamResponse:
    """Compare anew, or join who does already."""
    if going := visit.studio.jobs.running(COMPARE):
        return visit.back(url(f"/jobs/{going[0].id}"))
    job = visit.studio.jobs.start(COMPARE, _comparing(visit), visit.person, after="/tests/compare")
    return visit.back(url(f"/jobs/{job}"))


async def _comparing(visit: Visit) -> AsyncIterator[Told]:
    place = visit.studio.place
    before = await asyncio.to_thread(live_side, place)
    if before is None:
        raise PublishError(visit.say("tests_nothing_live"))
    async for step in learned(visit):
        if isinstance(step, Side):
            now = step
        else:
            yield step
    real = await heard(visit.studio.store)
    asked = (*held_out(place.root), *await asyncio.to_thread(lambda: tuple(from_tests(place.root))), *real)
    yield Told("ask", "running", visit.say("tests_told_ask", count=len(asked)))
    told = await asyncio.to_thread(compare, now, before, asked)
    await asyncio.to_thread(keep_comparison, place, told.to_json(), visit.studio.clock())
    yield Told("compare", "done", told.words)
