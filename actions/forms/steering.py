"""Messages that steer a form: leave, later, start over, back, change something, send."""

import re
from dataclasses import replace

from actions.forms.commands import SHORT, agrees, command, declines
from actions.forms.draft import CHANGE, REVIEW, D, Outcome, Said
from actions.forms.field import Field
from actions.forms.message import Message
from actions.forms.values import position_in

SEND = re.compile(r"(?:send|submit|env[ií]|m[aá]nd)", re.IGNORECASE)


def steered(message: Message[D]) -> Outcome[D] | None:
    """A command, or the button of something to change."""
    draft = message.draft
    match command(message.turn):
        case "leave":
            return Outcome(draft, (Said("utter_forms_cancelled"),), "leave")
        case "later":
            return Outcome(draft, (Said("utter_forms_kept"),), "later")
        case "start_over":
            return Outcome(type(draft)(), (Said("utter_forms_started_over"),))
        case "back":
            return _back(message)
    item = message.field(message.turn.choice.removeprefix("item:")) if message.turn.choice else None
    return Outcome(draft.reopened(item.name)) if item else None


def reviewed(message: Message[D]) -> Outcome[D] | None:
    """What is said to the review, or to "What would you like to change?"."""
    draft, turn = message.draft, message.turn
    if draft.step not in (REVIEW, CHANGE):
        return None
    wants = agrees(turn) or wants_to_send(message)
    if draft.step == CHANGE:
        item = _item_at(message)
        if item:
            return Outcome(draft.reopened(item.name))
        return Outcome(replace(draft, step=REVIEW, misses=0)) if wants or declines(turn) else None
    if turn.choice == "send" or wants:
        return Outcome(draft, then="send")
    if turn.choice == "change" or (turn.intent in ("deny", "change_item") and message.words <= SHORT):
        return Outcome(replace(draft, step=CHANGE, misses=0))
    return None


def wants_to_send(message: Message[D]) -> bool:
    """Whether the person says "send it"."""
    return bool(SEND.match(message.turn.text)) and message.words <= SHORT


def _back(message: Message[D]) -> Outcome[D]:
    draft = message.draft
    if draft.step == CHANGE:
        return Outcome(replace(draft, step=REVIEW, misses=0))
    earlier = [name for name in draft.history if message.field(name) and name != draft.step]
    if not earlier:
        return Outcome(draft, (Said("utter_forms_first_question"),))
    return Outcome(replace(draft.reopened(earlier[-1]), history=tuple(earlier[:-1])))


def _item_at(message: Message[D]) -> Field | None:
    position = position_in(message.turn.text, len(message.fields))
    return message.fields[position] if position is not None else None
