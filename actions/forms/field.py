"""One question of a form: how to read its answer, how to show it, and what people call it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from actions.base import Button
from actions.forms.draft import Value
from actions.forms.values import Options, named_in, one_of, read_number

LONGEST = 2000
"""Letters of a free text that are kept."""

Reader = Callable[[str], Value | None]
"""The value in a person's words, or None."""


Corrector = Callable[[Value, str], Value | None]
"""The new value when the words correct an old one, as in "no, it's 12 Elm, not 21"; None if they do not."""


def nothing(_: str) -> Value | None:
    """Finds nothing: for a field whose value cannot be told from other words."""
    return None


@dataclass(frozen=True)
class Field:
    """One question. The draft keeps its value under `name`; "" there means that the person left it out.

    `read` reads an answer to this question; `find` finds the value in words that say other things too, so only what
    cannot be mistaken; `correct` reads a correction where `find` is not enough. A question that needs more has an
    `answer`: it gets the Message and gives an Outcome or None. `options` become buttons, before other `buttons`.
    `free_text`: any statement is an answer; a `story` also keeps what people tell where something else is asked.
    `required` or not; a field that is not `asked` can only be told or added. `label` stands in the review and under
    "Change something"; `called` is a regular expression of the words that people use for it ("address|place"). A new
    value `clears` the fields that depended on it. The texts: `question` (default utter_<topic>_ask_<name>) with
    `blanks`, `unclear` for an answer that was not understood, `needed` for "I don't know" where it is required.
    """

    name: str
    read: Reader
    find: Reader = nothing
    options: Options = ()
    free_text: bool = False
    required: bool = True
    asked: bool = True
    label: str = ""
    called: str = ""
    show: Callable[[Value], str] = str
    correct: Corrector | None = None
    answer: Callable[[Any], Any] | None = None
    buttons: tuple[Button, ...] = ()
    story: bool = False
    clears: tuple[str, ...] = ()
    question: str = ""
    blanks: dict[str, str] = field(default_factory=dict)
    unclear: str = "utter_forms_unclear"
    needed: str = "utter_forms_needed"

    def more(self, old: Value | None, words: str) -> str:
        """A story that goes on."""
        return ". ".join(filter(None, [str(old or "").rstrip(". "), words.strip()]))[:LONGEST]


def choice(name: str, options: Options, **more: Any) -> Field:
    """One of some options, by button, number, or (nearly) its title."""

    def find(text: str) -> str | None:
        named = named_in(options, text)
        return named[0] if len(named) == 1 else None

    titles = dict(options)
    return Field(
        name,
        read=lambda text: one_of(options, text) or find(text),
        find=find,
        options=options,
        show=lambda value: titles.get(value, str(value)),
        **{"unclear": "utter_forms_unclear_choice", **more},
    )


def text(name: str, **more: Any) -> Field:
    """Words of the person's own, such as a name."""

    def read(words: str) -> str | None:
        return words.strip()[:LONGEST] if sum(char.isalpha() for char in words) >= 2 else None

    return Field(name, read=read, **{"free_text": True, **more})


def story(name: str, **more: Any) -> Field:
    """What the person tells; later statements and corrections are added to it."""
    return text(name, story=True, **more)


def number(name: str, **more: Any) -> Field:
    """A number, in digits or words."""
    return Field(name, read=read_number, **{"unclear": "utter_forms_unclear_number", **more})
