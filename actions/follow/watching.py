"""Tell people what becomes of their request, if they asked for it: once, by the way they asked, until they say stop."""

import logging
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.agencies.open311 import AgencyError, ServiceRequest
from actions.base import Event, ServiceAction, Turn, agency, setting
from actions.follow.form import read_reference, service_name, spellings, status_of
from actions.forms.draft import Said
from actions.forms.form import say_all

log = logging.getLogger(__name__)

LOOK = "action_tell_news"
LONGEST_WAIT = 3600
"""Seconds between two looks, at most."""


@dataclass(frozen=True)
class Watch:
    """What one person wants to be told. `channel` is where they asked; `note` is the last one they know."""

    id: str
    service: str
    channel: str
    note: str = ""
    looks: int = 0


@dataclass(frozen=True)
class Watches:
    """All of a conversation, as the slot `watched` holds them. `due`: when the next look of a channel comes."""

    items: tuple[Watch, ...] = ()
    due: dict[str, float] = field(default_factory=dict)

    @classmethod
    def from_slot(cls, slot: dict[str, Any] | None) -> "Watches":
        """Read the slot."""
        given = slot or {}
        return cls(tuple(Watch(**item) for item in given.get("items", ())), dict(given.get("due", {})))

    def to_slot(self) -> dict[str, Any]:
        """As JSON can carry it."""
        return {"items": [asdict(item) for item in self.items], "due": self.due}

    def without(self, request_id: str = "") -> "Watches":
        """Without that request; without any."""
        return replace(self, items=tuple(item for item in self.items if request_id and item.id != request_id))


class TellMeWhenDone(ServiceAction):
    """ "Tell me when it is done": about the request that the person names, else their latest."""

    def name(self) -> str:
        return "action_tell_me_when_done"

    async def serve(self, turn: Turn, say: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        request_id = _meant(turn)
        if not request_id:
            say.utter_message(response="utter_follow_tell_what")
            return []
        watches = Watches.from_slot(turn.slots.get("watched"))
        request = await _request(request_id)
        if request and request.status == "closed":
            named = replace(request, service_name=await service_name(request, turn.language))
            say_all(say, status_of(named, turn.language))
            return [SlotSet("watched", watches.without(request_id).to_slot())]
        known = next(item for item in turn.slots["my_requests"] if str(item["id"]) == request_id)
        note = request.status_notes.strip() if request and request.status_notes else ""
        watch = Watch(request_id, str(known["service"]), turn.channel, note)
        say.utter_message(response="utter_follow_will_tell", reference=watch.id, service=watch.service)
        watches = replace(watches, items=(*watches.without(request_id).items, watch))
        if watches.due.get(turn.channel, 0.0) <= turn.at:
            watches = _look_later(watches, turn, say)
        return [SlotSet("watched", watches.to_slot())]


class StopTellingMe(ServiceAction):
    """ "Stop telling me": about the request that the person names, else about all."""

    def name(self) -> str:
        return "action_stop_telling_me"

    async def serve(self, turn: Turn, say: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        watches = Watches.from_slot(turn.slots.get("watched"))
        reference, _ = read_reference(turn.text)
        named = next((i for i in spellings(reference) if any(w.id == i for w in watches.items)), "")
        answer = "utter_follow_tell_stopped" if watches.items else "utter_follow_tell_nothing"
        say.utter_message(response=answer)
        return [SlotSet("watched", watches.without(named).to_slot())]


class TellNews(ServiceAction):
    """The follow-up that looks: silent unless a request was closed or got a note that the person does not know."""

    def name(self) -> str:
        return LOOK

    async def serve(self, turn: Turn, say: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        watches = Watches.from_slot(turn.slots.get("watched"))
        items: list[Watch] = []
        for watch in watches.items:
            items += [watch] if watch.channel != turn.channel else await _look(watch, say)
        watches = replace(watches, items=tuple(items))
        if any(watch.channel == turn.channel for watch in items):
            watches = _look_later(watches, turn, say)
        return [SlotSet("watched", watches.to_slot())]


async def _look(watch: Watch, say: CollectingDispatcher) -> list[Watch]:
    """Tell what is new; the watch as it goes on, [] where it is over."""
    request = await _request(watch.id)
    watch = replace(watch, looks=watch.looks + 1)
    if request is None:
        return [watch]
    note = (request.status_notes or "").strip()
    news = (Said("utter_follow_note", blanks={"note": note}),) if note and note != watch.note else ()
    answer = "utter_follow_news_closed" if request.status == "closed" else "utter_follow_news_note"
    if request.status == "closed" or news:
        say_all(say, (Said(answer, blanks={"reference": watch.id, "service": watch.service}), *news))
    return [] if request.status == "closed" else [replace(watch, note=note)]


def _look_later(watches: Watches, turn: Turn, say: CollectingDispatcher) -> Watches:
    """Ask for the next look by this channel: soon for what is new, then less and less often."""
    first = int(setting("WATCH_SECONDS", "300"))
    looks = min(watch.looks for watch in watches.items if watch.channel == turn.channel)
    after = min(LONGEST_WAIT, first << min(looks, 8))
    say.utter_message(json_message={"follow_up": {"action": LOOK, "after": after}})
    return replace(watches, due={**watches.due, turn.channel: turn.at + after})


async def _request(request_id: str) -> ServiceRequest | None:
    """The request; None where the agency does not answer just now or does not know it."""
    try:
        return await agency().request(request_id)
    except AgencyError as error:
        log.info("watch_waits", extra={"reason": type(error).__name__})
        return None


def _meant(turn: Turn) -> str:
    """The request of this conversation that the person names, else the latest; "" where there is none."""
    ids = [str(item["id"]) for item in turn.slots.get("my_requests") or []]
    reference, _ = read_reference(turn.text)
    named = next((i for i in spellings(reference) if i in ids), "") if reference else ""
    return named or (ids[-1] if ids else "")
