"""Sends what waits: claim → commit "submitting" → send → record. One message of a conversation at a time, in order."""

import asyncio
import logging
import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from prometheus_client import Counter
from sqlalchemy import and_, bindparam, exists, or_, select, update
from sqlalchemy.engine import Row
from sqlalchemy.exc import SQLAlchemyError

from bot.parts import Parts
from bot.sms import consent, receipts
from bot.sms.channels import SmsChannel
from bot.sms.consent import Phone
from bot.sms.pace import prepare, take_place
from bot.sms.provider import Accepted, Failed, Provider, Text
from bot.store import Transaction, again
from bot.store.schema import outbound, phones, senders

log = logging.getLogger(__name__)

SENT = Counter("assistant_sms_sent", "Text messages by what came of a try.", ["channel", "result"])
SEGMENTS = Counter("assistant_sms_segments", "Segments accepted by the provider: what is paid for.", ["channel"])

LOOK_SECONDS = 0.5
LEAST_PAUSE = 0.05
"""Between a look that found nothing to send and the next: every turn calls, and a sender that is paced has a queue."""
CLAIM_SECONDS = 30.0
"""Longer than the provider's time limit; after it a claim whose worker died is unclear."""
NEXT_PART_SECONDS = 10.0
"""The next message of a conversation waits so long for the receipt of the one before."""
GRACE_SECONDS = 20.0
"""How long an unclear message waits for its callback before it is looked up."""
FIRST_RETRY, LONGEST_RETRY = 2.0, 300.0
MISCONFIGURED_SECONDS = 60.0
MOST_UNCLEAR = 2
"""Tries that ended unclear before staff must look."""

_earlier = outbound.alias("earlier")
_IN_THE_WAY = exists().where(
    _earlier.c.conversation_id == outbound.c.conversation_id,
    or_(
        _earlier.c.created_at < outbound.c.created_at,
        and_(_earlier.c.created_at == outbound.c.created_at, _earlier.c.part < outbound.c.part),
    ),
    # A notice that waits for the morning holds up no answer.
    or_(_earlier.c.kind != "notice", _earlier.c.status != "queued", outbound.c.kind == "notice"),
    or_(
        _earlier.c.status.in_(("queued", "submitting", "unclear")),
        and_(_earlier.c.status == "accepted", _earlier.c.changed_at > bindparam("recent")),
    ),
)
_DUE = (
    select(outbound.c.id, outbound.c.channel_name)
    .where(
        outbound.c.channel_name.in_(bindparam("channels", expanding=True)),
        outbound.c.status.in_(("queued", "unclear", "submitting")),
        outbound.c.due_at <= bindparam("now"),
        outbound.c.claimed_until < bindparam("now"),
        ~_IN_THE_WAY,
        # A sender that has no place now is left alone: asking for each of a thousand texts would keep the store busy.
        ~exists().where(
            senders.c.channel_name == outbound.c.channel_name,
            or_(senders.c.paused_until > bindparam("now"), senders.c.next_at > bindparam("now")),
        ),
    )
    # Replies before notices: somebody waits for them.
    .order_by(outbound.c.kind == "notice", outbound.c.due_at)
    .limit(bindparam("most"))
)
_MESSAGE = (
    select(outbound, phones.c.number, phones.c.address_hash, senders.c.pauses)
    .outerjoin(phones, phones.c.conversation_id == outbound.c.conversation_id)
    .outerjoin(senders, senders.c.channel_name == outbound.c.channel_name)
    .where(outbound.c.id == bindparam("message"))
)
_ONE = _MESSAGE.with_for_update(of=outbound)
_FREE = _MESSAGE.with_for_update(of=outbound, skip_locked=True)  # who holds it is about to send it


@dataclass(frozen=True)
class Claimed:
    """A message that this worker alone may send until its claim is over. `look_first`: it may have been sent."""

    text: Text
    channel: SmsChannel
    attempts: int
    segments: int
    look_first: bool


