"""One turn of a conversation inside Rasa: all of it is kept, or nothing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Dict, List, Mapping, Optional

from rasa.core.actions.action import ActionBotResponse, ActionExecutionRejection
from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.exceptions import ActionLimitReached
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME, REQUESTED_SLOT
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from nlu.action_server import ActionServer
from nlu.answers import FALLBACK
from nlu.graph_runner import StraightRunner
from nlu.meaning import button_named, question_beside
from nlu.parsed import chosen
from nlu.reasons import reasons_of
from nlu.telling import asked_before, events_of, reply_of

LONG = 24  # events; Rasa's policies replay all of them several times a turn
OFFER = "action_offer_form"  # asked when a turn rests outside of a form while a draft is kept
LOCK_POLL_SECONDS = 0.02  # Rasa's default of a second would make a second message wait a second


class UnknownAction(Exception):
    """The follow-up names an action that the model does not know."""


class NoAnswer(Exception):
    """Nothing to say and no fallback answer: the content lacks `utter_default`."""


@dataclass(frozen=True)
class Turn:
    """What the assistant asks of Rasa: exactly one of text, choice and action is set."""

    message_id: str
    sender: str
    channel: str
    language: str
    text: Optional[str] = None
    choice: Optional[str] = None
    action: Optional[str] = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    release: Optional[int] = None

    @property
    def facts(self) -> Dict[str, Any]:
        """What actions read from the slot `turn` and from the message's metadata; and which release was live."""
        named = {"message_id": self.message_id, "channel": self.channel, "language": self.language}
        return {"attempt": 1, **self.metadata, **named, **({"release": self.release} if self.release else {})}


class Said(OutputChannel):
    """Carries the channel's name to the answers; what was said is read from the tracker."""

    def __init__(self, channel: str) -> None:
        self._channel = channel

    def name(self) -> str:  # type: ignore[override]  # Rasa asks the instance
        """The resident's channel, so that the wording fits it."""
        return self._channel

    async def send_response(self, recipient_id: str, message: Dict[str, Any]) -> None:
        """Nothing: the reply to the request carries what was said."""


