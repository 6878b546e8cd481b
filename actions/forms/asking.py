"""What a form of plain fields says for its open question: the answer's name, its buttons and its blanks."""

from collections.abc import Sequence

from actions.base import Button, choose
from actions.forms.draft import CHANGE, REVIEW, Draft, Said
from actions.forms.field import Field
from actions.words import button, word

MOST_BUTTONS = 12


def ask(draft: Draft, fields: Sequence[Field], topic: str, language: str) -> Said:
    """The open question; the review says everything first (`items`)."""
    if draft.step == REVIEW:
        buttons = tuple(shared(choice, language) for choice in ("send", "change", "leave"))
        return Said(f"utter_{topic}_review", buttons, {"items": summary(draft, fields, language)})
    if draft.step == CHANGE:
        items = tuple(choose(item.label or item.name, f"item:{item.name}") for item in fields)
        return Said("utter_forms_ask_change", (*items, shared("leave", language)))
    item = next(item for item in fields if item.name == draft.step)
    buttons = tuple(choose(title, f"{item.name}:{value}") for value, title in item.options[:MOST_BUTTONS])
    if not item.required:
        buttons = (*buttons, shared("skip", language))
    return Said(item.question or f"utter_{topic}_ask_{item.name}", buttons, item.blanks)


def shared(choice: str, language: str) -> Button:
    """A button in the words that all forms share (data/topics/forms/answers.yml)."""
    return button("forms", choice, language)


def summary(draft: Draft, fields: Sequence[Field], language: str) -> str:
    """One line for each value that was given or left out."""
    none = word("forms", "none", language)
    return "\n".join(
        f"• {item.label or item.name}: {item.show(value) if (value := draft.values[item.name]) else none}"
        for item in fields
        if item.name in draft.values
    )
