"""The people of the studio in the store: found, added, changed; each change with its line in the audit log."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update

from bot import audit
from bot.ids import new_id
from bot.store import Store, Transaction, again
from bot.store.schema import staff, staff_links, staff_sessions
from studio.web.accounts.person import Person, person_of
from studio.web.accounts.roles import Role


class Taken(Exception):
    """Somebody else has this name or this e-mail address; `field` says which."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True)
class Act:
    """Who changes something, and when; as the audit log will tell."""

    who: str
    at: float


@dataclass(frozen=True)
class Newcomer:
    """What is known about somebody before the first visit."""

    name: str
    email: str
    role: Role
    language: str = "en"


async def count(store: Store) -> int:
    """How many people there are, disabled ones included."""
    async with store.read() as connection:
        return int((await connection.execute(select(func.count()).select_from(staff))).scalar_one())


async def everyone(store: Store) -> list[Person]:
    """All people by name."""
    async with store.read() as connection:
        return [person_of(row) for row in (await connection.execute(select(staff).order_by(staff.c.name_key))).all()]


async def by_id(store: Store, id: str) -> Person | None:
    """Somebody, disabled or not."""
    return await _one(store, staff.c.id == id)


async def by_email(store: Store, email: str) -> Person | None:
    """Somebody, disabled or not."""
    return await _one(store, staff.c.email == email_key(email))


async def by_subject(store: Store, subject: str) -> Person | None:
    """Whom the city's own sign-in knows under this subject."""
    return await _one(store, staff.c.subject == subject)


async def secrets_of(store: Store, id: str) -> Any:
    """The row with password, second_step, second_step_used and recovery."""
    async with store.read() as connection:
        return (await connection.execute(select(staff).where(staff.c.id == id))).one()


@again
async def add(store: Store, newcomer: Newcomer, act: Act) -> Person:
    """Make an account without a password. Raises Taken."""
    async with store.begin() as connection:
        return await insert(connection, newcomer, act)


async def insert(connection: Transaction, newcomer: Newcomer, act: Act) -> Person:
    """The same inside the caller's transaction."""
    await _check_free(connection, newcomer.name, newcomer.email)
    row = {
        "id": new_id(),
        "name": newcomer.name,
        "name_key": name_key(newcomer.name),
        "email": email_key(newcomer.email),
        "role": newcomer.role,
        "language": newcomer.language,
        "recovery": [],
        "disabled": False,
        "created_at": act.at,
    }
    await connection.execute(staff.insert(), [row])
    await audit.record(connection, act.who, "account.made", newcomer.name, {"role": newcomer.role}, at=act.at)
    return person_of((await connection.execute(select(staff).where(staff.c.id == row["id"]))).one())


@again
async def change(store: Store, person: Person, what: str, values: Mapping[str, Any], act: Act) -> None:
    """Change columns of an account; `what` is the audit log's word, such as account.role."""
    told = {name: value for name, value in values.items() if name in ("role", "language", "disabled")}
    async with store.begin() as connection:
        await connection.execute(update(staff).where(staff.c.id == person.id).values(**values))
        await audit.record(connection, act.who, what, person.name, told, at=act.at)


@again
async def disable(store: Store, person: Person, act: Act) -> None:
    """Nobody gets in with this account any more: its sessions and links end, too."""
    async with store.begin() as connection:
        await connection.execute(update(staff).where(staff.c.id == person.id).values(disabled=True))
        for table in (staff_sessions, staff_links):
            await connection.execute(table.delete().where(table.c.staff_id == person.id))
        await audit.record(connection, act.who, "account.disabled", person.name, {}, at=act.at)


@again
async def other_admins(store: Store, person: Person) -> int:
    """How many other people could still look after accounts."""
    query = select(func.count()).select_from(staff).where(
        staff.c.role == "admin", staff.c.disabled.is_(False), staff.c.id != person.id,
        staff.c.password.is_not(None) | staff.c.subject.is_not(None),
    )  # fmt: skip
    async with store.read() as connection:
        return int((await connection.execute(query)).scalar_one())


def name_key(name: str) -> str:
    """How names are compared."""
    return " ".join(name.casefold().split())


def email_key(email: str) -> str:
    """How addresses are kept and compared."""
    return email.strip().casefold()


async def _check_free(connection: Transaction, name: str, email: str) -> None:
    wanted = (("name", staff.c.name_key, name_key(name)), ("email", staff.c.email, email_key(email)))
    for field, column, value in wanted:
        if (await connection.execute(select(staff.c.id).where(column == value))).first():
            raise Taken(field)


async def _one(store: Store, condition: Any) -> Person | None:
    async with store.read() as connection:
        row = (await connection.execute(select(staff).where(condition))).first()
    return person_of(row) if row else None
