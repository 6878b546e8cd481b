"""Why a turn went as it did: what was understood, what came close, and which policy decided each step."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, Event, SlotSet, UserUttered

from nlu.answers import ORIGIN

CLOSE = 4  # what else it may have meant, the likeliest first
QUIET = ("action_listen", "action_session_start", "action_extract_slots")
LABEL = {"label": "entity", "value": "value", "start": "start", "end": "end"}
OWN_SLOTS = ("turn", "requested_slot", "language")


def reasons_of(events: List[Event]) -> Dict[str, Any]:
    """From the events of one turn, as docs/message-path.md has it; no value of what actions keep is told."""
    understood: Optional[Dict[str, Any]] = None
    steps: List[Dict[str, Any]] = []
    remembered: List[str] = []
    forms: List[Optional[str]] = []
    for event in events:
        if isinstance(event, UserUttered) and understood is None:
            understood = _understood(event)
        elif isinstance(event, ActionExecuted) and event.action_name not in QUIET:
            confidence = None if event.confidence is None else round(float(event.confidence), 4)
            steps.append({"action": event.action_name, "policy": event.policy, "confidence": confidence})
        elif isinstance(event, BotUttered) and event.text:
            steps.append({"answer": (event.metadata.get(ORIGIN) or {}).get("answer")})
        elif isinstance(event, SlotSet) and event.key not in OWN_SLOTS and event.value is not None:
            remembered.append(event.key)
        elif isinstance(event, ActiveLoop):
            forms.append(event.name)
    facts = events[0].value if events and isinstance(events[0], SlotSet) else {}
    return {
        "understood": understood,
        "steps": steps,
        "remembered": sorted(set(remembered)),
        "forms": forms,
        "release": facts.get("release") if isinstance(facts, dict) else None,
    }


def _understood(event: UserUttered) -> Dict[str, Any]:
    told, intent = event.parse_data or {}, event.intent or {}
    name = intent.get("full_retrieval_intent_name") or intent.get("name")
    ranking = [_named(each) for each in told.get("intent_ranking") or []]
    return {
        "intent": name,
        "confidence": round(float(intent.get("confidence") or 0.0), 4),
        "close": [each for each in ranking if each["intent"] != name][:CLOSE],
        "labels": [{key: each.get(part) for key, part in LABEL.items()} for each in event.entities or []],
    }


def _named(told: Dict[str, Any]) -> Dict[str, Any]:
    name = told.get("full_retrieval_intent_name") or told.get("name")
    return {"intent": name, "confidence": round(float(told.get("confidence") or 0.0), 4)}
