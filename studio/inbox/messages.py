"""The messages that wait for a decision, and those that were decided on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from bot.store import Store
from bot.store.schema import heard

WHYS = ("not_understood", "close", "thumbs_down", "to_person")
AT_ONCE = 500
"""How many ids one statement names."""
MOST = 5000
"""How many messages are looked at together; those that wait longest come first."""


@dataclass(frozen=True)
class Message:
    """One masked message. `topic` is what it was taken for or came nearest to."""

    id: str
    text: str
    language: str
    channel: str
    why: str
    answer: str | None
    release: int | None
    topic: str | None
    score: float | None
    runner_up: str | None
    at: float
    decision: str | None
    decided_topic: str | None
    decided_by: str | None
    decided_at: float | None
    used: bool

    def to_json(self) -> Mapping[str, Any]:
        """For programs."""
        return dict(vars(self))


@dataclass(frozen=True)
class Which:
    """A choice of messages; what is empty does not narrow it."""

    why: str = ""
    language: str = ""
    channel: str = ""
    since: float | None = None

    def narrowed(self, query: Select[Any]) -> Select[Any]:
        """The query with this choice."""
        for name in ("why", "language", "channel"):
            if wanted := getattr(self, name):
                query = query.where(heard.c[name] == wanted)
        return query if self.since is None else query.where(heard.c.at >= self.since)


async def waiting(store: Store, which: Which = Which()) -> list[Message]:
    """Messages that nobody has decided on."""
    query = which.narrowed(select(heard).where(heard.c.decision.is_(None)))
    async with store.read() as connection:
        rows = (await connection.execute(query.order_by(heard.c.at, heard.c.id).limit(MOST))).all()
    return [_message(row) for row in rows]


async def decided(store: Store, limit: int = 200) -> list[Message]:
    """What was decided, the latest first; deleted ones are not shown."""
    query = select(heard).where(heard.c.decision.is_not(None), heard.c.decision != "deleted")
    async with store.read() as connection:
        rows = (await connection.execute(query.order_by(heard.c.decided_at.desc(), heard.c.id).limit(limit))).all()
    return [_message(row) for row in rows]


async def one(store: Store, message_id: str) -> Message | None:
    """The message with that id."""
    async with store.read() as connection:
        row = (await connection.execute(select(heard).where(heard.c.id == message_id))).one_or_none()
    return _message(row) if row else None


async def texts_of(store: Store, ids: Sequence[str]) -> frozenset[str]:
    """What the messages with these ids say."""
    found: set[str] = set()
    async with store.read() as connection:
        for at in range(0, len(ids), AT_ONCE):
            query = select(heard.c.text).where(heard.c.id.in_(ids[at : at + AT_ONCE]))
            found.update((await connection.execute(query)).scalars())
    return frozenset(found)


async def count_waiting(store: Store) -> int:
    """How many wait."""
    async with store.read() as connection:
        query = select(func.count()).select_from(heard).where(heard.c.decision.is_(None))
        return int((await connection.execute(query)).scalar_one())


def _message(row: Any) -> Message:
    return Message(**row._mapping)