class Turns:
    """Runs turns on one agent, one at a time in a conversation."""

    def __init__(self, agent: Agent) -> None:
        self.agent = agent
        self._release: Optional[int] = getattr(agent.nlg, "release", None)
        self._store = getattr(agent.tracker_store, "_tracker_store", agent.tracker_store)  # errors must reach us

    async def run(self, turn: Turn) -> Dict[str, Any]:
        """The reply as docs/message-path.md has it; a message_id seen before gives the same reply again."""
        turn = replace(turn, release=self._release)
        async with self.agent.lock_store.lock(turn.sender, wait_time_in_seconds=LOCK_POLL_SECONDS):
            tracker = await self._tracker(turn.sender)
            known = events_of(tracker.events, turn.message_id)
            if known is not None:
                return reply_of(turn.message_id, turn.language, known)
            await self._happen(turn, tracker)
            reply = reply_of(turn.message_id, turn.language, events_of(tracker.events, turn.message_id) or [])
            await self._store.save(tracker)
            return reply

    async def forget(self, sender: str) -> None:
        """Removes everything that is kept of a conversation."""
        async with self.agent.lock_store.lock(sender, wait_time_in_seconds=LOCK_POLL_SECONDS):
            await self._store.delete(sender)

    async def why(self, sender: str, message_id: str) -> Optional[Dict[str, Any]]:
        """Why a turn went as it did (nlu/reasons.py); None where it is not known (any more)."""
        tracker = await self._store.retrieve(sender)
        events = events_of(tracker.events, message_id) if tracker else None
        return reasons_of(events) if events is not None else None

    async def _tracker(self, sender: str) -> DialogueStateTracker:
        tracker: DialogueStateTracker = await self._store.retrieve(sender) or self._store.init_tracker(sender)
        metadata = self._processor.model_metadata
        tracker.model_id = metadata.model_id
        tracker.assistant_id = tracker.assistant_id or metadata.assistant_id
        return tracker

    @property
    def _processor(self) -> MessageProcessor:
        processor = self.agent.processor
        assert processor is not None  # the door checks is_ready()
        if not isinstance(processor.action_endpoint, ActionServer):
            processor.action_endpoint = ActionServer(processor.action_endpoint)
            if isinstance(processor.graph_runner, DaskGraphRunner):
                processor.graph_runner = StraightRunner(processor.graph_runner)
        return processor

    async def _happen(self, turn: Turn, tracker: DialogueStateTracker) -> None:
        processor, said = self._processor, Said(turn.channel)
        about = asked_before(tracker)  # before a new page begins
        if not tracker.events or (len(tracker.events) > LONG and tracker.active_loop_name is None):
            _start_session(tracker, processor)
        _leave_what_is_gone(tracker, processor)
        # This event also marks where the turn begins: see _events_of.
        tracker.update(SlotSet("turn", turn.facts), processor.domain)
        tracker.update(SlotSet("language", turn.language), processor.domain)
        if turn.action is not None:
            await self._follow_up(turn.action, tracker, said)
            return
        await processor._handle_message_with_tracker(await self._message(turn, tracker, said, about), tracker)
        await processor.run_action_extract_slots(said, tracker)
        await self._until_listening(tracker, said)
        if tracker.active_loop_name is None and any(map(_is_draft, tracker.current_slot_values().values())):
            await self._offer(tracker, said)
        if not any(isinstance(event, BotUttered) for event in events_of(tracker.events, turn.message_id) or []):
            await self._fall_back(tracker, said)

    async def _message(
        self, turn: Turn, tracker: DialogueStateTracker, said: Said, about: List[str]
    ) -> UserMessage:
        processor, parsed = self._processor, None
        choice = turn.choice or button_named(turn.text or "", tracker)
        if choice is not None:
            parsed = chosen(choice, processor.domain)
        elif tracker.active_loop_name is not None:
            parsed = await self._question_first(turn.text or "", tracker)
        return UserMessage(
            text=turn.text if choice is None else choice,
            output_channel=said,
            sender_id=turn.sender,
            input_channel=turn.channel,
            message_id=turn.message_id,
            metadata={**turn.facts, "about": about},
            parse_data=parsed,
        )

    async def _question_first(self, text: str, tracker: DialogueStateTracker) -> Optional[Dict[str, Any]]:
        """Parse data of an answer with a question beside it: "12 Oak Street. How long does it take?" asks something."""
        question = question_beside(text)
        if question is None:
            return None
        whole = await self._processor.parse_message(UserMessage(text), tracker)
        asked = await self._processor.parse_message(UserMessage(question), tracker)
        return {**asked, "text": text, "entities": whole.get("entities") or []}

    async def _offer(self, tracker: DialogueStateTracker, said: Said) -> None:
        """A half-done form may open again, to ask whether to go on with it; its action decides when."""
        processor = self._processor
        if OFFER not in processor.domain.action_names_or_texts:
            return
        action = processor._get_action(OFFER)
        assert action is not None
        events = await action.run(said, processor.nlg, tracker, processor.domain)
        tracker.update_with_events(events, processor.domain)
        if tracker.followup_action:
            await self._until_listening(tracker, said)

    async def _until_listening(self, tracker: DialogueStateTracker, said: Said) -> None:
        processor, more = self._processor, True
        while more and processor._should_handle_message(tracker):
            try:
                action, prediction = processor.predict_next_with_tracker_if_should(tracker)
            except ActionLimitReached:
                return
            more = await self._act(action, prediction, tracker, said)

    async def _act(self, action: Any, prediction: PolicyPrediction, tracker: DialogueStateTracker, said: Said) -> bool:
        """Rasa's own step, but an exception ends the turn instead of being logged and forgotten."""
        processor = self._processor
        seen = tracker
        if prediction.events:  # a declined action must leave no trace of the prediction
            seen = tracker.copy()
            seen.update_with_events(prediction.events, processor.domain)
        try:
            events = await action.run(said, processor.nlg, seen, processor.domain)
        except ActionExecutionRejection:
            rejected = ActionExecutionRejected(action.name(), prediction.policy_name, prediction.max_confidence)
            tracker.update(rejected)
            return bool(processor.should_predict_another_action(action.name()))
        processor._log_action_on_tracker(tracker, action, events, prediction)
        if any(isinstance(event, UserUttered) for event in events or []):
            await processor.run_action_extract_slots(said, tracker)
        return bool(processor.should_predict_another_action(action.name()))

    async def _follow_up(self, name: str, tracker: DialogueStateTracker, said: Said) -> None:
        """Only what the action says and sets is kept: the dialogue stays where it was."""
        processor = self._processor
        if name not in processor.domain.action_names_or_texts:
            raise UnknownAction(name)
        action = processor._get_action(name)
        assert action is not None
        events = await action.run(said, processor.nlg, tracker, processor.domain)
        tracker.update_with_events(events, processor.domain)

    async def _fall_back(self, tracker: DialogueStateTracker, said: Said) -> None:
        processor = self._processor
        events: List[Event] = await ActionBotResponse(FALLBACK).run(said, processor.nlg, tracker, processor.domain)
        if not events:
            raise NoAnswer(FALLBACK)
        tracker.update_with_events(events, processor.domain)


def _is_draft(value: Any) -> bool:
    """Whether a slot holds what is known of a half-done form (actions/forms/draft.py)."""
    return isinstance(value, dict) and bool(value.get("form"))


def _start_session(tracker: DialogueStateTracker, processor: MessageProcessor) -> None:
    """A new page of the conversation; what is known stays. Rasa's own carries over every slot event there ever was."""
    known = [SlotSet(slot.name, slot.value) for slot in tracker.slots.values() if slot.value != slot.initial_value]
    events = [ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted()]
    events += [event for event in known if event.key != "turn"]
    tracker.update_with_events([*events, ActionExecuted(ACTION_LISTEN_NAME)], processor.domain)


def _leave_what_is_gone(tracker: DialogueStateTracker, processor: MessageProcessor) -> None:
    """A form that a newer release no longer has cannot go on; what was said in it stays."""
    loop = tracker.active_loop_name
    if loop is not None and loop not in processor.domain.action_names_or_texts:
        tracker.update_with_events([ActiveLoop(None), SlotSet(REQUESTED_SLOT, None)], processor.domain)
