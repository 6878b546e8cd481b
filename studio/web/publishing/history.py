"""What was published, rolled back and switched off, by whom and why; one release; the way back; which one said this."""

import asyncio
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from sqlalchemy import select

from bot import audit
from bot.audit import Entry
from bot.store.schema import events
from studio.publishing import glance, tracing
from studio.publishing.differences import Difference
from studio.publishing.errors import PublishError
from studio.publishing.gate import Step
from studio.publishing.ledger import AREAS
from studio.publishing.publish import reviewed
from studio.publishing.release import Release
from studio.web.publishing import work
from studio.web.publishing.called import Called
from studio.web.publishing.shown import arranged, conditions, language_namer
from studio.web.refusals import Refusal
from studio.web.routing import Route, url
from studio.web.visit import Visit

_A_PAGE = 30
_LONGEST = 500


@dataclass(frozen=True)
class Line:
    """An entry of the audit log as the history shows it; `release`: its number, where it is about one."""

    entry: Entry
    what: str
    why: str
    release: int | None


async def show(visit: Visit) -> web.Response:
    """The page."""
    return await _page(visit)


async def _page(visit: Visit, reason: str = "", status: int = 200) -> web.Response:
    before = visit.asked("before")
    earliest = int(before) if before.isdecimal() else None
    found = await audit.entries(visit.studio.store, what=AREAS, limit=_A_PAGE + 1, before=earliest)
    place = visit.studio.place
    live, kept = await asyncio.to_thread(lambda: (place.releases.live(), place.releases.kept()))
    lines = [_line(visit, each) for each in found[:_A_PAGE]]
    values: dict[str, Any] = {
        "lines": lines, "live": live, "kept": {each.number for each in kept},
        "older": lines[-1].entry.number if len(found) > _A_PAGE else None, "is_first": earliest is None,
        "due": [each for each in kept if each.needs_review],
        "previous": _previous(live, kept),
    }  # fmt: skip
    mistakes = {"reason": reason} if reason else {}
    return visit.page("publishing/history.html", status=status, mistakes=mistakes, **values)


def _previous(live: Release | None, kept: list[Release]) -> Release | None:
    return next((each for each in kept if live and each.number == live.previous), None)


def _line(visit: Visit, entry: Entry) -> Line:
    key = f"publishing_did_{entry.what.replace('.', '_')}"
    told = entry.details
    number = entry.subject.removeprefix("release ")
    subject = _subject(visit, entry)
    what = visit.say(key, subject=subject) if visit.studio.words.has(key) else f"{entry.what}: {entry.subject}"
    why = str(told.get("reason") or told.get("message") or told.get("note") or "")
    return Line(entry, what, why, int(number) if number.isdecimal() else None)


def _subject(visit: Visit, entry: Entry) -> str:
    area, called = entry.what.partition(".")[0], Called(visit)
    if area in ("answer", "topic"):
        return called.thing(entry.subject) if area == "answer" else called.topic(entry.subject)
    return entry.subject.removeprefix("release ").removeprefix("draft ")


async def release(visit: Visit) -> web.Response:
    """One release: who, why, what the gate said, what it changed."""
    return await _release_page(visit, _number(visit))


async def _release_page(visit: Visit, number: int, reason: str = "", status: int = 200) -> web.Response:
    entries = await audit.entries(visit.studio.store, subject=f"release {number}")
    place = visit.studio.place
    live, kept = await asyncio.to_thread(lambda: (place.releases.live(), place.releases.kept()))
    found = next((each for each in kept if each.number == number), None)
    if found is None and not entries:
        raise Refusal(404, "not_found")
    against = _against(visit, found, kept)
    changed = await asyncio.to_thread(glance.between, place, against, number) if against else Difference(())
    page = visit.asked("page")
    topics, page_number, pages = arranged(changed, int(page) if page.isdecimal() else 1, visit)
    values: dict[str, Any] = {
        "number": number, "release": found, "entries": [_line(visit, each) for each in entries], "live": live,
        "options": [(each.number, _called(visit, each)) for each in kept if each != found],
        "language_name": language_namer(visit), "against": against, "changed": changed,
        "topics": topics, "page": page_number, "pages": pages,
        "conditions": conditions(visit, _steps(found)) if found else [],
        "mistakes": {"reason": reason} if reason else {},
    }  # fmt: skip
    return visit.page("publishing/release.html", status=status, **values)


