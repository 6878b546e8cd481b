"""Read what a person says while the report form is open: an answer, a correction, a wish to go back or leave."""

import re
from dataclasses import replace

from actions.forms.commands import OWN_INTENTS as STEERING
from actions.forms.draft import CHANGE, REVIEW, Outcome, Said
from actions.forms.values import position_in
from actions.report.asking import Context, free_text, items
from actions.report.corrections import correct, named_item, other_type
from actions.report.draft import DESCRIPTION, PLACE, PROBLEM, Draft
from actions.report.problem import overview, read_problem
from actions.report.questions import read_attribute, skips, told_besides

OWN_INTENTS = STEERING | {"report_problem"}
"""Intents that the form reads itself; any other may be a question about something else."""
LONGEST_DESCRIPTION = 2000
_TELLING = 3
"""Words beside an address from which they are worth keeping as a detail."""
_STORY = 10
"""Words from which a message at the review tells more about the problem rather than names another one."""
_PLAIN_COMMAND = 0.8
_SEND = re.compile(r"(?:send|env[ií]|mand)", re.IGNORECASE)
_COMMAND_WORDS = 6
"""In a longer text the same words are part of an answer."""


def read(draft: Draft, context: Context) -> Outcome[Draft]:
    """Read one message. The form's action asks the draft's open question afterwards, unless `then` says otherwise."""
    turn = context.turn
    question = context.question(draft.step)
    listed = read_attribute(draft, context) if question and question.values and not _commands(context) else None
    command = listed or _command(draft, context)
    if command:
        return command
    if turn.is_question and turn.is_aside(OWN_INTENTS, free_text=True):
        return Outcome(draft, then="aside")
    corrected = _corrected_early(draft, context)
    if corrected:
        return corrected
    readers = {
        PROBLEM: read_problem,
        PLACE: _read_place,
        DESCRIPTION: _read_description,
        REVIEW: _read_review,
        CHANGE: _read_change,
    }
    outcome = readers.get(draft.step, read_attribute)(draft, context)
    outcome = outcome or told_besides(draft, context)
    if outcome:
        return outcome
    if turn.is_aside(OWN_INTENTS, free_text=free_text(draft, context)):
        return Outcome(draft, then="aside")
    return _missed(draft, context)


def _commands(context: Context) -> bool:
    return context.turn.intent in ("cancel", "go_back", "start_over") and context.turn.confidence >= _PLAIN_COMMAND


def _command(draft: Draft, context: Context) -> Outcome[Draft] | None:
    turn = context.turn
    short = len(turn.text.split()) <= _COMMAND_WORDS
    if turn.choice == "leave" or (turn.intent == "cancel" and short):
        return Outcome(draft, (Said("utter_report_cancelled"),), "leave")
    if turn.intent == "start_over" and short:
        return Outcome(Draft(started=draft.started), (Said("utter_report_started_over"),))
    if turn.intent == "go_back" and short:
        earlier = draft.back()
        return Outcome(earlier) if earlier else Outcome(draft, (Said("utter_report_first_question"),))
    if turn.choice.startswith("item:"):
        return _reopen(draft, turn.choice.removeprefix("item:"), context)
    return None


def _read_place(draft: Draft, context: Context) -> Outcome[Draft] | None:
    text, places = context.turn.text, context.places
    place = places.on(draft.street, text) if draft.street else places.read(text)
    if not place:
        return None
    if not draft.street and places.street(text) and len(text.split()) <= 4:
        return Outcome(replace(draft, street=places.street(text), misses=0))
    values: dict[str, str] = {"place": place, "street": ""}
    rest = places.beside(text)
    if len(rest.split()) >= _TELLING:
        values["description"] = ". ".join(filter(None, [draft.description, rest]))
    return Outcome(draft.answer(context.questions, **values))


def _read_description(draft: Draft, context: Context) -> Outcome[Draft] | None:
    turn = context.turn
    if skips(context) or (turn.intent == "deny" and len(turn.text.split()) <= 4):
        return Outcome(draft.answer(context.questions, description=""))
    if turn.intent == "affirm" and len(turn.text.split()) <= 2:
        return Outcome(draft.answer(context.questions, description="")) if _SEND.match(turn.text) else None
    if turn.is_aside(OWN_INTENTS, free_text=True) or sum(char.isalpha() for char in turn.text) < 2:
        return None
    return Outcome(draft.answer(context.questions, description=turn.text[:LONGEST_DESCRIPTION]))


