"""One linear classifier over every question, FAQ answers as classes of their own; it knows when it does not know."""

from __future__ import annotations

import warnings
from functools import lru_cache
from typing import Any, Dict, List, Optional, Tuple

import joblib
import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from nlu.features import Features
from nlu.parsed import FALLBACK_INTENT, understood

FILE = "classifier.joblib"
REMEMBERED = 2000  # texts whose ranking is kept: "hi", "yes", and what everybody asks on a snow day


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class QuestionClassifier(GraphComponent, IntentClassifier):
    """config.yml `nlu.classifier.QuestionClassifier`; sets intent, intent_ranking and response_selector."""

    def __init__(
        self, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource,
        fitted: Optional[Tuple[Features, Optional[LogisticRegression], List[str]]] = None,
    ) -> None:
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self._fitted = fitted
        self._ranked_before = lru_cache(REMEMBERED)(self._rank)

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`threshold`: least decision value of a known question; `unheard`: what is added to it where no word of the
        text stands in any example ("qwe zzz"); `strength`: C; `steps`: of the solver; `ranking`: how
        many questions are named. Chosen by cross-validation on our topics: docs in config.yml.
        """
        return {
            "threshold": 5.7, "unheard": 2.5, "strength": 30.0, "steps": 25, "ngram_weight": 0.5, "ranking": 5,
            "encoder": True,
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
        loaded._rank("ready")  # the encoder loads on first use: now, not under the first resident
        return loaded

    def train(self, training_data: TrainingData) -> Resource:
        """Fits on the topics' example questions; the same content gives the same model."""
        examples = [message for message in training_data.intent_examples if message.get(TEXT)]
        texts = [str(message.get(TEXT)) for message in examples]
        names = [str(message.get(INTENT_RESPONSE_KEY) or message.get(INTENT)) for message in examples]
        labels = sorted(set(names))
        features = Features(float(self._config["ngram_weight"]), bool(self._config["encoder"])).fit(texts or ["-"])
        model = None
        if len(labels) > 1:
            # Stopped early on purpose: more steps cost seconds and gained nothing in cross-validation.
            model = LogisticRegression(C=float(self._config["strength"]), max_iter=int(self._config["steps"]))
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(features.transform(texts), [labels.index(name) for name in names])
            model.coef_ = np.asfortranarray(model.coef_, dtype=np.float32)  # rows of its transpose lie together
        self._fitted = (features, model, labels)
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(self._fitted, folder / FILE)
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """What each message asks."""
        for message in messages:
            for name, value in self._understood(str(message.get(TEXT) or "")).items():
                message.set(name, value, add_to_output=True)
        return messages

    def _understood(self, text: str) -> Dict[str, Any]:
        ranking, strongest = self._ranked_before(text)
        threshold, unheard = float(self._config["threshold"]), float(self._config["unheard"])
        if strongest >= threshold + unheard or (strongest >= threshold and self._heard(text)):
            return understood(ranking)
        # The ranking stays: an action can offer the nearest topics ("Did you mean ...?").
        unsure = 1.0 - ranking[0][1] if ranking else 1.0
        data = understood([(FALLBACK_INTENT, unsure)])
        return {**data, "intent_ranking": data["intent_ranking"] + _ranked(ranking)}

    def _heard(self, text: str) -> bool:
        assert self._fitted is not None
        return self._fitted[0].heard(text)

    def _rank(self, text: str) -> Tuple[List[Tuple[str, float]], float]:
        """(label, probability) best first, and the largest raw decision value."""
        assert self._fitted is not None
        features, model, labels = self._fitted
        if model is None or not any(character.isalnum() for character in text):
            return [], float("-inf")
        raw = features.scores(text, model.coef_.T) + model.intercept_
        raw = raw if raw.size > 1 else np.array([-raw[0], raw[0]])  # sklearn gives one value for two classes
        chances = np.exp(raw - raw.max())
        chances /= chances.sum()
        best = np.argsort(-raw, kind="stable")[: int(self._config["ranking"])]
        return [(labels[model.classes_[i]], round(float(chances[i]), 4)) for i in best], float(raw.max())


def _ranked(ranking: List[Tuple[str, float]]) -> List[Dict[str, Any]]:
    return [{"name": label, "confidence": chance} for label, chance in ranking]
