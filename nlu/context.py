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
_WORD = re.compile(r"[^\W\d_]{2,}|y")
_FOLLOWS = re.compile(
    r"^(and|also|but|or|ok and|what about|how about|what if|y|e|tambien|pero|que tal|y si|o)\b"
    r"|\b(it|its|that|this|one|ones|them|they|those|these|eso|esa|ese|esto|esta|este|ellos|lo|la|los|las)\b",
)

Question = Tuple[str, str, str]  # text, topic, language


class Context:
    """Which words stand for which topic, learned from the examples."""

    def __init__(self, examples: Iterable[Question]) -> None:
        within: Dict[Tuple[str, str], Counter[str]] = defaultdict(Counter)
        everywhere: Dict[str, Counter[str]] = defaultdict(Counter)
        for text, topic, language in examples:
            words = set(_words(text))
            within[topic, language].update(words)
            everywhere[language].update(words)
        self._own: Dict[str, FrozenSet[str]] = {}
        self._names: Dict[Tuple[str, str], str] = {}
        for (topic, language), counts in sorted(within.items()):
            share = {word: count / everywhere[language][word] for word, count in counts.items()}
            own = [word for word, count in counts.items() if count >= _OFTEN and share[word] >= _OWN]
            self._own[topic] = self._own.get(topic, frozenset()) | frozenset(own)
            best = sorted(own, key=lambda word: (-counts[word] * share[word], word))[:_NAMED]
            self._names[topic, language] = " ".join(best)

    def completed(self, text: str, topic: str, language: str) -> Optional[str]:
        """The question with what it is about; None where it speaks for itself or of something else."""
        words = _words(text)
        name = self._names.get((topic, language))
        if not name or not words or len(words) > _LONGEST or not _FOLLOWS.search(unaccented(text.lower().strip(" ¿¡"))):
            return None
        if any(word in own for own in self._own.values() for word in words):
            return None
        return f"{text} {name}"


def last_topic(labels: Sequence[str], topics: Dict[str, str]) -> Optional[str]:
    """The topic of the last question that was not small talk; `labels` begin with the last."""
    return next((topics[label] for label in labels if topics.get(label, SMALL_TALK) != SMALL_TALK), None)


def _words(text: str) -> List[str]:
    return _WORD.findall(unaccented(text.lower()))
