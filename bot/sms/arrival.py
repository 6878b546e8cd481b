"""Takes a text message in: ONE transaction finds its conversation, keeps consent, stores it, cancels what is stale."""

import json
from dataclasses import dataclass

from sqlalchemy import bindparam, select, update

from bot import handover, inbox
from bot.clock import Clock
from bot.handover import Code
from bot.ids import address_hash, new_id
from bot.inbox import Incoming, Kind
from bot.notices import Notices
from bot.sms import consent
from bot.sms.channels import SmsChannel
from bot.sms.composing import compose
from bot.sms.consent import Phone
from bot.sms.optout import OptOut, Wish
from bot.store import Store, Transaction, again
from bot.store.schema import conversations, outbound, phones
from bot.wakeups import Wakeups

CONFIRM_SECONDS = 900.0
"""A confirmation that could not be sent by then would only surprise."""

_JOINED = (
    select(conversations.c.id, conversations.c.language)
    .join(phones, phones.c.conversation_id == conversations.c.id)
    .where(
        conversations.c.channel == "web",
        conversations.c.ended_at.is_(None),
        phones.c.channel_name == bindparam("channel_name"),
        phones.c.address_hash == bindparam("address_hash"),
    )
)
_KNOWN = select(conversations.c.id, conversations.c.language, conversations.c.ended_at).where(
    conversations.c.channel == "sms",
    conversations.c.channel_name == bindparam("channel_name"),
    conversations.c.address_hash == bindparam("address_hash"),
)


@dataclass(frozen=True)
class TextMessage:
    """What a phone sent. `provider_id` is the provider's name for it, the same when it is delivered again."""

    provider_id: str
    number: str
    text: str
    opt_out_type: str | None = None
    media: tuple[str, ...] = ()


@dataclass(frozen=True)
class Desk:
    """What arrivals need besides the message."""

    store: Store
    wakeups: Wakeups
    optout: OptOut
    notices: Notices
    languages: tuple[str, ...]
    secret: str
    clock: Clock


@again
async def receive(desk: Desk, channel: SmsChannel, message: TextMessage) -> None:
    """Store the message durably, once; the same message again changes nothing."""
    now = desk.clock()
    phone = Phone(channel.name, address_hash(desk.secret, "sms", channel.name, message.number))
    wish = desk.optout.wish(message.text, message.opt_out_type)
    async with desk.store.begin(urgent=True) as connection:
        stopped = await consent.has_stopped(connection, phone)
        kind = _kind(wish, stopped=stopped)
        if kind == "text":
            code = Code(message.text, message.provider_id)
            kind = (
                "joined" if await handover.join(connection, desk.secret, (phone, message.number), code, now) else kind
            )
        conversation_id, language = await _conversation(connection, phone, message.number, desk.languages[0], now)
        payload = json.dumps({"media": message.media}) if message.media else None
        text = message.text if kind != "joined" else ""
        incoming = Incoming(conversation_id, message.provider_id, kind, text, payload, via=channel.name)
        accepted = await inbox.insert(connection, incoming, now)
        if accepted.duplicate:
            return
        notice = await _act_on(connection, phone, wish, message, now)
        told = message.opt_out_type or (channel.provider_answers and desk.optout.is_provider_s(message.text))
        if notice and not told:
            await _confirm(connection, desk, channel, (conversation_id, notice, language), now)
    if kind in ("text", "joined"):
        desk.wakeups.changed(conversation_id)
    desk.wakeups.work()
    if notice:
        desk.wakeups.text()


def _kind(wish: Wish, *, stopped: bool) -> Kind:
    """START is a plain word for a phone that never stopped; a phone that has stopped is not answered."""
    if wish in ("stop", "stop_candidate", "help"):
        return "noted"
    return "noted" if stopped else "text"


async def _act_on(connection: Transaction, phone: Phone, wish: Wish, message: TextMessage, now: float) -> str | None:
    """Keep the wish; the notice that confirms it, None for none."""
    by_provider = message.opt_out_type is not None
    if wish in ("stop", "stop_candidate"):
        source: consent.Source = "provider" if by_provider else "keyword" if wish == "stop" else "wording"
        return "sms_stopped" if await consent.stop(connection, phone, source, message.text, now) else None
    if wish == "start":
        source = "provider" if by_provider else "keyword"
        return "sms_started" if await consent.start(connection, phone, source, message.text, now) else None
    if wish == "help" and not await consent.has_stopped(connection, phone):
        return "sms_help"
    return None


async def _conversation(
    connection: Transaction, phone: Phone, number: str, language: str, now: float
) -> tuple[str, str]:
    """The conversation that the phone was joined to, else its own, and its language; a new one where it has none."""
    key = {"channel_name": phone.channel_name, "address_hash": phone.address_hash}
    joined = (await connection.execute(_JOINED, [key])).first()
    if joined is not None:
        return joined.id, joined.language
    known = (await connection.execute(_KNOWN, [key])).one_or_none()
    if known is not None and known.ended_at is None:
        return known.id, known.language
    if known is not None:  # its row waits to be removed; its place is free from now on
        gone = update(conversations).where(conversations.c.id == known.id)
        await connection.execute(gone.values(address_hash=f"ended:{known.id}"))
    conversation_id = new_id()
    row = {"id": conversation_id, "channel": "sms", "language": language, "client_language": language}
    await connection.execute(conversations.insert(), [{**row, **key, "created_at": now, "last_at": now}])
    await connection.execute(phones.insert(), [{"conversation_id": conversation_id, "number": number, **key}])
    return conversation_id, language


async def _confirm(
    connection: Transaction, desk: Desk, channel: SmsChannel, what: tuple[str, str, str], now: float
) -> None:
    conversation_id, notice, language = what
    for part, message in enumerate(compose([desk.notices.reply(notice, language)], channel.style), start=1):
        row = {"id": new_id(), "conversation_id": conversation_id, "channel_name": channel.name, "part": part}
        row |= {"kind": "confirmation", "text": message.text, "segments": message.segments, "status": "queued"}
        times = {"due_at": now, "deadline": now + CONFIRM_SECONDS, "created_at": now, "changed_at": now}
        await connection.execute(outbound.insert(), [row | times])
