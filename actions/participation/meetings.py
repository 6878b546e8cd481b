"""When and where public bodies meet, and how to speak there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.agencies.errors import AgencyError
from actions.agencies.participation import Body, Meeting
from actions.base import Button, Event, ServiceAction, Turn, city
from actions.participation.asking import bodies, day, hour, lead, meetings, today
from actions.participation.consultations import SLOT
from actions.participation.matching import find_body, find_days
from actions.words import word

CHOICE = "body:"
MOST, MOST_IN_A_TEXT_MESSAGE = 6, 3


@dataclass(frozen=True)
class Asked:
    """What a person asks about: a public body, days, or neither; and the meetings there are."""

    body: Body | None
    days: tuple[date, date] | None
    meetings: Sequence[Meeting]


class NextMeetings(ServiceAction):
    """The next meeting of the body that is named; the meetings of some days; or simply the next ones."""

    def name(self) -> str:
        return "action_next_meetings"

    async def serve(self, turn: Turn, say: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        try:
            asked = await _asked(turn)
        except AgencyError:
            say.utter_message(response="utter_meetings_unavailable")
            return []
        body, found = asked.body, asked.meetings
        if body is None:
            _tell_all(asked, turn, say)
            return []
        if not found:
            say.utter_message(response="utter_meetings_none_of", body=body.name)
        elif asked.days and not _on(asked.days, found):
            say.utter_message(response="utter_meetings_not_then", **_blanks(found[0], turn.language))
        else:
            first = (_on(asked.days, found) if asked.days else found)[0]
            answer = "utter_meetings_next_online" if first.online_url else "utter_meetings_next"
            say.utter_message(response=answer, buttons=_buttons(body, turn.language), **_blanks(first, turn.language))
        return [SlotSet(SLOT, {**(tracker.get_slot(SLOT) or {}), "body": body.id})]


class SpeakAtMeeting(ServiceAction):
    """How to speak at the next meeting of the body that is named, was spoken of last, or comes first in the list."""

    def name(self) -> str:
        return "action_speak_at_meeting"

    async def serve(self, turn: Turn, say: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        try:
            known, found = await bodies(turn.language), await meetings(turn.language)
        except AgencyError:
            say.utter_message(response="utter_meetings_speak_unavailable")
            return []
        remembered = (tracker.get_slot(SLOT) or {}).get("body", "")
        body = _named(turn, known) or next((item for item in known if item.id == remembered), None) or known[0]
        meeting = next((item for item in found if item.body == body.id), None)
        if meeting is None or not meeting.speak:
            say.utter_message(response="utter_meetings_speak_unavailable")
            return []
        say.utter_message(response="utter_meetings_speak", speak=meeting.speak, **_blanks(meeting, turn.language))
        return [SlotSet(SLOT, {**(tracker.get_slot(SLOT) or {}), "body": body.id})]


async def _asked(turn: Turn) -> Asked:
    known, found = await bodies(turn.language), await meetings(turn.language)
    body = _named(turn, known)
    days = find_days(turn.text, today(), turn.language)
    return Asked(body, days, [item for item in found if body is None or item.body == body.id])


def _named(turn: Turn, known: Sequence[Body]) -> Body | None:
    pressed = turn.choice.removeprefix(CHOICE)
    return next((item for item in known if item.id == pressed), None) or find_body(turn.text, known)


def _on(days: tuple[date, date], found: Sequence[Meeting]) -> list[Meeting]:
    return [item for item in found if days[0] <= item.starts.astimezone(city().time_zone).date() <= days[1]]


def _tell_all(asked: Asked, turn: Turn, say: CollectingDispatcher) -> None:
    found = _on(asked.days, asked.meetings) if asked.days else asked.meetings
    most = MOST_IN_A_TEXT_MESSAGE if turn.channel == "sms" else MOST
    answer = "utter_meetings_then" if asked.days else "utter_meetings_list"
    if not found:
        answer = "utter_meetings_none_then" if asked.meetings else "utter_meetings_none"
        found = asked.meetings
    shown = found[:most]
    items = "\n".join(
        f"• {item.name}: {day(item.starts.astimezone(city().time_zone), turn.language)}, "
        f"{hour(item.starts, turn.language)}"
        for item in shown
    )
    names = {item.body: item.name for item in shown}
    buttons = [lead(name, "next_meetings", CHOICE + body) for body, name in names.items()]
    if shown:
        say.utter_message(response=answer, items=items, buttons=buttons)
    else:
        say.utter_message(response=answer)


def _buttons(body: Body, language: str) -> list[Button]:
    return [
        lead(word("meetings", "speak", language), "speak_at_meeting", CHOICE + body.id),
        lead(word("meetings", "all", language), "next_meetings"),
    ]


def _blanks(meeting: Meeting, language: str) -> dict[str, str]:
    return {
        "body": meeting.name,
        "date": day(meeting.starts.astimezone(city().time_zone), language),
        "time": hour(meeting.starts, language),
        "place": meeting.place,
        "agenda": meeting.agenda,
        "link": meeting.online_url,
    }
