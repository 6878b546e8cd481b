"""From the web to a phone and back: a short code, told on the web and texted once, joins the phone to the conversation.

Six digits can be tried out, so a code lives ten minutes and works once, and wrong ones are counted: for each phone,
and for all of them. Nothing else joins a phone to a conversation.
"""

import re
import secrets
from dataclasses import dataclass

from sqlalchemy import delete, func, or_, select, update

from bot.clock import Clock
from bot.ids import address_hash
from bot.sms.consent import Phone
from bot.store import Store, Transaction
from bot.store.schema import conversations, events, handovers, phones, wrong_codes

LIFE = 600.0
"""Seconds that a code works."""
MOST_OPEN = 500
"""Codes that may wait at one moment: the more there are, the easier one is hit by chance."""
TRIES_SECONDS = 3600.0
MOST_TRIES = 5
"""Wrong codes of one phone in that time."""
MOST_TRIES_OF_ALL = 60
"""With 60 tries an hour and 10 codes open, somebody who tries for a week hits one with a chance of 10 %."""
_CODE = re.compile(r"\W*(?P<word>chat\W*)?(?P<digits>\d{3}[ -]?\d{3})\W*", re.IGNORECASE)
_ASKS_FOR_DIGITS = re.compile(r"code|reference")


@dataclass(frozen=True)
class Code:
    """A text that may be a code, and its message."""

    text: str
    provider_id: str


async def offer(store: Store, conversation_id: str, channel_name: str, secret: str, clock: Clock) -> str | None:
    """A new code for a phone on that text channel; the one before works no more. None where too many wait."""
    now = clock()
    async with store.begin() as connection:
        gone = or_(handovers.c.expires_at <= now, handovers.c.conversation_id == conversation_id)
        await connection.execute(delete(handovers).where(gone))
        waiting = set((await connection.execute(select(handovers.c.code_hash))).scalars())
        if len(waiting) >= MOST_OPEN:
            return None
        code = f"{secrets.randbelow(1_000_000):06d}"
        while (code_hash := address_hash(secret, "handover", channel_name, code)) in waiting:
            code = f"{secrets.randbelow(1_000_000):06d}"
        row = {"conversation_id": conversation_id, "code_hash": code_hash, "expires_at": now + LIFE}
        await connection.execute(handovers.insert(), [row])
    return code


async def join(connection: Transaction, secret: str, whose: tuple[Phone, str], code: Code, now: float) -> bool:
    """Join the phone (and its number) to the conversation of the code that it texted. False: it is a plain message."""
    phone, number = whose
    found = _CODE.fullmatch(code.text.strip())
    if not found or not (found["word"] or not await _was_asked_for_digits(connection, phone)):
        return False
    if not await _may_try(connection, phone, now):
        return False
    digits = re.sub(r"\D", "", found["digits"])
    code_hash = address_hash(secret, "handover", phone.channel_name, digits)
    taken = delete(handovers).where(handovers.c.code_hash == code_hash, handovers.c.expires_at > now)
    conversation_id = (await connection.execute(taken.returning(handovers.c.conversation_id))).scalar_one_or_none()
    if conversation_id is None:
        await _note_wrong(connection, phone, code, now)
        return False
    still = update(conversations).where(conversations.c.id == conversation_id, conversations.c.ended_at.is_(None))
    if (await connection.execute(still.values(last_at=now))).rowcount == 0:
        return False
    await _leave(connection, phone)
    await connection.execute(delete(phones).where(phones.c.conversation_id == conversation_id))
    row = {"conversation_id": conversation_id, "number": number}
    row |= {"channel_name": phone.channel_name, "address_hash": phone.address_hash}
    await connection.execute(phones.insert(), [row])
    return True


async def _was_asked_for_digits(connection: Transaction, phone: Phone) -> bool:
    """Whether the assistant has just asked this phone for a number of its own, such as a follow code."""
    query = (
        select(events.c.answer)
        .join(phones, phones.c.conversation_id == events.c.conversation_id)
        .where(phones.c.channel_name == phone.channel_name, phones.c.address_hash == phone.address_hash)
        .where(events.c.sender == "assistant")
        .order_by(events.c.at.desc(), events.c.number.desc())
        .limit(1)
    )
    return bool(_ASKS_FOR_DIGITS.search((await connection.execute(query)).scalar_one_or_none() or ""))


async def _may_try(connection: Transaction, phone: Phone, now: float) -> bool:
    await connection.execute(delete(wrong_codes).where(wrong_codes.c.at <= now - TRIES_SECONDS))
    all_of_them = select(func.count()).select_from(wrong_codes)
    mine = all_of_them.where(
        wrong_codes.c.channel_name == phone.channel_name, wrong_codes.c.address_hash == phone.address_hash
    )
    if (await connection.execute(mine)).scalar_one() >= MOST_TRIES:
        return False
    return bool((await connection.execute(all_of_them)).scalar_one() < MOST_TRIES_OF_ALL)


async def _note_wrong(connection: Transaction, phone: Phone, code: Code, now: float) -> None:
    known = select(wrong_codes.c.at).where(wrong_codes.c.provider_id == code.provider_id)
    if (await connection.execute(known)).first() is None:
        row = {"provider_id": code.provider_id, "at": now}
        row |= {"channel_name": phone.channel_name, "address_hash": phone.address_hash}
        await connection.execute(wrong_codes.insert(), [row])


async def _leave(connection: Transaction, phone: Phone) -> None:
    """A phone takes part in one web conversation at a time; its own by text stays for later."""
    of_the_web = select(conversations.c.id).where(conversations.c.channel == "web")
    mine = phones.c.channel_name == phone.channel_name, phones.c.address_hash == phone.address_hash
    await connection.execute(delete(phones).where(*mine, phones.c.conversation_id.in_(of_the_web)))
