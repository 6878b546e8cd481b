"""Puts the text messages of a turn into the outbox, inside the transaction that completes the turn."""

import re
import unicodedata

from sqlalchemy import bindparam, select, update

from bot.ids import new_id
from bot.lanes import Turn
from bot.replies import Outcome
from bot.sms.composing import Style, compose
from bot.store import Store, Transaction
from bot.store.schema import outbound

REPLY_SECONDS = 3600.0
"""An answer that could not be sent within the hour is not sent any more: the question may have changed."""
NOTICE_SECONDS = 86400.0
"""A notice may wait for the morning."""

_HELD = (
    select(outbound.c.id)
    .where(outbound.c.conversation_id == bindparam("conversation"), outbound.c.status == "held")
    .order_by(outbound.c.created_at, outbound.c.part)
)
_MORE = frozenset(("more", "mas", "m", "more please", "mas por favor"))


def asks_for_more(text: str) -> bool:
    """Whether the whole message is MORE or MAS."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", plain)) in _MORE


async def is_held(store: Store, conversation_id: str) -> bool:
    """Whether the rest of an answer waits."""
    async with store.read() as connection:
        return (await connection.execute(_HELD, [{"conversation": conversation_id}])).first() is not None


async def put(connection: Transaction, turn: Turn, outcome: Outcome, style: Style, now: float) -> None:
    """Queue what is said; let the rest of an earlier answer go on if it was asked for, else drop it."""
    if outcome.more and await _go_on(connection, turn, now):
        return
    if turn.kind in ("text", "choice"):
        dropped = outbound.c.conversation_id == turn.conversation_id, outbound.c.status == "held"
        await connection.execute(
            update(outbound).where(*dropped).values(status="cancelled", error="not asked for", changed_at=now)
        )
    kind = "notice" if turn.kind == "follow_up" else "reply"
    for part, message in enumerate(compose(outcome.replies, style), start=1):
        row = {
            "id": new_id(),
            "conversation_id": turn.conversation_id,
            "channel_name": turn.channel_name,
            "inbound_id": turn.id,
            "part": part,
            "kind": kind,
            "text": message.text,
            "segments": message.segments,
            "status": "held" if message.held else "queued",
            "due_at": now,
            "deadline": now + (NOTICE_SECONDS if kind == "notice" else REPLY_SECONDS),
            "created_at": now,
            "changed_at": now,
        }
        await connection.execute(outbound.insert(), [row])


async def _go_on(connection: Transaction, turn: Turn, now: float) -> bool:
    """Queue the next part that is held; False where none is."""
    held = (await connection.execute(_HELD, [{"conversation": turn.conversation_id}])).scalars().all()
    if not held:
        return False
    times = {"due_at": now, "deadline": now + REPLY_SECONDS, "changed_at": now}
    await connection.execute(update(outbound).where(outbound.c.id == held[0]).values(status="queued", **times))
    return True
