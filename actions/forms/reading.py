"""Read one message in a form of plain fields: an answer, several facts, a correction, a command, or an aside."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Generic

from actions.base import Turn
from actions.forms.commands import OWN_INTENTS, PLAIN, SHORT, agrees, command, corrects, declines, skips
from actions.forms.draft import CHANGE, REVIEW, D, Outcome, Said, Value
from actions.forms.field import Field
from actions.forms.values import plain, position_in

_SEND = re.compile(r"(?:send|submit|env[ií]|mand)", re.IGNORECASE)
_BARE = 3
"""Words up to which a yes or a no is only that."""
_NAMES_ONE = 4


_IS = re.compile(r"(?:\bis\b|'s\b|\bto\b|\bes\b|\best[aá]\b|\bpor\b|\ba\b|:)\s*(.+)$", re.IGNORECASE)


@dataclass(frozen=True)
class Message(Generic[D]):
    """What is read: the turn, the draft before it, the form's fields and its own intents."""

    draft: D
    fields: tuple[Field, ...]
    turn: Turn
    own: frozenset[str] = OWN_INTENTS

    @property
    def open_field(self) -> Field | None:
        """The field that the open question asks for; None at the review."""
        return self.field(self.draft.step)

    def field(self, name: str) -> Field | None:
        """The field with that name."""
        return next((item for item in self.fields if item.name == name), None)


def next_step(draft: D, fields: Sequence[Field]) -> str:
    """The first field without a value, then the review."""
    return next((item.name for item in fields if item.asked and item.name not in draft.values), REVIEW)


def begin(draft: D, fields: Sequence[Field], turn: Turn) -> Outcome[D]:
    """Read the opening message: the facts in its words, and the field of a button such as "consultation:park"."""
    draft = told(draft, fields, turn.text)
    pressed = _pressed(fields, turn.choice)
    return Outcome(draft.with_value(*pressed) if pressed else draft)


def told(draft: D, fields: Sequence[Field], words: str) -> D:
    """The draft with every value that the words hold for a field without one."""
    for item in fields:
        value = item.find(words) if words and not draft.values.get(item.name) else None
        draft = draft if value is None else draft.with_value(item.name, value)
    return draft


def read(draft: D, fields: Sequence[Field], turn: Turn, own: frozenset[str] = frozenset()) -> Outcome[D]:
    """Read a message while the form is open."""
    message = Message(draft, tuple(fields), turn, OWN_INTENTS | own)
    for reader in (_listed, _steered, _question, _corrected, _reviewed, _answered, _besides, _aside):
        outcome = reader(message)
        if outcome:
            return outcome
    return missed(message)


def changed(draft: D, item: Field, value: Value) -> Outcome[D]:
    """The draft with another value for a field, and the words that say so."""
    draft = draft.without(*item.clears).with_value(item.name, value)
    stays = draft.step not in (REVIEW, CHANGE, item.name, *item.clears)
    said = Said("utter_forms_changed", blanks={"item": item.label or item.name, "value": item.show(value)})
    return Outcome(replace(draft, step=draft.step if stays else "", misses=0), (said,))


def missed(message: Message[D]) -> Outcome[D]:
    """Nothing was understood: say what would be."""
    draft = replace(message.draft, misses=message.draft.misses + 1)
    item = message.open_field
    answer = item.unclear if item else f"utter_forms_unclear_{draft.step}"
    if item and item.required and skips(message.turn):
        answer = item.needed
    says = [Said(answer)]
    if draft.misses % 3 == 0:
        says.append(Said("utter_forms_stuck"))
    return Outcome(draft, tuple(says))


def _listed(message: Message[D]) -> Outcome[D] | None:
    """A button of any question, or words that choose from the open question's list."""
    turn, item = message.turn, message.open_field
    pressed = _pressed(message.fields, turn.choice)
    if pressed:
        known = message.field(pressed[0])
        if known and known is not item and known.name in message.draft.values:
            return changed(message.draft, known, pressed[1])
        return Outcome(message.draft.with_value(*pressed).answered())
    if not item or not item.options or not turn.text or (command(turn) and turn.confidence >= PLAIN):
        return None
    value = item.read(turn.text)
    return None if value is None or turn.is_question else _with(message, item, value)


def _pressed(fields: Sequence[Field], choice: str) -> tuple[str, str] | None:
    for item in fields:
        value = choice.removeprefix(f"{item.name}:")
        if value != choice and (not item.options or value in dict(item.options)):
            return item.name, value
    return None


def _steered(message: Message[D]) -> Outcome[D] | None:
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
    if message.turn.choice.startswith("item:"):
        item = message.field(message.turn.choice.removeprefix("item:"))
        return Outcome(draft.reopened(item.name)) if item else None
    return None


def _back(message: Message[D]) -> Outcome[D]:
    draft = message.draft
    if draft.step == CHANGE:
        return Outcome(replace(draft, step=REVIEW, misses=0))
    earlier = [name for name in draft.history if message.field(name)]
    if not earlier:
        return Outcome(draft, (Said("utter_forms_first_question"),))
    return Outcome(replace(draft.reopened(earlier[-1]), history=tuple(earlier[:-1])))