class Delivery:
    """One process's share of the sending."""

    def __init__(self, parts: Parts, provider: Provider) -> None:
        self._store, self._wakeups, self._clock = parts.store, parts.wakeups, parts.clock
        self._provider, self._may_disturb_at = provider, parts.city.may_disturb_at
        self._channels = parts.sms.on
        self._at_once = 16
        self._running: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def run(self) -> None:
        """Send until stopped."""
        prepared = False
        while not self._stopping:
            taken = 0
            try:
                if not prepared:
                    await prepare(self._store, list(self._channels))
                    prepared = True
                taken = await self._take()
            except SQLAlchemyError:
                log.exception("store_failed")
            if not taken:
                await self._wakeups.next_text(LOOK_SECONDS)
                await asyncio.sleep(LEAST_PAUSE)

    async def drain(self, seconds: float) -> None:
        """Take no more and wait for those on their way."""
        self._stopping = True
        if self._running:
            await asyncio.wait(set(self._running), timeout=seconds)

    async def _take(self) -> int:
        room = self._at_once - len(self._running)
        if not self._channels or room <= 0:
            return 0
        now = self._clock()
        known = {"channels": list(self._channels), "now": now, "recent": now - NEXT_PART_SECONDS, "most": room}
        async with self._store.read() as connection:
            due: Sequence[Any] = (await connection.execute(_DUE, [known])).all()
        taken = 0
        for row in due:
            claimed = await self._claim(row.id)
            if claimed:
                taken += 1
                task = asyncio.create_task(self._deliver(claimed))
                self._running.add(task)
                task.add_done_callback(self._done)
        return taken

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._wakeups.hear("text")  # there is room again, here only

    async def _claim(self, message_id: str) -> Claimed | None:
        """Commit that we are about to send; None where somebody else does, or it must not be sent (any more)."""
        now = self._clock()
        async with self._store.begin() as connection:
            row = (await connection.execute(_FREE, [{"message": message_id}])).one_or_none()
            if row is None or row.claimed_until >= now or row.status not in ("queued", "unclear", "submitting"):
                return None
            channel = self._channels[row.channel_name]
            look_first = row.status != "queued"
            ended = None if look_first else await _ended(connection, row, now)
            if ended:
                await _set(connection, row.id, now, status=ended[0], error=ended[1])
                SENT.labels(channel.name, ended[0]).inc()
                return None
            if not look_first and row.kind == "notice" and (morning := self._may_disturb_at(now)) > now:
                await _set(connection, row.id, now, due_at=morning)
                return None
            if not look_first:
                wait = await take_place(connection, channel, row.segments, now)
                if wait > 0:
                    await _set(connection, row.id, now, due_at=now + wait)
                    return None
            status = "unclear" if look_first else "submitting"
            attempts = row.attempts if look_first else row.attempts + 1
            claim = {"status": status, "attempts": attempts, "claimed_until": now + CLAIM_SECONDS}
            await _set(connection, row.id, now, **claim)
        text = Text(row.id, row.number or "", row.text, row.created_at)
        return Claimed(text, channel, attempts, row.segments, look_first)

    async def _deliver(self, claimed: Claimed) -> None:
        """The delivery loop's door: whatever goes wrong, the message stays, claimed until its claim is over."""
        try:
            if claimed.look_first:
                outcome = await self._provider.find(claimed.channel, claimed.text)
            else:
                outcome = await self._provider.send(claimed.channel, claimed.text)
            with suppress(SQLAlchemyError):  # the claim runs out, and the message is looked up
                await self._record(claimed, outcome)
        except Exception:
            log.exception("delivery_failed", extra={"outbound": claimed.text.id})

    @again
    async def _record(self, claimed: Claimed, outcome: Accepted | Failed | None) -> None:
        now = self._clock()
        async with self._store.begin() as connection:
            row = (await connection.execute(_ONE, [{"message": claimed.text.id}])).one_or_none()
            if row is None:
                return
            if isinstance(outcome, Accepted):
                await self._accepted(connection, claimed, row, outcome)
            elif row.status in ("submitting", "unclear"):  # else a callback was quicker, and knows better
                await _not_accepted(connection, claimed, outcome, now)
        result = outcome.why if isinstance(outcome, Failed) else "accepted" if outcome else "not found"
        SENT.labels(claimed.channel.name, result).inc()
        if isinstance(outcome, Failed):
            log.warning("text_not_sent", extra={"outbound": claimed.text.id, "why": outcome.why, "code": outcome.code})

    async def _accepted(self, connection: Transaction, claimed: Claimed, row: Row[Any], outcome: Accepted) -> None:
        now = self._clock()
        status = receipts.following(row.status, outcome.status)
        status = receipts.following(status, "accepted")
        await _set(connection, row.id, now, status=status, provider_id=outcome.provider_id, claimed_until=0.0)
        if row.pauses:
            over = update(senders).where(senders.c.channel_name == claimed.channel.name)
            await connection.execute(over.values(pauses=0, pause_reason=None))
        SEGMENTS.labels(claimed.channel.name).inc(claimed.segments)


