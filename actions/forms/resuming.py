"""Half-done forms are kept and offered again: who comes back after a pause is asked whether to go on."""

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Event, ServiceAction, Turn
from actions.forms.draft import Draft

PAUSE = 2 * 3600.0
"""Seconds after which a message may be about something else altogether."""
KEPT = 7 * 24 * 3600.0
"""Seconds after which a half-done form is dropped."""


def is_paused(draft: Draft, turn: Turn) -> bool:
    """Whether the person comes back after a while."""
    return turn.at - draft.touched > PAUSE


def is_expired(draft: Draft, turn: Turn) -> bool:
    """Whether the draft has been kept long enough."""
    return turn.at - draft.touched > KEPT


def kept_forms(slots: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The slots that hold a draft, the one touched last first."""
    found = [slot for slot in slots.values() if isinstance(slot, dict) and slot.get("form")]
    return sorted(found, key=lambda slot: -float(slot.get("touched") or 0.0))


class OfferForm(ServiceAction):
    """Asked when a turn has come to rest outside of a form while a draft is kept (nlu/turn.py)."""

    def name(self) -> str:
        return "action_offer_form"

    async def serve(self, turn: Turn, say: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        waiting = [slot for slot in kept_forms(turn.slots) if turn.at - float(slot["touched"]) > PAUSE]
        return [FollowupAction(waiting[0]["form"])] if waiting else []


class ResumeForm(ServiceAction):
    """ "Go on with my report"."""

    def name(self) -> str:
        return "action_resume_form"

    async def serve(self, turn: Turn, say: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        kept = kept_forms(turn.slots)
        if not kept:
            say.utter_message(response="utter_forms_nothing_kept")
        return [FollowupAction(slot["form"]) for slot in kept[:1]]
