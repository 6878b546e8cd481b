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
from actions.participation.consultations import SLOT, remember
from actions.participation.matching import find_body, find_days, find_position, points_back
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
            asked = await _asked(turn, tracker)
        except AgencyError:
            say.utter_message(response="utter_meetings_unavailable")
            return []
        body, found = asked.body, asked.meetings
        if body is None:
            return [remember(tracker, shown=_tell_all(asked, turn, say)), SlotSet("awaiting", self.name())]
        if not found:
            say.utter_message(response="utter_meetings_none_of", body=body.name)
        elif asked.days and not _on(asked.days, found):
            say.utter_message(response="utter_meetings_not_then", **_blanks(found[0], turn.language))
        else:
            first = (_on(asked.days, found) if asked.days else found)[0]
            answer = "utter_meetings_next_online" if first.online_url else "utter_meetings_next"
            say.utter_message(response=answer, buttons=_buttons(body, turn.language), **_blanks(first, turn.language))
        return [remember(tracker, body=body.id), SlotSet("awaiting", self.name())]


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
        body = _named(turn, known, tracker) or _spoken_of(known, tracker) or known[0]
        meeting = next((item for item in found if item.body == body.id), None)
        if meeting is None or not meeting.speak:
            say.utter_message(response="utter_meetings_speak_unavailable")
            return []
        say.utter_message(response="utter_meetings_speak", speak=meeting.speak, **_blanks(meeting, turn.language))
        return [remember(tracker, body=body.id)]


async def _asked(turn: Turn, tracker: Tracker) -> Asked:
    known, found = await bodies(turn.language), await meetings(turn.language)
    body = _named(turn, known, tracker) or (_spoken_of(known, tracker) if _asks_more(turn) else None)
    days = find_days(turn.text, today(), turn.language)
    return Asked(body, days, [item for item in found if body is None or item.body == body.id])


def _asks_more(turn: Turn) -> bool:
    """ "Where is it?", but not "is there a meeting this week?"."""
    return points_back(turn.text) and not turn.choice and find_days(turn.text, today(), turn.language) is None


def _named(turn: Turn, known: Sequence[Body], tracker: Tracker) -> Body | None:
    shown = (tracker.get_slot(SLOT) or {}).get("shown") or []
    position = find_position(turn.text, len(shown)) if turn.intent != "next_meetings" else None
    picked = turn.choice.removeprefix(CHOICE) or (shown[position] if position is not None else "")
    return next((item for item in known if item.id == picked), None) or find_body(turn.text, known)


def _spoken_of(known: Sequence[Body], tracker: Tracker) -> Body | None:
    remembered = (tracker.get_slot(SLOT) or {}).get("body", "")
    return next((item for item in known if item.id == remembered), None)


def _on(days: tuple[date, date], found: Sequence[Meeting]) -> list[Meeting]:
    return [item for item in found if days[0] <= item.starts.astimezone(city().time_zone).date() <= days[1]]


def _tell_all(asked: Asked, turn: Turn, say: CollectingDispatcher) -> list[str]:
    """Say the list; the ids of the bodies on it."""
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
    say.utter_message(response=answer, **({"items": items, "buttons": buttons} if shown else {}))
    return [item.body for item in shown]


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
