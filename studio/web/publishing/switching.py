"""One answer or topic off at once, everywhere, with a reason; and on again."""

import asyncio
from typing import Any

from aiohttp import web

from bot import audit
from studio.publishing import switch, tracing
from studio.publishing.errors import PublishError
from studio.web.publishing.called import Called
from studio.web.routing import Route
from studio.web.visit import Visit

HERE = "/publishing/off"
_LONGEST = 500
_MOST = 40


async def show(visit: Visit) -> web.Response:
    """What is off, and the form."""
    return await _page(visit, visit.asked("name"))


async def off(visit: Visit) -> web.Response:
    """Stop saying it."""
    name, reason = visit.text("name", 200), visit.text("reason", _LONGEST)
    mistakes = {} if name else {"q": visit.say("publishing_name_missing")}
    if not reason:
        mistakes["reason"] = visit.say("publishing_reason_missing")
    if mistakes:
        return await _page(visit, name, mistakes)
    try:
        switched = await asyncio.to_thread(switch.off, visit.studio.place, name, visit.person.name, reason)
    except PublishError:
        return await _page(visit, name, {"q": visit.say("publishing_name_unknown", name=name)})
    await _write(visit, switched, "off", {"reason": reason})
    return visit.back(HERE, "publishing_off_done", name=Called(visit).off(switched))


async def on(visit: Visit) -> web.Response:
    """Say it again."""
    try:
        switched = await asyncio.to_thread(switch.on, visit.studio.place, visit.text("name", 200))
    except PublishError:  # somebody else was quicker
        return visit.back(HERE)
    await _write(visit, switched, "on", {})
    return visit.back(HERE, "publishing_on_done", name=Called(visit).off(switched))


async def _page(visit: Visit, name: str, mistakes: dict[str, str] | None = None) -> web.Response:
    place, wanted = visit.studio.place, visit.asked("q")
    listed = await asyncio.to_thread(switch.switched_off, place)
    found = _titled(visit, wanted) + await asyncio.to_thread(tracing.find, place, wanted) if wanted else []
    names = {each.name for each in listed}
    called = Called(visit)
    folder = visit.studio.draft.names().where(name) or ""
    values: dict[str, Any] = {
        "listed": listed,
        "name": name,
        "wanted": wanted,
        "found": [each for each in dict.fromkeys(found) if each[0] not in names],
        "called": called,
        "chosen": called.thing(name) if "/" in name or folder else called.topic(name),
        "folder": folder,
    }
    return visit.page("publishing/off.html", status=422 if mistakes else 200, mistakes=mistakes or {}, **values)


def _titled(visit: Visit, wanted: str) -> list[tuple[str, str]]:
    """Answers by the title of their question, and their topics."""
    names, parts = visit.studio.draft.names(), wanted.casefold().split()
    titles = [title for title in names.titled if all(part in title.casefold() for part in parts)]
    titled = [name for title in titles for name in names.titled[title]]
    answers = [f"utter_{name}" for name in dict.fromkeys(titled)]
    return [(answer, folder) for answer in answers[:_MOST] if (folder := names.where(answer))]


async def _write(visit: Visit, switched: switch.Off, verb: str, details: dict[str, str]) -> None:
    what = f"{switched.kind.removesuffix('s')}.{verb}"
    clock = visit.studio.clock
    await audit.write(visit.studio.store, visit.person.name, what, switched.name, details, clock=clock)


ROUTES = (
    Route("GET", "/publishing/off", show, "viewer"),
    Route("POST", "/publishing/off", off, "reviewer"),
    Route("POST", "/publishing/on", on, "reviewer"),
)
