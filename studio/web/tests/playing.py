"""Playing conversations as work beside the pages, and "this is now correct"."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from aiohttp import web

from studio.content.editing import EditError
from studio.publishing import snapshot
from studio.rehearsal.candidate import candidate
from studio.rehearsal.comparing import Side
from studio.rehearsal.playing import plays
from studio.rehearsal.results import keep, results
from studio.rehearsal.script import BadScript, Script, scripts
from studio.rehearsal.verdict import Verdict
from studio.rehearsal.writing import accept
from studio.web.refusals import Refusal
from studio.web.routing import url
from studio.web.visit import Visit

PLAY = "tests_play"


@dataclass(frozen=True)
class Told:
    """A step as the page of the work shows it."""

    step: str
    state: str
    words: str


async def play(visit: Visit) -> web.StreamResponse:
    """Begin, for everything, a topic, or one conversation; or join who plays already."""
    folder, name = visit.text("topic"), visit.text("name")
    found = await asyncio.to_thread(scripts, visit.studio.place.root, (folder,) if folder else ())
    wanted = [each for each in found if not name or each.name == name]
    if not wanted:
        raise Refusal(404, "not_found")
    if going := visit.studio.jobs.running(PLAY):
        return visit.back(url(f"/jobs/{going[0].id}"))
    after = url(f"/tests/{folder}") if folder else "/tests"
    return visit.back(url(f"/jobs/{visit.studio.jobs.start(PLAY, _playing(visit, wanted), visit.person, after=after)}"))


async def take(visit: Visit) -> web.StreamResponse:
    """What the conversation gets now is right."""
    folder, name = visit.text("topic"), visit.text("name")
    place = visit.studio.place
    found = await asyncio.to_thread(scripts, place.root, (folder,) if folder else ())
    script = next((each for each in found if each.topic == folder and each.name == name), None)
    known = await asyncio.to_thread(results, place, [script] if script else [])
    if script is None or script.id not in known or known[script.id].verdict.passed:
        return visit.back(url(f"/tests/{folder}"), "tests_not_red")
    author = visit.person.author
    try:
        await asyncio.to_thread(accept, place.root, known[script.id].verdict, author)
    except (BadScript, EditError) as error:
        return visit.page("tests/refused.html", status=409, folder=folder, why=visit.retell(str(error)))
    return visit.back(url(f"/tests/{folder}"), "tests_accepted")


async def _playing(visit: Visit, wanted: Sequence[Script]) -> AsyncIterator[Told]:
    """Learn what is new, start an assistant of its own, and tell each topic when it is through."""
    place = visit.studio.place
    digest = await asyncio.to_thread(snapshot.digest, place.root)
    async for step in learned(visit):
        if isinstance(step, Side):
            side = step
        else:
            yield step
    yield Told("stage", "running", visit.say("tests_told_stage"))
    left, done = Counter(each.topic for each in wanted), list[Verdict]()
    async for verdict in plays(side.root, side.models, wanted):
        done.append(verdict)
        left[verdict.script.topic] -= 1
        if not left[verdict.script.topic]:
            yield _of_topic(visit, verdict.script.topic, done)
    await asyncio.to_thread(keep, place, done, visit.studio.clock(), digest)


async def learned(visit: Visit) -> AsyncIterator[Told | Side]:
    """How learning goes; at last the draft with its model."""
    steps = candidate(visit.studio.place)

    def step() -> Told | Side:
        try:
            state, _ = next(steps)
        except StopIteration as done:
            side: Side = done.value
            return side
        return Told("model", state, visit.say("tests_told_learns" if state == "running" else "tests_told_learned"))

    while True:
        told = await asyncio.to_thread(step)
        yield told
        if isinstance(told, Side):
            return


def _of_topic(visit: Visit, topic: str, done: Sequence[Verdict]) -> Told:
    went = [each for each in done if each.script.topic == topic]
    red = [each.script.name for each in went if not each.passed]
    words = visit.say("tests_told_topic", green=len(went) - len(red), count=len(went))
    return Told(topic, "failed" if red else "passed", f"{words} {'; '.join(red)}".strip())
