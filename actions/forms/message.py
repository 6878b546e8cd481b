"""A message to an open form, and the small steps that every reader of one takes with the draft."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Generic

from actions.base import Turn
from actions.forms.commands import OWN_INTENTS
from actions.forms.draft import CHANGE, REVIEW, D, Draft, Outcome, Said, Value
from actions.forms.field import Field


@dataclass(frozen=True)
class Message(Generic[D]):
    """What is read: the turn, the draft before it, the form's fields, and the intents that are no aside in it."""

    draft: D
    fields: tuple[Field, ...]
    turn: Turn
    own: frozenset[str] = OWN_INTENTS

    @property
    def open_field(self) -> Field | None:
        """The field that the open question asks for; None at the review."""
        return self.field(self.draft.step)

    @property
    def story(self) -> Field | None:
        """The field that keeps what people tell besides the answers, if the form has one."""
        return next((item for item in self.fields if item.story), None)

    @property
    def words(self) -> int:
        """How many words the message has."""
        return len(self.turn.text.split())

    def field(self, name: str) -> Field | None:
        """The field with that name."""
        return next((item for item in self.fields if item.name == name), None)


def next_step(draft: Draft, fields: Sequence[Field]) -> str:
    """The first field without a value, then the review."""
    return next((item.name for item in fields if item.asked and item.name not in draft.values), REVIEW)


def told(draft: D, fields: Sequence[Field], words: str) -> D:
    """The draft with every value that the words hold for a field without one."""
    for item in fields:
        value = item.find(words) if words and not draft.values.get(item.name) else None
        draft = draft if value is None else draft.with_value(item.name, value)
    return draft


def changed(draft: D, item: Field, value: Value) -> Outcome[D]:
    """The draft with another value for a field, and the words that say so; the open question stays open."""
    draft = draft.without(*item.clears).with_value(item.name, value)
    stays = draft.step not in (REVIEW, CHANGE, item.name, *item.clears)
    said = Said("utter_forms_changed", blanks={"fact": fact(item, value).rstrip(".")})
    return Outcome(replace(draft, step=draft.step if stays else "", misses=0), (said,))


def noted(before: Draft, after: D, fields: Sequence[Field]) -> tuple[Said, ...]:
    """Words for each value that is new."""
    facts = []
    for item in fields:
        old, new = before.values.get(item.name, ""), after.values.get(item.name, "")
        if new != old:
            facts.append(fact(item, new.removeprefix(old).lstrip(". ") if item.story else new))
    return tuple(Said("utter_forms_noted", blanks={"fact": text.rstrip(".")}) for text in facts)


def fact(item: Field, value: Value, none: str = "") -> str:
    """ "Where: 12 Elm Street"; after a question mark without the colon."""
    label = item.label or item.name
    return f"{label}{'' if label.endswith('?') else ':'} {item.show(value) if value else none}"
