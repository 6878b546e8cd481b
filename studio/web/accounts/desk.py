"""Accounts from the command line, for whoever runs the machine: the first administrator, a lost password."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.errors import AssistantError
from bot.settings import Settings
from bot.store import Store, open_store
from studio.web.accounts import links, sessions, staff
from studio.web.accounts.staff import Act, Newcomer

WHO = "command line"


async def invite(settings: Settings, newcomer: Newcomer, now: float) -> str:
    """Make an account; what to pass on. Raises AssistantError where the name or the address is taken."""
    async with _store(settings) as store:
        try:
            person = await staff.add(store, newcomer, Act(WHO, now))
        except staff.Taken as error:
            words = {"name": "this name", "email": "this e-mail address"}[error.field]
            raise AssistantError(f"Somebody has {words} already: see `assistant studio list`.") from None
        token = await links.make(store, person, "invitation", now)
    links.forget_first_token(settings.data_dir)
    return f"{person.name} has an account ({person.role}). One-time link, for 7 days:\n{links.address(settings, token)}"


async def reset(settings: Settings, email: str, now: float) -> str:
    """Another way in for somebody; what to pass on. Raises AssistantError where nobody has that address."""
    async with _store(settings) as store:
        person = await staff.by_email(store, email)
        if person is None:
            raise AssistantError("Nobody has this e-mail address: see `assistant studio list`.")
        without: dict[str, object] = {"second_step": None, "second_step_used": 0, "recovery": [], "disabled": False}
        await staff.change(store, person, "account.reset", without, Act(WHO, now))
        await sessions.close_all(store, person)
        token = await links.make(store, person, "password", now)
    return f"One-time link for {person.name}, for 24 hours:\n{links.address(settings, token)}"


async def listed(settings: Settings) -> list[str]:
    """A line for each account."""
    async with _store(settings) as store:
        people = await staff.everyone(store)
    lines = []
    for one in people:
        state = "disabled" if one.disabled else "invited" if one.is_invited else "second step" * one.has_second_step
        lines.append(f"{one.role:<10} {one.name} <{one.email}>{f'  ({state})' if state else ''}")
    return lines or ["Nobody has an account yet: `assistant studio invite EMAIL --name NAME --role admin`."]


@asynccontextmanager
async def _store(settings: Settings) -> AsyncIterator[Store]:
    store = await open_store(settings.store_url)
    try:
        yield store
    finally:
        await store.close()
