"""One turn: what happens to a message, step by step, from the lane's head to the replies."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from prometheus_client import Counter, Histogram

from bot import heard, language, outbox
from bot.dialogue import Answered, Refused
from bot.lanes import Turn
from bot.parts import Parts
from bot.replies import FollowUp, Outcome, Reply
from bot.sms import pictures, queue
from bot.sms.reading import media_of
from bot.transcript import is_asking, last_question

log = logging.getLogger(__name__)

GIVE_UP_AFTER = 5  # refusals of one message, by a Rasa that is there, before the person is told
FOLLOW_UP_AGAIN = 300.0  # seconds
SHORTEST_WAIT = 0.25  # a Rasa that is just back gets this long before anybody is told of a delay

TURNS = Counter("assistant_turns_total", "Turns by kind and result.", ["kind", "result"])
TURN_SECONDS = Histogram(
    "assistant_turn_seconds",
    "From receiving a message to storing its answer.",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 15, 60, 600),
)


Step = Callable[[Parts, Turn], Awaitable[Outcome | None]]


async def run(parts: Parts, turn: Turn) -> None:
    """Do the turn and store its outcome. Raises DialogueError (try again) or LaneLost (another worker has it)."""
    outcome = await _outcome(parts, turn)
    found = await heard.notes(parts.store, parts.keeping, turn, outcome, parts.clock())
    outcome = replace(outcome, notes=found)
    style = parts.sms.style(turn.channel_name) if turn.channel == "sms" else None
    await outbox.finish(parts.store, parts.wakeups, turn, outcome, parts.clock, style)
    TURNS.labels(turn.kind, "done").inc()
    TURN_SECONDS.observe(max(0.0, parts.clock() - turn.received_at))


async def _outcome(parts: Parts, turn: Turn) -> Outcome:
    for step in STEPS[turn.kind]:
        outcome = await step(parts, turn)
        if outcome is not None:
            return outcome
    return Outcome()


async def _emergency(parts: Parts, turn: Turn) -> Outcome | None:
    """Words of danger get the profile's fixed text, whatever else is going on."""
    kind = parts.emergency.kind_of(turn.text)
    if kind is None:
        return None
    spoken = language.decide(turn.text, turn.language, turn.spoken, parts.city.languages)
    log.warning("emergency_heard", extra={"kind": kind})
    reply = Reply(parts.city.emergency[kind][spoken], spoken, answer=f"emergency_{kind}")
    return Outcome((reply,), language=spoken, heard=True)


async def _declines(parts: Parts, turn: Turn) -> Outcome | None:
    """No message of this conversation is to be kept for the content team."""
    if not heard.declines(turn.text):
        return None
    spoken = language.decide(turn.text, turn.language, turn.spoken, parts.city.languages)
    return Outcome((parts.notices.reply("no_review", spoken),), language=spoken, heard=True, declines=True)


async def _rest_of_a_long_answer(parts: Parts, turn: Turn) -> Outcome | None:
    """MORE, by text message."""
    if turn.channel != "sms" or not queue.asks_for_more(turn.text):
        return None
    waits = await queue.is_held(parts.store, turn.conversation_id)
    return Outcome(more=True) if waits else Outcome((parts.notices.reply("sms_no_more", turn.language),))


async def _picture(parts: Parts, turn: Turn) -> Outcome | None:
    """A picture without words, by text message: in the middle of a form its question is put again."""
    if turn.channel != "sms" or turn.text.strip() or not media_of(turn.payload):
        return None
    came = await pictures.came_with(parts.store, turn)
    asking = await is_asking(parts.store, turn.conversation_id)
    name = "sms_no_picture" if not came.pictures else "sms_picture_kept" if asking else "sms_picture"
    asked = await last_question(parts.store, turn.conversation_id, turn.id) if asking else ()
    return Outcome((parts.notices.reply(name, turn.language), *asked))


async def _noticed(parts: Parts, turn: Turn, spoken: str) -> tuple[Reply, ...]:
    """What is said of the pictures that came with words."""
    if turn.channel != "sms" or turn.kind != "text" or not media_of(turn.payload):
        return ()
    came = await pictures.came_with(parts.store, turn)
    return (parts.notices.reply("sms_picture_kept" if came.pictures else "sms_no_picture", spoken),)


