"""One linear classifier over every question, FAQ answers as classes of their own; it knows when it does not know."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Dict, List, Optional, Tuple

import joblib
import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, METADATA, METADATA_EXAMPLE, METADATA_INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu import learning
from nlu.context import last_topic
from nlu.learning import Example, Learned
from nlu.parsed import FALLBACK_INTENT, understood

FILE = "classifier.joblib"
SURE, SURELY_KNOWN = 0.95, 2.0  # the probability and the standard deviations that need no second look
UNKNOWN = -100.0  # how well an empty text is known
REMEMBERED = 2000  # texts whose reading is kept: "hi", "yes", and what everybody asks on a snow day
FOLLOWED_BY = 0.5  # standard deviations by which going on with a topic goes before leaving it
ALONE_TOO = 0.6  # how much the text without its topic counts beside the one with it
Ranking = List[Tuple[str, float]]  # (label, probability), best first


@dataclass(frozen=True)
class Reading:
    """How a text was read: raw scores and probabilities [labels], and how well known it is, above 0 if at all."""

    raw: Any
    chances: Any
    known: float

    @property
    def clearness(self) -> float:
        """How well known, less where another answer is as likely."""
        return self.known + math.log(max(float(self.chances.max()), 1e-6))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class QuestionClassifier(GraphComponent, IntentClassifier):
    """config.yml `nlu.classifier.QuestionClassifier`; sets intent, intent_ranking and response_selector."""

    def __init__(
        self, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource,
        learned: Optional[Learned] = None,
    ) -> None:
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self._learned = learned
        self._least = learned.confidence.least(float(config["asked_back"])) if learned else 0.0
        self._read_before = lru_cache(REMEMBERED)(self._read)

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`asked_back`: share of the questions we know that may be taken for unknown ones; `unheard`: what is asked for
        on top where no word of the text stands in some examples ("qwe zzz"); `margin`: by how much the best answer must
        be more probable than the second, and `followed_margin` where the question before decided; `strength`: C;
        `steps`: of the solver; `ngram_weight`: of n-grams beside the encoders; `ranking`: how many questions are named.
        Chosen by cross-validation on our topics: docs/decisions/0008.
        """
        return {
            "asked_back": 0.03, "unheard": 2.0, "margin": 0.1, "followed_margin": 0.25, "strength": 30.0, "steps": 12,
            "ngram_weight": 0.35,
            "ranking": 5, "encoders": ["multilingual", "english"],
        }

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource,
        execution_context: ExecutionContext,
    ) -> "QuestionClassifier":
        """Called by Rasa before training."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource,
        execution_context: ExecutionContext, **kwargs: Any,
    ) -> "QuestionClassifier":
        """Called by Rasa when a model is loaded."""
        with model_storage.read_from(resource) as folder:
            loaded = cls(config, model_storage, resource, joblib.load(folder / FILE))
        loaded._read("ready")  # the encoder loads on first use: now, not under the first resident
        return loaded

    def train(self, training_data: TrainingData) -> Resource:
        """Fits on the topics' example questions; the same content gives the same model."""
        given = [message for message in training_data.intent_examples if message.get(TEXT)]
        self._learned = learning.learn([_example(message) for message in given], self._config)
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(self._learned, folder / FILE)
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """What each message asks; nlu/channel.py says in the metadata what was asked before (`about`)."""
        for message in messages:
            metadata = message.get("metadata") or {}
            text, about = str(message.get(TEXT) or ""), metadata.get("about") or []
            told = self._understood(text, about, str(metadata.get("language")))
            for name, value in told.items():
                message.set(name, value, add_to_output=True)
        return messages

    def _understood(self, text: str, about: List[str], language: str) -> Dict[str, Any]:
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
        return replace(whole, raw=mixed, chances=learned.confidence.chances(mixed))

    def _is_clear(self, text: str, ranking: Ranking, known: float, margin: float) -> bool:
        """Whether the question is known, and no other answer is nearly as likely."""
        assert self._learned is not None
        unheard = float(self._config["unheard"])
        if known < 0 or (known < unheard and not self._learned.features.heard(text)):
            return False
        answers = [chance for label, chance in ranking[:2] if "/" in label]
        return len(answers) < 2 or answers[0] - answers[1] >= margin

    def _read(self, text: str) -> Optional[Reading]:
        learned, reading = self._learned, None
        if learned is None or not learned.labels[1:] or not any(character.isalnum() for character in text):
            return None
        for row in learned.features.readings(text):  # the English encoder is asked only where one is not sure without
            reading = self._weighed(learned, row)
            if reading.chances.max() >= SURE and reading.known >= SURELY_KNOWN:
                break
        return reading

    def _weighed(self, learned: Learned, row: Any) -> Reading:
        raw = row @ learned.weights + learned.biases
        likeness = learned.neighbors.likeness(learned.features.meaning(row), raw)
        known = learned.confidence.known_by(float(raw.max()), likeness) - self._least
        return Reading(raw, learned.confidence.chances(raw), round(float(known), 4))

    def _ranking(self, reading: Reading) -> Ranking:
        assert self._learned is not None
        best = np.argsort(-reading.chances, kind="stable")[: int(self._config["ranking"])]
        return [(self._learned.labels[i], round(float(reading.chances[i]), 4)) for i in best if reading.chances[i] > 0]


def _example(message: Message) -> Example:
    told = message.get(METADATA) or {}
    metadata, question = told.get(METADATA_EXAMPLE) or {}, told.get(METADATA_INTENT) or {}
    name = str(message.get(INTENT_RESPONSE_KEY) or message.get(INTENT))
    language, topic = str(metadata.get("language") or "en"), str(metadata.get("topic") or "")
    leans_on = question.get("leans_on") if isinstance(question, dict) else None
    return Example(str(message.get(TEXT)), name, language, topic, tuple(leans_on or ()))


def _ranked(ranking: List[Tuple[str, float]]) -> List[Dict[str, Any]]:
    return [{"name": label, "confidence": chance} for label, chance in ranking]
