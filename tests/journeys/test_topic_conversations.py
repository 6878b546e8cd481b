"""The conversations that the topics promise (data/topics/*/tests.yml), word for word through Rasa and the actions."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.journeys.conversation import Resident, names, words
from tests.stack import Stack

TOPICS = Path(__file__).parents[2] / "data" / "topics"
CONVERSATIONS = [
    pytest.param(item, id=f"{path.parent.name}: {item['name']}")
    for path in sorted(TOPICS.glob("*/tests.yml"))
    for item in YAML(typ="safe").load(path.read_text(encoding="utf-8"))
]


@pytest.mark.rasa
@pytest.mark.parametrize("conversation", CONVERSATIONS)
def test_a_promised_conversation_still_works(dialogue: Stack, conversation: dict[str, Any]) -> None:
    resident = Resident(dialogue, conversation["language"])
    for step in conversation["steps"]:
        replies = resident.press(step["press"]) if "press" in step else resident.write(step["user"])
        expected = step["answer"] if isinstance(step["answer"], list) else [step["answer"]]
        assert set(names(replies)) & set(expected), f"{step}: {names(replies)} {words(replies)}"
        assert step.get("says", "") in words(replies), step
