"""What somebody decides about messages, each time with an entry in the audit log; and taking the last decision back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from sqlalchemy import func, select, update

from bot import audit
from bot.store import Store, again
from bot.store.schema import heard
from studio.inbox.messages import AT_ONCE

Decision = Literal["right", "other", "new", "not_for_us", "deleted"]
DECISIONS: tuple[Decision, ...] = get_args(Decision)


@dataclass(frozen=True)
class Act:
    """Who decides, and when."""

    who: str
    at: float


@dataclass(frozen=True)
class Verdict:
    """The decision and, for `right` and `other`, the topic that the messages belong to (right: None, each its own)."""

    decision: Decision
    topic: str | None = None


@again
async def decide(store: Store, ids: Sequence[str], verdict: Verdict, act: Act) -> int:
    """Decide on messages that still wait; returns on how many. What is deleted goes for good an hour later."""
    topic = heard.c.topic if verdict.decision == "right" and verdict.topic is None else verdict.topic
    values = {"decision": verdict.decision, "decided_topic": topic, "decided_by": act.who, "decided_at": act.at}
    count = 0
    async with store.begin() as connection:
        for at in range(0, len(ids), AT_ONCE):
            mine = heard.c.id.in_(ids[at : at + AT_ONCE]), heard.c.decision.is_(None)
            count += (await connection.execute(update(heard).where(*mine).values(**values))).rowcount
        if count:
            details = {"messages": count, "topic": verdict.topic}
            await audit.record(connection, act.who, f"inbox.{verdict.decision}", "inbox", details, at=act.at)
    return count


@again
async def undo(store: Store, act: Act) -> int:
    """Let the messages of this person's last decision wait again; returns how many."""
    async with store.begin() as connection:
        mine = heard.c.decided_by == act.who, heard.c.used.is_(False)
        last = (await connection.execute(select(func.max(heard.c.decided_at)).where(*mine))).scalar()
        if last is None:
            return 0
        nothing = {"decision": None, "decided_topic": None, "decided_by": None, "decided_at": None}
        taken = update(heard).where(*mine, heard.c.decided_at == last).values(**nothing)
        count = int((await connection.execute(taken)).rowcount)
        await audit.record(connection, act.who, "inbox.undone", "inbox", {"messages": count}, at=act.at)
    return count


@again
async def mark_used(store: Store, message_id: str, act: Act) -> None:
    """It has become an example question, so it measures nothing any more."""
    async with store.begin() as connection:
        await connection.execute(update(heard).where(heard.c.id == message_id).values(used=True))
        await audit.record(connection, act.who, "inbox.example", "inbox", {"messages": 1}, at=act.at)
