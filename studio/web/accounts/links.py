"""One-time links: an invitation or a new password, for somebody who has an account and cannot sign in yet."""

import os
from pathlib import Path
from typing import Literal

from sqlalchemy import select

from bot.ids import hash_secret, new_secret
from bot.operations import first_account
from bot.settings import Settings
from bot.store import Store, again
from bot.store.schema import staff, staff_links
from studio.web.accounts.person import Person, person_of

Kind = Literal["invitation", "password"]
SECONDS: dict[Kind, float] = {"invitation": 7 * 86400.0, "password": 24 * 3600.0}


@again
async def make(store: Store, person: Person, kind: Kind, now: float) -> str:
    """A link's token; earlier links of the same person end."""
    token = new_secret()
    row = {"token_hash": hash_secret(token), "staff_id": person.id, "kind": kind, "expires_at": now + SECONDS[kind]}
    async with store.begin() as connection:
        await connection.execute(staff_links.delete().where(staff_links.c.staff_id == person.id))
        await connection.execute(staff_links.insert(), [row])
    return token


async def whose(store: Store, token: str, now: float) -> Person | None:
    """For whom the link is, while it can be used."""
    query = (
        select(staff)
        .join(staff_links, staff.c.id == staff_links.c.staff_id)
        .where(staff_links.c.token_hash == hash_secret(token), staff_links.c.expires_at > now)
        .where(staff.c.disabled.is_(False))
    )
    async with store.read() as connection:
        row = (await connection.execute(query)).first()
    return person_of(row) if row else None


@again
async def use(store: Store, token: str) -> bool:
    """Take the link out; False: somebody else has used it meanwhile."""
    async with store.begin() as connection:
        taken = await connection.execute(staff_links.delete().where(staff_links.c.token_hash == hash_secret(token)))
    return int(taken.rowcount) == 1


def address(settings: Settings, token: str) -> str:
    """What the person opens."""
    return f"{settings.studio_address}/join/{token}"


def make_first_token(data_dir: Path) -> str:
    """The token of the first account; made where there is none, kept for its owner's eyes."""
    if token := first_account.first_token(data_dir):
        return token
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    path, token = data_dir / first_account.FILE, new_secret()
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(token)
    return token


def forget_first_token(data_dir: Path) -> None:
    """There is an account."""
    (data_dir / first_account.FILE).unlink(missing_ok=True)
