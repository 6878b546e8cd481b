"""Rasa's view of the content: domain.yml plus the topic folders, so that nobody lists intents by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Set, Union

from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers import utils
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu import content, questions

ENTITIES = ["amount", "email", "phone", "place", "reference", "weekday"]
HIDDEN_SLOT = {"type": "any", "influence_conversation": False, "mappings": [{"type": "custom"}]}
# Set by nlu/channel.py before each turn: who asks, in which language, on which channel.
SLOTS = {"turn": HIDDEN_SLOT, "language": HIDDEN_SLOT}


class TopicImporter(RasaFileImporter):
    """Reads questions, answers, rules, stories and forms; a topic's tests.yml is never training data."""

    def __init__(
        self,
        config_file: Optional[str] = None,
        domain_path: Optional[str] = None,
        training_data_paths: Optional[Union[List[str], str]] = None,
    ) -> None:
        self.config_file = config_file
        self._domain_path = domain_path
        given = [training_data_paths] if isinstance(training_data_paths, str) else training_data_paths
        self._folders = [Path(path) for path in given or ["data"]]

    def get_nlu_data(self, language: Optional[str] = "en") -> TrainingData:
        """Example questions of every language: one model understands them all."""
        return questions.read(content.find(self._folders, content.QUESTIONS), language or "en")

    def get_stories(self, exclusion_percentage: Optional[int] = None) -> StoryGraph:
        """Rules and stories of the topics."""
        return utils.story_graph_from_paths(self._paths(*content.STORIES), self.get_domain(), exclusion_percentage)

    def get_conversation_tests(self) -> StoryGraph:
        """None: the topics' tests.yml have their own format and runner."""
        return StoryGraph([])

    def get_domain(self) -> Domain:
        """domain.yml, the topics' answers and forms, and the intents that their questions and rules name."""
        domain = Domain.empty()
        for path in [*self._domain_files(), *content.find(self._folders, *content.DOMAIN_PARTS)]:
            part = content.read_mapping(path)
            # Names only: nlu/answers.py reads the words from the files, and Rasa would read all of them at each start.
            part["responses"] = {name: [{"text": name}] for name in part.get("responses") or {}}
            domain = domain.merge(Domain.from_dict(part))
        known = {slot.name for slot in domain.slots}
        derived: Dict[str, Any] = {
            # Entities fill slots; they never decide what is said next: a rule holds with and without an address.
            "intents": [{name: {"use_entities": []}} for name in sorted(self._intents() - set(domain.intents))],
            "entities": [name for name in ENTITIES if name not in domain.entities],
            "slots": {name: dict(slot) for name, slot in SLOTS.items() if name not in known},
        }
        return domain.merge(Domain.from_dict(derived))

    def _domain_files(self) -> List[Path]:
        path = Path(self._domain_path or "domain.yml")
        return [path] if path.is_file() else content.find([path], "*.yml")

    def _paths(self, *patterns: str) -> List[str]:
        return [str(path) for path in content.find(self._folders, *patterns)]

    def _intents(self) -> Set[str]:
        named: Set[str] = set()
        for path in content.find(self._folders, content.QUESTIONS, *content.STORIES):
            named.update(_intent_names(content.read_mapping(path)))
        return {name.split("/")[0] for name in named}


def _intent_names(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "intent" and isinstance(item, str):
                yield item
            yield from _intent_names(item)
    elif isinstance(value, list):
        for item in value:
            yield from _intent_names(item)
