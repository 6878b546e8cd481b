"""Takes a message in: one transaction gives it a durable copy, a place in the lane and a number in the transcript."""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import bindparam, select, update

from bot.clock import Clock
from bot.errors import AssistantError
from bot.ids import new_id
from bot.store import Store, Transaction, again
from bot.store.schema import conversations, events, inbound
from bot.wakeups import Wakeups

# Built once: building a statement takes longer than running it.
_LANE = select(conversations).where(conversations.c.id == bindparam("lane")).with_for_update()
_EARLIER = select(inbound.c.number).where(
    inbound.c.conversation_id == bindparam("lane"), inbound.c.external_id == bindparam("external")
)

Kind = Literal["text", "choice", "feedback", "follow_up", "forget", "joined", "noted"]
"""`noted` is settled by being stored: a wish to stop, and what a phone writes that has stopped.

`joined`: from now on a phone takes part in this web conversation (bot/handover.py).
"""


@dataclass(frozen=True)
class Incoming:
    """What reached the assistant. `text` is what the transcript shows, `payload` what a button or follow-up means."""

    conversation_id: str
    external_id: str
    kind: Kind
    text: str = ""
    payload: str | None = None
    language: str | None = None
    via: str | None = None
    """The text channel it came by, and is answered by; None: the conversation's own way."""


@dataclass(frozen=True)
class Accepted:
    """The message's number in the transcript; for kinds that do not appear there, the latest event's."""

    number: int
    duplicate: bool


class ConversationEnded(AssistantError):
    """The conversation was ended and cleared; a new one must be started."""


@again
async def accept(store: Store, wakeups: Wakeups, incoming: Incoming, clock: Clock) -> Accepted:
    """Store the message durably, once. The same external id again changes nothing. Raises ConversationEnded."""
    async with store.begin(urgent=True) as connection:
        accepted = await insert(connection, incoming, clock())
    if not accepted.duplicate:
        wakeups.changed(incoming.conversation_id)
        if incoming.kind in ("text", "choice"):
            wakeups.typing(incoming.conversation_id)
        wakeups.work()
    return accepted


async def insert(connection: Transaction, incoming: Incoming, now: float) -> Accepted:
    """The same inside the caller's transaction, without waking anybody."""
    lane = (await connection.execute(_LANE, [{"lane": incoming.conversation_id}])).one_or_none()
    if lane is None:
        raise ConversationEnded("This conversation has ended. Start a new one.")
    key = {"lane": lane.id, "external": incoming.external_id}
    earlier = (await connection.execute(_EARLIER, [key])).one_or_none()
    if earlier is not None:
        return Accepted(earlier.number or lane.next_number - 1, duplicate=True)
    if lane.ended_at is not None:
        raise ConversationEnded("This conversation has ended. Start a new one.")
    event_type = _event_type(incoming.kind)
    number = lane.next_number if event_type else None
    settled = incoming.kind == "noted"
    values: dict[str, Any] = {
        "next_number": lane.next_number + (1 if event_type else 0),
        "next_position": lane.next_position + 1,
        "ready_at": now if lane.ready_at is None and not settled else lane.ready_at,
    }
    if incoming.kind != "follow_up":
        values["last_at"] = now
    if incoming.kind == "forget":
        values["ended_at"] = now
    await connection.execute(update(conversations).where(conversations.c.id == lane.id).values(values))
    row = {
        "id": new_id(),
        "conversation_id": lane.id,
        "external_id": incoming.external_id,
        "position": lane.next_position,
        "number": number,
        "kind": incoming.kind,
        "text": incoming.text,
        "payload": incoming.payload,
        "language": incoming.language,
        "via": incoming.via,
        "received_at": now,
        "done": settled,
        "done_at": now if settled else None,
    }
    await connection.execute(inbound.insert(), [row])
    if event_type:
        event = {
            "conversation_id": lane.id,
            "number": number,
            "type": event_type,
            "sender": "system" if event_type == "end" else "resident",
            "text": incoming.text,
            "language": incoming.language or lane.language,
            "buttons": [],
            "inbound_id": row["id"],
            "part": 0,
            "at": now,
        }
        await connection.execute(events.insert(), [event])
    return Accepted(number or lane.next_number - 1, duplicate=False)


def _event_type(kind: Kind) -> str | None:
    """What the transcript shows of a message of this kind."""
    if kind in ("text", "choice"):
        return "message"
    return "end" if kind == "forget" else None
