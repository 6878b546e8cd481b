"""Read what a person says while the report form is open: an answer, a correction, a wish to go back or leave."""

import re
from dataclasses import dataclass, replace
from typing import Literal

from actions.agencies.open311 import Attribute
from actions.report.asking import GROUP, Context, Said, free_text, items, offered_titles
from actions.report.attributes import offered, position_in, read_answer
from actions.report.corrections import correct, named_item, other_type
from actions.report.draft import ATTRIBUTE, CHANGE, DESCRIPTION, PLACE, PROBLEM, REVIEW, Draft
from actions.report.matching import best_matches, is_clear, says_enough

OWN_INTENTS = frozenset(
    "report_problem affirm deny choose skip change_item go_back start_over cancel give_place helpful not_helpful".split()
)
LONGEST_DESCRIPTION = 2000
_SEND = re.compile(r"(?:send|env[ií]|mand)", re.IGNORECASE)
_COMMAND_WORDS = 6
"""In a longer text the same words are part of an answer."""


@dataclass(frozen=True)
class Outcome:
    """The draft after a message, what to say before the next question, and what to do with the form."""

    draft: Draft
    says: tuple[Said, ...] = ()
    then: Literal["ask", "aside", "leave", "send"] = "ask"


def read(draft: Draft, context: Context) -> Outcome:
    """Read one message. The form's action asks the draft's open question afterwards, unless `then` says otherwise."""
    turn = context.turn
    command = _command(draft, context)
    if command:
        return command
    question = context.question(draft.step)
    listed = _read_attribute(draft, context) if question and question.values else None
    if listed:
        return listed
    if turn.is_question and turn.is_aside(OWN_INTENTS, free_text=True):
        return Outcome(draft, then="aside")
    corrected = _corrected_early(draft, context)
    if corrected:
        return corrected
    readers = {PROBLEM: read_problem, PLACE: _read_place, DESCRIPTION: _read_description, REVIEW: _read_review, CHANGE: _read_change}
    outcome = readers.get(draft.step, _read_attribute)(draft, context)
    if outcome:
        return outcome
    if turn.is_aside(OWN_INTENTS, free_text=free_text(draft, context)):
        return Outcome(draft, then="aside")
    return _missed(draft, context)


def read_problem(draft: Draft, context: Context) -> Outcome | None:
    """Find the type: a button, a yes, a number, or words of their own."""
    turn, offers = context.turn, offered_titles(draft, context)
    choice = turn.choice or _offer_meant(turn.text, offers)
    if len(offers) == 1 and turn.intent == "affirm" and not choice:
        choice = offers[0][0]
    if choice.startswith("type:") and context.service(choice.removeprefix("type:")):
        return Outcome(replace(draft, service=choice.removeprefix("type:")))
    if choice.startswith(GROUP):
        inside = tuple(f"type:{s.code}" for s in context.services if s.group == choice.removeprefix(GROUP))
        return Outcome(replace(draft, offers=inside, misses=0)) if inside else None
    matches = best_matches(context.without_place(turn.text), context.services) if not choice else []
    refused = {offer for offer, _ in offers} if turn.intent == "deny" else set()
    matches = [match for match in matches if f"type:{match.service.code}" not in refused]
    if matches:
        proposed = matches[:1] if is_clear(matches) else matches
        said_before = says_enough(draft.words, context.services) and draft.words != turn.text
        words = f"{draft.words} {turn.text}" if said_before else turn.text
        return Outcome(replace(draft, offers=tuple(f"type:{m.service.code}" for m in proposed), words=words, misses=0))
    if choice == "something_else" or (offers and turn.intent == "deny"):
        return Outcome(replace(draft, offers=_overview(context), misses=0))
    return None


def prefilled(draft: Draft, context: Context) -> Draft:
    """The draft with what the first words already tell about the type's questions, the place and the description."""
    answers = dict(draft.answers)
    for question in context.questions:
        value = offered(question, draft.words) if question.variable and question.code not in answers else None
        if value:
            answers[question.code] = value
    place = draft.place or context.places.find(draft.words)
    description = draft.description
    if description is None and says_enough(context.without_place(draft.words), context.services):
        description = draft.words
    street = "" if place else draft.street or context.places.street(draft.words)
    return replace(draft, answers=answers, place=place, street=street, description=description)


def _command(draft: Draft, context: Context) -> Outcome | None:
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


def _read_attribute(draft: Draft, context: Context) -> Outcome | None:
    question = context.question(draft.step)
    if question is None:
        return Outcome(replace(draft, step=draft.next_step(context.questions)))
    if not question.required and _skips(context):
        return Outcome(draft.answered(context.questions))
    value = _value(question, context)
    if value is None:
        return None
    return Outcome(draft.answered(context.questions, answers={**draft.answers, question.code: value}))


