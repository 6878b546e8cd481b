"""Tokens and entities by spaCy rules: places, reference numbers, amounts, phones, e-mails and weekdays."""

from __future__ import annotations

from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.entity_patterns import LANGUAGES, found, pipeline, within_reason


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class SpacyEntities(GraphComponent, EntityExtractorMixin):
    """config.yml `nlu.entities.SpacyEntities`; needs no examples."""

    def __init__(self, config: Dict[str, Any]) -> None:
        self._max_length = int(config["max_length"])
        self._pipelines = {language: pipeline(language) for language in LANGUAGES}

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`max_length`: characters that are looked at."""
        return {"max_length": 2_000}

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SpacyEntities":
        """Called by Rasa."""
        return cls(config)

    def process(self, messages: List[Message]) -> List[Message]:
        """Adds the entities found in each message's text."""
        for message in messages:
            language = (message.get("metadata") or {}).get("language")
            nlp = self._pipelines.get(language, self._pipelines[LANGUAGES[0]])
            text = str(message.get(TEXT) or "")[: self._max_length]
            text = text.encode("utf-8", "replace").decode()  # half a character would stop spaCy; no place moves
            entities = found(nlp(within_reason(text)))
            message.set(ENTITIES, message.get(ENTITIES, []) + entities, add_to_output=True)
        return messages