async def _joined(parts: Parts, turn: Turn) -> Outcome | None:
    """A phone was joined to a web conversation: say so, and put the open question again."""
    asked = await last_question(parts.store, turn.conversation_id)
    return Outcome((parts.notices.reply("sms_joined", turn.language), *asked))


async def _dialogue(parts: Parts, turn: Turn) -> Outcome | None:
    """Ask Rasa in the person's language."""
    if turn.channel == "sms" and turn.kind == "text":
        turn = await _unfolded(parts, turn)
    spoken = turn.language
    if turn.kind == "text":
        spoken = language.decide(turn.text, turn.language, turn.spoken, parts.city.languages)
    try:
        answered = await _ask(parts, turn, spoken)
    except Refused:
        if turn.attempt < GIVE_UP_AFTER:
            raise
        log.error("turn_given_up", extra={"turn": turn.id, "attempts": turn.attempt})
        TURNS.labels(turn.kind, "given_up").inc()
        return _given_up(parts, turn, spoken)
    told = await _noticed(parts, turn, spoken)
    sent = (parts.notices.reply("sms_picture_sent", answered.language or spoken),) if answered.pictures_sent else ()
    return Outcome(
        (*told, *answered.replies, *sent),
        language=answered.language or spoken,
        follow_ups=answered.follow_ups,
        pictures_sent=answered.pictures_sent,
        heard=turn.kind == "text",
        understood=answered.understood,
    )


async def _unfolded(parts: Parts, turn: Turn) -> Turn:
    """A text message as the sentence that its shortcut stands for, where no question is open."""
    said = parts.shortcuts.expanded(turn.text)
    if said == turn.text or await is_asking(parts.store, turn.conversation_id):
        return turn
    return replace(turn, text=said)


def _given_up(parts: Parts, turn: Turn, spoken: str) -> Outcome:
    """A person is told; a follow-up, which nobody waits for just now, makes room for others and comes again."""
    if turn.kind == "follow_up":
        return Outcome(follow_ups=(FollowUp(turn.payload or "", FOLLOW_UP_AGAIN),))
    return Outcome((parts.notices.reply("failed", spoken),))


async def _ask(parts: Parts, turn: Turn, spoken: str) -> Answered:
    """Rasa's answer. A person who waits longer than `slow_seconds`, or whose Rasa is down, is told so once."""
    asking = asyncio.ensure_future(parts.dialogue.ask(turn, spoken, await _pictures(parts, turn)))
    waited = max(0.0, parts.clock() - turn.received_at)
    try:
        # A text message costs, and comes by itself: only a web page shows that it takes longer.
        if not turn.told_slow and turn.kind != "follow_up" and turn.channel == "web":
            done, _ = await asyncio.wait({asking}, timeout=max(SHORTEST_WAIT, parts.slow_seconds - waited))
            if not done or (waited >= parts.slow_seconds and asking.exception() is not None):
                notice = parts.notices.reply("slow", spoken)
                await outbox.say_slow(parts.store, parts.wakeups, turn, notice, parts.clock)
        return await asking
    finally:
        asking.cancel()


async def _pictures(parts: Parts, turn: Turn) -> tuple[str, ...]:
    """Addresses of the photos that wait for a report."""
    if not parts.sms.on or turn.kind not in ("text", "choice"):
        return ()
    channel = parts.sms.on.get(turn.channel_name) or next(iter(parts.sms.on.values()))
    tokens = await pictures.waiting(parts.store, turn.conversation_id, parts.clock())
    return tuple(f"{channel.public_url}/v1/pictures/{token}" for token in tokens)


async def _feedback(parts: Parts, turn: Turn) -> Outcome | None:
    """Keep a thumb and say thanks."""
    rating = turn.payload or ""
    name = "thanks_up" if rating.startswith("up:") else "thanks_down"
    return Outcome((parts.notices.reply(name, turn.language),), rating=rating)


async def _forget(parts: Parts, turn: Turn) -> Outcome | None:
    """Forget the conversation in Rasa first, then here."""
    await parts.dialogue.forget(turn.conversation_id)
    return Outcome(forget=True)


STEPS: dict[str, tuple[Step, ...]] = {
    "text": (_emergency, _declines, _rest_of_a_long_answer, _picture, _dialogue),
    "choice": (_dialogue,),
    "follow_up": (_dialogue,),
    "joined": (_joined,),
    "feedback": (_feedback,),
    "forget": (_forget,),
}
