"""What the opaque tokens under messages stand for."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select

from bot.store import Store
from bot.store.schema import choices


@dataclass(frozen=True)
class Choice:
    """A button (payload for Rasa) or a thumb (payload `up:<number>` or `down:<number>`)."""

    kind: Literal["choice", "feedback"]
    title: str
    payload: str


async def payload_of(store: Store, conversation_id: str, token: str) -> Choice | None:
    """The choice that a token of this conversation stands for; None for any other token."""
    query = select(choices).where(choices.c.token == token, choices.c.conversation_id == conversation_id)
    async with store.read() as connection:
        row = (await connection.execute(query)).one_or_none()
    return Choice(row.kind, row.title, row.payload) if row else None
