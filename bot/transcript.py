"""Reads what a conversation shows: numbered events, without gaps, from 1."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, or_, select

from bot.clock import iso
from bot.replies import Reply
from bot.store import Store
from bot.store.schema import choices, events

# Built once: building a statement takes longer than running it.
_AFTER = (
    select(events)
    .where(events.c.conversation_id == bindparam("conversation"), events.c.number > bindparam("after"))
    .order_by(events.c.number)
    .limit(bindparam("most"))
)
_LATEST = (
    select(events)
    .where(events.c.conversation_id == bindparam("conversation"))
    .order_by(events.c.number.desc())
    .limit(bindparam("most"))
)


@dataclass(frozen=True)
class Button:
    """A choice under a message. The token is opaque; only the gateway knows what it stands for."""

    title: str
    token: str


@dataclass(frozen=True)
class Event:
    """One entry of the transcript."""

    number: int
    type: str
    sender: str
    text: str
    language: str
    buttons: tuple[Button, ...]
    source: str | None
    feedback: dict[str, str] | None
    at: str

    def to_json(self) -> dict[str, Any]:
        """The event as the web API sends it."""
        return {
            "number": self.number,
            "type": self.type,
            "from": self.sender,
            "text": self.text,
            "lang": self.language,
            "buttons": [{"title": button.title, "token": button.token} for button in self.buttons],
            "source": self.source,
            "feedback": self.feedback,
            "at": self.at,
        }


async def events_after(store: Store, conversation_id: str, after: int, limit: int = 200) -> list[Event]:
    """The events with numbers above `after`, in order, at most `limit`."""
    place = {"conversation": conversation_id, "after": after, "most": limit}
    async with store.read() as connection:
        rows = (await connection.execute(_AFTER, [place])).all()
    return [_event(row) for row in rows]


async def latest_events(store: Store, conversation_id: str, limit: int) -> list[Event]:
    """The last events, in order, at most `limit`."""
    async with store.read() as connection:
        rows = (await connection.execute(_LATEST, [{"conversation": conversation_id, "most": limit}])).all()
    return [_event(row) for row in reversed(rows)]


async def last_question(store: Store, conversation_id: str, besides: str = "") -> tuple[Reply, ...]:
    """What the assistant asked last, with its choices; () where it asked nothing or somebody has answered since.

    `besides` is a message that does not count as an answer.
    """
    latest = _LATEST.where(or_(events.c.inbound_id.is_(None), events.c.inbound_id != besides)) if besides else _LATEST
    async with store.read() as connection:
        row = (await connection.execute(latest, [{"conversation": conversation_id, "most": 1}])).one_or_none()
        if row is None or row.sender != "assistant" or not (row.buttons or row.text.rstrip().endswith("?")):
            return ()
        query = select(choices.c.token, choices.c.payload).where(
            choices.c.conversation_id == conversation_id, choices.c.number == row.number, choices.c.kind == "choice"
        )
        payloads = {choice.token: choice.payload for choice in (await connection.execute(query)).all()}
    buttons = tuple((b["title"], payloads[b["token"]]) for b in row.buttons if b["token"] in payloads)
    return (Reply(row.text, row.language, buttons=buttons),)


async def is_asking(store: Store, conversation_id: str) -> bool:
    """Whether the assistant's latest words ask something, so that what was written since may answer it."""
    query = select(events.c.text, events.c.buttons).where(events.c.conversation_id == conversation_id)
    latest = query.where(events.c.sender == "assistant").order_by(events.c.number.desc()).limit(1)
    async with store.read() as connection:
        row = (await connection.execute(latest)).one_or_none()
    return row is not None and (row.text.rstrip().endswith("?") or len(row.buttons) > 1)


def _event(row: Any) -> Event:
    return Event(
        number=row.number,
        type=row.type,
        sender=row.sender,
        text=row.text,
        language=row.language,
        buttons=tuple(Button(button["title"], button["token"]) for button in row.buttons),
        source=row.source,
        feedback=row.feedback,
        at=iso(row.at),
    )
