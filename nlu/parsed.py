"""What Rasa calls parse data: the intent, the entities and the retrieval answer that belong to a message."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Dict, List, Tuple

if TYPE_CHECKING:
    from rasa.shared.core.domain import Domain

FALLBACK_INTENT = "nlu_fallback"
_CHOICE = re.compile(r"/(?P<intent>[A-Za-z_][\w.-]*(?:/[\w.-]+)?)(?P<entities>\{.*\})?", re.DOTALL)


class BadChoice(ValueError):
    """A button's payload that is not `/intent{"entity": "value"}`."""


def split_choice(payload: str) -> Tuple[str, Dict[str, Any]]:
    """The intent and the entity values of a button's payload. Raises BadChoice."""
    match = _CHOICE.fullmatch(payload)
    if match is None:
        raise BadChoice("choice must look like /intent or /intent{\"entity\": \"value\"}")
    try:
        entities = json.loads(match.group("entities") or "{}")
    except ValueError as error:
        raise BadChoice("choice carries entities that are not JSON") from error
    if not all(isinstance(value, (str, int, float, bool)) or value is None for value in entities.values()):
        raise BadChoice("choice may carry texts and numbers only")
    return match.group("intent"), entities


def chosen(payload: str, domain: Domain) -> Dict[str, Any]:
    """Parse data for a pressed button; one from an older model whose intent is gone is not understood."""
    intent, values = split_choice(payload)
    if intent.split("/")[0] not in domain.intents:
        intent, values = FALLBACK_INTENT, {}
    entities = [
        {"entity": name, "value": value, "start": 0, "end": len(payload), "extractor": "choice"}
        for name, value in values.items()
        if value is not None
    ]
    return {"text": payload, "entities": entities, **understood([(intent, 1.0)])}


def understood(ranking: List[Tuple[str, float]]) -> Dict[str, Any]:
    """Intent, ranking and retrieval answer in Rasa's own format from (full intent name, confidence), best first.

    The retrieval part is what rasa.core.actions.action.ActionRetrieveResponse reads to say `utter_faq/...`.
    """
    name, confidence = ranking[0]
    data: Dict[str, Any] = {
        "intent": {"name": name.split("/")[0], "confidence": confidence},
        "intent_ranking": [{"name": label, "confidence": score} for label, score in ranking],
        "response_selector": {"all_retrieval_intents": []},
    }
    if "/" in name:
        group = name.split("/")[0]
        data["intent"]["full_retrieval_intent_name"] = name
        answer = {"intent_response_key": name, "utter_action": f"utter_{name}", "confidence": confidence}
        data["response_selector"] = {
            "all_retrieval_intents": [group],
            group: {"response": {**answer, "responses": []}, "ranking": []},
        }
    return data
