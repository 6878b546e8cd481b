"""One-time links: the very first account, an invitation, a new password."""

import re
import secrets
from dataclasses import replace

from aiohttp import web
from sqlalchemy import func, select, update

from bot import audit
from bot.operations.first_account import first_token
from bot.store import again
from bot.store.schema import staff as table
from studio.web.accounts import links, sessions, signing_in, staff
from studio.web.accounts.passwords import weakness
from studio.web.accounts.person import Person
from studio.web.refusals import Refusal
from studio.web.visit import Visit

_EMAIL = re.compile(r"[^@\s<>\"',;]+@[^@\s<>\"',;]+\.[^@\s<>\"',;]+")
LONGEST_NAME, LONGEST_EMAIL = 100, 254


def mistakes_of_person(visit: Visit, name: str, email: str) -> dict[str, str]:
    """What is wrong with somebody's name and address."""
    found = {}
    if not name or len(name) > LONGEST_NAME or not name.isprintable() or set(name) & set("<>\n"):
        found["name"] = visit.say("accounts_name_wrong")
    if len(email) > LONGEST_EMAIL or not email.isprintable() or not _EMAIL.fullmatch(email):
        found["email"] = visit.say("accounts_email_wrong")
    return found


def mistakes_of_password(visit: Visit, *about: str) -> dict[str, str]:
    """What is wrong with a new password."""
    password = new_password(visit)
    if wrong := weakness(password, *about):
        return {"password": visit.say(f"accounts_{wrong}")}
    if not secrets.compare_digest(password.encode(), str(visit.form.get("again", "")).encode()):
        return {"again": visit.say("accounts_password_differs")}
    return {}


def new_password(visit: Visit) -> str:
    """As it was typed, spaces included."""
    return str(visit.form.get("password", ""))


async def show_first(visit: Visit) -> web.StreamResponse:
    """The page that makes the first account."""
    await _check_first(visit)
    return visit.page("accounts/first.html", passwords=visit.studio.settings.studio_passwords)


async def make_first(visit: Visit) -> web.StreamResponse:
    """Make the first account, an administrator's, and sign in."""
    await _check_first(visit)
    studio, with_password = visit.studio, visit.studio.settings.studio_passwords
    name, email = visit.text("name"), visit.text("email")
    mistakes = mistakes_of_person(visit, name, email)
    if with_password:
        mistakes |= mistakes_of_password(visit, name, email)
    if mistakes:
        return visit.page("accounts/first.html", status=422, mistakes=mistakes, passwords=with_password)
    hashed = await studio.passwords.hash(new_password(visit)) if with_password else None
    person = await _first(visit, staff.Newcomer(name, email, "admin", visit.language), hashed)
    if person is None:
        raise Refusal(404, "link_used")
    links.forget_first_token(studio.settings.data_dir)
    return await signing_in.open_for(visit, person, told="accounts_welcome") if hashed else visit.back("/sign-in")


async def show_join(visit: Visit) -> web.StreamResponse:
    """The page behind an invitation or a link for a new password."""
    person = await _whose(visit)
    visit = replace(visit, language=person.language)
    return visit.page("accounts/join.html", joining=person, passwords=visit.studio.settings.studio_passwords)


async def join(visit: Visit) -> web.StreamResponse:
    """Take the link, set the password, end all other sessions, sign in."""
    studio, person = visit.studio, await _whose(visit)
    visit = replace(visit, language=person.language)
    with_password = studio.settings.studio_passwords
    if not with_password:
        return visit.back("/sign-in")
    if mistakes := mistakes_of_password(visit, person.name, person.email):
        return visit.page("accounts/join.html", status=422, mistakes=mistakes, joining=person, passwords=True)
    hashed = await studio.passwords.hash(new_password(visit))
    if not await links.use(studio.store, visit.part("token")):
        raise Refusal(404, "link_used")
    await sessions.close_all(studio.store, person)
    act = staff.Act(person.name, studio.clock())
    await staff.change(studio.store, person, "account.password", {"password": hashed}, act)
    return await signing_in.open_for(visit, person, told="accounts_welcome")


async def _whose(visit: Visit) -> Person:
    person = await links.whose(visit.studio.store, visit.part("token"), visit.studio.clock())
    if person is None:
        raise Refusal(404, "link_used")
    return person


async def _check_first(visit: Visit) -> None:
    """Raises Refusal unless this is the link of the first account, and there is none yet."""
    kept = first_token(visit.studio.settings.data_dir)
    fits = bool(kept) and secrets.compare_digest(kept.encode(), visit.part("token").encode())
    if not fits or await staff.count(visit.studio.store):
        raise Refusal(404, "link_used")


@again
async def _first(visit: Visit, newcomer: staff.Newcomer, password: str | None) -> Person | None:
    """The first account in one transaction; None: somebody was quicker."""
    studio = visit.studio
    async with studio.store.begin() as connection:
        if (await connection.execute(select(func.count()).select_from(table))).scalar_one():
            return None
        act = staff.Act(newcomer.name, studio.clock())
        person = await staff.insert(connection, newcomer, act)
        await connection.execute(update(table).where(table.c.id == person.id).values(password=password))
        await audit.record(connection, newcomer.name, "account.first", newcomer.name, at=studio.clock())
        return person
