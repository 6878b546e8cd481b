"""What a text asks: read by what was learned, alone or in the light of what was asked before; needs no Rasa."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Dict, List, Optional, Tuple

import numpy as np

from nlu.context import last_topic
from nlu.learning import Learned, raw_scores
from nlu.parsed import FALLBACK_INTENT, understood

FILE = "classifier.joblib"  # in a model, under the classifier's name
UNKNOWN = -100.0  # how well an empty text is known
REMEMBERED = 2000  # texts whose reading is kept: "hi", "yes", and what everybody asks on a snow day
FOLLOWED_BY = 0.5  # standard deviations by which going on with a topic goes before leaving it
ALONE_TOO = 0.6  # how much the text without its topic counts beside the one with it
DEFAULTS: Dict[str, Any] = {
    "asked_back": 0.03, "unheard": 2.0, "margin": 0.1, "followed_margin": 0.25, "hurried": 0.2,
    "strength": 30.0, "steps": 12, "ngram_weight": 0.25, "ranking": 5, "encoders": ["use", "minilm", "e5"],
}  # what each means: nlu/classifier.py
Ranking = List[Tuple[str, float]]  # (label, probability), best first


@dataclass(frozen=True)
class Reading:
    """How a text was read: raw scores and probabilities [labels], and how well known it is, above 0 if at all."""

    raw: Any
    chances: Any
    known: float

    @property
    def lead(self) -> float:
        """By how much the best answer is more probable than the second."""
        second, first = np.partition(self.chances, -2)[-2:]
        return float(first - second)

    @property
    def clearness(self) -> float:
        """How well known, less where another answer is as likely."""
        return self.known + math.log(max(float(self.chances.max()), 1e-6))


class Reader:
    """Says what a text asks, as Rasa's parse data; without anything learned every text is unknown."""

    def __init__(self, learned: Optional[Learned], config: Dict[str, Any]) -> None:
        self._learned = learned
        self._config = config
        asked_back, sure = float(config["asked_back"]), learned.confidence if learned else {}
        self._least = {name: confidence.least(asked_back) for name, confidence in sure.items()}
        self._read_before = lru_cache(REMEMBERED)(self._read)

    def understood(self, text: str, about: List[str], language: str) -> Dict[str, Any]:
        """Alone, or as "and how much is it?" after another question, whichever is clearer."""
        topic = last_topic(about, self._learned.topics) if self._learned else None
        alone = self._read_before(text)
        heard, margin = self._without_support(alone, topic), float(self._config["margin"])
        followed = None if self._stays(text, heard, topic) else self._followed(text, alone, topic, language)
        if followed and followed.clearness + FOLLOWED_BY >= max(0.0, heard.clearness if heard else 0.0):
            heard, margin = followed, float(self._config["followed_margin"])
        if heard is None:
            return {**understood([(FALLBACK_INTENT, 1.0)]), "known": UNKNOWN}
        ranking = self._ranking(heard)
        if self._is_clear(text, ranking, heard.known, margin):
            return {**understood(ranking), "known": heard.known}
        # The ranking stays: an action can offer the nearest topics ("Did you mean ...?").
        data = understood([(FALLBACK_INTENT, 1.0 - ranking[0][1])])
        return {**data, "intent_ranking": data["intent_ranking"] + _ranked(ranking), "known": heard.known}

    def _stays(self, text: str, reading: Optional[Reading], topic: Optional[str]) -> bool:
        """Whether a text says clearly by itself what it asks about the last topic."""
        if reading is None or self._learned is None:
            return False
        ranking = self._ranking(reading)
        in_topic = self._learned.topics.get(ranking[0][0]) == topic
        return in_topic and self._is_clear(text, ranking, reading.known, float(self._config["followed_margin"]))

    def _without_support(self, reading: Optional[Reading], topic: Optional[str]) -> Optional[Reading]:
        """Without the questions that lean on another topic than the last: "what does it cost there?" needs a place."""
        learned = self._learned
        if reading is None or learned is None or not learned.leaning:
            return reading
        stands = np.array([topic in learned.leaning.get(label, (topic,)) for label in learned.labels])
        return replace(reading, chances=reading.chances * stands)

    def _followed(
        self, text: str, alone: Optional[Reading], topic: Optional[str], language: str
    ) -> Optional[Reading]:
        """What a short question asks after another one, if it can be of the same topic."""
        learned = self._learned
        completed = learned.context.completed(text, topic, language) if learned and topic else None
        whole = self._read_before(completed) if completed else None
        if learned is None or alone is None or whole is None:
            return None
        own = np.array([learned.topics.get(label) == topic for label in learned.labels])
        if not own[int(whole.raw.argmax())]:
            return None
        # The topic's name says where to look, and drowns a little of what is asked: the text alone says it again.
        mixed = np.where(own, (whole.raw + ALONE_TOO * alone.raw) / (1 + ALONE_TOO), -np.inf)
        return replace(whole, raw=mixed, chances=learned.confidence[""].chances(mixed))

    def _is_clear(self, text: str, ranking: Ranking, known: float, margin: float) -> bool:
        """Whether the question is known, and no other answer is nearly as likely."""
        assert self._learned is not None
        unheard = float(self._config["unheard"])
        if known < 0 or (known < unheard and not self._learned.features.heard(text)):
            return False
        if ranking[0][1] < float(self._config["margin"]):  # the likeliest of many that are all unlikely
            return False
        answers = [chance for label, chance in ranking[:2] if "/" in label]
        return len(answers) < 2 or answers[0] - answers[1] >= margin

    def _read(self, text: str) -> Optional[Reading]:
        learned = self._learned
        if learned is None or not learned.labels[1:] or not any(character.isalnum() for character in text):
            return None
        for row in learned.features.rows(text):
            reading = self._judged(learned, row)
            if reading.known > 0 and reading.lead >= float(self._config["hurried"]):
                break  # the slowest encoder would say the same
        return reading

    def _judged(self, learned: Learned, row: Any) -> Reading:
        raw = raw_scores(row[None], learned.features, learned.solutions)[0]
        likeness = learned.neighbors.likeness(learned.features.meaning(row), raw)
        (silent,) = learned.features.silent(row[None])
        name = silent if silent in learned.confidence else ""
        confidence = learned.confidence[name]
        known = confidence.known_by(float(raw.max()), likeness) - self._least[name]
        return Reading(raw, confidence.chances(raw), round(float(known), 4))

    def _ranking(self, reading: Reading) -> Ranking:
        assert self._learned is not None
        best = np.argsort(-reading.chances, kind="stable")[: int(self._config["ranking"])]
        return [(self._learned.labels[i], round(float(reading.chances[i]), 4)) for i in best if reading.chances[i] > 0]


def _ranked(ranking: List[Tuple[str, float]]) -> List[Dict[str, Any]]:
    return [{"name": label, "confidence": chance} for label, chance in ranking]
