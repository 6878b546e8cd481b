"""Mends what thumbs do to words, for features only: entities are read from what the person really wrote."""

from __future__ import annotations

import re
from collections import Counter
from typing import Dict, Iterable, Iterator

from nlu.encoder import everyday_words
from nlu.letters import unaccented

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_NUMBER_WORD = re.compile(r"(?<=[^\W\d_] )([24])(?= [^\W\d_])")
_SHORTEST = 4  # letters of a word that may be mended: a shorter one is too many others
_FEWEST_CONSONANTS = 3
_VOWELS = "aeiou"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SHORT: Dict[str, str] = {
    short: long
    for line in (
        "u you|ur your|r are|pls please|plz please|wen when|wat what|wut what|cuz because|bc because|b4 before",
        "ppl people|thx thanks|ty thanks|tmrw tomorrow|abt about|da the|dis this|n and|w with|wo without|kno know",
        "idk i don't know|im i'm|dont don't|cant can't|wont won't|didnt didn't|doesnt doesn't|isnt isn't",
        "whats what's|wheres where's|gonna going to|wanna want to|gotta got to|hr hour|hrs hours|appt appointment",
        "apt apartment|lib library|q que|k que|xq porque|pq porque|porq porque|tb también|tmb también|bn bien",
        "xfa por favor|porfa por favor|pa para|toy estoy|ta está|dnd dónde|cdo cuándo|grax gracias|x por|aki aquí",
    )
    for short, long in (pair.split(" ", 1) for pair in line.split("|"))
}


class Spelling:
    """Knows the words of the examples, and those that anybody might write; mends what is neither."""

    def __init__(self, texts: Iterable[str]) -> None:
        counts = Counter(word for text in texts for word in _WORD.findall(text))
        self._counts: Dict[str, int] = {}
        self._written: Dict[str, str] = {}  # without accents and apostrophes: as it is written most
        for word, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            bare = _bare(word)
            self._counts[bare] = self._counts.get(bare, 0) + count
            self._written.setdefault(bare, word)
        self._skeletons: Dict[str, str] = {}
        for bare in self._written:  # the most frequent first
            skeleton = _skeleton(bare)
            if len(bare) >= _SHORTEST and len(skeleton) >= _FEWEST_CONSONANTS:
                self._skeletons.setdefault(skeleton, bare)

    def mended(self, text: str) -> str:
        """A text in lower case, with each word as it is usually written."""
        text = _NUMBER_WORD.sub(lambda match: "to" if match.group() == "2" else "for", text)
        return _WORD.sub(lambda match: self._word(match.group()), text)

    def _word(self, word: str) -> str:
        bare = _bare(word)
        long = _SHORT.get(bare)
        if long and self._counts.get(bare, 0) <= self._counts.get(_bare(long), 0):
            return long
        if bare in self._written:
            return self._written[bare]
        if bare in everyday_words() or len(bare) < _FEWEST_CONSONANTS or not bare.isascii():
            return word
        near = {other for other in _one_slip_away(bare) if other in self._written} if len(bare) >= _SHORTEST else set()
        if near:
            return self._written[max(near, key=lambda other: (self._counts[other], other))]
        return self._written[self._skeletons[bare]] if bare in self._skeletons else word


def _bare(word: str) -> str:
    return unaccented(word).replace("'", "")


def _skeleton(word: str) -> str:
    """The first letter and the consonants: what is left of "parking" in "prkng"."""
    return word[:1] + "".join(letter for letter in word[1:] if letter not in _VOWELS)


def _one_slip_away(word: str) -> Iterator[str]:
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in _LETTERS:
            yield before + letter + after
            if after:
                yield before + letter + after[1:]
