"""Publishing and going back as work beside the pages: each step in the person's words, the audit log as it happens."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from bot import audit
from studio.publishing import reviews
from studio.publishing.errors import Busy, PublishError
from studio.publishing.gate import Step, look
from studio.publishing.publish import Progress, Wish, followed, publish, roll_back
from studio.publishing.release import Release
from studio.web.publishing.shown import condition
from studio.web.visit import Visit

T = TypeVar("T")
PUBLISH, PREPARE, BACK = "publishing_publish", "publishing_prepare", "publishing_roll_back"


@dataclass(frozen=True)
class Told:
    """A step as the page of the work shows it."""

    step: str
    state: str
    words: str


async def publishing(visit: Visit, wish: Wish) -> AsyncIterator[Told]:
    """Publish, telling each step. Raises PublishError in the person's words where we have them."""
    learns = False
    try:
        async for step in _beside(publish(visit.studio.place, wish)):
            if step.step == "live" and step.release is not None:
                await _went_live(visit, step.release)
            begins = step.step == "model" and step.state == "running" and not learns
            learns = learns or begins
            yield Told("model", "running", visit.say("publishing_told_learns")) if begins else _told(visit, step)
    except Busy as error:
        raise PublishError(visit.say("publishing_busy", who=error.who)) from None


async def going_back(visit: Visit, number: int | None, reason: str) -> AsyncIterator[Told]:
    """Make an earlier release live again, and wait for the servers."""
    place, person = visit.studio.place, visit.person
    try:
        release = await asyncio.to_thread(roll_back, place, number, person.name)
    except Busy as error:
        raise PublishError(visit.say("publishing_busy", who=error.who)) from None
    details = {"reason": reason, "commit": release.commit, "kind": release.kind, "approved_by": release.approved_by}
    await _audit(visit, "publish.rollback", f"release {release.number}", details)
    yield Told("live", "passed", visit.say("publishing_told_live", number=release.number))
    async for step in _beside(followed(place, release)):
        yield _told(visit, step)


async def looking(visit: Visit) -> AsyncIterator[Told]:
    """Everything that can be looked at before somebody publishes."""
    async for step in _beside(look(visit.studio.place)):
        yield _condition(visit, step)


def prepare(visit: Visit, digest: str) -> str:
    """Begin to look at the draft, or join whoever looks at this very one already; the work's id."""
    jobs = visit.studio.jobs
    going = next((job for job in jobs.running(PREPARE) if job.about == digest), None)
    return going.id if going else jobs.start(PREPARE, looking(visit), visit.person, after="/publishing", about=digest)


async def _went_live(visit: Visit, release: Release) -> None:
    details = {
        "gate": release.gate, "message": release.message, "commit": release.commit, "kind": release.kind,
        "approved_by": release.approved_by, "asked_by": release.asked_by, "urgent": release.urgent,
    }  # fmt: skip
    await _audit(visit, "publish.release", f"release {release.number}", details)
    await reviews.published(visit.studio.store, release.digest)


async def _audit(visit: Visit, what: str, subject: str, details: dict[str, Any]) -> None:
    await audit.write(visit.studio.store, visit.person.name, what, subject, details, clock=visit.studio.clock)


async def _beside(steps: Iterator[T]) -> AsyncIterator[T]:
    """A generator's steps, each in a thread."""
    end = object()
    while (step := await asyncio.to_thread(next, steps, end)) is not end:
        yield step  # type: ignore[misc]


def _condition(visit: Visit, step: Step) -> Told:
    return Told(step.name, step.state, condition(visit, step).words)


def _told(visit: Visit, step: Progress) -> Told:
    """The same step in the person's language; what training prints stays as it is."""
    if step.server is not None:
        return Told("server", step.state, visit.say(f"publishing_server_{step.server.state}", url=step.server.url))
    if step.step == "live" and step.release is not None:
        return Told("live", step.state, visit.say("publishing_told_live", number=step.release.number))
    found = next((each for each in step.report.steps if each.name == step.step), None) if step.report else None
    if found is not None:
        return _condition(visit, found)
    key = f"publishing_told_{step.step}_{step.state}"
    return Told(step.step, step.state, visit.say(key) if visit.studio.words.has(key) else step.words)
