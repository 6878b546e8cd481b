"""What every form can do, shown with a small one: a visit to a garden."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Turn
from actions.forms.draft import Draft, Outcome, Said
from actions.forms.field import Field, choice, number, text
from actions.forms.form import Form

GARDENS = (("north", "North garden"), ("lake", "Lake garden"))


class GardenForm(Form[Draft]):
    """Three questions; sends nothing anywhere."""

    topic = "garden"
    drafts = Draft
    intents = frozenset({"visit_garden"})

    async def fields(self, draft: Draft, turn: Turn) -> Sequence[Field]:
        return (
            choice("garden", GARDENS, label="Garden"),
            number("people", label="People", called="persons?|visitors"),
            text("name", label="Name", required=False),
        )

    async def send(self, draft: Draft, turn: Turn) -> Outcome[Draft]:
        return Outcome(draft, (Said("utter_garden_booked"),), "leave")


@dataclass
class Visitor:
    """A conversation with the form alone; `said` are the answers' names of the latest turn."""

    slots: dict[str, Any] = field(default_factory=lambda: {"language": "en"})
    events: list[dict[str, Any]] = field(default_factory=list)
    replies: list[dict[str, Any]] = field(default_factory=list)
    message_id: str = ""
    now: float = 1_800_000_000.0

    async def open(self, words: str = "", choice: str = "") -> list[str]:
        return await self.say(words, "visit_garden", choice=choice, opened=True)

    async def say(
        self, words: str, intent: str = "nlu_fallback", *, choice: str = "", opened: bool = False, again: bool = False
    ) -> list[str]:
        self.message_id = self.message_id if again else uuid.uuid4().hex
        entities = [{"entity": "choice", "value": choice}] if choice else []
        message = {"text": words, "intent": {"name": intent, "confidence": 0.9}, "entities": entities}
        self.slots["turn"] = {"message_id": self.message_id, "at": self.now}
        loop = [{"event": "active_loop", "name": "garden_form"}] if opened else []
        tracker = Tracker("me", self.slots, message, [{"event": "user"}, *loop], False, None, {}, None)
        dispatcher = CollectingDispatcher()
        self.events = await GardenForm().run(dispatcher, tracker, {})
        self.slots.update({event["name"]: event["value"] for event in self.events if event["event"] == "slot"})
        self.replies = dispatcher.messages
        return [reply["response"] for reply in self.replies]

    async def press(self, choice: str) -> list[str]:
        return await self.say("", "choose", choice=choice)

    @property
    def values(self) -> dict[str, Any]:
        return dict((self.slots["garden"] or {}).get("values", {}))


@pytest.fixture
def visitor() -> Visitor:
    return Visitor()


async def test_a_form_asks_one_question_after_the_other_and_sends_what_was_reviewed(visitor: Visitor) -> None:
    assert await visitor.open() == ["utter_garden_ask_garden"]
    assert await visitor.press("garden:lake") == ["utter_garden_ask_people"]
    assert await visitor.say("we are 4") == ["utter_garden_ask_name"]
    assert await visitor.say("Ana Ruiz") == ["utter_garden_review"]
    assert visitor.replies[0]["items"] == "• Garden: Lake garden\n• People: 4\n• Name: Ana Ruiz"
    assert await visitor.press("send") == ["utter_garden_booked"]
    assert visitor.slots["garden"] is None and visitor.slots["requested_slot"] is None


async def test_a_button_opens_the_form_with_something_chosen(visitor: Visitor) -> None:
    assert await visitor.open(choice="garden:north") == ["utter_garden_ask_people"]


async def test_the_first_message_and_each_answer_may_hold_several_facts(visitor: Visitor) -> None:
    assert await visitor.open("i want to see the lake garden") == ["utter_garden_ask_people"]
    visitor = Visitor()
    await visitor.open()
    assert await visitor.say("the second one") == ["utter_garden_ask_people"]
    assert visitor.values == {"garden": "lake"}


@pytest.mark.parametrize("words", ["i don't know", "no sé", "not sure", "idk", "N/A", "no idea, sorry", "nose"])
async def test_not_knowing_is_fine_where_the_field_is_optional_only(visitor: Visitor, words: str) -> None:
    await visitor.open(choice="garden:north")
    assert await visitor.say(words) == ["utter_forms_needed", "utter_garden_ask_people"]
    await visitor.say("3")
    assert await visitor.say(words) == ["utter_garden_review"]
    assert visitor.values["name"] == ""


@pytest.mark.parametrize("words", ["no, the North garden", "sorry, i meant the north garden", "wait, north garden"])
async def test_an_earlier_answer_is_corrected_in_one_sentence(visitor: Visitor, words: str) -> None:
    await visitor.open(choice="garden:lake")
    assert await visitor.say(words) == ["utter_forms_changed", "utter_garden_ask_people"]
    assert visitor.replies[0]["value"] == "North garden"


async def test_the_button_of_an_earlier_question_corrects_it(visitor: Visitor) -> None:
    await visitor.open(choice="garden:lake")
    assert await visitor.press("garden:north") == ["utter_forms_changed", "utter_garden_ask_people"]


async def test_a_question_beside_an_answer_is_answered_and_the_answer_is_kept(visitor: Visitor) -> None:
    await visitor.open(choice="garden:lake")
    assert await visitor.say("we are 4. where can i park?", "faq") == []
    assert visitor.events[-1]["event"] == "action_execution_rejected"
    assert await visitor.say("we are 4. where can i park?", "faq", again=True) == ["utter_garden_ask_name"]
    assert visitor.values["people"] == "4"


async def test_back_start_over_and_leave(visitor: Visitor) -> None:
    await visitor.open(choice="garden:lake")
    await visitor.say("4")
    assert await visitor.say("back", "go_back") == ["utter_garden_ask_people"]
    assert await visitor.say("start over", "start_over") == ["utter_forms_started_over", "utter_garden_ask_garden"]
    assert await visitor.say("never mind", "cancel") == ["utter_forms_cancelled"]


async def test_everything_can_be_changed_at_the_review(visitor: Visitor) -> None:
    await visitor.open(choice="garden:lake")
    await visitor.say("4")
    await visitor.say("Ana")
    assert await visitor.press("change") == ["utter_forms_ask_change"]
    assert await visitor.say("2") == ["utter_garden_ask_people"]
    assert await visitor.say("five") == ["utter_garden_review"]
    assert await visitor.say("the number of visitors is 6") == ["utter_forms_changed", "utter_garden_review"]
    assert visitor.values == {"garden": "lake", "people": "6", "name": "Ana"}
