"""Writes what the assistant says: replies, their buttons and "done" in one transaction, once."""

from sqlalchemy import delete, update

from bot import heard, lanes
from bot.clock import Clock
from bot.ids import new_id, new_token
from bot.lanes import Turn
from bot.replies import Outcome, Reply
from bot.sms import pictures, queue
from bot.sms.composing import Style
from bot.store import Store, Transaction, again
from bot.store.schema import choices, events, feedback, follow_ups, handovers, inbound, outbound, phones
from bot.store.schema import pictures as kept_pictures
from bot.wakeups import Wakeups

SLOW_PART = -1  # the notice that an answer takes longer; its own part, so that it can be said once only


@again
async def finish(
    store: Store, wakeups: Wakeups, turn: Turn, outcome: Outcome, clock: Clock, style: Style | None = None
) -> None:
    """Store the outcome and mark the turn done. Raises LaneLost, with nothing stored, if the turn was taken over.

    With `style` the conversation is by text message: the replies are queued for sending, too.
    """
    now = clock()
    async with store.begin() as connection:
        first = await lanes.complete(connection, turn, outcome, now)
        if outcome.forget:
            await _forget(connection, turn)
        for place, reply in enumerate(outcome.replies):
            await _write(connection, turn, reply, (first + place, place + 1, now))
        if style:
            await queue.put(connection, turn, outcome, style, now)
        if outcome.pictures_sent:
            await pictures.used(connection, turn.conversation_id, now)
        await heard.keep(connection, outcome.notes)
        if outcome.rating:
            await _rate(connection, turn, outcome.rating, now)
        for follow_up in outcome.follow_ups:
            await connection.execute(
                follow_ups.insert().values(
                    id=new_id(),
                    conversation_id=turn.conversation_id,
                    action=follow_up.action,
                    via=turn.via,
                    due_at=now + follow_up.after,
                )
            )
    wakeups.changed(turn.conversation_id)
    if style:
        wakeups.text()


@again
async def say_slow(store: Store, wakeups: Wakeups, turn: Turn, notice: Reply, clock: Clock) -> None:
    """Tell the person, once a message, that the answer takes longer. Raises LaneLost."""
    now = clock()
    async with store.begin() as connection:
        number = await lanes.take_numbers(connection, turn, 1)
        await _write(connection, turn, notice, (number, SLOW_PART, now))
        await connection.execute(update(inbound).where(inbound.c.id == turn.id).values(told_slow=True))
    wakeups.changed(turn.conversation_id)


async def _write(connection: Transaction, turn: Turn, reply: Reply, place: tuple[int, int, float]) -> None:
    """One event with its tokens. `place` is (number in the transcript, part of the turn, moment)."""
    number, part, now = place
    buttons = [{"title": title, "token": new_token()} for title, _ in reply.buttons]
    rows = [
        {"token": button["token"], "kind": "choice", "title": title, "payload": payload}
        for button, (title, payload) in zip(buttons, reply.buttons, strict=True)
    ]
    thumbs = None
    if reply.answer and reply.source:  # the city's information can be rated; a form's question cannot
        thumbs = {"up": new_token(), "down": new_token()}
        rows += [
            {"token": token, "kind": "feedback", "title": value, "payload": f"{value}:{number}"}
            for value, token in thumbs.items()
        ]
    event = {
        "conversation_id": turn.conversation_id,
        "number": number,
        "type": reply.type,
        "sender": reply.sender,
        "text": reply.text,
        "language": reply.language,
        "buttons": buttons,
        "feedback": thumbs,
        "source": reply.source,
        "answer": reply.answer,
        "release": reply.release,
        "inbound_id": turn.id,
        "part": part,
        "at": now,
    }
    await connection.execute(events.insert(), [event])
    if rows:
        place_of = {"conversation_id": turn.conversation_id, "number": number}
        await connection.execute(choices.insert(), [row | place_of for row in rows])


async def _rate(connection: Transaction, turn: Turn, rating: str, now: float) -> None:
    """Keep a thumb; a second one on the same answer replaces the first. `rating` is `up:<number>`."""
    value, _, number = rating.partition(":")
    rated = (
        await connection.execute(
            events.select().where(events.c.conversation_id == turn.conversation_id, events.c.number == int(number))
        )
    ).one_or_none()
    if rated is None:
        return
    await connection.execute(
        delete(feedback).where(feedback.c.conversation_id == turn.conversation_id, feedback.c.number == rated.number)
    )
    await connection.execute(
        feedback.insert().values(
            id=new_id(),
            conversation_id=turn.conversation_id,
            number=rated.number,
            answer=rated.answer,
            language=rated.language,
            value=value,
            at=now,
        )
    )


async def _forget(connection: Transaction, turn: Turn) -> None:
    """Delete what the person said and was told; the row of the ended conversation and its `end` event stay."""
    mine = turn.conversation_id
    await connection.execute(delete(events).where(events.c.conversation_id == mine, events.c.type != "end"))
    for table in (choices, follow_ups, outbound, phones, handovers, kept_pictures):
        await connection.execute(delete(table).where(table.c.conversation_id == mine))
    await connection.execute(delete(inbound).where(inbound.c.conversation_id == mine, inbound.c.id != turn.id))
