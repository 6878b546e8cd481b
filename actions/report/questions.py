"""Read the answer to a question that belongs to the type of problem, and what else the person says there."""

from dataclasses import replace

from actions.agencies.open311 import Attribute
from actions.forms.draft import Outcome, Said
from actions.forms.values import plain
from actions.report.asking import Context, free_text
from actions.report.attributes import offered, read_answer
from actions.report.corrections import other_type
from actions.report.draft import Draft

_BARE = 3
"""Words up to which a yes or a no is only that."""
_BRIEF = 6
_YES, _NO = ("yes", "si"), ("no", "none", "nothing", "nada", "ninguno", "ninguna")
_SAID = {
    "affirm": frozenset(("yes", "y", "yeah", "yep", "yup", "sure", "si", "sip", "claro")),
    "deny": frozenset(("no", "n", "nope", "nah", "none", "neither", "ninguno", "ninguna", "nada")),
}
"""First words of a real yes or no; "send it" and "looks good" agree, but answer no question."""


def read_attribute(draft: Draft, context: Context) -> Outcome[Draft] | None:
    """The answer to one of the type's own questions: a value of its list, a number, a day, or words."""
    question = context.question(draft.step)
    if question is None:
        return Outcome(replace(draft, step=draft.next_step(context.questions)))
    if not question.required and skips(context):
        return Outcome(draft.answer(context.questions))
    value = _value(question, context)
    if value is None:
        return None
    return Outcome(draft.answer(context.questions, answers={**draft.answers, question.code: value}))


def told_besides(draft: Draft, context: Context) -> Outcome[Draft] | None:
    """No answer to a question with a list or a number, but the place, or another problem altogether."""
    if context.question(draft.step) is None or free_text(draft, context):
        return None
    place, rest = context.places.find(context.turn.text), context.places.beside(context.turn.text)
    if place:
        description = rest if rest and draft.description is None else draft.description
        noted = Said("utter_report_place_noted", blanks={"place": place})
        return Outcome(replace(draft, place=place, street="", description=description, misses=0), (noted,))
    other = other_type(draft, context) if context.turn.intent == "report_problem" else None
    return Outcome(other) if other else None


def skips(context: Context) -> bool:
    """Whether the person wants to leave the question out."""
    return context.turn.choice == "skip" or (context.turn.intent == "skip" and len(context.turn.text.split()) <= _BRIEF)


def _value(question: Attribute, context: Context) -> str | list[str] | None:
    key = context.turn.choice.removeprefix("value:")
    if context.turn.choice:
        known = key in dict(question.values)
        return ([key] if question.datatype == "multivaluelist" else key) if known else None
    said_yes_or_no = context.turn.intent in ("affirm", "deny") and len(context.turn.text.split()) <= _BARE
    if said_yes_or_no and question.values:
        return _yes_or_no(question, context)
    if said_yes_or_no and question.datatype in ("string", "text"):
        return None
    return read_answer(question, context.turn.text, context.locale) or offered(question, context.turn.text)


def _yes_or_no(question: Attribute, context: Context) -> str | list[str] | None:
    """A bare yes or no, where the list has a value that says so."""
    turn = context.turn
    given = read_answer(question, turn.text, context.locale)
    if given or plain(turn.text).split()[:1] not in [[word] for word in _SAID[turn.intent]]:
        return given
    wanted = _NO if turn.intent == "deny" else _YES
    key = next((key for key, name in question.values if plain(name).split()[0] in wanted), None)
    return [key] if key and question.datatype == "multivaluelist" else key