def _value(question: Attribute, context: Context) -> str | list[str] | None:
    key = context.turn.choice.removeprefix("value:")
    if context.turn.choice:
        known = key in dict(question.values)
        return ([key] if question.datatype == "multivaluelist" else key) if known else None
    return read_answer(question, context.turn.text, context.locale) or offered(question, context.turn.text)


def _read_place(draft: Draft, context: Context) -> Outcome | None:
    text, places = context.turn.text, context.places
    place = places.on(draft.street, text) if draft.street else places.read(text)
    if not place:
        return None
    if not draft.street and places.street(text) and len(text.split()) <= 4:
        return Outcome(replace(draft, street=places.street(text), misses=0))
    values: dict[str, str] = {"place": place, "street": ""}
    rest = places.beside(text)
    if rest and draft.description is None and len(rest.split()) >= 3:
        values["description"] = rest
    return Outcome(draft.answered(context.questions, **values))


def _read_description(draft: Draft, context: Context) -> Outcome | None:
    turn = context.turn
    if _skips(context) or (turn.intent == "deny" and len(turn.text.split()) <= 4):
        return Outcome(draft.answered(context.questions, description=""))
    if turn.intent == "affirm" and len(turn.text.split()) <= 2:
        return Outcome(draft.answered(context.questions, description="")) if _SEND.match(turn.text) else None
    if turn.is_aside(OWN_INTENTS, free_text=True) or sum(char.isalpha() for char in turn.text) < 2:
        return None
    return Outcome(draft.answered(context.questions, description=turn.text[:LONGEST_DESCRIPTION]))


def _read_review(draft: Draft, context: Context) -> Outcome | None:
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
    return None


def _read_change(draft: Draft, context: Context) -> Outcome | None:
    position = position_in(context.turn.text, len(items(draft, context)))
    if position is not None:
        return _reopen(draft, items(draft, context)[position][0].removeprefix("item:"), context)
    if _SEND.match(context.turn.text) or (context.turn.intent in ("affirm", "deny") and len(context.turn.text.split()) <= 3):
        return Outcome(replace(draft, step=REVIEW, misses=0))
    return _corrected(draft, context)


def _corrected(draft: Draft, context: Context) -> Outcome | None:
    if not context.turn.text:
        return None
    corrected = correct(draft, context)
    item = "" if corrected else named_item(draft, context)
    if item:
        return _reopen(draft, item, context)
    corrected = corrected or other_type(draft, context)
    if corrected is None:
        return None
    return Outcome(replace(corrected, step=corrected.next_step(context.questions), misses=0))


def _corrected_early(draft: Draft, context: Context) -> Outcome | None:
    """A correction before the review: "no, it's 12 Elm" while something else is asked."""
    turn = context.turn
    if turn.intent not in ("change_item", "give_place") or draft.step in (PLACE, DESCRIPTION, REVIEW, CHANGE):
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


def _reopen(draft: Draft, step: str, context: Context) -> Outcome | None:
    if step not in (PROBLEM, PLACE, DESCRIPTION) and context.question(step) is None:
        return None
    # Coming from the review, going back leads to the review again.
    return Outcome(replace(draft.reopened(step), history=draft.history))


def _missed(draft: Draft, context: Context) -> Outcome:
    draft = replace(draft, misses=draft.misses + 1)
    question = context.question(draft.step)
    kind = question.datatype if question else draft.step
    says = [Said(f"utter_report_unclear_{_UNCLEAR.get(kind, kind)}")]
    if draft.step == PROBLEM and draft.misses >= 2 and not draft.offers:
        draft = replace(draft, offers=_overview(context))
    if draft.misses % 3 == 0:
        says.append(Said("utter_report_stuck"))
    return Outcome(draft, tuple(says))


_UNCLEAR = {"string": "text", "singlevaluelist": "list", "multivaluelist": "list"}


def _overview(context: Context) -> tuple[str, ...]:
    groups = context.groups
    return tuple(GROUP + group for group in groups) if groups else tuple(f"type:{s.code}" for s in context.services)


def _offer_meant(text: str, offers: list[tuple[str, str]]) -> str:
    position = position_in(text, len(offers)) if len(offers) > 1 else None
    if position is not None:
        return offers[position][0]
    return next((choice for choice, title in offers if title.lower() == text.lower().strip(" .!")), "")


def _skips(context: Context) -> bool:
    return context.turn.choice == "skip" or (context.turn.intent == "skip" and len(context.turn.text.split()) <= _COMMAND_WORDS)


__all__ = ["ATTRIBUTE", "Outcome", "prefilled", "read", "read_problem"]
