"""The first question of a report: which type of problem it is."""

import re
from dataclasses import replace

from actions.base import Button, choose
from actions.forms.draft import Outcome, Value
from actions.forms.field import Field, nothing
from actions.forms.message import Message
from actions.forms.values import position_in
from actions.report.context import Context
from actions.report.draft import PROBLEM, Draft
from actions.report.matching import Match, best_matches, is_clear, says_enough
from actions.words import button, word

MOST_BUTTONS = 12
GROUP = "group:"
"""With the code of the group's first type: its name is another one in another language."""
_SHORT = 7
"""Words up to which a correction names another problem rather than tells about this one."""
_CERTAIN = 0.8
"""Score from which words name another problem than the one to confirm."""
_WHERE = re.compile(
    r"\b(?:on|at|in|over|near|behind|by|under|next to|in front of|inside|across|between|"
    r"en|sobre|cerca|junto|frente|detr[aá]s|debajo|al lado|adentro|entre)\b",
    re.IGNORECASE,
)


def problem_field(draft: Draft, context: Context) -> Field:
    """The type of problem, found in the person's words or chosen from what is offered."""
    question, buttons, blanks = _question(draft, context)
    services: dict[str, str] = {service.code: service.name for service in context.services}
    return Field(
        PROBLEM,
        read=lambda text: _other(text, context),
        find=nothing,
        correct=lambda old, text: _other(text, context),
        answer=lambda message: _read(message, context),
        free_text=draft.step == PROBLEM and not draft.offers,
        label=word("report", "item:problem", context.language),
        called="problem|type|kind|category|problema|tipo|categor[ií]a",
        show=lambda code: services.get(code) or str(code),
        question=question,
        buttons=buttons,
        blanks=blanks,
        unclear="utter_forms_unclear_choice" if len(draft.offers) == 1 else "utter_report_unclear_problem",
        needed="utter_forms_needed" if len(draft.offers) == 1 else "utter_report_unclear_problem",
    )


def propose(draft: Draft, words: str, context: Context, refused: frozenset[str] = frozenset()) -> Draft | None:
    """The draft with the types to confirm or to choose from that the words fit; None if they fit none."""
    matches = [m for m in _matches(words, context) if f"type:{m.service.code}" not in refused]
    if not matches:
        return None
    proposed = matches[:1] if is_clear(matches) else matches
    if draft.offers and not refused and matches[0].score < _CERTAIN:
        both = _matches(f"{draft.words} {words}", context)
        if both and f"type:{both[0].service.code}" == draft.offers[0]:  # a detail: "it's a red one"
            return replace(draft, words=f"{draft.words}. {words}", misses=0)
    said_before = says_enough(draft.words, context.services) and draft.words != words
    return replace(
        draft,
        offers=tuple(f"type:{match.service.code}" for match in proposed),
        words=f"{draft.words} {words}" if said_before else words,
        misses=0,
    )


def overview(context: Context) -> tuple[str, ...]:
    """What to offer when nothing else is known: the groups, or all types where the agency has no groups."""
    groups = {service.group: service.code for service in reversed(context.services) if service.group}
    first = tuple(GROUP + code for code in reversed(groups.values()))
    return first or tuple(f"type:{service.code}" for service in context.services)


def _read(message: Message[Draft], context: Context) -> Outcome[Draft] | None:
    """A button, a yes, a number, or words of their own."""
    draft, turn = message.draft, message.turn
    offers = _offered(draft, context)
    choice = turn.choice or _offer_meant(turn.text, offers)
    if len(offers) == 1 and turn.intent == "affirm" and not choice:
        choice = offers[0][0]
    if choice.startswith("type:") and context.service(choice.removeprefix("type:")):
        return Outcome(draft.with_value(PROBLEM, choice.removeprefix("type:")).answered(offers=()))
    if choice.startswith(GROUP):
        first = context.service(choice.removeprefix(GROUP))
        inside = tuple(f"type:{each.code}" for each in context.services if first and each.group == first.group)
        return Outcome(replace(draft, offers=inside, misses=0)) if inside else None
    refused = frozenset(offer for offer, _ in offers) if turn.intent == "deny" else frozenset()
    proposed = None if choice or not turn.text else propose(draft, turn.text, context, refused)
    if proposed:
        return Outcome(proposed)
    if choice == "something_else" or (offers and turn.intent == "deny"):
        return Outcome(replace(draft, offers=overview(context), misses=0))
    return None


def _other(text: str, context: Context) -> Value | None:
    """The type that a correction names: "actually it's a streetlight"; not "it is next to the streetlight"."""
    if len(text.split()) > _SHORT or _WHERE.search(text):
        return None
    matches = best_matches(text, context.services)
    return matches[0].service.code if is_clear(matches) else None


def _matches(words: str, context: Context) -> list[Match]:
    """What the words fit; where that is several types, what stands before the place decides: "graffiti on the sign"."""
    words = context.without_place(words)
    matches = best_matches(words, context.services)
    if not is_clear(matches):
        first = best_matches(_WHERE.split(words)[0], context.services)
        return first if is_clear(first) else matches
    return matches


def _offered(draft: Draft, context: Context) -> list[tuple[str, str]]:
    """(choice, title) of what the question offers just now."""
    offers = []
    for offer in draft.offers:
        service = context.service(offer.partition(":")[2])
        if service:
            offers.append((offer, service.group if offer.startswith(GROUP) else service.name))
    return offers


def _question(draft: Draft, context: Context) -> tuple[str, tuple[Button, ...], dict[str, str]]:
    """The answer's name, its buttons and its blanks."""
    offers = _offered(draft, context)
    if not offers:
        return "utter_report_ask_problem", (), {}
    buttons = tuple(choose(title, choice) for choice, title in offers)
    other = button("report", "something_else", context.language)
    if offers[0][0].startswith(GROUP):
        return "utter_report_choose_group", buttons, {}
    if len(offers) == 1:
        yes = choose(word("report", "yes", context.language), offers[0][0])
        return "utter_report_confirm_problem", (yes, other), {"service": offers[0][1]}
    return "utter_report_choose_problem", (*buttons[:MOST_BUTTONS], other), {}


def _offer_meant(text: str, offers: list[tuple[str, str]]) -> str:
    position = position_in(text, len(offers)) if len(offers) > 1 else None
    if position is not None:
        return offers[position][0]
    return next((choice for choice, title in offers if title.lower() == text.lower().strip(" .!")), "")
