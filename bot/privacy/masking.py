"""Puts placeholders where personal data stands: "[phone]", "[name]", "[address]" and so on.

What stays, because the city needs it to understand and it names nobody: streets and crossings without a house number,
service numbers of three digits, postal codes, years, prices, bus lines, and dates that are no date of birth.
When in doubt, it goes.
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bot.privacy import addresses, names, numbers

LONGEST = 1000
"""What is longer is cut before it is looked at: a question is shorter."""


@dataclass(frozen=True)
class Find:
    """Personal data at [start, end) of a text."""

    kind: str
    start: int
    end: int


Finder = Callable[[str, str, str], Iterable[tuple[str, int, int]]]
_FINDERS: tuple[Finder, ...] = (
    numbers.links_and_mail, numbers.births_and_codes, addresses.find, numbers.cards_and_papers, numbers.phones,
    numbers.identifiers, names.find,
)  # fmt: skip


def mask(text: str, language: str = "en") -> str:
    """The text with a placeholder for each piece of personal data."""
    text = unicodedata.normalize("NFC", text)[:LONGEST]
    masked, at = [], 0
    for find in _found(text, language):
        masked += [text[at : find.start], f"[{find.kind}]"]
        at = find.end
    return "".join([*masked, text[at:]])


def _found(text: str, language: str) -> Iterator[Find]:
    """What all finders see, in order; where two see the same, the earlier finder is believed."""
    plain = folded(text)
    taken: list[Find] = []
    for finder in _FINDERS:
        for kind, start, end in finder(text, plain, language):
            if end > start and not any(start < one.end and one.start < end for one in taken):
                taken.append(Find(kind, start, end))
    return iter(sorted(taken, key=lambda find: find.start))


def folded(text: str) -> str:
    """In small letters without accents, as long as the text itself, so that places in one are places in the other."""
    return "".join(map(_plain, text))


def _plain(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[0].lower()
    return {"’": "'", "‘": "'", "`": "'", "´": "'", "º": "o", "–": "-"}.get(letter, base if len(base) == 1 else letter)
