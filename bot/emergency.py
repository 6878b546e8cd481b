"""Hears fire, gas, violence, medical emergencies and crisis before anything else, misspelt and in texting style too."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from rapidfuzz.distance import DamerauLevenshtein
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bot.errors import SettingError

KINDS = ("gas", "crisis", "danger")  # the more special first: a gas leak has its own advice
MAX_CHARACTERS = 1600  # the longest text message; danger stands in the first lines
_GAP, _FAR = 2, 7  # other words allowed between two words of an idea, and where it has "..."
_FUZZY_LENGTH = 6  # shorter words must be written right: "fire" is one letter from "fine"
_REMEMBERED = 20_000  # words whose meaning is kept
_SENTENCE = re.compile(r"[.!?;\n]+")
_CLAUSE = re.compile(r"[,:]+|\b(?:but|pero|omg|btw|oh no)\b")
_SOUNDS = (  # how people spell by ear: kiero, gaz, insendio, bivir, kil
    (r"([bcdfgklmnprstvz])\1", r"\1"), (r"qu", "k"), (r"ph", "f"), (r"^kn", "n"), (r"^h(?=\w{4})", ""),
    (r"c(?=[ei])", "s"), (r"c(?!h)", "k"), (r"z", "s"), (r"v", "b"), (r"y$", "i"),
)  # fmt: skip
_SPELLINGS = tuple((re.compile(wrong), right) for wrong, right in _SOUNDS)

Words = tuple[str, ...]


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
        for start, meanings in enumerate(said):
            for word in meanings:
                for idea in self._by_opening.get(word, ()):
                    for end in _ends(said, start, idea[0]):
                        if (last := _follow(said, idea, 1, end)) is not None:
                            return start, last
        return None


class Emergency:
    """What data/emergency.yml says, ready to listen."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        groups = {name: "|".join(words.split()) for name, words in raw["groups"].items()}
        ideas: list[Idea] = []

        def read(written: list[str]) -> _Ideas:
            ideas.extend(new := [_idea(idea, groups) for idea in written])
            return _Ideas(new)

        self._always = {kind: read(raw[kind]["always"]) for kind in KINDS}
        self._usually = {kind: read(raw[kind]["usually"]) for kind in KINDS}
        self._never, self._calm = read(raw["never"]), read(raw["calm"])
        self._alone = frozenset(_words(phrase) for phrase in raw["alone"])
        self._ordinary = frozenset(word for words in raw["ordinary"] for word in _words(words))
        known = frozenset(word for idea in ideas for part in idea for word in part.words.union(*part.phrases))
        self._by_sound = _grouped(known, lambda word: "" if word[-1] == "*" else _sound(word))
        self._by_letter = _grouped(known, lambda word: word[0])
        self._meanings = lru_cache(_REMEMBERED)(self._meanings_of)

    def kind_of(self, text: str) -> str | None:
        """The kind of emergency the text speaks of, or None."""
        found = set(self._heard(_plain(text[:MAX_CHARACTERS])))
        return next((kind for kind in KINDS if kind in found), None)

    def _heard(self, text: str) -> Iterator[str]:
        for sentence in _SENTENCE.split(text):
            if tuple(sentence.split()) in self._alone:
                yield "danger"
            for clause in _CLAUSE.split(sentence):
                said = [self._meanings(word) for word in re.findall(r"[a-z0-9]+", clause)]
                yield from self._heard_in(said)

    def _heard_in(self, said: list[frozenset[str]]) -> Iterator[str]:
        while span := self._never.find(said):
            said[span[0] : span[1] + 1] = [frozenset()]
        yield from (kind for kind in KINDS if self._always[kind].find(said))
        if not self._calm.find(said):
            yield from (kind for kind in KINDS if self._usually[kind].find(said))

    def _meanings_of(self, word: str) -> frozenset[str]:
        """The words of the file that this word is: as written, by its sound, by its beginning, or one slip away."""
        alike = self._by_letter.get(word[0], frozenset())
        found = alike & {word} | self._by_sound.get(_sound(word), frozenset())
        if not found and len(word) >= _FUZZY_LENGTH - 1 and word not in self._ordinary:
            found = frozenset(known for known in alike if _slip(word, known))
        return found | {known for known in alike if known[-1] == "*" and word.startswith(known[:-1])}


def load_emergency(path: Path) -> Emergency:
    """Read the ideas. Raises SettingError that names the file."""
    try:
        return Emergency(YAML(typ="safe").load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, YAMLError, KeyError, TypeError, AttributeError) as error:
        raise SettingError(f"The emergency words {path} cannot be read: {error!r}. Restore the file.") from None


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


def _grouped(words: Iterable[str], key: Callable[[str], str]) -> dict[str, frozenset[str]]:
    groups: dict[str, set[str]] = {}
    for word in words:
        groups.setdefault(key(word), set()).add(word)
    return {name: frozenset(group) for name, group in groups.items()}


def _slip(word: str, known: str) -> bool:
    beginning = known.rstrip("*")
    if len(beginning) < _FUZZY_LENGTH:
        return False
    said = word[: len(beginning)] if known[-1] == "*" else word
    return DamerauLevenshtein.distance(said, beginning, score_cutoff=1) <= 1
