"""Sessions: a secret in the browser, its hash in the store, an end after silence and an end in any case."""

from dataclasses import dataclass

from sqlalchemy import select, update

from bot.ids import hash_secret, new_id, new_secret
from bot.settings import Settings
from bot.store import Store, again
from bot.store.schema import staff, staff_sessions
from studio.web.accounts.person import Person, person_of

HALF_OPEN_SECONDS = 600.0
"""How long the second step may take."""
_SEEN_EVERY = 60.0  # seconds; a click more often writes nothing


@dataclass(frozen=True)
class Session:
    """A session as it was found. Half open: the password was right, the second step is still to come."""

    id: str
    token_hash: str
    open: bool
    created_at: float
    seen_at: float
    person: Person


@again
async def open_session(store: Store, person: Person, now: float, seconds: float, *, half: bool = False) -> str:
    """A new session; its token, which nobody but the browser keeps."""
    token = new_secret()
    row = {
        "id": new_id(),
        "token_hash": hash_secret(token),
        "staff_id": person.id,
        "open": not half,
        "created_at": now,
        "seen_at": now,
        "expires_at": now + (HALF_OPEN_SECONDS if half else seconds),
    }
    async with store.begin() as connection:
        await connection.execute(staff_sessions.delete().where(staff_sessions.c.expires_at < now))
        await connection.execute(staff_sessions.insert(), [row])
        if not half:
            await connection.execute(update(staff).where(staff.c.id == person.id).values(seen_at=now))
    return token


async def find(store: Store, token: str, now: float, settings: Settings) -> Session | None:
    """Whose session that is, while it lasts and the account is not disabled."""
    held = staff_sessions
    query = (
        select(staff, held.c.id.label("session"), held.c.token_hash, held.c.open.label("is_open"), held.c.staff_id)
        .add_columns(held.c.created_at.label("opened_at"), held.c.seen_at.label("used_at"), held.c.expires_at)
        .join(staff, staff.c.id == held.c.staff_id)
        .where(held.c.token_hash == hash_secret(token), held.c.expires_at > now, staff.c.disabled.is_(False))
        .where(held.c.seen_at > now - settings.studio_idle_hours * 3600)
    )
    async with store.read() as connection:
        row = (await connection.execute(query)).first()
    if row is None:
        return None
    if now - row.used_at > _SEEN_EVERY:
        await _seen(store, row.session, now)
    return Session(row.session, row.token_hash, row.is_open, row.opened_at, row.used_at, person_of(row))


@again
async def close(store: Store, session: Session) -> None:
    """Sign out here."""
    async with store.begin() as connection:
        await connection.execute(staff_sessions.delete().where(staff_sessions.c.id == session.id))


@again
async def close_all(store: Store, person: Person, *, but: Session | None = None) -> int:
    """Sign somebody out everywhere; how many sessions ended."""
    ending = staff_sessions.delete().where(staff_sessions.c.staff_id == person.id)
    if but is not None:
        ending = ending.where(staff_sessions.c.id != but.id)
    async with store.begin() as connection:
        return int((await connection.execute(ending)).rowcount)


async def open_ones(store: Store, person: Person, now: float) -> list[tuple[str, float, float]]:
    """(id, opened, last used) of somebody's sessions, the latest first."""
    held = staff_sessions
    query = select(held).where(held.c.staff_id == person.id, held.c.open, held.c.expires_at > now)
    async with store.read() as connection:
        rows = (await connection.execute(query.order_by(held.c.seen_at.desc()))).all()
    return [(row.id, row.created_at, row.seen_at) for row in rows]


@again
async def _seen(store: Store, id: str, now: float) -> None:
    async with store.begin(durable=False) as connection:
        await connection.execute(update(staff_sessions).where(staff_sessions.c.id == id).values(seen_at=now))