async def _ended(connection: Transaction, row: Row[Any], now: float) -> tuple[str, str] | None:
    """Why a message that waits is not sent any more."""
    if row.number is None:
        return "cancelled", "forgotten"
    if row.kind != "confirmation" and await consent.has_stopped(connection, Phone(row.channel_name, row.address_hash)):
        return "suppressed", "stopped"
    if row.deadline <= now:
        return "failed", "too late"
    return None


async def _not_accepted(connection: Transaction, claimed: Claimed, outcome: Failed | None, now: float) -> None:
    """What becomes of a message that is not on its way, or of which nobody knows."""
    message, tries = claimed.text.id, claimed.attempts
    why, code = (outcome.why, outcome.code) if outcome else ("not found", "not found")
    after = outcome.after if outcome else 0.0
    if claimed.look_first and outcome is not None:  # the provider could not say: ask again later
        await _set(connection, message, now, due_at=now + _pause(tries, after), claimed_until=0.0)
        return
    match why:
        case "unclear":
            grace = now + GRACE_SECONDS
            await _set(connection, message, now, status="unclear", error=code, due_at=grace, claimed_until=0.0)
        case "not found":  # it was not sent: once more, and then staff must look
            status = "queued" if tries < MOST_UNCLEAR else "parked"
            await _set(connection, message, now, status=status, error="unknown", due_at=now, claimed_until=0.0)
        case "later":
            again = now + _pause(tries, after)
            await _set(connection, message, now, status="queued", error=code, due_at=again, claimed_until=0.0)
        case "pause" | "misconfigured":
            seconds = after or (MISCONFIGURED_SECONDS if why == "misconfigured" else 0.0)
            await _pause_sender(connection, claimed.channel.name, code, seconds, now)
            await _set(connection, message, now, status="queued", error=code, claimed_until=0.0, attempts=tries - 1)
        case "opted_out":
            await _set(connection, message, now, status="suppressed", error=code, claimed_until=0.0)
            row = (await connection.execute(select(outbound.c.conversation_id).where(outbound.c.id == message))).one()
            await receipts.stop_by_provider(connection, row.conversation_id, now)
        case _:
            await _set(connection, message, now, status="failed", error=code, claimed_until=0.0)


async def _pause_sender(connection: Transaction, channel_name: str, code: str, seconds: float, now: float) -> None:
    """The whole sender waits: longer each time in a row, and never two at the same moment."""
    row = (await connection.execute(select(senders).where(senders.c.channel_name == channel_name))).one()
    wait = max(seconds, _pause(row.pauses + 1, 0.0))
    await connection.execute(
        update(senders)
        .where(senders.c.channel_name == channel_name)
        .values(paused_until=now + wait, pauses=senders.c.pauses + 1, pause_reason=code)
    )


def _pause(tries: int, after: float) -> float:
    """Seconds until the next try: doubled each time, spread by chance, at least what the provider asks for."""
    longest = min(LONGEST_RETRY, FIRST_RETRY * 2 ** min(max(tries, 1) - 1, 10))
    return max(after, random.uniform(longest / 2, longest))  # noqa: S311 (no secret)


async def _set(connection: Transaction, message_id: str, now: float, **values: Any) -> None:
    await connection.execute(update(outbound).where(outbound.c.id == message_id).values(**values, changed_at=now))
