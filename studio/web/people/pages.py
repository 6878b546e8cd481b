"""Who has an account: invite, change the role, give a new link, disable; for administrators."""

from typing import cast

from aiohttp import web

from bot import audit
from studio.web.accounts import links, sessions, staff
from studio.web.accounts.joining import mistakes_of_person
from studio.web.accounts.person import Person
from studio.web.accounts.roles import ROLES, Role
from studio.web.refusals import Refusal
from studio.web.routing import Nav, Route, url
from studio.web.visit import Visit
from studio.web.words import LANGUAGES


async def show(visit: Visit) -> web.StreamResponse:
    """Everybody, and the form that invites one more."""
    return await _page(visit)


async def invite(visit: Visit) -> web.StreamResponse:
    """Make an account; its one-time link is shown this once, to be passed on."""
    name, email = " ".join(visit.text("name").split()), visit.text("email")
    mistakes = mistakes_of_person(visit, name, email)
    role, language = visit.text("role"), visit.text("language")
    if role not in ROLES:
        mistakes["role"] = visit.say("people_role_missing")
    if mistakes:
        return await _page(visit, mistakes)
    newcomer = staff.Newcomer(name, email, cast(Role, role), language if language in LANGUAGES else "en")
    try:
        person = await staff.add(visit.studio.store, newcomer, _act(visit))
    except staff.Taken as error:
        return await _page(visit, {error.field: visit.say(f"accounts_{error.field}_taken")})
    return await _link(visit, person, "invitation")


async def one(visit: Visit) -> web.StreamResponse:
    """Somebody, with everything that can be changed about their account."""
    return await _one(visit, await _person(visit))


async def change_role(visit: Visit) -> web.StreamResponse:
    """Other rights begin with a new session: all that are open end."""
    person, role = await _person(visit), visit.text("role")
    if role not in ROLES:
        return await _one(visit, person, {"role": visit.say("people_role_missing")})
    if role != person.role:
        if await _is_last_admin(visit, person):
            return await _one(visit, person, {"role": visit.say("people_last_admin")})
        await staff.change(visit.studio.store, person, "account.role", {"role": role}, _act(visit))
        await sessions.close_all(visit.studio.store, person)
    return visit.back(url(f"/people/{person.id}"), "people_role_changed", name=person.name)


async def reset(visit: Visit) -> web.StreamResponse:
    """A link for a new password; what opened the account before, the second step too, does so no longer."""
    person = await _person(visit)
    if person.disabled:
        raise Refusal(409, "person_disabled")
    if person.id == visit.person.id:
        return await _one(visit, person, {"reset": visit.say("people_not_yourself")})
    values: dict[str, object] = {"password": None, "second_step": None, "second_step_used": 0, "recovery": []}
    await staff.change(visit.studio.store, person, "account.reset", values, _act(visit))
    await sessions.close_all(visit.studio.store, person)
    return await _link(visit, person, "invitation" if person.is_invited else "password")


async def disable(visit: Visit) -> web.StreamResponse:
    """Nobody gets in with it from this moment on; what the person wrote stays theirs."""
    person = await _person(visit)
    if person.id == visit.person.id:
        return await _one(visit, person, {"disable": visit.say("people_not_yourself")})
    if await _is_last_admin(visit, person):
        return await _one(visit, person, {"disable": visit.say("people_last_admin")})
    await staff.disable(visit.studio.store, person, _act(visit))
    return visit.back(url(f"/people/{person.id}"), "people_disabled_told", name=person.name)


async def enable(visit: Visit) -> web.StreamResponse:
    """Let somebody in again."""
    person = await _person(visit)
    await staff.change(visit.studio.store, person, "account.enabled", {"disabled": False}, _act(visit))
    return visit.back(url(f"/people/{person.id}"), "people_enabled_told", name=person.name)


async def _page(visit: Visit, mistakes: dict[str, str] | None = None) -> web.Response:
    return visit.page(
        "people/people.html", status=422 if mistakes else 200, mistakes=mistakes or {},
        people=await staff.everyone(visit.studio.store), roles=_roles(visit),
    )  # fmt: skip


async def _one(visit: Visit, person: Person, mistakes: dict[str, str] | None = None) -> web.Response:
    done = await audit.entries(visit.studio.store, subject=person.name, limit=20)
    return visit.page(
        "people/person.html", status=422 if mistakes else 200, mistakes=mistakes or {}, them=person,
        roles=_roles(visit), done=[(entry, _said(visit, entry.what)) for entry in done],
    )  # fmt: skip


async def _link(visit: Visit, person: Person, kind: links.Kind) -> web.Response:
    token = await links.make(visit.studio.store, person, kind, visit.studio.clock())
    address = links.address(visit.studio.settings, token)
    days = round(links.SECONDS[kind] / 86400)
    return visit.page("people/link.html", them=person, address=address, days=days)


async def _person(visit: Visit) -> Person:
    person = await staff.by_id(visit.studio.store, visit.part("id"))
    if person is None:
        raise Refusal(404, "not_found")
    return person


async def _is_last_admin(visit: Visit, person: Person) -> bool:
    return person.role == "admin" and not await staff.other_admins(visit.studio.store, person)


def _roles(visit: Visit) -> list[tuple[str, str]]:
    return [(role, f"{visit.say(f'role_{role}')}: {visit.say(f'people_may_{role}')}") for role in ROLES]


def _said(visit: Visit, what: str) -> str:
    key = f"people_did_{what.replace('.', '_')}"
    return visit.say(key) if visit.studio.words.has(key) else what


def _act(visit: Visit) -> staff.Act:
    return staff.Act(visit.person.name, visit.studio.clock())


ROUTES = (
    Route("GET", "/people", show, "admin"),
    Route("POST", "/people", invite, "admin"),
    Route("GET", "/people/{id}", one, "admin"),
    Route("POST", "/people/{id}/role", change_role, "admin"),
    Route("POST", "/people/{id}/reset", reset, "admin"),
    Route("POST", "/people/{id}/disable", disable, "admin"),
    Route("POST", "/people/{id}/enable", enable, "admin"),
)
NAV = (Nav("/people", "people_nav", "admin"),)
