"""Who may be written to: a ledger that is only ever added to; the last entry of a phone counts."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import bindparam, select, update

from bot.ids import new_id
from bot.store import Transaction
from bot.store.schema import consents, outbound, phones

Source = Literal["keyword", "wording", "provider", "staff"]

_LAST = (
    select(consents.c.wish)
    .where(consents.c.channel_name == bindparam("channel_name"), consents.c.address_hash == bindparam("address_hash"))
    .order_by(consents.c.at.desc(), consents.c.id.desc())
    .limit(1)
)
WAITING = ("held", "queued")


@dataclass(frozen=True)
class Phone:
    """A phone on a channel; the number itself stands elsewhere."""

    channel_name: str
    address_hash: str


async def has_stopped(connection: Transaction, phone: Phone) -> bool:
    """Whether the phone's last word was to stop."""
    key = {"channel_name": phone.channel_name, "address_hash": phone.address_hash}
    return (await connection.execute(_LAST, [key])).scalar_one_or_none() == "stop"


async def stop(connection: Transaction, phone: Phone, source: Source, wording: str | None, now: float) -> bool:
    """Note the wish and cancel what waits to be sent. False where the phone had stopped before; noted all the same."""
    before = await has_stopped(connection, phone)
    await _note(connection, phone, ("stop", source, wording), now)
    theirs = select(phones.c.conversation_id).where(
        phones.c.channel_name == phone.channel_name, phones.c.address_hash == phone.address_hash
    )
    await connection.execute(
        update(outbound)
        .where(outbound.c.conversation_id.in_(theirs), outbound.c.status.in_(WAITING))
        .values(status="cancelled", error="stopped", changed_at=now)
    )
    return not before


async def start(connection: Transaction, phone: Phone, source: Source, wording: str | None, now: float) -> bool:
    """Note the wish. False, and nothing noted, where the phone had not stopped."""
    if not await has_stopped(connection, phone):
        return False
    await _note(connection, phone, ("start", source, wording), now)
    return True


async def _note(connection: Transaction, phone: Phone, what: tuple[str, Source, str | None], now: float) -> None:
    wish, source, wording = what
    row = {"id": new_id(), "channel_name": phone.channel_name, "address_hash": phone.address_hash, "at": now}
    await connection.execute(consents.insert(), [{**row, "wish": wish, "source": source, "wording": wording}])
