"""One linear classifier over every question, FAQ answers as classes of their own; it knows when it does not know."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

import joblib
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, METADATA, METADATA_EXAMPLE, METADATA_INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu import learning
from nlu.learning import Example, Learned
from nlu.reader import DEFAULTS, FILE, Reader
from nlu.training import code


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
        self.reader = Reader(learned, config)

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`asked_back`: share of the questions we know that may be taken for unknown ones; `unheard`: what is asked for
        on top where no word of the text stands in some examples ("qwe zzz"); `margin`: by how much the best answer must
        be more probable than the second, and `followed_margin` where the question before decided; `hurried`: by how
        much, to spare an English text the slowest encoder; `strength`: C;
        `steps`: of the solver; `ngram_weight`: of n-grams beside the encoders; `ranking`: how many questions are named.
        Chosen by cross-validation on our topics: docs/decisions/0008. `code`: Rasa keeps what was learned until
        the settings or this very class change; what any other of our files does must count, too.
        """
        return {**DEFAULTS, "code": code()}

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
            learned = joblib.load(folder / FILE)
        list(learned.features.rows("ready"))  # the encoders load on first use: now, not under a resident
        return cls(config, model_storage, resource, learned)

    def train(self, training_data: TrainingData) -> Resource:
        """Fits on the topics' example questions; the same content gives the same model."""
        given = [message for message in training_data.intent_examples if message.get(TEXT)]
        learned = learning.learn([_example(message) for message in given], self._config)
        self.reader = Reader(learned, self._config)
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(learned, folder / FILE)
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """What each message asks; nlu/channel.py says in the metadata what was asked before (`about`)."""
        for message in messages:
            metadata = message.get("metadata") or {}
            text, about = str(message.get(TEXT) or ""), metadata.get("about") or []
            told = self.reader.understood(text, about, str(metadata.get("language")))
            for name, value in told.items():
                message.set(name, value, add_to_output=True)
        return messages


def _example(message: Message) -> Example:
    told = message.get(METADATA) or {}
    metadata, question = told.get(METADATA_EXAMPLE) or {}, told.get(METADATA_INTENT) or {}
    name = str(message.get(INTENT_RESPONSE_KEY) or message.get(INTENT))
    language, topic = str(metadata.get("language") or "en"), str(metadata.get("topic") or "")
    leans_on = question.get("leans_on") if isinstance(question, dict) else None
    return Example(str(message.get(TEXT)), name, language, topic, tuple(leans_on or ()))