def _question(message: Message[D]) -> Outcome[D] | None:
    """A question about something else; what the person states beside it is kept."""
    if not (message.turn.is_question and message.turn.is_aside(message.own, free_text=True)):
        return None
    stated = " ".join(part for part in sentences(message.turn.text) if not part.endswith("?") and "¿" not in part)
    if not stated:
        return Outcome(message.draft, then="aside")
    outcome = _answered(replace(message, turn=replace(message.turn, text=stated, intent="")))
    return (
        replace(outcome, then="aside")
        if outcome
        else Outcome(told(message.draft, message.fields, stated), then="aside")
    )


def sentences(text: str) -> list[str]:
    """The sentences of a message, each with its mark; a dot inside "5.30" or after "St" ends none."""
    parts = re.split(r"(?<=[.!?])(?<!\bst\.)(?<!\bave\.)(?<!\brd\.)(?<!\bdr\.)\s+|\n+|(?=¿)", text, flags=re.IGNORECASE)
    return [part.strip() for part in parts if part.strip()]


def _corrected(message: Message[D]) -> Outcome[D] | None:
    """An earlier answer is put right: by its value, by its name, or as the one that was given last."""
    draft, rest = message.draft, corrects(message.turn)
    if not rest and draft.step not in (REVIEW, CHANGE):
        return None
    words = rest or message.turn.text
    named = field_called(message.fields, words)
    given = [item for item in message.fields if draft.values.get(item.name) and item.name != draft.step]
    for item in [item for item in given if named in (item, None)]:
        value = _new_value(item, draft.values[item.name], words, named=item is named)
        if value is not None and value != draft.values[item.name]:
            return changed(draft, item, value)
    if named and (message.turn.intent in ("change_item", "deny") or len(words.split()) <= _NAMES_ONE):
        return Outcome(draft.reopened(named.name))
    last = message.field(draft.history[-1]) if draft.history else None
    if rest and last in given and draft.step not in (REVIEW, CHANGE) and last and last.correct:
        value = last.correct(draft.values[last.name], rest)
        return None if value is None else changed(draft, last, value)
    return None


def _new_value(item: Field, old: Value, words: str, *, named: bool) -> Value | None:
    after = _IS.search(words) if named else None
    if after:
        return item.read(after.group(1))
    if item.correct and not item.free_text:
        return item.correct(old, words)
    return item.find(words)


def field_called(fields: Sequence[Field], words: str) -> Field | None:
    """The field that the words name by its label or by what people call it."""
    said = plain(words)
    for item in fields:
        label = plain(item.label)
        called = item.called and re.search(rf"\b(?:{item.called})\b", words, re.IGNORECASE)
        if called or (label and f" {label} " in f" {said} "):
            return item
    return None


def _reviewed(message: Message[D]) -> Outcome[D] | None:
    draft, turn = message.draft, message.turn
    if draft.step not in (REVIEW, CHANGE):
        return None
    wants = agrees(turn) or bool(_SEND.match(turn.text) and len(turn.text.split()) <= SHORT)
    if draft.step == CHANGE:
        item = _item_at(message)
        if item:
            return Outcome(draft.reopened(item.name))
        return Outcome(replace(draft, step=REVIEW, misses=0)) if wants or declines(turn) else None
    if turn.choice == "send" or wants:
        return Outcome(draft, then="send")
    if turn.choice == "change" or turn.intent in ("deny", "change_item"):
        return Outcome(replace(draft, step=CHANGE, misses=0))
    return None


def _item_at(message: Message[D]) -> Field | None:
    position = position_in(message.turn.text, len(message.fields))
    return message.fields[position] if position is not None else None


def _answered(message: Message[D]) -> Outcome[D] | None:
    """The answer to the open question, and the facts beside it."""
    item, turn = message.open_field, message.turn
    if item is None or not (turn.text or turn.choice):
        return None
    if skips(turn) or (item.free_text and declines(turn)):
        return None if item.required else Outcome(message.draft.with_value(item.name, "").answered())
    if item.free_text and turn.intent in ("affirm", "deny") and len(turn.text.split()) <= _BARE:
        return None
    if turn.is_aside(message.own, free_text=item.free_text) and item.find(turn.text) is None:
        return None
    value = next((value for value in _values(item, turn.text) if value is not None), None)
    return None if value is None else _with(message, item, value)


def _values(item: Field, text: str) -> Iterator[Value | None]:
    yield item.find(text)
    yield item.read(text)
    if not item.free_text:
        yield from (item.read(clause) for clause in re.split(r"[.,;]\s+", text))


def _with(message: Message[D], item: Field, value: Value) -> Outcome[D]:
    draft = message.draft.with_value(item.name, value).answered()
    return Outcome(told(draft, message.fields, message.turn.text))


def _besides(message: Message[D]) -> Outcome[D] | None:
    """No answer to the open question, but facts that answer others."""
    draft = told(message.draft, message.fields, message.turn.text)
    new = [item for item in message.fields if item.name in draft.values and item.name not in message.draft.values]
    says = (
        Said("utter_forms_noted", blanks={"item": item.label or item.name, "value": item.show(draft.values[item.name])})
        for item in new
    )
    return Outcome(replace(draft, misses=0), tuple(says)) if new else None


def _aside(message: Message[D]) -> Outcome[D] | None:
    item = message.open_field
    free = bool(item and item.free_text)
    return Outcome(message.draft, then="aside") if message.turn.is_aside(message.own, free_text=free) else None
