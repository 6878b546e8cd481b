"""Lanes: one turn in flight for each conversation, first in first out, taken over when its worker dies."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Float, bindparam, case, select, update
from sqlalchemy.engine import Row
from sqlalchemy.sql import Executable

from bot.clock import Clock
from bot.errors import LaneLost
from bot.replies import Outcome
from bot.store import Store, Transaction, again
from bot.store.schema import conversations, inbound

SET_BACK = 300.0  # seconds; no turn waits so long: one that is due later was put there before the clock was set back

LOOKS = 3  # at most, where other workers were quicker each time

# Built once: building a statement takes longer than running it.
_READY = (
    select(conversations.c.id)
    .where(conversations.c.ready_at <= bindparam("now"), conversations.c.lane_until < bindparam("now"))
    .order_by(conversations.c.ready_at)
    .limit(bindparam("most"))
)
_FREE = (
    select(conversations.c.id)
    .where(
        conversations.c.id.in_(bindparam("lanes", expanding=True)),
        conversations.c.ready_at <= bindparam("now"),
        conversations.c.lane_until < bindparam("now"),
    )
    .with_for_update(skip_locked=True)  # what another worker is just taking is not worth waiting for
)
_TAKE = (
    update(conversations)
    .where(conversations.c.id.in_(_FREE.scalar_subquery()))
    .values(lane_owner=bindparam("owner"), lane_until=bindparam("until"), fence=conversations.c.fence + 1)
    .returning(conversations)
)
_WAITING = (
    select(inbound.c.id)
    .where(inbound.c.conversation_id == bindparam("lane"), inbound.c.done.is_(False))
    .order_by(inbound.c.position)
    .limit(1)
)
_HEAD = (
    update(inbound)
    .where(inbound.c.id == _WAITING.scalar_subquery())
    .values(attempts=inbound.c.attempts + 1)
    .returning(inbound)
)
_EMPTY = update(conversations).where(conversations.c.id == bindparam("lane")).values(lane_until=0.0, ready_at=None)
_MINE = conversations.c.id == bindparam("lane"), conversations.c.fence == bindparam("mine")
_NUMBERS = {"next_number": conversations.c.next_number + bindparam("events")}
_TAKE_NUMBERS = update(conversations).where(*_MINE).values(_NUMBERS).returning(conversations.c.next_number)
_COMPLETE = (
    update(conversations)
    .where(*_MINE)
    .values(
        **_NUMBERS,
        language=bindparam("spoken_language"),
        client_language=bindparam("asked_language"),
        spoken=bindparam("was_heard"),
        no_review=bindparam("declined"),
        lane_until=0.0,
        # Places of the lane are given out under this row's lock: whoever waited for it counts what came meanwhile.
        ready_at=case((conversations.c.next_position > bindparam("position") + 1, bindparam("now", type_=Float))),
    )
    .returning(conversations.c.next_number)
)
_DONE = update(inbound).where(inbound.c.id == bindparam("turn")).values(done=True, done_at=bindparam("now"))


@dataclass(frozen=True)
class Turn:
    """The head of a lane, claimed by a worker. `fence` proves the claim until a later one replaces it.

    `channel` and `channel_name` are how this message came, and is answered; `via` is set where that is by text.
    """

    id: str
    conversation_id: str
    kind: str
    text: str
    payload: str | None
    attempt: int
    told_slow: bool
    received_at: float
    channel: str
    channel_name: str
    language: str
    client_language: str
    spoken: bool
    fence: int
    via: str | None = None
    no_review: bool = False
    """The resident wishes that nothing is kept for review."""
    position: int = 0
    """Its place in the lane."""


@dataclass(frozen=True)
class Claimant:
    """A worker's name and how long it may hold a lane without renewing."""

    owner: str
    seconds: float


async def claim(store: Store, claimant: Claimant, limit: int, clock: Clock) -> list[Turn]:
    """Take up to `limit` lanes that are ready and free, those that wait longest first."""
    for _ in range(LOOKS):
        now = clock()
        async with store.read() as connection:
            waiting = (await connection.execute(_READY, [{"now": now, "most": limit}])).scalars().all()
        if not waiting:
            break
        if turns := await _take(store, claimant, waiting, now):
            return turns
    return []


