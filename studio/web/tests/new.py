"""A new conversation, written as it would be spoken."""

import asyncio
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from studio.content.editing import EditError
from studio.rehearsal.script import CHANNELS, BadScript
from studio.rehearsal.writing import add_conversation
from studio.web.routing import url
from studio.web.tests.listing import titles
from studio.web.visit import Visit

STEPS = 6
"""As many as the form has; a longer conversation grows in tests.yml or the path editor."""
_LONGEST = 300


async def show(visit: Visit) -> web.StreamResponse:
    """The empty form."""
    return await _page(visit, visit.asked("topic"))


async def add(visit: Visit) -> web.StreamResponse:
    """Write it into the topic's tests."""
    named, folder = await titles(visit), visit.text("topic")
    mistakes = _mistakes(visit, named)
    if not mistakes:
        author = visit.person.author
        try:
            await asyncio.to_thread(add_conversation, visit.studio.place.root, folder, _conversation(visit), author)
        except (BadScript, EditError) as error:
            mistakes = {"name": visit.retell(str(error))}
    if mistakes:
        return await _page(visit, folder, mistakes, 422)
    return visit.back(url(f"/tests/{folder}"), "tests_added")


async def _page(
    visit: Visit, folder: str, mistakes: Mapping[str, str] | None = None, status: int = 200
) -> web.StreamResponse:
    named = await titles(visit)
    draft = visit.studio.draft
    return visit.page(
        "tests/new.html", status=status, mistakes=dict(mistakes or {}), topics=_by_title(named), folder=folder,
        language_pairs=[(each, each) for each in draft.languages],
        answer_pairs=[("", "—"), *((each, each) for each in draft.names().answers)],
        channel_pairs=[(each, visit.say(f"tests_channel_{each}")) for each in CHANNELS], steps=range(1, STEPS + 1),
    )  # fmt: skip


def _by_title(named: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(named.items(), key=lambda pair: pair[1].casefold())


def _mistakes(visit: Visit, named: Mapping[str, str]) -> dict[str, str]:
    found = {}
    if visit.text("topic") not in named:
        found["topic"] = visit.say("tests_mistake_topic")
    if not visit.text("name") or len(visit.text("name")) > _LONGEST:
        found["name"] = visit.say("tests_mistake_name")
    if visit.text("language") not in visit.studio.draft.languages:
        found["language"] = visit.say("tests_mistake_language")
    if not visit.text("said1"):
        found["said1"] = visit.say("tests_mistake_said")
    known = visit.studio.draft.names().answers
    for number in range(1, STEPS + 1):
        said, answer, says = (visit.text(f"{name}{number}") for name in ("said", "answer", "says"))
        if answer and answer not in known:
            found[f"answer{number}"] = visit.say("tests_mistake_answer", name=answer)
        elif said and not (answer or says):
            found[f"answer{number}"] = visit.say("tests_mistake_nothing")
        elif (answer or says) and not said:
            found[f"said{number}"] = visit.say("tests_mistake_said")
    return found


def _conversation(visit: Visit) -> dict[str, Any]:
    told: dict[str, Any] = {"name": " ".join(visit.text("name").split()), "language": visit.text("language")}
    if visit.text("channel") == "sms":
        told["channel"] = "sms"
    if visit.text("must"):
        told["must"] = True
    told["steps"] = [_step(visit, number) for number in range(1, STEPS + 1) if visit.text(f"said{number}")]
    return told


def _step(visit: Visit, number: int) -> dict[str, Any]:
    named = {"answer": visit.text(f"answer{number}"), "says": visit.text(f"says{number}")}
    return {"user": visit.text(f"said{number}"), **{key: value for key, value in named.items() if value}}
