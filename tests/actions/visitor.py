"""A small form for tests, a visit to a garden, and a person who fills it in; time passes when they say so."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ServiceAction, Turn
from actions.forms.draft import Draft, Outcome, Said
from actions.forms.field import Field, choice, number, story, text
from actions.forms.form import Form

GARDENS = (("north", "North garden"), ("lake", "Lake garden"))


class GardenForm(Form[Draft]):
    """Four questions; sends nothing anywhere."""

    topic = "garden"
    drafts = Draft
    intents = frozenset({"visit_garden"})

    async def fields(self, draft: Draft, turn: Turn) -> Sequence[Field]:
        return (
            choice("garden", GARDENS, label="Garden"),
            number("people", label="People", called="persons?|visitors|personas"),
            text("name", label="Name", required=False),
            story("notes", label="Notes", required=False, asked=False),
        )

    async def send(self, draft: Draft, turn: Turn) -> Outcome[Draft]:
        return Outcome(draft, (Said("utter_garden_booked"),), "leave")


@dataclass
class Visitor:
    """A conversation with the form alone; each call is a turn and returns the names of the answers."""

    slots: dict[str, Any] = field(default_factory=lambda: {"language": "en"})
    events: list[dict[str, Any]] = field(default_factory=list)
    replies: list[dict[str, Any]] = field(default_factory=list)
    message_id: str = ""
    now: float = 1_800_000_000.0

    async def open(self, words: str = "", intent: str = "visit_garden", *, choice: str = "") -> list[str]:
        """The form opens: by a message, or because another action asks for it."""
        return await self.say(words, intent, choice=choice, opened=True)

    async def press(self, choice: str) -> list[str]:
        """A button."""
        return await self.say("", "choose", choice=choice)

    async def back(self, words: str) -> list[str]:
        """The form's second call in the turn of an aside."""
        return await self.say(words, "faq", again=True)

    async def say(
        self, words: str, intent: str = "nlu_fallback", *, choice: str = "", opened: bool = False, again: bool = False
    ) -> list[str]:
        """A message while the form is open."""
        return await self.run(GardenForm(), words, intent, choice=choice, opened=opened, again=again)

    async def run(
        self, action: ServiceAction, words: str = "", intent: str = "", *, choice: str = "", opened: bool = False,
        again: bool = False,
    ) -> list[str]:  # fmt: skip
        """Call an action as Rasa does."""
        self.message_id = self.message_id if again else uuid.uuid4().hex
        entities = [{"entity": "choice", "value": choice}] if choice else []
        message = {"text": words, "intent": {"name": intent, "confidence": 0.9}, "entities": entities}
        self.slots["turn"] = {"message_id": self.message_id, "at": self.now}
        loop = [{"event": "active_loop", "name": "garden_form"}] if opened else []
        tracker = Tracker("me", self.slots, message, [{"event": "user"}, *loop], False, None, {}, None)
        dispatcher = CollectingDispatcher()
        self.events = await action.run(dispatcher, tracker, {})
        self.slots.update({event["name"]: event["value"] for event in self.events if event["event"] == "slot"})
        self.replies = dispatcher.messages
        return [reply["response"] for reply in self.replies]

    def wait(self, *, hours: float = 0, days: float = 0) -> None:
        """Time passes."""
        self.now += hours * 3600 + days * 86400

    @property
    def values(self) -> dict[str, Any]:
        """What the form knows."""
        return dict((self.slots["garden"] or {}).get("values", {}))

    @property
    def was_left_to_others(self) -> bool:
        """Whether the form let another rule answer."""
        return self.events[-1]["event"] == "action_execution_rejected"

    @property
    def is_closed(self) -> bool:
        """Whether no question is open."""
        return self.slots["requested_slot"] is None