async def _take(store: Store, claimant: Claimant, waiting: Sequence[str], now: float) -> list[Turn]:
    claim = {"lanes": list(waiting), "now": now, "owner": claimant.owner, "until": now + claimant.seconds}
    async with store.begin(durable=False) as connection:
        taken = (await connection.execute(_TAKE, [claim])).all()
        turns = [await _head(connection, lane) for lane in sorted(taken, key=lambda lane: waiting.index(lane.id))]
    return [turn for turn in turns if turn is not None]


async def _head(connection: Transaction, lane: Row[Any]) -> Turn | None:
    """The first message of a lane that we have just taken."""
    head = (await connection.execute(_HEAD, [{"lane": lane.id}])).one_or_none()
    if head is None:  # a commit whose answer was lost: the turn is done, though its worker gave the lane back
        await connection.execute(_EMPTY, [{"lane": lane.id}])
        return None
    return Turn(
        id=head.id,
        conversation_id=lane.id,
        kind=head.kind,
        text=head.text or "",
        payload=head.payload,
        attempt=head.attempts,
        told_slow=head.told_slow,
        received_at=head.received_at,
        channel="sms" if head.via else lane.channel,
        channel_name=head.via or lane.channel_name,
        language=_language(head.language, lane),
        client_language=head.language or lane.client_language,
        spoken=lane.spoken,
        fence=lane.fence,
        via=head.via,
        no_review=lane.no_review,
        position=head.position,
    )


def _language(asked_for: str | None, lane: Any) -> str:
    """A client's language counts when it changes; repeated with every message it must not undo what was heard."""
    changed = asked_for is not None and asked_for != lane.client_language
    return str(asked_for if changed else lane.language)


async def take_numbers(connection: Transaction, turn: Turn, events: int) -> int:
    """Lock the turn's conversation inside a transaction; gives the first of so many event numbers. Raises LaneLost."""
    return await _numbers(connection, _TAKE_NUMBERS, turn, {"events": events})


async def complete(connection: Transaction, turn: Turn, outcome: Outcome, now: float) -> int:
    """The same for the outcome's replies; the turn is done and its lane free once the transaction ends."""
    values = {
        "events": len(outcome.replies),
        "spoken_language": outcome.language or turn.language,
        "asked_language": turn.client_language,
        "was_heard": turn.spoken or outcome.heard,
        "declined": turn.no_review or outcome.declines,
        "position": turn.position,
        "now": now,
    }
    first = await _numbers(connection, _COMPLETE, turn, values)
    await connection.execute(_DONE, [{"turn": turn.id, "now": now}])
    return first


async def _numbers(connection: Transaction, statement: Executable, turn: Turn, values: dict[str, Any]) -> int:
    mine = {"lane": turn.conversation_id, "mine": turn.fence}
    following = (await connection.execute(statement, [mine | values])).scalar_one_or_none()
    if following is None:
        raise LaneLost("Another worker has taken this conversation over.")
    return int(following) - int(values["events"])


@again
async def retry(store: Store, turn: Turn, after: float, clock: Clock) -> None:
    """Give the lane back; its head is tried again in `after` seconds. Nothing happens if the lane was lost."""
    async with store.begin(durable=False) as connection:
        await connection.execute(
            update(conversations)
            .where(conversations.c.id == turn.conversation_id, conversations.c.fence == turn.fence)
            .values(lane_until=0.0, ready_at=clock() + after)
        )


async def renew(store: Store, claimant: Claimant, held: Sequence[str], clock: Clock) -> None:
    """Keep the lanes of these conversations as far as the worker still holds them."""
    now = clock()
    async with store.begin(durable=False) as connection:
        await connection.execute(
            update(conversations)
            .where(
                conversations.c.id.in_(held),
                conversations.c.lane_owner == claimant.owner,
                conversations.c.lane_until > now,
            )
            .values(lane_until=now + claimant.seconds)
        )


async def after_set_back(store: Store, clock: Clock) -> None:
    """Make due what a clock that was set back would keep waiting."""
    now = clock()
    async with store.begin(durable=False) as connection:
        await connection.execute(
            update(conversations).where(conversations.c.ready_at > now + SET_BACK).values(ready_at=now)
        )


async def release_all(store: Store, owner: str) -> None:
    """At start: free what a process of the same name held when it was killed."""
    async with store.begin(durable=False) as connection:
        await connection.execute(
            update(conversations).where(conversations.c.lane_owner == owner).values(lane_until=0.0, lane_owner=None)
        )