def _called(visit: Visit, found: Release) -> str:
    return visit.say("publishing_release", number=found.number)


def _against(visit: Visit, found: Release | None, kept: list[Release]) -> int | None:
    """The release to compare with: as asked, else the one before."""
    numbers = {each.number for each in kept}
    asked = visit.asked("against")
    wanted = int(asked) if asked.isdecimal() else found.previous if found else None
    return wanted if found and wanted in numbers and wanted != found.number else None


def _steps(found: Release) -> list[Step]:
    steps = found.gate.get("steps", [])
    return [Step(each["name"], each["state"], each["words"], tuple(each.get("details", ()))) for each in steps]


async def roll_back(visit: Visit) -> web.Response:
    """Make an earlier release live again, with a reason."""
    reason, asked = visit.text("reason", _LONGEST), visit.text("number")
    number = int(asked) if asked.isdecimal() and len(asked) < 10 else None
    if not reason:
        words = visit.say("publishing_reason_missing")
        if visit.text("from") == "release" and number is not None:
            return await _release_page(visit, number, words, 422)
        return await _page(visit, words, 422)
    steps = work.going_back(visit, number, reason)
    job = visit.studio.jobs.start(work.BACK, steps, visit.person, after="/publishing/history")
    return visit.back(url(f"/jobs/{job}"))


async def review(visit: Visit) -> web.Response:
    """Somebody else has looked at what went live urgently."""
    number, place, name = _number(visit), visit.studio.place, visit.person.name
    try:
        found = await asyncio.to_thread(reviewed, place, number, name)
    except PublishError:
        return await _release_page(visit, number, visit.say("publishing_review_refused"), 409)
    details = {"commit": found.commit, "kind": found.kind}
    store, clock = visit.studio.store, visit.studio.clock
    await audit.write(store, name, "publish.review", f"release {number}", details, clock=clock)
    return visit.back(url(f"/publishing/releases/{number}"), "publishing_reviewed", number=number)


async def said(visit: Visit) -> web.Response:
    """Which words a sent answer had: by its release and name, or by its place in a conversation."""
    answer, number = visit.asked("answer"), visit.asked("release")
    conversation, event = visit.asked("conversation"), visit.asked("number")
    if conversation and event.isdecimal():
        answer, number = await _sent(visit, conversation, int(event))
    wanted = int(number) if number.isdecimal() and len(number) < 10 else None
    found = await asyncio.to_thread(tracing.said, visit.studio.place, wanted, answer) if answer else None
    asked = bool(answer or conversation)
    entries = await audit.entries(visit.studio.store, subject=f"release {wanted}") if wanted and found else []
    values: dict[str, Any] = {
        "language_name": language_namer(visit),
        "answer": answer,
        "number": wanted,
        "found": found,
        "asked": asked,
        "title": Called(visit).thing(answer),
    }
    return visit.page("publishing/said.html", **values, entries=[_line(visit, each) for each in entries])


async def _sent(visit: Visit, conversation: str, number: int) -> tuple[str, str]:
    """The name of a sent answer and its release; nothing of what was said is read."""
    wanted = events.c.conversation_id == conversation, events.c.number == number
    query = select(events.c.answer, events.c.release).where(*wanted)
    async with visit.studio.store.read() as connection:
        row = (await connection.execute(query)).one_or_none()
    return (row.answer or "", str(row.release or "")) if row else ("", "")


def _number(visit: Visit) -> int:
    number = visit.part("number")
    if not number.isdecimal() or len(number) > 9:
        raise Refusal(404, "not_found")
    return int(number)


ROUTES = (
    Route("GET", "/publishing/history", show, "viewer"),
    Route("GET", "/publishing/releases/{number}", release, "viewer"),
    Route("GET", "/publishing/said", said, "viewer"),
    Route("POST", "/publishing/rollback", roll_back, "publisher"),
    Route("POST", "/publishing/releases/{number}/review", review, "reviewer"),
)
