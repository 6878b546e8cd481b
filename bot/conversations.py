"""Conversations: opening one on the web, finding one by its secret, ending one."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.engine import RowMapping

from bot.clock import Clock
from bot.ids import hash_secret, new_id, new_secret
from bot.store import Store, again
from bot.store.schema import conversations

_BY_SECRET = select(conversations).where(
    conversations.c.channel == "web",
    conversations.c.channel_name == bindparam("name"),
    conversations.c.address_hash == bindparam("secret"),
)


@dataclass(frozen=True)
class Conversation:
    """One resident on one channel."""

    id: str
    channel: str
    channel_name: str
    language: str
    ended: bool


@dataclass(frozen=True)
class Opened:
    """A new web conversation: its public id and the secret that only its browser holds."""

    session: str
    secret: str


@again
async def open_web(store: Store, channel_name: str, language: str, clock: Clock) -> Opened:
    """Start a web conversation. Only the secret's hash is stored."""
    opened = Opened(new_id(), new_secret())
    now = clock()
    async with store.begin() as connection:
        await connection.execute(
            conversations.insert().values(
                id=opened.session,
                channel="web",
                channel_name=channel_name,
                address_hash=hash_secret(opened.secret),
                language=language,
                client_language=language,
                created_at=now,
                last_at=now,
            )
        )
    return opened


async def by_secret(store: Store, channel_name: str, secret: str) -> Conversation | None:
    """The web conversation this secret opens, ended or not; None if there is none."""
    key = {"name": channel_name, "secret": hash_secret(secret)}
    async with store.read() as connection:
        row = (await connection.execute(_BY_SECRET, [key])).mappings().first()
    return _conversation(row) if row else None


def _conversation(row: RowMapping) -> Conversation:
    return Conversation(
        id=row["id"],
        channel=row["channel"],
        channel_name=row["channel_name"],
        language=row["language"],
        ended=row["ended_at"] is not None,
    )
