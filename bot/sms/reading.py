"""Reads a text message against what was offered just before: "2", or an option's own words, is that option."""

import json
import re
import unicodedata
from dataclasses import replace

from sqlalchemy import bindparam, select

from bot.lanes import Turn
from bot.store import Store
from bot.store.schema import choices, events

_NUMBER = re.compile(r"\W*(\d{1,2})\W*")
_LAST = (
    select(events.c.inbound_id, events.c.number)
    .where(events.c.conversation_id == bindparam("conversation"), events.c.sender == "assistant")
    .order_by(events.c.number.desc())
    .limit(1)
)
_OFFERED = (
    select(events.c.buttons)
    .where(
        events.c.conversation_id == bindparam("conversation"),
        events.c.inbound_id == bindparam("inbound"),
        events.c.sender == "assistant",
    )
    .order_by(events.c.number)
)


async def as_choice(store: Store, turn: Turn) -> Turn:
    """The turn as the choice it stands for; the turn itself where it is no choice of the latest answer."""
    conversation = {"conversation": turn.conversation_id}
    async with store.read() as connection:
        last = (await connection.execute(_LAST, [conversation])).one_or_none()
        if last is None:
            return turn
        said = (await connection.execute(_OFFERED, [{**conversation, "inbound": last.inbound_id}])).scalars().all()
        buttons = [button for offered in said for button in offered]
        button = _meant(turn.text, buttons)
        if button is None:
            return turn
        query = select(choices.c.payload).where(choices.c.token == button["token"])
        payload = (await connection.execute(query)).scalar_one_or_none()
    return replace(turn, kind="choice", payload=payload) if payload else turn


def media_of(payload: str | None) -> tuple[str, ...]:
    """Addresses of the pictures that came with a text message."""
    return tuple(json.loads(payload)["media"]) if payload else ()


def _meant(text: str, buttons: list[dict[str, str]]) -> dict[str, str] | None:
    number = _NUMBER.fullmatch(text)
    if number and len(buttons) > 1:  # a single one has no number
        place = int(number[1])
        return buttons[place - 1] if 1 <= place <= len(buttons) else None
    said = _plain(text)
    return next((button for button in buttons if said and _plain(button["title"]) == said), None)


def _plain(text: str) -> str:
    letters = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", letters))
