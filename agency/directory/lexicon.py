"""What a search means: without accents, plurals and small words; misspelt words mended; kinds of help by any name."""

import functools
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz.distance import OSA

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_LONGEST_QUERY = 300  # characters
_MOST_WORDS = 24
_LONGEST_PHRASE = 5  # words
_SMALL = frozenset(
    (
        "a an and any are at be can could do does for from get give go good have help i if im in is it me my "
        "near need of on one or our please program some somebody someone somewhere service that the their "
        "there this to us use want we what when where which who with you your look looking find free place "
        "open today now algo alguien algun alguna ayuda ayudar busco con cual cuando de del donde dan el ella "
        "en es esta estan este hay la las le lo los me mi mis necesito o para persona por puedo que quiero "
        "quien se ser servicio si su sus tiene un una uno y yo gratis lugar hoy abierto"
    ).split()
)


@functools.lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The word without its accents and its English or Spanish plural ending."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).replace("’", "").replace("'", "")
    if len(plain) > 4 and plain.endswith("ies"):
        return plain[:-3] + "y"
    if len(plain) > 4 and plain.endswith(("ches", "shes", "xes", "sses", "ones", "ores", "ales", "udes")):
        return plain[:-2]
    if len(plain) > 3 and plain.endswith("s") and not plain.endswith(("ss", "us", "is")):
        return plain[:-1]
    return plain


_SMALL_STEMS = frozenset(map(stem, _SMALL))


def words(text: str) -> list[str]:
    """The stems of a text, in order."""
    return [stem(found) for found in _WORD.findall(text)]


def content_words(text: str) -> list[str]:
    """The stems that carry meaning; all of them where only small words were said."""
    found = words(text)
    return [word for word in found if word not in _SMALL_STEMS] or found


def token(term_id: str) -> str:
    """How a kind of help stands in the index: one word that nobody types."""
    return "kind0" + term_id.replace("_", "0")


@dataclass(frozen=True)
class Query:
    """`kinds` are tokens of kinds of help, each with the others that its name may mean too; `words` the other words."""

    kinds: tuple[tuple[str, ...], ...]
    words: tuple[str, ...]


class Lexicon:
    """Every phrase that names a kind of help (`phrases`: term -> names), and the words that a search may mean.

    `names` are the words of services' names and how often they stand: what a misspelt word is mended to. `described`
    are words that need no mending.
    """

    def __init__(
        self, phrases: Mapping[str, Iterable[str]], names: Mapping[str, int], described: Iterable[str] = ()
    ) -> None:
        self._phrases: dict[tuple[str, ...], set[str]] = {}
        self._known = dict(names)
        for term_id, spoken in phrases.items():
            for name in spoken:
                stems = tuple(content_words(name))
                # "Free food" without its small word is just "food", which is the name of something wider.
                if len(stems) <= _LONGEST_PHRASE and (len(stems) > 1 or len(words(name)) == 1):
                    self._phrases.setdefault(stems, set()).add(token(term_id))
                    for part in stems:
                        self._known[part] = self._known.get(part, 0) + 1
        self._by_letter: dict[str, list[str]] = {}
        for word in self._known:
            if len(word) > 2 and word not in _SMALL_STEMS:
                self._by_letter.setdefault(word[0], []).append(word)
        self._described = frozenset(described)
        self._mended: dict[str, str] = {}

    def read(self, text: str) -> Query:
        """What the text asks for; the longest phrase at each place counts."""
        said = [self._mend(word) for word in content_words(text[:_LONGEST_QUERY])[:_MOST_WORDS]]
        kinds: dict[tuple[str, ...], None] = {}
        rest: list[str] = []
        position = 0
        while position < len(said):
            for length in range(min(_LONGEST_PHRASE, len(said) - position), 0, -1):
                named = self._phrases.get(tuple(said[position : position + length]))
                if named:
                    kinds[tuple(sorted(named))] = None
                    break
            else:
                length = 1
                rest.append(said[position])
            position += length
        return Query(tuple(kinds), tuple(dict.fromkeys(rest)))

    def _mend(self, word: str) -> str:
        """The known word that this one is a slip of, or the word itself."""
        if word in self._known or word in self._described or len(word) < 3 or word.isdecimal():
            return word
        if word not in self._mended:
            if len(self._mended) > 5_000:
                self._mended.clear()
            self._mended[word] = self._closest(word)
        return self._mended[word]

    def _closest(self, word: str) -> str:
        slips = 1 if len(word) < 8 else 2
        best, best_rank = word, (slips + 1, 0)
        for known in self._by_letter.get(word[0], ()):
            if abs(len(known) - len(word)) > slips:
                continue
            distance = OSA.distance(word, known, score_cutoff=slips)
            rank = (distance, -self._known[known])
            if distance <= slips and rank < best_rank and (len(word) > 5 or _is_slip(word, known)):
                best, best_rank = known, rank
        return best


def _is_slip(word: str, known: str) -> bool:
    """In a short word one letter for another makes another word ("house", "horse"); a swap or a lost one is a slip."""
    return len(word) != len(known) or sorted(word) == sorted(known)
