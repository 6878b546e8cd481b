"""One answer or topic off at once, everywhere, with a reason; and on again."""

import asyncio
from typing import Any

from aiohttp import web

from bot import audit
from studio.publishing import switch, tracing
from studio.publishing.errors import PublishError
from studio.web.routing import Route
from studio.web.visit import Visit

HERE = "/publishing/off"
_LONGEST = 500


async def show(visit: Visit) -> web.Response:
    """What is off, and the form."""
    return await _page(visit, visit.asked("name"))


async def off(visit: Visit) -> web.Response:
    """Stop saying it."""
    name, reason = visit.text("name", 200), visit.text("reason", _LONGEST)
    mistakes = {} if name else {"name": visit.say("publishing_name_missing")}
    if not reason:
        mistakes["reason"] = visit.say("publishing_reason_missing")
    if mistakes:
        return await _page(visit, name, mistakes)
    try:
        switched = await asyncio.to_thread(switch.off, visit.studio.place, name, visit.person.name, reason)
    except PublishError:
        return await _page(visit, name, {"name": visit.say("publishing_name_unknown", name=name)})
    await _write(visit, switched, "off", {"reason": reason})
    return visit.back(HERE, "publishing_off_done", name=switched.name)


async def on(visit: Visit) -> web.Response:
    """Say it again."""
    try:
        switched = await asyncio.to_thread(switch.on, visit.studio.place, visit.text("name", 200))
    except PublishError:  # somebody else was quicker
        return visit.back(HERE)
    await _write(visit, switched, "on", {})
    return visit.back(HERE, "publishing_on_done", name=switched.name)


async def _page(visit: Visit, name: str, mistakes: dict[str, str] | None = None) -> web.Response:
    place, wanted = visit.studio.place, visit.asked("q")
    listed = await asyncio.to_thread(switch.switched_off, place)
    found = await asyncio.to_thread(tracing.find, place, wanted) if wanted else []
    names = {each.name for each in listed}
    values: dict[str, Any] = {
        "listed": listed, "name": name, "wanted": wanted, "found": [each for each in found if each[0] not in names],
    }  # fmt: skip
    return visit.page("publishing/off.html", status=422 if mistakes else 200, mistakes=mistakes or {}, **values)


async def _write(visit: Visit, switched: switch.Off, verb: str, details: dict[str, str]) -> None:
    what = f"{switched.kind.removesuffix('s')}.{verb}"
    clock = visit.studio.clock
    await audit.write(visit.studio.store, visit.person.name, what, switched.name, details, clock=clock)


ROUTES = (
    Route("GET", "/publishing/off", show, "viewer"),
    Route("POST", "/publishing/off", off, "reviewer"),
    Route("POST", "/publishing/on", on, "reviewer"),
)
