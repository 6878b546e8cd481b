"""Hears fire, gas, violence, medical emergencies and crisis before anything else, misspelt and in texting style too."""

import gzip
import itertools
import json
import operator
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from rapidfuzz.distance import DamerauLevenshtein

from bot.errors import SettingError
from bot.yaml12 import YAMLError, read

KINDS = ("gas", "crisis", "danger")  # the more special first: a gas leak has its own advice
MAX_CHARACTERS = 1600  # the longest text message; danger stands in the first lines
_GAP, _FAR = 2, 9  # other words allowed between two words of an idea, and where it has "..."
_SLIP_LENGTH, _TWO_SLIPS_LENGTH = 4, 9  # letters from which a word may be misspelt, and from which twice
_OPENING_LENGTH = 6  # letters from which a beginning may be misspelt
_CALL = 6  # words of the longest call
_LONG = 7  # letters from which a word may be written as two
# So often a word stands in a dictionary (from film subtitles) to be taken as it is: "fine" is no "fire".
_COMMON = {"en": 300, "es": 50}
_REMEMBERED = 20_000  # words whose meaning is kept
_SENTENCE = re.compile(r"[.!?;\n]+")
_CLAUSE = re.compile(r"[,:]+|\b(?:but|pero|omg|btw|oh no)\b")
_ADDRESS = re.compile(r"\b(?:calle|avenida) [a-z]+\b|\b(?!911)\d{1,5}\b(?: [a-z]+)?")  # calle Pino 220, 220 Pine, apt 4
_NUMBER = re.compile(r"\b(?!911)\d{1,5}\b")
_SOUNDS = (  # how people spell by ear: kiero, gaz, insendio, bivir, kil
    (r"([bcdfgklmnprstvz])\1", r"\1"), (r"qu", "k"), (r"ph", "f"), (r"^kn", "n"), (r"^h(?=\w{4})", ""),
    (r"c(?=[ei])", "s"), (r"c(?!h)", "k"), (r"z", "s"), (r"v", "b"), (r"y$", "i"),
)  # fmt: skip
_SPELLINGS = tuple((re.compile(wrong), right) for wrong, right in _SOUNDS)

Words = tuple[str, ...]
K = TypeVar("K")


@dataclass(frozen=True)
class Part:
    """A word or a phrase, at most `gap` other words after the part before; `word*` is a beginning."""

    gap: int
    words: frozenset[str]
    phrases: tuple[Words, ...]
    openings: frozenset[str]


Idea = tuple[Part, ...]


class _Ideas:
    """A list of ideas, found by their first words: a message is short, the list is long."""

    def __init__(self, ideas: Iterable[Idea]) -> None:
        self._by_opening: dict[str, list[Idea]] = {}
        for idea in ideas:
            for word in idea[0].openings:
                self._by_opening.setdefault(word, []).append(idea)

    def find(self, said: list[frozenset[str]]) -> tuple[int, int] | None:
        """The first and the last place of an idea that is said; None if none is."""
        present = frozenset[str]().union(*said)
        possible = {word: self._possible(word, present) for word in present}
        for start, meanings in enumerate(said):
            for word in meanings:
                for idea in possible[word]:
                    for end in _ends(said, start, idea[0]):
                        if (last := _follow(said, idea, 1, end)) is not None:
                            return start, last
        return None

    def _possible(self, opening: str, present: frozenset[str]) -> list[Idea]:
        """The ideas that begin so and of which each part is somewhere; this keeps a long message cheap."""
        ideas = self._by_opening.get(opening, ())
        return [idea for idea in ideas if not any(part.openings.isdisjoint(present) for part in idea)]


