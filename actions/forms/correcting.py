"""Corrections in one sentence: "no, it's 12 Elm, not 21", "sorry, I meant the blue car", "change the address"."""

import re
from collections.abc import Sequence

from actions.forms.commands import SHORT, agrees, corrects, declines, is_unknown
from actions.forms.draft import CHANGE, REVIEW, D, Outcome, Value
from actions.forms.field import Field, nothing
from actions.forms.message import Message, changed
from actions.forms.values import plain

_BARE = 3
"""Words up to which a no is only that."""
_IS = re.compile(
    r"(?:\bis\b|\bit.?s\b|'s\b|\bto\b|\bes\b|\bson\b|\best[aá]\b|\bpor\b|\ba\b|:)\s*(.{1,200})$", re.IGNORECASE
)
_MEANT = re.compile(r"\b(?:meant|mean|quise decir|quer[ií]a decir|me equivoqu[eé]|mistake|wrong)\b", re.IGNORECASE)
_NO = re.compile(r"no\b|yes\b|s[ií]\b|ok", re.IGNORECASE)
_NOT = re.compile(r"(?:^|[,.;]? )(?:not|no|instead of|en vez de) [^ ,.;]+[,.;]?", re.IGNORECASE)
_ADD = re.compile(
    r"(?:please |por favor )?(?:add|also say|say|write|mention|agregue|agrega|a[ñn]ad[ea]|ponga|pon|diga|mencione)"
    r"(?: also| tambi[eé]n)?(?: (?:that|que))?[:\s]+(.{4,})",
    re.IGNORECASE,
)


def corrected(message: Message[D]) -> Outcome[D] | None:
    """An earlier answer is put right: by its value, by its name, or as the one that was given last."""
    draft, reviewing = message.draft, message.draft.step in (REVIEW, CHANGE)
    rest = corrects(message.turn)
    said_so = agrees(message.turn) or (declines(message.turn) and message.words <= _BARE)
    if not message.turn.text or not (rest or (reviewing and not said_so)):
        return None
    words = rest or message.turn.text
    named = field_called(message.fields, words)
    if reviewing and (named is None or named.story):
        added = _added(message)
        if added:
            return added
    given = [item for item in message.fields if draft.values.get(item.name) and item.name != draft.step]
    for item in sorted(given, key=lambda item: item is not named):
        value = _new_value(item, draft.values[item.name], words, named)
        if value is not None and value != draft.values[item.name]:
            return changed(draft, item, value)
    if named and named.name != draft.step and (message.turn.intent in ("change_item", "deny") or message.words <= 3):
        return Outcome(draft.reopened(named.name))
    return _last(message, rest) if rest and not reviewing else None


def field_called(fields: Sequence[Field], words: str) -> Field | None:
    """The field that the words name by its label or by what people call it."""
    said = f" {plain(words)} "
    for item in fields:
        called = item.called and re.search(rf"\b(?:{item.called})\b", words, re.IGNORECASE)
        if called or (item.label and f" {plain(item.label)} " in said):
            return item
    return None


def _new_value(item: Field, old: Value, words: str, named: Field | None) -> Value | None:
    after = _IS.search(words) if item is named else None
    anything = item.free_text and item.find is nothing  # such as a name: any words would be one
    if after and (anything or not item.correct):
        return item.read(after.group(1))
    if item.correct and not anything and named in (item, None):
        return item.correct(old, words) or (item.read(after.group(1)) if after else None)
    return item.find(words)


def _added(message: Message[D]) -> Outcome[D] | None:
    """ "Add that it is next to the school": the story goes on."""
    more, story = _ADD.fullmatch(message.turn.text), message.story
    return (
        changed(message.draft, story, story.more(message.draft.values.get(story.name), more[1]))
        if more and story
        else None
    )


def _last(message: Message[D], rest: str) -> Outcome[D] | None:
    """ "I meant the blue car": nothing but the latest answer can be meant."""
    history = message.draft.history
    last = message.field(history[-1]) if history else None
    old = message.draft.values.get(last.name) if last else None
    if not last or not old or len(rest.split()) > 2 * SHORT or message.turn.is_question or is_unknown(rest):
        return None
    value = last.correct(old, rest) if last.correct else None
    # Any words can be a name, so "no, thanks" must not become one.
    loose = last.free_text and (message.turn.intent in ("affirm", "deny", "skip") or _NO.match(message.turn.text))
    if value is None and (_MEANT.search(message.turn.text) or not (last.correct or loose)):
        value = last.more(old, rest) if last.story else last.read(_NOT.sub(" ", rest).strip(" ,."))
    return changed(message.draft, last, value) if value is not None and value != old else None
