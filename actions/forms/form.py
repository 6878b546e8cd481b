"""One turn of any form: read the message, say what came of it, ask the open question, keep the draft in its slot."""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import ClassVar, Generic

from rasa_sdk import Tracker
from rasa_sdk.events import ActionExecutionRejected, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.agencies.errors import AgencyError
from actions.base import NOT_UNDERSTOOD, Event, ServiceAction, Turn, opened_now
from actions.forms import asking, reading
from actions.forms.commands import command
from actions.forms.draft import REVIEW, D, Outcome, Said
from actions.forms.field import Field
from actions.forms.message import next_step
from actions.forms.resuming import PAUSE, is_expired, is_paused, kept_forms

CLOSED = SlotSet("requested_slot", None)
ANSWERS_ASIDE = NOT_UNDERSTOOD | {"give_place", "choose"}
"""Intents that answer what an aside asked, such as the street for the collection day."""
EXPIRED = Said("utter_forms_expired")


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
        return next_step(draft, await self.fields(draft, turn))

    async def serve(self, turn: Turn, say: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        draft = self.drafts.from_slot(tracker.get_slot(self.topic))
        try:
            opened = opened_now(tracker, f"{self.topic}_form")
            if opened and not turn.text and not turn.choice:
                turn = replace(turn, text=not_understood_before(tracker))
            outcome = await self._happen(draft, turn, opened=opened)
            if outcome.then == "ask" and draft.state == "open" and asked_besides(tracker):
                outcome = replace(outcome, draft=replace(outcome.draft, state="aside"), then="listen")
            question = await self._question(outcome.draft, turn) if outcome.then == "ask" else None
        except AgencyError:
            outcome, question = self._unavailable(draft), None
        say_all(say, (*outcome.says, question) if question else outcome.says)
        for effect in outcome.effects:
            say.utter_message(json_message=effect)
        return [*outcome.events, *self._kept(outcome, turn)]

    def after_failure(self, tracker: Tracker) -> list[Event]:
        """The form stays open, with all that it knew."""
        return [SlotSet(self.topic, tracker.get_slot(self.topic)), SlotSet("requested_slot", self.topic)]

    async def _happen(self, draft: D, turn: Turn, *, opened: bool) -> Outcome[D]:
        if draft.handled and draft.handled == turn.message_id:  # back from an aside
            return self._back(draft)
        if draft.state == "aside" and not opened:
            draft = replace(draft, state="open")
            if turn.text and turn.intent in ANSWERS_ASIDE:
                return Outcome(draft, then="aside")
        if opened:
            outcome = await self._opened(draft, turn)
        elif draft.state == "offered":
            outcome = await self._decided(draft, turn)
        elif is_paused(draft, turn):
            outcome = await self._returned(draft, turn)
        else:
            outcome = await self.read(draft, turn)
        return await self._settled(outcome, draft, turn)

    async def _settled(self, outcome: Outcome[D], before: D, turn: Turn) -> Outcome[D]:
        outcome = await self.settle(outcome, before, turn)
        if not outcome.draft.step and outcome.then not in ("send", "leave"):
            outcome = replace(outcome, draft=replace(outcome.draft, step=await self.next_step(outcome.draft, turn)))
        if outcome.then == "send":
            outcome = await self.send(replace(outcome.draft, step=REVIEW), turn)
        return outcome

    def _back(self, draft: D) -> Outcome[D]:
        if draft.state == "expired":
            return Outcome(draft, (EXPIRED,), "leave")
        return Outcome(draft, then="later" if draft.state == "left" else "ask")

    async def _fresh(self, turn: Turn, *says: Said) -> Outcome[D]:
        outcome = await self.begin(self.drafts(words=turn.text), turn)
        return replace(outcome, says=(*says, *outcome.says))

    async def _opened(self, draft: D, turn: Turn) -> Outcome[D]:
        """The form opens, perhaps while an earlier draft is kept."""
        if not draft.handled or not await self.title(draft, turn):
            return await self._fresh(turn)
        asked_for = turn.intent in self.intents
        if is_expired(draft, turn):
            return await self._fresh(turn, EXPIRED) if asked_for else Outcome(draft, (EXPIRED,), "leave")
        if turn.intent == "resume_form" or not (asked_for or is_paused(draft, turn)):
            return Outcome(replace(draft, state="open"), (Said("utter_forms_resumed"),))
        return Outcome(replace(draft, state="offered", waiting=turn.text if asked_for else ""))

    async def _returned(self, draft: D, turn: Turn) -> Outcome[D]:
        """A message after a pause: a button, a command or a clear answer counts; before anything else, ask."""
        outcome = await self.read(draft, turn)
        if is_expired(draft, turn):
            if outcome.then == "aside":
                return Outcome(replace(draft, state="expired"), then="aside")
            return (
                await self._fresh(turn, EXPIRED) if turn.intent in self.intents else Outcome(draft, (EXPIRED,), "leave")
            )
        item = next((item for item in await self.fields(draft, turn) if item.name == draft.step), None)
        clear = item is None or not item.free_text or item.find(turn.text) is not None
        answered = clear and outcome.draft.values != draft.values and turn.intent not in self.intents
        if outcome.then == "aside" or not (answered or turn.choice or command(turn)):
            waiting = turn.text if turn.intent in self.intents else ""
            return Outcome(
                replace(draft, state="offered", waiting=waiting),
                then=outcome.then if outcome.then == "aside" else "ask",
            )
        return outcome

    async def _decided(self, draft: D, turn: Turn) -> Outcome[D]:
        """The answer to "Go on with it?"."""
        match asking.decision(turn):
            case "go_on":
                return Outcome(replace(draft, state="open", misses=0))
            case "start_over":
                return await self._fresh(replace(turn, text=draft.waiting, choice=""), Said("utter_forms_started_over"))
            case "drop":
                return Outcome(draft, (Said("utter_forms_cancelled"),), "leave")
        outcome = await self.read(replace(draft, state="open"), turn)
        if outcome.then == "aside":
            return Outcome(replace(draft, state="left"), then="aside")
        if turn.intent in self.intents:
            return await self._fresh(turn, Said("utter_forms_started_over"))
        if outcome.then == "ask" and outcome.draft.values == draft.values:
            return Outcome(replace(draft, misses=draft.misses + 1), (Said("utter_forms_unclear_offer"),))
        return outcome

    async def _question(self, draft: D, turn: Turn) -> Said:
        if draft.state == "offered":
            return asking.offer(await self.title(draft, turn), turn.language)
        return await self.ask(draft, turn)

    def _unavailable(self, draft: D) -> Outcome[D]:
        says = (Said(f"utter_{self.topic}_unavailable"),)
        return (
            Outcome(draft, (*says, Said("utter_forms_kept")), "later")
            if draft.values
            else Outcome(draft, says, "leave")
        )

    def _kept(self, outcome: Outcome[D], turn: Turn) -> list[Event]:
        changed = {each["name"]: each["value"] for each in outcome.events if each["event"] == "slot"}
        turn = replace(turn, slots={**turn.slots, **changed})
        if outcome.then == "leave":
            return [SlotSet(self.topic, None), CLOSED, *_resumed(self.topic, turn)]
        form, draft = f"{self.topic}_form", replace(outcome.draft, handled=turn.message_id, touched=turn.at)
        if outcome.then == "later":
            draft = replace(draft, state="left")
        kept = SlotSet(self.topic, {"form": form, **draft.to_slot()})
        if outcome.then == "later":
            return [kept, CLOSED, *_resumed(self.topic, turn)]
        rejected = outcome.then == "aside"
        return [kept, ActionExecutionRejected(form) if rejected else SlotSet("requested_slot", self.topic)]


def asked_besides(tracker: Tracker) -> bool:
    """Whether an aside of this turn asked something itself: "What street do you live on?"."""
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            return False
        if event.get("event") == "slot" and event.get("name") == "awaiting":
            return bool(event.get("value"))
    return False


def not_understood_before(tracker: Tracker) -> str:
    """What the person wrote before they pressed "Did you mean …?"; "" if they did not."""
    events = [event for event in tracker.events if event.get("event") in ("user", "action")]
    users = [number for number, event in enumerate(events) if event["event"] == "user"]
    if len(users) < 2:
        return ""
    before = events[users[-2] : users[-1]]
    asked_back = any(event.get("name") == "action_fallback" for event in before)
    text = str(before[0].get("text") or "")
    return text if asked_back and not text.startswith("/") else ""


def say_all(say: CollectingDispatcher, what: Iterable[Said]) -> None:
    """Say the answers one after the other."""
    for said in what:
        say.utter_message(response=said.answer, buttons=list(said.buttons), **said.blanks)


def _resumed(topic: str, turn: Turn) -> list[Event]:
    """Another form that was left for this one goes on."""
    left = [slot for slot in kept_forms({**turn.slots, topic: None}) if slot.get("state") == "open"]
    return [FollowupAction(slot["form"]) for slot in left[:1] if turn.at - float(slot["touched"]) <= PAUSE]
