"""What a form of plain fields says for its open question: the answer's name, its buttons and its blanks."""

from collections.abc import Sequence

from actions.base import Button, Turn, choose
from actions.forms.commands import SHORT
from actions.forms.draft import CHANGE, REVIEW, Draft, Said
from actions.forms.field import Field
from actions.forms.message import fact
from actions.forms.values import one_of
from actions.words import button, word

MOST_BUTTONS = 12
_OFFER = ("go_on", "start_over", "drop")
_DECISIONS = {"affirm": "go_on", "resume_form": "go_on", "start_over": "start_over", "deny": "drop", "cancel": "drop"}


def ask(draft: Draft, fields: Sequence[Field], topic: str, language: str) -> Said:
    """The open question; the review says everything first (`items`)."""
    if draft.step == REVIEW:
        buttons = tuple(shared(choice, language) for choice in ("send", "change", "leave"))
        return Said(f"utter_{topic}_review", buttons, {"items": summary(draft, fields, language)})
    if draft.step == CHANGE:
        items = tuple(choose(item.label or item.name, f"item:{item.name}") for item in fields)
        return Said("utter_forms_ask_change", (*items, shared("leave", language)))
    item = next(item for item in fields if item.name == draft.step)
    listed = item.options[:MOST_BUTTONS]
    buttons = (*(choose(title, f"{item.name}:{value}") for value, title in listed), *item.buttons)
    if not item.required:
        buttons = (*buttons, shared("skip", language))
    return Said(item.question or f"utter_{topic}_ask_{item.name}", buttons, item.blanks)


def offer(title: str, language: str) -> Said:
    """Whether to go on with what was left half done."""
    return Said("utter_forms_offer", tuple(shared(choice, language) for choice in _OFFER), {"title": title})


def decision(turn: Turn) -> str:
    """What the person wants to do with the offer: go_on, start_over or drop; "" if they say something else."""
    if turn.choice in _OFFER:
        return turn.choice
    titles = [(choice, word("forms", choice, turn.language)) for choice in _OFFER]
    chosen = one_of(titles, turn.text) if len(turn.text.split()) <= SHORT else None
    return chosen or (_DECISIONS.get(turn.intent, "") if len(turn.text.split()) <= SHORT else "")


def shared(choice: str, language: str) -> Button:
    """A button in the words that all forms share (data/topics/forms/answers.yml)."""
    return button("forms", choice, language)


def summary(draft: Draft, fields: Sequence[Field], language: str) -> str:
    """One line for each value that was given or left out."""
    none = word("forms", "none", language)
    given = [item for item in fields if item.name in draft.values]
    return "\n".join(f"• {fact(item, draft.values[item.name], none)}" for item in given)
