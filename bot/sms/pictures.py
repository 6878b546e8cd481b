"""Photos that phones send: fetched once, kept privately and for a while, offered to the report that follows."""

import asyncio
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, func, select, update

from bot.clock import Clock
from bot.errors import DialogueError
from bot.ids import new_token
from bot.lanes import Turn
from bot.sms.channels import SmsChannel
from bot.sms.provider import Failed, Provider
from bot.sms.reading import media_of
from bot.store import Store, Transaction, again
from bot.store.schema import pictures

LARGEST = 5 * 1024 * 1024
"""Bytes of one picture: what carriers let through."""
MOST = 4
"""Pictures of one message; those after them are left."""
TRIES = 4
KEEP_SECONDS = 30 * 86400.0
WAIT_SECONDS = 86400.0
"""A photo goes into a report of the same day."""
NONE = ""
"""The kind of what is no picture, is too large, or could not be had."""

_WAITING = (
    select(pictures.c.token)
    .where(
        pictures.c.conversation_id == bindparam("conversation"),
        pictures.c.kind != NONE,
        pictures.c.used_at.is_(None),
        pictures.c.created_at > bindparam("since"),
    )
    .order_by(pictures.c.created_at, pictures.c.place)
    .limit(MOST)
)


@dataclass(frozen=True)
class Picture:
    """What a browser is shown."""

    kind: str
    data: bytes


@dataclass(frozen=True)
class Came:
    """How many pictures came with a message, and how many files that are none."""

    pictures: int
    others: int


async def fetch(store: Store, provider: Provider, channel: SmsChannel, turn: Turn, clock: Clock) -> None:
    """Keep what came with the message, each file once. Raises DialogueError where it is worth trying again."""
    known = await _known(store, turn.id)
    for place, url in enumerate(media_of(turn.payload)[:MOST]):
        if place in known:
            continue
        got = await provider.fetch(channel, url, LARGEST)
        if isinstance(got, Failed) and got.why == "later" and turn.attempt < TRIES:
            raise DialogueError(f"a picture cannot be fetched: {got.code}")
        await _keep(store, turn, place, b"" if isinstance(got, Failed) else got, clock())


async def came_with(store: Store, turn: Turn) -> Came:
    """What was kept of the files of this message."""
    kinds = select(pictures.c.kind).where(pictures.c.inbound_id == turn.id)
    async with store.read() as connection:
        found = (await connection.execute(kinds)).scalars().all()
    return Came(sum(kind != NONE for kind in found), sum(kind == NONE for kind in found))


async def waiting(store: Store, conversation_id: str, now: float) -> list[str]:
    """The tokens of the pictures that no report has yet."""
    async with store.read() as connection:
        query = {"conversation": conversation_id, "since": now - WAIT_SECONDS}
        return list((await connection.execute(_WAITING, [query])).scalars())


async def used(connection: Transaction, conversation_id: str, now: float) -> None:
    """A report has them now."""
    mine = pictures.c.conversation_id == conversation_id, pictures.c.used_at.is_(None)
    await connection.execute(update(pictures).where(*mine).values(used_at=now))


async def show(store: Store, token: str, now: float) -> Picture | None:
    """The picture of a token; None where there is none (any more)."""
    async with store.read() as connection:
        query = select(pictures.c.kind, pictures.c.data).where(
            pictures.c.token == token, pictures.c.kind != NONE, pictures.c.created_at > now - KEEP_SECONDS
        )
        row = (await connection.execute(query)).one_or_none()
    return None if row is None else Picture(row.kind, row.data)


async def forget_old(store: Store, now: float) -> None:
    """Delete what was kept long enough."""
    async with store.begin() as connection:
        await connection.execute(delete(pictures).where(pictures.c.created_at < now - KEEP_SECONDS))


async def _known(store: Store, inbound_id: str) -> set[int]:
    async with store.read() as connection:
        places = select(pictures.c.place).where(pictures.c.inbound_id == inbound_id)
        return set((await connection.execute(places)).scalars())


@again
async def _keep(store: Store, turn: Turn, place: int, data: bytes, now: float) -> None:
    row = {"token": new_token(), "conversation_id": turn.conversation_id, "inbound_id": turn.id, "place": place}
    kind, pixels = await asyncio.to_thread(_bare, data)
    async with store.begin() as connection:
        mine = pictures.c.inbound_id == turn.id, pictures.c.place == place
        if (await connection.execute(select(func.count()).where(*mine))).scalar_one():
            return
        await connection.execute(pictures.insert(), [{**row, "kind": kind, "data": pixels, "created_at": now}])


def _bare(data: bytes) -> tuple[str, bytes]:
    from bot.sms.bare import bare  # an imaging library, which starts need not wait for

    return bare(data) or (NONE, b"")
