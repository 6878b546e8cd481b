"""What the provider tells about a message we sent: kept once, and its status moves forward only."""

from dataclasses import dataclass

from sqlalchemy import bindparam, exists, select, update
from sqlalchemy.engine import Row

from bot.clock import Clock
from bot.ids import new_id
from bot.sms import consent
from bot.sms.consent import Phone
from bot.store import Store, Transaction, again
from bot.store.schema import outbound, phones
from bot.store.schema import receipts as table

PROGRESS = ("queued", "submitting", "unclear", "accepted", "sent", "delivered")
"""Each may follow those before it."""
FAILED = frozenset(("failed", "undelivered", "canceled"))
_OURS = {
    "queued": "accepted",
    "sending": "accepted",
    "accepted": "accepted",
    "scheduled": "accepted",
    "read": "delivered",
}
_FINAL = frozenset(("delivered", "failed", "suppressed", "cancelled"))
OPTED_OUT = "21610"
"""https://www.twilio.com/docs/api/errors/21610: the person has asked the carrier or Twilio to stop."""

_NEW = {column.name: bindparam(f"new_{column.name}", type_=column.type) for column in table.columns}
_KEEP = table.insert().from_select(
    list(_NEW),
    select(*_NEW.values()).where(
        ~exists().where(
            table.c.provider_id == _NEW["provider_id"],
            table.c.status == _NEW["status"],
            table.c.error == _NEW["error"],
        )
    ),
)
"""Nothing where it is known."""
_BY_OURS = select(outbound).where(outbound.c.id == bindparam("ours")).with_for_update()
_BY_THEIRS = select(outbound).where(outbound.c.provider_id == bindparam("theirs")).with_for_update()


@dataclass(frozen=True)
class Receipt:
    """One status callback. `outbound_id` is what our own callback address says, "" where it says nothing."""

    outbound_id: str
    provider_id: str
    status: str
    error: str = ""


@again
async def keep(store: Store, channel_name: str, receipt: Receipt, clock: Clock) -> None:
    """Keep the receipt once, and act on it. A message we no longer know is kept as a receipt only."""
    now = clock()
    async with store.begin(urgent=True) as connection:
        message = await _message(connection, receipt)
        if message is not None and message.channel_name != channel_name:
            message = None
        row = {"id": new_id(), "outbound_id": message and message.id, "provider_id": receipt.provider_id, "at": now}
        row |= {"status": receipt.status, "error": receipt.error}
        kept = await connection.execute(_KEEP, [{f"new_{name}": value for name, value in row.items()}])
        if kept.rowcount and message is not None:
            await _act_on(connection, message, receipt, now)


async def _message(connection: Transaction, receipt: Receipt) -> Row[tuple[object, ...]] | None:
    if receipt.outbound_id:
        found = (await connection.execute(_BY_OURS, [{"ours": receipt.outbound_id}])).one_or_none()
        if found is not None and found.provider_id in (None, receipt.provider_id):
            return found
    return (await connection.execute(_BY_THEIRS, [{"theirs": receipt.provider_id}])).one_or_none()


async def _act_on(connection: Transaction, message: Row[tuple[object, ...]], receipt: Receipt, now: float) -> None:
    status = following(message.status, receipt.status)
    values: dict[str, object] = {}
    if receipt.provider_id != message.provider_id:
        values["provider_id"] = receipt.provider_id
    if status != message.status:
        values |= {"status": status, "changed_at": now}
    if status == "failed":
        values["error"] = receipt.error or receipt.status
    if values:
        await connection.execute(update(outbound).where(outbound.c.id == message.id).values(**values))
    if receipt.error == OPTED_OUT:
        await stop_by_provider(connection, message.conversation_id, now)


def following(status: str, told: str) -> str:
    """The status after the provider has said `told`; never further back."""
    if status in _FINAL:
        return status
    if told in FAILED:
        return "failed"
    word = _OURS.get(told, told)
    if word not in PROGRESS or status not in PROGRESS:  # a word we do not know; or parked, and now known to be sent
        return word if word in PROGRESS and status in ("parked",) else status
    return max(status, word, key=PROGRESS.index)


async def stop_by_provider(connection: Transaction, conversation_id: str, now: float) -> None:
    """The provider knows that this phone has stopped: so do we from now on."""
    query = select(phones.c.channel_name, phones.c.address_hash)
    found = (await connection.execute(query.where(phones.c.conversation_id == conversation_id))).one_or_none()
    if found is not None:
        phone = Phone(found.channel_name, found.address_hash)
        if not await consent.has_stopped(connection, phone):
            await consent.stop(connection, phone, "provider", None, now)
