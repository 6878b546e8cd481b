"""Short questions that only make sense after another: "and how much is it?", "what about Sundays?"."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import Dict, FrozenSet, Iterable, List, Optional, Sequence, Tuple

from nlu.letters import unaccented

SMALL_TALK = "conversation"  # the topic that nobody asks more about
_LONGEST = 8  # words; a longer question speaks for itself
_NAMED = 2  # words that stand for a topic
_OFTEN, _OWN = 4, 0.6  # in how many examples, and which share of a word's examples, make it a topic's own
_SPECIAL = 0.25  # the share that a word of a topic's name has at least: "the" is no name
_STEM = 3  # letters that two forms of a word share
_TWICE = 2  # in so many examples of a question a word is part of how people ask it
_WORD = re.compile(r"[^\W\d_]{2,}|y")

Question = Tuple[str, str, str, str]  # text, what it asks, topic, language


class Context:
    """Which words stand for which topic, learned from the examples."""

    def __init__(self, examples: Iterable[Question]) -> None:
        asked: Dict[Tuple[str, str], Dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
        everywhere: Dict[str, Counter[str]] = defaultdict(Counter)
        for text, name, topic, language in examples:
            words = set(_words(text))
            asked[topic, language][name].update(words)
            everywhere[language].update(words)
        self._own: Dict[str, FrozenSet[str]] = {}
        self._names: Dict[Tuple[str, str], str] = {}
        for (topic, language), questions in sorted(asked.items()):
            counts: Counter[str] = sum(questions.values(), Counter())
            share = {word: count / everywhere[language][word] for word, count in counts.items()}
            own = [word for word, count in counts.items() if count >= _OFTEN and share[word] >= _OWN]
            self._own[topic] = self._own.get(topic, frozenset()) | frozenset(own)
            # "license" and "dog" stand in every question about dog licenses, "tag" in one: that one is not meant.
            often = [word for word, count in counts.items() if count >= _OFTEN and share[word] >= _SPECIAL]
            spread = {word: sum(one[word] >= _TWICE for one in questions.values()) * share[word] for word in often}
            best = sorted(often, key=lambda word: (-spread[word], -counts[word], word))
            self._names[topic, language] = " ".join(_different(best)[:_NAMED])

    def completed(self, text: str, topic: str, language: str) -> Optional[str]:
        """The question with what it is about; None where it is long or names another topic."""
        words = _words(text)
        name = self._names.get((topic, language))
        if not name or not words or len(words) > _LONGEST:
            return None
        if any(word in own for other, own in self._own.items() if other != topic for word in words):
            return None
        return f"{text} {name}"


def _different(words: List[str]) -> List[str]:
    """Without other forms of a word that comes before ("vote", "voting")."""
    return [word for index, word in enumerate(words) if all(word[:_STEM] != one[:_STEM] for one in words[:index])]


def last_topic(labels: Sequence[str], topics: Dict[str, str]) -> Optional[str]:
    """The topic of the last question that was not small talk; `labels` begin with the last."""
    return next((topics[label] for label in labels if topics.get(label, SMALL_TALK) != SMALL_TALK), None)


def _words(text: str) -> List[str]:
    return _WORD.findall(unaccented(text.lower()))
