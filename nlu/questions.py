"""Reads example questions: what Rasa's own reader makes of them, in a tenth of the time."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Text

from rasa.shared.importers import utils
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu import content

_PLAIN = {"intent", "metadata", "examples"}


class Question(Message):
    """An example that nobody changes once it is read: Rasa copies and fingerprints all of them a dozen times."""

    def __deepcopy__(self, memo: Dict[int, Any]) -> "Question":
        return self

    def set(self, prop: Text, info: Any, add_to_output: bool = False) -> None:
        """As Rasa's; the fingerprint stays where nothing changes."""
        if add_to_output or self.data.get(prop) != info:
            super().set(prop, info, add_to_output)

    def fingerprint(self) -> Text:
        """Differs where anything differs."""
        if self._cached_fingerprint is None:
            told = repr((sorted(self.data.items()), self.features))
            self._cached_fingerprint = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
        return self._cached_fingerprint


def read(paths: List[Path], language: str) -> TrainingData:
    """The examples of question files; a file that holds more than plain examples is read by Rasa's own reader."""
    plain: List[Message] = []
    others: List[str] = []
    for path in paths:
        items = content.read_mapping(path).get("nlu")
        if isinstance(items, list) and all(_is_plain(item) for item in items):
            plain += [question for item in items for question in _questions(item, _origin(path))]
        else:
            others.append(str(path))
    data = TrainingData(plain)
    return data.merge(utils.training_data_from_paths(others, language)) if others else data


def _is_plain(item: Any) -> bool:
    if not isinstance(item, dict) or not set(item) <= _PLAIN or not isinstance(item.get("intent"), str):
        return False
    examples = item.get("examples")
    lines = examples.splitlines() if isinstance(examples, str) else ["-"]
    return all(line.startswith("- ") and "](" not in line and "]{" not in line for line in lines if line.strip())


def _origin(path: Path) -> Optional[Dict[str, str]]:
    """Of water_bill/questions.es.yml; Rasa keeps it as the example's metadata."""
    parts = path.name.split(".")
    return {"language": parts[1], "topic": path.parent.name} if len(parts) == 3 else None


def _questions(item: Dict[str, Any], example: Optional[Dict[str, str]]) -> Iterator[Question]:
    metadata: Optional[Any] = item.get("metadata")
    for line in item["examples"].splitlines():
        text = line[2:].strip()
        if text:
            yield Question.build(text, item["intent"], intent_metadata=metadata, example_metadata=example)  # type: ignore[misc]
