"""What is open for comment, and what one of it is about."""

from collections.abc import Sequence
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.agencies.errors import AgencyError
from actions.agencies.participation import Consultation
from actions.base import Event, ServiceAction, Turn
from actions.participation.asking import consultations, day, lead
from actions.participation.matching import find_consultation, find_position, points_back
from actions.words import word

CHOICE = "consultation:"
SLOT = "taking_part"
"""The slot that remembers what was spoken of last: {"consultation": its reference, "body": a public body's id,
"shown": the references or ids on the latest list}."""
MOST, MOST_IN_A_TEXT_MESSAGE = 6, 4


class OpenConsultations(ServiceAction):
    """Lists what is open, the first to close first, with a button for each; then "the second one" tells about it."""

    def name(self) -> str:
        return "action_open_consultations"

    async def serve(self, turn: Turn, say: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        try:
            found = await consultations(turn.language)
        except AgencyError:
            say.utter_message(response="utter_meetings_unavailable")
            return []
        picked = None if turn.intent == "open_consultations" else _named(turn, found, tracker)
        if picked:
            return _tell(picked, turn, say, tracker)
        opened = [item for item in found if item.status == "open"]
        if opened:
            shown = _list("utter_meetings_open_consultations", opened, turn, say)
            return [remember(tracker, shown=shown), SlotSet("awaiting", self.name())]
        if found:
            first = min(found, key=lambda item: item.opens)
            date = day(first.opens, turn.language)
            say.utter_message(response="utter_meetings_nothing_open_yet", title=first.title, date=date)
        else:
            say.utter_message(response="utter_meetings_nothing_open")
        return []


class ConsultationDetails(ServiceAction):
    """Says what a consultation is about in its three sentences; asks which one where nobody can tell."""

    def name(self) -> str:
        return "action_consultation_details"

    async def serve(self, turn: Turn, say: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        try:
            found = await consultations(turn.language)
        except AgencyError:
            say.utter_message(response="utter_meetings_unavailable")
            return []
        if not found:
            say.utter_message(response="utter_meetings_nothing_open")
            return []
        item = _named(turn, found, tracker) or _spoken_of(turn, found, tracker)
        if item:
            return _tell(item, turn, say, tracker)
        offered = [item for item in found if item.status == "open"] or found
        shown = _list("utter_meetings_which_consultation", offered, turn, say)
        return [remember(tracker, shown=shown), SlotSet("awaiting", self.name())]


def remember(tracker: Tracker, **what: Any) -> Event:
    """Keep what was spoken of in SLOT, beside what it holds."""
    kept: Event = SlotSet(SLOT, {**(tracker.get_slot(SLOT) or {}), **what})
    return kept


def _named(turn: Turn, found: Sequence[Consultation], tracker: Tracker) -> Consultation | None:
    """The consultation of a button, of the words, or of "the second one" on the list that was shown."""
    by_reference = {item.reference: item for item in found}
    if turn.choice:
        return by_reference.get(turn.choice.removeprefix(CHOICE))
    shown = (tracker.get_slot(SLOT) or {}).get("shown") or []
    position = find_position(turn.text, len(shown))
    return find_consultation(turn.text, found) or (None if position is None else by_reference.get(shown[position]))


def _spoken_of(turn: Turn, found: Sequence[Consultation], tracker: Tracker) -> Consultation | None:
    """The one spoken of last, where the words name none; or the only one there is."""
    remembered = (tracker.get_slot(SLOT) or {}).get("consultation", "")
    last = next((item for item in found if item.reference == remembered), None) if points_back(turn.text) else None
    return last or (found[0] if len(found) == 1 else None)


def _tell(item: Consultation, turn: Turn, say: CollectingDispatcher, tracker: Tracker) -> list[Event]:
    blanks = {"title": item.title, "summary": item.summary, "area": item.area, "link": item.url}
    if item.status == "open":
        comment, others = (word("meetings", name, turn.language) for name in ("comment", "others"))
        buttons = [lead(comment, "leave_comment", CHOICE + item.reference), lead(others, "open_consultations")]
        until = day(item.closes, turn.language)
        say.utter_message(response="utter_meetings_about", buttons=buttons, date=until, how=item.how, **blanks)
    else:
        say.utter_message(response="utter_meetings_about_upcoming", date=day(item.opens, turn.language), **blanks)
    return [remember(tracker, consultation=item.reference), SlotSet("awaiting", None)]


def _list(answer: str, found: Sequence[Consultation], turn: Turn, say: CollectingDispatcher) -> list[str]:
    """Say the list; the references of what is on it."""
    shown = found[: MOST_IN_A_TEXT_MESSAGE if turn.channel == "sms" else MOST]
    items = "\n".join(f"• {item.title} ({day(item.closes, turn.language)})" for item in shown)
    buttons = [lead(item.title, "consultation_details", CHOICE + item.reference) for item in shown]
    say.utter_message(response=answer, items=items, buttons=buttons)
    return [item.reference for item in shown]