class Emergency:
    """What data/emergency.yml says, ready to listen."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        groups = {name: "|".join(words.split()) for name, words in raw["groups"].items()}
        ideas: list[Idea] = []

        def read(written: list[str]) -> _Ideas:
            ideas.extend(new := [_idea(idea, groups) for line in written for idea in _orders(line)])
            return _Ideas(new)

        self._first = {kind: read(raw[kind].get("first", [])) for kind in KINDS}  # files published before have none
        self._always = {kind: read(raw[kind]["always"]) for kind in KINDS}
        self._usually = {kind: read(raw[kind]["usually"]) for kind in KINDS}
        self._told = {kind: read(raw[kind].get("told", [])) for kind in KINDS}
        self._never, self._calm, self._asking = (read(raw.get(name, [])) for name in ("never", "calm", "asking"))
        self._alone = {_words(call): kind for kind in KINDS for call in raw[kind].get("alone", [])}
        self._alone |= {_words(call): "danger" for call in raw["alone"]}
        self._beside = frozenset(raw.get("beside", "").split())
        self._people = frozenset(raw["groups"].get("victim", "").split())
        self._ordinary = _common_words() | {word for words in raw["ordinary"] for word in _words(words)}
        known = frozenset(word for idea in ideas for part in idea for word in part.words.union(*part.phrases))
        known = known.union(*self._alone)
        self._by_sound = _grouped(known, lambda word: "" if word[-1] == "*" else _sound(word))
        self._by_letter = _grouped(known, lambda word: word[0])
        self._whole = frozenset(word for word in known if len(word) >= _LONG)
        self._misspelt = _grouped((word for word in known if len(word) >= _SLIP_LENGTH and word[-1] != "*"), len)
        self._openings = frozenset(word for word in known if len(word) > _OPENING_LENGTH and word[-1] == "*")
        self._meanings = lru_cache(_REMEMBERED)(self._meanings_of)

    def kind_of(self, text: str) -> str | None:
        """The kind of emergency the text speaks of, or None."""
        found = set(self._heard(_plain(text[:MAX_CHARACTERS])))
        return next((kind for kind in KINDS if kind in found), None)

    def _heard(self, text: str) -> Iterator[str]:
        for sentence in filter(str.strip, _SENTENCE.split(text)):
            yield from self._called(sentence)
            for clause in _CLAUSE.split(sentence):
                words = re.findall(r"[a-z0-9]+", clause)
                said = [self._meanings(word) for word in words]
                for place, pair in enumerate(itertools.pairwise(words)):  # "gun shots", "over dosed"
                    said[place] |= self._whole & {"".join(pair)}
                yield from self._heard_in(said)

    def _called(self, sentence: str) -> Iterator[str]:
        """The kinds of a call like "fire" with only an address, words like "help" and itself beside it."""
        words = re.findall(r"[a-z0-9]+", sentence)
        without = (re.findall(r"[a-z0-9]+", places.sub(" ", sentence)) for places in (_ADDRESS, _NUMBER))
        calls = (dict.fromkeys(word for word in rest if word not in self._beside) for rest in without)
        for called in (words, *map(list, calls)):
            if 0 < len(called) <= _CALL:
                said = [self._meanings(word) for word in called]
                yield from (kind for call, kind in self._alone.items() if _is_call(said, call))

    def _heard_in(self, said: list[frozenset[str]]) -> Iterator[str]:
        yield from (kind for kind in KINDS if self._first[kind].find(said))
        while span := self._never.find(said):
            said[span[0] : span[1] + 1] = [frozenset()]
        yield from (kind for kind in KINDS if self._always[kind].find(said))
        if not self._calm.find(said):
            yield from (kind for kind in KINDS if self._usually[kind].find(said))
            if not self._asking.find(said):
                yield from (kind for kind in KINDS if self._told[kind].find(said))

    def _meanings_of(self, word: str) -> frozenset[str]:
        """The words of the file that this word is: as written, by its sound, by its beginning, or one slip away."""
        alike = self._by_letter.get(word[0], frozenset())
        written = alike & {word}
        found = written | self._by_sound.get(_sound(word), frozenset())
        if word[-1] == "s":  # "my dad's hitting her"
            found |= self._people & {word[:-1]}
        if not written and len(word) >= _SLIP_LENGTH - 1 and word not in self._ordinary:
            found |= self._slipped(word)
        return found | {known for known in alike if known[-1] == "*" and word.startswith(known[:-1])}

    def _slipped(self, word: str) -> frozenset[str]:
        """The words that this is with a letter too many, missing, wrong or swapped."""
        near = (self._misspelt.get(len(word) + more, frozenset()) for more in (-2, -1, 0, 1, 2))
        found = frozenset(known for alike in near for known in alike if _slip(word, known, _slips(known)))
        openings = self._by_letter.get(word[0], frozenset()) & self._openings
        return found | {k for k in openings if any(_slip(word[: len(k) - cut], k[:-1], 1) for cut in range(3))}


def load_emergency(path: Path) -> Emergency:
    """The ideas as the file stands now. Raises SettingError that names the file."""
    try:
        return _load(path, path.stat().st_mtime_ns)
    except (OSError, UnicodeDecodeError, YAMLError, KeyError, TypeError, AttributeError) as error:
        raise SettingError(f"The emergency words {path} cannot be read: {error!r}. Restore the file.") from None


@lru_cache(maxsize=2)
def _load(path: Path, _changed: int) -> Emergency:
    return Emergency(read(path))


def _orders(written: str) -> Iterator[str]:
    """`a & b` is `a ... b` and `b ... a`."""
    return map(" ... ".join, itertools.permutations(written.split(" & ")))


def _idea(written: str, groups: Mapping[str, str]) -> Idea:
    """`{person} ... wont|cant wake_up` as parts."""
    parts: list[Part] = []
    gap = _GAP
    for item in re.sub(r"\{(\w+)\}", lambda group: groups[group.group(1)], written).split():
        if item == "...":
            gap = _FAR
            continue
        for index, choices in enumerate(item.split("+")):
            phrases = [_words(choice.replace("_", " ")) for choice in choices.split("|")]
            words = frozenset(phrase[0] for phrase in phrases if len(phrase) == 1)
            longer = tuple(phrase for phrase in phrases if len(phrase) > 1)
            parts.append(Part(0 if index else gap, words, longer, words.union(phrase[0] for phrase in longer)))
        gap = _GAP
    return tuple(parts)


def _is_call(said: list[frozenset[str]], call: Words) -> bool:
    return len(call) == len(said) and all(map(operator.contains, said, call))


def _follow(said: list[frozenset[str]], idea: Idea, index: int, last: int) -> int | None:
    if index == len(idea):
        return last
    for start in range(last + 1, min(last + 2 + idea[index].gap, len(said))):
        for end in _ends(said, start, idea[index]):
            if (found := _follow(said, idea, index + 1, end)) is not None:
                return found
    return None


def _ends(said: list[frozenset[str]], start: int, part: Part) -> Iterator[int]:
    """The last places of the part, if it begins at `start`."""
    if not said[start].isdisjoint(part.words):
        yield start
    for phrase in part.phrases:
        here = said[start : start + len(phrase)]
        if len(here) == len(phrase) and all(word in meanings for word, meanings in zip(phrase, here, strict=True)):
            yield start + len(phrase) - 1


def _plain(text: str) -> str:
    """Lower case, without accents and apostrophes."""
    letters = unicodedata.normalize("NFKD", text.lower())
    return re.sub(r"['’`´]", "", "".join(letter for letter in letters if not unicodedata.combining(letter)))


def _words(text: str) -> Words:
    return tuple(_plain(text).split())


def _sound(word: str) -> str:
    for wrong, right in _SPELLINGS:
        word = wrong.sub(right, word)
    return word


def _grouped(words: Iterable[str], key: Callable[[str], K]) -> dict[K, frozenset[str]]:
    groups: dict[K, set[str]] = {}
    for word in words:
        groups.setdefault(key(word), set()).add(word)
    return {name: frozenset(group) for name, group in groups.items()}


def _slips(known: str) -> int:
    return 1 + (len(known) >= _TWO_SLIPS_LENGTH)


def _slip(word: str, known: str, slips: int) -> bool:
    if word[0] not in known[:2] or known[0] not in word[:2]:  # people begin words right, or swap the first two letters
        return False
    return DamerauLevenshtein.distance(word, known, score_cutoff=slips) <= slips


@cache
def _common_words() -> frozenset[str]:
    """Without accents; read from pyspellchecker's files, its own reader takes ten times as long."""
    folder, words = files("spellchecker") / "resources", set[str]()
    for language, least in _COMMON.items():
        counts = json.loads(gzip.decompress((folder / f"{language}.json.gz").read_bytes()))
        words.update(_plain(word) for word, count in counts.items() if count >= least)
    return frozenset(words)
