"""What could not be sent yet is kept in a slot, tried again by a follow-up, and told when it is through."""

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Event, ServiceAction, Turn, setting
from actions.forms.draft import Said
from actions.forms.form import say_all

LONGEST_WAIT = 300
"""Seconds between two tries, at most."""


@dataclass(frozen=True)
class Try:
    """What came of one more try: what to say, the item to keep (None when it is done), other slots to set."""

    says: tuple[Said, ...] = ()
    kept: dict[str, Any] | None = None
    events: tuple[Event, ...] = ()


class SendKept(ServiceAction):
    """The follow-up for the items of a slot; each counts its `tries` and keeps the key of its first one."""

    slot: ClassVar[str]

    @abstractmethod
    async def again(self, item: dict[str, Any], turn: Turn) -> Try:
        """Try once more; says nothing while there is nothing to say. `turn.slots` are as the last item left them."""

    async def serve(self, turn: Turn, say: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        slots, waiting = dict(tracker.slots), []
        events: list[Event] = []
        for item in tracker.get_slot(self.slot) or []:
            tried = await self.again(item, replace(turn, slots=slots))
            say_all(say, tried.says)
            waiting += [tried.kept] if tried.kept else []
            slots |= {event["name"]: event["value"] for event in tried.events}
            events += tried.events
        if waiting:
            say.utter_message(json_message=follow_up(self.name(), (item["tries"] for item in waiting)))
        return [SlotSet(self.slot, waiting), *events]


def follow_up(action: str, tries: Iterable[int]) -> dict[str, Any]:
    """The effect that asks for the next try: after a wait that doubles each time, up to LONGEST_WAIT."""
    first = int(setting("KEPT_REPORT_SECONDS", "15"))
    waits: list[int] = [first << min(number - 1, 8) for number in tries]
    return {"follow_up": {"action": action, "after": min(LONGEST_WAIT, *waits)}}
