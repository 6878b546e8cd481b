"""Questions as thumbs write them: slips, missing vowels, abbreviations, no accents, no apostrophes, no capitals."""

from __future__ import annotations

import random
import re
import unicodedata

_SHORT = {
    "you": "u",
    "your": "ur",
    "are": "r",
    "to": "2",
    "for": "4",
    "please": "pls",
    "when": "wen",
    "where": "wher",
    "what": "wat",
    "because": "cuz",
    "with": "w",
    "before": "b4",
    "people": "ppl",
    "thanks": "thx",
    "know": "kno",
    "tomorrow": "tmrw",
    "about": "abt",
    "and": "n",
    "be": "b",
    "see": "c",
    "the": "da",
    "this": "dis",
    "que": "q",
    "por": "x",
    "porque": "xq",
    "para": "pa",
    "también": "tb",
    "favor": "fa",
    "cuando": "cdo",
    "cuándo": "cdo",
    "donde": "dnd",
    "dónde": "dnd",
    "estoy": "toy",
    "está": "ta",
    "con": "c",
    "quiero": "qiero",
}
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SHORTENED, _VOWEL_LOST, _SLIPPED = 0.5, 0.12, 0.18  # of the words


def texted(text: str, chance: random.Random) -> str:
    """The text as a person might send it from a phone; the same seed gives the same text."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    words = re.sub(r"[^\w\s$#@%/.:-]", "", plain).rstrip(" .").split()
    return " ".join(_word(word, chance) for word in words) or text


def _word(word: str, chance: random.Random) -> str:
    if word in _SHORT and chance.random() < _SHORTENED:
        return _SHORT[word]
    if len(word) < 4 or not word.isalpha():
        return word
    luck = chance.random()
    if luck < _VOWEL_LOST:
        inner = [place for place in range(1, len(word)) if word[place] in "aeiou"]
        lost = chance.choice(inner) if inner else len(word) - 1
        return word[:lost] + word[lost + 1 :]
    return _slip(word, chance) if luck < _VOWEL_LOST + _SLIPPED else word


def _slip(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word) - 1)
    kind = chance.randrange(4)
    if kind == 0:  # two letters change places
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    if kind == 1:  # one is missing
        return word[:place] + word[place + 1 :]
    if kind == 2:  # one comes twice
        return word[:place] + word[place] + word[place:]
    row = next((row for row in _ROWS if word[place] in row), "asdf")  # the key beside it
    beside = row[max(row.find(word[place]) - 1, 0)] if chance.random() < 0.5 else row[-1]
    return word[:place] + beside + word[place + 1 :]