def _read_review(draft: Draft, context: Context) -> Outcome[Draft] | None:
    turn = context.turn
    if turn.choice == "send":
        return Outcome(draft, then="send")
    if turn.choice == "change":
        return Outcome(replace(draft, step=CHANGE, misses=0))
    corrected = _corrected(draft, context)
    if corrected:
        return corrected
    if turn.intent == "affirm" or (_SEND.match(turn.text) and len(turn.text.split()) <= _COMMAND_WORDS):
        return Outcome(draft, then="send")
    if turn.intent in ("deny", "change_item"):
        return Outcome(replace(draft, step=CHANGE, misses=0))
    if len(turn.text.split()) >= _STORY and not turn.is_question:
        told = ". ".join(filter(None, [(draft.description or "").rstrip("."), turn.text]))
        return Outcome(replace(draft, description=told[:LONGEST_DESCRIPTION], misses=0))
    return None


def _read_change(draft: Draft, context: Context) -> Outcome[Draft] | None:
    position = position_in(context.turn.text, len(items(draft, context)))
    if position is not None:
        return _reopen(draft, items(draft, context)[position][0].removeprefix("item:"), context)
    if _SEND.match(context.turn.text) or (
        context.turn.intent in ("affirm", "deny") and len(context.turn.text.split()) <= 3
    ):
        return Outcome(replace(draft, step=REVIEW, misses=0))
    return _corrected(draft, context)


def _corrected(draft: Draft, context: Context) -> Outcome[Draft] | None:
    if not context.turn.text:
        return None
    corrected = correct(draft, context)
    item = "" if corrected else named_item(draft, context)
    if item:
        return _reopen(draft, item, context)
    story = len(context.turn.text.split()) >= _STORY and context.turn.intent not in ("deny", "change_item")
    corrected = corrected or (None if story else other_type(draft, context))
    if corrected is None:
        return None
    return Outcome(replace(corrected, step=corrected.next_step(context.questions), misses=0))


def _corrected_early(draft: Draft, context: Context) -> Outcome[Draft] | None:
    """A correction before the review: "no, it's 12 Elm" while something else is asked."""
    turn = context.turn
    if turn.intent not in ("change_item", "give_place") or draft.step in (PLACE, REVIEW, CHANGE):
        return None
    if draft.step == DESCRIPTION and turn.intent != "change_item":
        return None
    place, street = context.places.correct(draft.place, turn.text), context.places.street(turn.text)
    if place or street:
        noted = Said("utter_report_place_noted", blanks={"place": place or street})
        return Outcome(replace(draft, place=place, street="" if place else street, misses=0), (noted,))
    item = named_item(draft, context) if turn.intent == "change_item" else ""
    if draft.step != PROBLEM:
        return _reopen(draft, item, context)
    if item == PLACE:
        words = context.without_place(draft.words)
        return Outcome(replace(draft, place="", street="", words=words, misses=0), (Said("utter_report_place_later"),))
    return None


def _reopen(draft: Draft, step: str, context: Context) -> Outcome[Draft] | None:
    if step not in (PROBLEM, PLACE, DESCRIPTION) and context.question(step) is None:
        return None
    # Coming from the review, going back leads to the review again.
    return Outcome(draft.reopened(step) if step == PROBLEM else replace(draft.reopened(step), history=draft.history))


def _missed(draft: Draft, context: Context) -> Outcome[Draft]:
    draft = replace(draft, misses=draft.misses + 1)
    question = context.question(draft.step)
    kind = question.datatype if question else draft.step
    unsure = question is not None and context.turn.intent == "skip"
    says = [Said("utter_report_needed" if unsure else f"utter_report_unclear_{_UNCLEAR.get(kind, kind)}")]
    if draft.step == PROBLEM and draft.misses >= 2 and not draft.offers:
        draft = replace(draft, offers=overview(context))
    if draft.misses % 3 == 0:
        says.append(Said("utter_report_stuck"))
    return Outcome(draft, tuple(says))


_UNCLEAR = {"string": "text", "singlevaluelist": "list", "multivaluelist": "list"}
