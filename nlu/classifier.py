"""One linear classifier over every question, FAQ answers as classes of their own; it knows when it does not know."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Dict, List, Optional, Tuple

import joblib
import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, METADATA, METADATA_EXAMPLE, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu import learning
from nlu.context import last_topic
from nlu.learning import Example, Learned
from nlu.parsed import FALLBACK_INTENT, understood

FILE = "classifier.joblib"
SURE, SURELY_KNOWN = 0.95, 2.0  # the probability and the standard deviations that need no second look
UNKNOWN = -100.0  # how well an empty text is known
REMEMBERED = 2000  # texts whose ranking is kept: "hi", "yes", and what everybody asks on a snow day
Judged = Tuple[List[Tuple[str, float]], float]  # (label, probability) best first; how well known, above 0 if at all


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
        self._judged_before = lru_cache(REMEMBERED)(self._judge)

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`asked_back`: share of the questions we know that may be taken for unknown ones; `unheard`: what is asked for
        on top where no word of the text stands in some examples ("qwe zzz"); `margin`: by how much the best answer must
        be more probable than the second; `strength`: C; `steps`: of the solver;
        `ngram_weight`: of n-grams beside the encoders; `ranking`: how many questions are named. Chosen by
        cross-validation on our topics: docs/decisions/0008.
        """
        return {
            "asked_back": 0.03, "unheard": 2.0, "margin": 0.1, "strength": 30.0, "steps": 25, "ngram_weight": 0.35,
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
        loaded._judge("ready")  # the encoder loads on first use: now, not under the first resident
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
            told = self._followed(text, about, str(metadata.get("language"))) or self._understood(text)
            for name, value in told.items():
                message.set(name, value, add_to_output=True)
        return messages

    def _followed(self, text: str, about: List[str], language: str) -> Optional[Dict[str, Any]]:
        """What "and how much is it?" asks after another question, if that makes sense."""
        learned = self._learned
        topic = last_topic(about, learned.topics) if learned else None
        completed = learned.context.completed(text, topic, language) if learned and topic else None
        if learned is None or completed is None:
            return None
        ranking, known = self._judged_before(completed)
        fits = bool(ranking) and learned.topics.get(ranking[0][0]) == topic
        fits = fits and known >= max(0.0, self._judged_before(text)[1])  # else it is clearer alone
        return {**understood(ranking), "known": known} if fits else None

    def _understood(self, text: str) -> Dict[str, Any]:
        ranking, known = self._judged_before(text)
        if self._is_clear(text, ranking, known):
            return {**understood(ranking), "known": known}
        # The ranking stays: an action can offer the nearest topics ("Did you mean ...?").
        unsure = 1.0 - ranking[0][1] if ranking else 1.0
        data = understood([(FALLBACK_INTENT, unsure)])
        return {**data, "intent_ranking": data["intent_ranking"] + _ranked(ranking), "known": known}

    def _is_clear(self, text: str, ranking: List[Tuple[str, float]], known: float) -> bool:
        """Whether the question is known, and no other answer is nearly as likely."""
        assert self._learned is not None
        unheard, margin = float(self._config["unheard"]), float(self._config["margin"])
        if known < 0 or (known < unheard and not self._learned.features.heard(text)):
            return False
        answers = [chance for label, chance in ranking[:2] if "/" in label]
        return len(answers) < 2 or answers[0] - answers[1] >= margin

    def _judge(self, text: str) -> Judged:
        learned = self._learned
        if learned is None or not learned.labels[1:] or not any(character.isalnum() for character in text):
            return [], UNKNOWN
        ranking: List[Tuple[str, float]] = []
        known = UNKNOWN
        for row in learned.features.readings(text):  # the English encoder is asked only where one is not sure without
            ranking, known = self._weighed(learned, row)
            if ranking[0][1] >= SURE and known >= SURELY_KNOWN:
                break
        return ranking, known

    def _weighed(self, learned: Learned, row: Any) -> Judged:
        raw = row @ learned.weights + learned.biases
        chances = learned.confidence.chances(raw)
        best = np.argsort(-raw, kind="stable")[: int(self._config["ranking"])]
        likeness = learned.neighbors.likeness(learned.features.meaning(row), raw)
        known = learned.confidence.known_by(float(raw.max()), likeness) - self._least
        return [(learned.labels[i], round(float(chances[i]), 4)) for i in best], round(float(known), 4)


def _example(message: Message) -> Example:
    metadata = (message.get(METADATA) or {}).get(METADATA_EXAMPLE) or {}
    name = str(message.get(INTENT_RESPONSE_KEY) or message.get(INTENT))
    language, topic = str(metadata.get("language") or "en"), str(metadata.get("topic") or "")
    return Example(str(message.get(TEXT)), name, language, topic)


def _ranked(ranking: List[Tuple[str, float]]) -> List[Dict[str, Any]]:
    return [{"name": label, "confidence": chance} for label, chance in ranking]
