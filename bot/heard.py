"""What the content team learns from messages: masked ones that went badly, and how many questions there were.

Nothing kept here leads to a person or a conversation: no id, the hour instead of the moment, and the text is masked.
"""

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import groupby
from secrets import token_hex
from typing import Any

from sqlalchemy import bindparam, delete, select

from bot.clock import Clock
from bot.lanes import Turn
from bot.privacy import mask
from bot.privacy.masking import folded
from bot.replies import NOTHING, Notes, Outcome, Understood
from bot.store import Store, Transaction, again
from bot.store.schema import events, feedback, heard, inbound, tallies

HOUR = 3600.0
TALLIES_DAYS = 730.0
"""How long counts are kept: they name nobody, and a year should be comparable with the one before."""
_WENT = {
    "utter_not_understood": "not_understood",
    "utter_default": "not_understood",
    "utter_did_you_mean": "close",
    "utter_still_not_understood": "to_person",
}
"""Answers by which the assistant itself says that it did not understand (actions/conversation.py)."""
_PERSON = "talk_to_person"
_NO_TOPIC = frozenset({"nlu_fallback", "out_of_scope", ""})
_KEYS = ("day", "topic", "language", "channel", "outcome")
_DECLINES = re.compile(
    r"(?:please )?(?:do not|don'?t) (?:keep|review|read|store|save) my (?:messages?|questions?|chat)(?: please)?"
    r"|no review|(?:por favor )?no (?:guarden?|revisen?|lean?|revise) mis (?:mensajes?|preguntas?)(?: por favor)?"
    r"|sin revision"
)
_COUNTED, _KEPT = tallies.insert(), heard.insert()
_RATED = select(events).where(
    events.c.conversation_id == bindparam("conversation"), events.c.number == bindparam("number")
)
_EARLIER = select(feedback.c.value).where(
    feedback.c.conversation_id == bindparam("conversation"), feedback.c.number == bindparam("number")
)
_ASKED = select(inbound.c.text).where(inbound.c.id == bindparam("turn"), inbound.c.kind == "text")


@dataclass(frozen=True)
class Keeping:
    """How many days masked messages are kept (0: none are), and the zone of the city's clock."""

    days: float
    zone: tzinfo

    @property
    def any(self) -> bool:
        """Whether anything is kept."""
        return self.days > 0


def declines(text: str) -> bool:
    """Whether somebody wishes that no message of this conversation is kept for review."""
    return bool(_DECLINES.fullmatch(folded(text[:80]).strip(" .!¡,\"'“”«»")))


async def notes(store: Store, keeping: Keeping, turn: Turn, outcome: Outcome, now: float) -> Notes:
    """What a turn leaves for the content team, before its transaction begins: nobody waits for a store that masks."""
    if outcome.rating:
        return await _of_thumb(store, keeping, turn, outcome.rating, now)
    if turn.kind not in ("text", "choice") or outcome.understood is None:
        return NOTHING
    spoken, went = outcome.language or turn.language, _went(outcome)
    topic = outcome.understood.intent if went in ("understood", "to_person") else ""
    tally = _tally(keeping, turn, (topic, spoken, went), now)
    badly = [reply for reply in outcome.replies if reply.answer in _WENT]
    if turn.kind != "text" or not badly:
        return Notes(tally)
    case = _Case(went, turn.text, spoken, outcome.understood, badly[0].answer, badly[0].release)
    return Notes(tally, _kept(keeping, turn, case, now))


async def keep(connection: Transaction, found: Notes) -> None:
    """Store them in the turn's own transaction."""
    if found.tally:
        await connection.execute(_COUNTED, [found.tally])
    if found.heard:
        await connection.execute(_KEPT, [found.heard])


