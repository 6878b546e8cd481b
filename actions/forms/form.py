"""One turn of any form: read the message, say what came of it, ask the open question, keep the draft in its slot."""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Generic

from rasa_sdk import Tracker
from rasa_sdk.events import ActionExecutionRejected, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.agencies.errors import AgencyError
from actions.base import Event, ServiceAction, Turn, opened_now
from actions.forms import asking, reading
from actions.forms.draft import REVIEW, D, Outcome, Said
from actions.forms.field import Field

CLOSED = SlotSet("requested_slot", None)


class Form(ServiceAction, Generic[D]):
    """Form `<topic>_form`, kept in slot `<topic>`, with the answers `utter_<topic>_…`.

    A form of plain questions gives its `fields` and says how to `send`; the rest may be replaced where a form differs.
    An AgencyError that leaves one of these methods is told to the person by `utter_<topic>_unavailable`.
    """

    topic: ClassVar[str]
    drafts: type[D]
    intents: ClassVar[frozenset[str]] = frozenset()
    """Intents of its own that are no question about something else while the form is open."""

    def name(self) -> str:
        return f"validate_{self.topic}_form"

    async def fields(self, draft: D, turn: Turn) -> Sequence[Field]:
        """The questions, in order; they may depend on what is known."""
        return ()

    @abstractmethod
    async def send(self, draft: D, turn: Turn) -> Outcome[D]:
        """Do what was reviewed, with `turn.message_id` as the key; then "leave", or "ask" to let the person mend it."""

    async def begin(self, draft: D, turn: Turn) -> Outcome[D]:
        """Read the message that opened the form: it may answer several questions at once."""
        return reading.begin(draft, await self.fields(draft, turn), turn)

    async def read(self, draft: D, turn: Turn) -> Outcome[D]:
        """Read a message while the form is open."""
        return reading.read(draft, await self.fields(draft, turn), turn, self.intents)

    async def settle(self, outcome: Outcome[D], before: D, turn: Turn) -> Outcome[D]:
        """What new values need before the next question, such as holding a time; by default nothing."""
        return outcome

    async def ask(self, draft: D, turn: Turn) -> Said:
        """The open question."""
        return asking.ask(draft, await self.fields(draft, turn), self.topic, turn.language)

    async def title(self, draft: D, turn: Turn) -> str:
        """What the half-done form is about, to offer it again: "Pothole, 12 Elm"; "" if nothing is worth keeping."""
        given = [item for item in await self.fields(draft, turn) if draft.values.get(item.name)]
        return ", ".join(item.show(draft.values[item.name]) for item in given[:2])

    async def next_step(self, draft: D, turn: Turn) -> str:
        """The question to ask next: the first field without a value, then the review."""
        return reading.next_step(draft, await self.fields(draft, turn))

    async def serve(self, turn: Turn, say: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        draft = self.drafts.from_slot(tracker.get_slot(self.topic))
        try:
            outcome = await self._happen(draft, turn, opened=opened_now(tracker, f"{self.topic}_form"))
            question = await self.ask(outcome.draft, turn) if outcome.then == "ask" else None
        except AgencyError:
            outcome, question = Outcome(draft, (Said(f"utter_{self.topic}_unavailable"),), "leave"), None
        say_all(say, (*outcome.says, question) if question else outcome.says)
        for effect in outcome.effects:
            say.utter_message(json_message=effect)
        return [*outcome.events, *self._kept(outcome, turn)]

    def after_failure(self, tracker: Tracker) -> list[Event]:
        """The form stays open, with all that it knew."""
        return [SlotSet(self.topic, tracker.get_slot(self.topic)), SlotSet("requested_slot", self.topic)]

    async def _happen(self, draft: D, turn: Turn, *, opened: bool) -> Outcome[D]:
        if draft.handled and draft.handled == turn.message_id:  # back from an aside
            return Outcome(draft)
        if opened and draft.handled and await self.title(draft, turn):  # left for another form before
            return Outcome(draft, (Said("utter_forms_resumed"),))
        if opened:
            outcome = await self.begin(self.drafts(words=turn.text), turn)
        else:
            outcome = await self.read(draft, turn)
        outcome = await self.settle(outcome, draft, turn)
        if not outcome.draft.step and outcome.then not in ("send", "leave"):
            outcome = replace(outcome, draft=replace(outcome.draft, step=await self.next_step(outcome.draft, turn)))
        if outcome.then == "send":
            outcome = await self.send(replace(outcome.draft, step=REVIEW), turn)
        return outcome

    def _kept(self, outcome: Outcome[D], turn: Turn) -> list[Event]:
        if outcome.then == "leave":
            return [SlotSet(self.topic, None), CLOSED, *_resumed(self.topic, turn)]
        form, draft = f"{self.topic}_form", replace(outcome.draft, handled=turn.message_id, touched=turn.at)
        kept = SlotSet(self.topic, {"form": form, **draft.to_slot()})
        if outcome.then == "later":
            return [kept, CLOSED]
        rejected = outcome.then == "aside"
        return [kept, ActionExecutionRejected(form) if rejected else SlotSet("requested_slot", self.topic)]


def say_all(say: CollectingDispatcher, what: Iterable[Said]) -> None:
    """Say the answers one after the other."""
    for said in what:
        say.utter_message(response=said.answer, buttons=list(said.buttons), **said.blanks)


def _resumed(topic: str, turn: Turn) -> list[Event]:
    """Another form that was left for this one goes on."""
    left: list[dict[str, Any]] = [
        slot for name, slot in turn.slots.items() if name != topic and isinstance(slot, dict) and slot.get("form")
    ]
    return [FollowupAction(slot["form"]) for slot in left[:1]]
