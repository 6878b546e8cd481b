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


def right_offer(resident: Resident, expected: list[str]) -> str:
    """The button of "Did you mean ...?" that leads to what is expected; "" if none does."""
    wanted = {answer.replace("utter_", "/", 1) for answer in expected}
    return next((title for title, payload in resident.buttons.items() if payload in wanted), "")


@pytest.mark.rasa
@pytest.mark.parametrize("conversation", CONVERSATIONS)
def test_a_promised_conversation_still_works(stack: Stack, conversation: dict[str, Any]) -> None:
    resident = Resident(stack, conversation["language"])
    for step in conversation["steps"]:
        replies = resident.press(step["press"]) if "press" in step else resident.write(step["user"])
        expected = step["answer"] if isinstance(step["answer"], list) else [step["answer"]]
        offered = right_offer(resident, expected) if names(replies) == ["utter_did_you_mean"] else ""
        if offered:  # two questions are close: being asked which one is right, too, if the right one is offered
            replies = resident.press(offered)
        assert set(names(replies)) & set(expected), f"{step}: {names(replies)} {words(replies)}"
        assert step.get("says", "") in words(replies), step
