"""What is open for comment, and what one of it is about."""

from collections.abc import Sequence

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.agencies.errors import AgencyError
from actions.agencies.participation import Consultation
from actions.base import Event, ServiceAction, Turn
from actions.participation.asking import consultations, day, lead
from actions.participation.matching import find_consultation
from actions.words import word

CHOICE = "consultation:"
SLOT = "taking_part"
"""The slot that remembers what was spoken of last: {"consultation": its reference, "body": a public body's id}."""
MOST, MOST_IN_A_TEXT_MESSAGE = 6, 4


class OpenConsultations(ServiceAction):
    """Lists what is open, the first to close first, with a button for each."""

    def name(self) -> str:
        return "action_open_consultations"

    async def serve(self, turn: Turn, say: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        try:
            found = await consultations(turn.language)
        except AgencyError:
            say.utter_message(response="utter_meetings_unavailable")
            return []
        opened = [item for item in found if item.status == "open"]
        if opened:
            _list("utter_meetings_open_consultations", opened, turn, say)
        elif found:
            first = min(found, key=lambda item: item.opens)
            date = day(first.opens, turn.language)
            say.utter_message(response="utter_meetings_nothing_open_yet", title=first.title, date=date)
        else:
            say.utter_message(response="utter_meetings_nothing_open")
        return [SlotSet("awaiting", "action_consultation_details")] if opened else []


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
        item = meant(turn, found, tracker)
        if item is None:
            _list("utter_meetings_which_consultation", [i for i in found if i.status == "open"] or found, turn, say)
            return [SlotSet("awaiting", self.name())]
        blanks = {"title": item.title, "summary": item.summary, "area": item.area, "link": item.url}
        if item.status == "open":
            comment, others = (word("meetings", name, turn.language) for name in ("comment", "others"))
            buttons = [lead(comment, "leave_comment", CHOICE + item.reference), lead(others, "open_consultations")]
            until = day(item.closes, turn.language)
            say.utter_message(response="utter_meetings_about", buttons=buttons, date=until, how=item.how, **blanks)
        else:
            say.utter_message(response="utter_meetings_about_upcoming", date=day(item.opens, turn.language), **blanks)
        remembered = {**(tracker.get_slot(SLOT) or {}), "consultation": item.reference}
        return [SlotSet(SLOT, remembered), SlotSet("awaiting", None)]


def meant(turn: Turn, found: Sequence[Consultation], tracker: Tracker) -> Consultation | None:
    """The consultation of a button, of the words, the one spoken of last, or the only one there is."""
    remembered = (tracker.get_slot(SLOT) or {}).get("consultation", "")
    pressed = turn.choice.removeprefix(CHOICE)
    by_reference = {item.reference: item for item in found}
    named = by_reference.get(pressed) or find_consultation(turn.text, found)
    return named or by_reference.get(remembered) or (found[0] if len(found) == 1 else None)


def _list(answer: str, found: Sequence[Consultation], turn: Turn, say: CollectingDispatcher) -> None:
    shown = found[: MOST_IN_A_TEXT_MESSAGE if turn.channel == "sms" else MOST]
    items = "\n".join(f"• {item.title} ({day(item.closes, turn.language)})" for item in shown)
    buttons = [lead(item.title, "consultation_details", CHOICE + item.reference) for item in shown]
    say.utter_message(response=answer, items=items, buttons=buttons)
