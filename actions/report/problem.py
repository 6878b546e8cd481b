"""The first question of a report: which type of problem it is, and what the first words tell besides."""

from dataclasses import replace

from actions.forms.draft import Outcome
from actions.forms.values import position_in
from actions.report.asking import GROUP, Context, offered_titles
from actions.report.attributes import offered
from actions.report.draft import Draft
from actions.report.matching import best_matches, is_clear, says_enough


def read_problem(draft: Draft, context: Context) -> Outcome[Draft] | None:
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
        return Outcome(replace(draft, offers=overview(context), misses=0))
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


def overview(context: Context) -> tuple[str, ...]:
    """What to offer when nothing else is known: the groups, or all types where the agency has no groups."""
    groups = context.groups
    return tuple(GROUP + group for group in groups) if groups else tuple(f"type:{s.code}" for s in context.services)


def _offer_meant(text: str, offers: list[tuple[str, str]]) -> str:
    position = position_in(text, len(offers)) if len(offers) > 1 else None
    if position is not None:
        return offers[position][0]
    return next((choice for choice, title in offers if title.lower() == text.lower().strip(" .!")), "")
