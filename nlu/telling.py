"""What a conversation's events tell: what was asked before, which ones are a turn's, and what was said in it."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Optional

from rasa.shared.core.events import BotUttered, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from nlu.answers import ORIGIN
from nlu.parsed import FALLBACK_INTENT

REMEMBERED_QUESTIONS = 3  # "and how much is it?" may come after a thank-you


def asked_before(tracker: DialogueStateTracker) -> List[str]:
    """What the person's last messages asked, the last one first; nothing inside a form, whose questions are its own."""
    if tracker.active_loop_name is not None:
        return []
    asked: List[str] = []
    for event in reversed(tracker.events):
        if isinstance(event, SessionStarted) or len(asked) == REMEMBERED_QUESTIONS:
            break
        if isinstance(event, UserUttered):
            asked.append(str(_asks(event)))
    return asked


def events_of(events: Iterable[Event], message_id: str) -> Optional[List[Event]]:
    """The events of the turn with that message_id, or None; the first one sets the slot `turn`."""
    found: Optional[List[Event]] = None
    for event in events:
        if isinstance(event, SlotSet) and event.key == "turn":
            if found is not None:
                return found
            if isinstance(event.value, dict) and event.value.get("message_id") == message_id:
                found = [event]
        elif found is not None:
            found.append(event)
    return found


def reply_of(message_id: str, language: str, events: List[Event]) -> Dict[str, Any]:
    """The reply that these events of a turn add up to, as docs/message-path.md has it."""
    replies: List[Dict[str, Any]] = []
    effects: List[Dict[str, Any]] = []
    understood: Optional[Dict[str, Any]] = None
    release = events[0].value.get("release") if events and isinstance(events[0], SlotSet) else None
    for event in events:
        if isinstance(event, BotUttered):
            if event.data.get("custom"):
                effects.append(event.data["custom"])
            if event.text:
                replies.append({**_said(event, language), "release": release})
        elif isinstance(event, UserUttered):
            confidence = round(float((event.intent or {}).get("confidence") or 0.0), 4)
            understood = {"intent": _asks(event), "confidence": confidence, "nearest": _nearest(event)}
    return {"message_id": message_id, "replies": replies, "effects": effects, "understood": understood}


def _asks(event: UserUttered) -> Any:
    """The full name of what a message was understood to ask."""
    intent = event.intent or {}
    return intent.get("full_retrieval_intent_name") or intent.get("name")


def _nearest(event: UserUttered) -> List[List[Any]]:
    """The two questions that a message came nearest to, with their chances; of a button only its own."""
    ranking = event.parse_data.get("intent_ranking") or []
    named = [(one.get("name"), one.get("confidence")) for one in ranking if one.get("name") != FALLBACK_INTENT]
    return [[name, round(float(chance or 0.0), 4)] for name, chance in named[:2]]


def _said(event: BotUttered, language: str) -> Dict[str, Any]:
    origin = event.metadata.get(ORIGIN) or {}
    return {
        "text": event.text,
        "answer": origin.get("answer"),
        "language": origin.get("language") or event.metadata.get("language") or language,
        "source": origin.get("source"),
        "buttons": [
            {"title": str(button.get("title", "")), "payload": str(button.get("payload", ""))}
            for button in event.data.get("buttons") or []
        ],
    }
