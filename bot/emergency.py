"""Hears fire, gas, violence, medical emergencies and crisis before anything else, small typing mistakes included."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz.distance import DamerauLevenshtein
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bot.errors import SettingError

KINDS = ("gas", "crisis", "danger")  # the more special first: a gas leak has its own advice
_GAP = 2  # other words allowed between two words of a phrase
_FUZZY_LENGTH = 6  # shorter words must be written right: "fire" is one letter from "fine"

Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Emergency:
    """The phrases of each kind, those that look alike and are none, and those that are danger as a whole message."""

    kinds: dict[str, tuple[Phrase, ...]]
    never: tuple[Phrase, ...]
    alone: frozenset[Phrase] = frozenset()

    def kind_of(self, text: str) -> str | None:
        """The kind of emergency the text speaks of, or None."""
        words = _words(text)
        if words in self.alone:
            return "danger"
        for phrase in self.never:
            words = _without(words, phrase)
        for kind in KINDS:
            if any(_find(words, phrase, _GAP) for phrase in self.kinds[kind]):
                return kind
        return None


def load_emergency(path: Path) -> Emergency:
    """Read the phrases. Raises SettingError that names the file."""
    try:
        raw = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        return Emergency(
            kinds={kind: tuple(_words(phrase) for phrase in raw[kind]) for kind in KINDS},
            never=tuple(_words(phrase) for phrase in raw["never"]),
            alone=frozenset(_words(phrase) for phrase in raw["alone"]),
        )
    except (OSError, UnicodeDecodeError, YAMLError, KeyError, TypeError) as error:
        raise SettingError(f"The emergency words {path} cannot be read: {error!r}. Restore the file.") from None


def _words(text: str) -> Phrase:
    """Lower case, without accents and apostrophes, as words."""
    plain = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return tuple(re.findall(r"[a-z0-9]+", re.sub(r"['’`´]", "", plain)))


def _find(words: Phrase, phrase: Phrase, gap: int) -> tuple[int, ...] | None:
    """Where the words of the phrase stand, in order; None if they do not."""
    if len(phrase[0]) < _FUZZY_LENGTH and phrase[0] not in words:
        return None  # the usual case, settled without looking at each word
    for start, word in enumerate(words):
        if not _same(word, phrase[0]):
            continue
        places = [start]
        for wanted in phrase[1:]:
            window = range(places[-1] + 1, min(places[-1] + 2 + gap, len(words)))
            place = next((index for index in window if _same(words[index], wanted)), None)
            if place is None:
                break
            places.append(place)
        if len(places) == len(phrase):
            return tuple(places)
    return None


def _without(words: Phrase, phrase: Phrase) -> Phrase:
    while places := _find(words, phrase, gap=0):
        words = words[: places[0]] + words[places[-1] + 1 :]
    return words


def _same(word: str, wanted: str) -> bool:
    if word == wanted:
        return True
    return len(wanted) >= _FUZZY_LENGTH and DamerauLevenshtein.distance(word, wanted, score_cutoff=1) <= 1
