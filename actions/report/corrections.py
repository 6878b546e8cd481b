"""Corrections in free words: "change the address", "no, it's 12 Elm, not 21", "it is blocking the road"."""

import re
from dataclasses import replace

from rapidfuzz import fuzz

from actions.forms.values import plain
from actions.report.asking import Context
from actions.report.attributes import offered
from actions.report.draft import ATTRIBUTE, DESCRIPTION, PLACE, PROBLEM, Draft
from actions.report.matching import best_matches, is_clear

_CHANGE = re.compile(
    r"\b(?:chang\w*|correct\w*|fix|edit|update|wrong|incorrect|mistake|modify|"
    r"cambi\w*|corregi\w*|corrij\w*|editar|mal|equivoc\w*|incorrect\w*|error|modific\w*)\b",
    re.IGNORECASE,
)
_ITEMS = {
    PLACE: r"\b(?:address|place|location|street|where|corner|intersection)\b"
    r"|\b(?:direcci[oó]n|lugar|ubicaci[oó]n|calle|d[oó]nde|esquina)\b",
    DESCRIPTION: r"\b(?:description|details?|descripci[oó]n|detalles?|text|texto)\b",
    PROBLEM: r"\b(?:problem|type|kind|category|problema|tipo|categor[ií]a)\b",
}
_NEW_WORDS = re.compile(
    r"^(?:please |por favor )?"
    r"(?:add|also say|say|write|mention|agregue|agrega|a[ñn]ade|a[ñn]ada|ponga|pon|diga|mencione)"
    r"(?: also| tambi[eé]n)?(?: (?:that|que))?[:\s]+(.{4,})$",
    re.IGNORECASE,
)
_TO = re.compile(
    r"\b(?:descri[a-zó]+|details?|detalles?)\b.*?"
    r"(?:\bto\b|\bshould (?:be|say)\b|\bis\b|:|\ba\b|\bpor\b|\bdebe decir\b)[:\s]+(.{3,})$",
    re.IGNORECASE,
)


def correct(draft: Draft, context: Context) -> Draft | None:
    """The draft with the new value the person gave; None if they gave none."""
    text = context.turn.text
    description = _TO.search(text)
    if description:
        return replace(draft, description=description.group(1).strip())
    more = _NEW_WORDS.match(text)
    if more:
        return replace(
            draft, description=". ".join(filter(None, [(draft.description or "").rstrip("."), more.group(1).strip()]))
        )
    place = context.places.correct(draft.place, text)
    if place:
        return replace(draft, place=place)
    for question in context.questions:
        value = offered(question, text)
        if value and value != draft.answers.get(question.code):
            return replace(draft, answers={**draft.answers, question.code: value})
    return None


def other_type(draft: Draft, context: Context) -> Draft | None:
    """The draft with another type to confirm, when the words clearly name one: "no, it's a street light"."""
    matches = best_matches(context.without_place(context.turn.text), context.services)
    if not is_clear(matches) or matches[0].service.code == draft.service or context.turn.intent in ("affirm", "skip"):
        return None
    return replace(draft.reopened(PROBLEM), offers=(f"type:{matches[0].service.code}",))


def named_item(draft: Draft, context: Context) -> str:
    """The step that "change the address" or just "the address" names; "" if none."""
    text = context.turn.text
    words = text.split()
    wants_change = _CHANGE.search(text) or context.turn.intent in ("deny", "change_item")
    if not wants_change and len(words) > 3:
        return ""
    for step, pattern in _ITEMS.items():
        if re.search(pattern, text, re.IGNORECASE):
            return step
    said = plain(_CHANGE.sub(" ", text))
    for question in context.questions:
        if question.variable and len(said) >= 4 and fuzz.token_set_ratio(said, plain(question.description)) >= 80:
            return ATTRIBUTE + question.code
    return ""