@again
async def forget_old(store: Store, keeping: Keeping, clock: Clock) -> None:
    """Delete what was kept long enough, and add up the counts of days that are over."""
    now = clock()
    oldest = _day(keeping, now - TALLIES_DAYS * 86400)
    async with store.begin(durable=False) as connection:
        await connection.execute(delete(heard).where(heard.c.at < now - keeping.days * 86400))
        gone = heard.c.decision == "deleted", heard.c.decided_at < now - HOUR
        await connection.execute(delete(heard).where(*gone))
        await connection.execute(delete(tallies).where(tallies.c.day < oldest))
        over = delete(tallies).where(tallies.c.day < _day(keeping, now), tallies.c.settled.is_(False))
        rows = (await connection.execute(over.returning(tallies))).all()
        if sums := _sums(rows):
            await connection.execute(tallies.insert(), sums)


@dataclass(frozen=True)
class _Case:
    """A message that went badly: why, and what was said to it."""

    why: str
    text: str
    language: str
    understood: Understood
    answer: str | None
    release: int | None


async def _of_thumb(store: Store, keeping: Keeping, turn: Turn, rating: str, now: float) -> Notes:
    """A thumb counts once; pointing down, the question that led to the answer is kept."""
    value, _, number = rating.partition(":")
    place = {"conversation": turn.conversation_id, "number": int(number)}
    async with store.read() as connection:
        rated = (await connection.execute(_RATED, [place])).one_or_none()
        earlier = (await connection.execute(_EARLIER, [place])).scalar()
        if rated is None or earlier == value:
            return NOTHING
        asked = (await connection.execute(_ASKED, [{"turn": rated.inbound_id}])).scalar()
    topic = (rated.answer or "").removeprefix("utter_")
    tally = _tally(keeping, turn, (topic, rated.language, value), now)
    if value != "down" or not asked:
        return Notes(tally)
    case = _Case("thumbs_down", asked, rated.language, Understood(topic, topic), rated.answer, rated.release)
    return Notes(tally, _kept(keeping, turn, case, now))


def _went(outcome: Outcome) -> str:
    """How a turn ended, in one word."""
    for reply in outcome.replies:
        if reply.answer in _WENT:
            return _WENT[reply.answer]
    topic = outcome.understood.intent if outcome.understood else ""
    if topic == _PERSON:
        return "to_person"
    return "form" if topic in _NO_TOPIC else "understood"


def _tally(keeping: Keeping, turn: Turn, question: tuple[str, str, str], now: float) -> dict[str, Any]:
    topic, language, went = question
    return {
        "id": token_hex(16),
        "day": _day(keeping, now),
        "topic": topic[:200],
        "language": language,
        "channel": turn.channel,
        "outcome": went,
        "count": 1,
        "settled": False,
    }


def _kept(keeping: Keeping, turn: Turn, case: _Case, now: float) -> dict[str, Any] | None:
    """The row of a message; its id tells no time, as other ids do."""
    if not keeping.any or turn.no_review or not case.text.strip():
        return None
    return {
        "id": token_hex(16),
        "text": mask(case.text, case.language).strip(),
        "language": case.language,
        "channel": turn.channel,
        "why": case.why,
        "answer": case.answer,
        "release": case.release,
        "topic": case.understood.nearest,
        "score": case.understood.score,
        "runner_up": case.understood.runner_up,
        "at": now - now % HOUR,
        "used": False,
    }


def _day(keeping: Keeping, now: float) -> str:
    return datetime.fromtimestamp(now, keeping.zone).date().isoformat()


def _sums(rows: Any) -> list[dict[str, Any]]:
    def key(row: Any) -> tuple[str, ...]:
        return tuple(getattr(row, name) for name in _KEYS)

    def total(each: tuple[str, ...], same: Any) -> dict[str, Any]:
        counted = {"id": token_hex(16), "count": sum(one.count for one in same), "settled": True}
        return {**dict(zip(_KEYS, each, strict=True)), **counted}

    return [total(each, same) for each, same in groupby(sorted(rows, key=key), key)]
