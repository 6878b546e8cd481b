"""Opening hours of the city's offices and of the city line."""

import re
from datetime import UTC, date, datetime, time, timedelta

from babel.dates import format_date, format_time
from rapidfuzz import fuzz
from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Event, ServiceAction, Turn, city, just_ran
from bot.city import WEEKDAYS, City, Hours, Office

SIMILAR = 85.0
_TOMORROW = re.compile(r"\btomorrow\b|\btmrw\b|(?<!la )\bma[ñn]ana\b", re.IGNORECASE)


def offices_named(text: str, profile: City) -> list[Office]:
    """The offices a text may mean: the one it names, or all that share the word it uses ("library")."""
    said = text.lower()
    scores = [
        (max(_likeness(said, name.lower()) for name in office.name.values()), office) for office in profile.offices
    ]
    best = max((score for score, _ in scores), default=0.0)
    return [office for score, office in scores if score >= SIMILAR and score >= best - 3] if best >= SIMILAR else []


def offices_with(turn: Turn, profile: City) -> list[Office]:
    """The offices that have a word of this answer in their name: "central" or "the central one"."""
    said = {word for word in re.findall(r"\w+", turn.text.lower()) if len(word) > 3}
    return [office for office in profile.offices if said & set(office.name[turn.language].lower().split())]


def hours_answer(profile: City, hours: Hours, now: datetime, language: str) -> tuple[bool, dict[str, str]]:
    """Whether it is open at `now`, and the blank {until} ("5:00 PM") or {opens} ("Monday, May 4 at 8:30 AM")."""
    until = profile.open_until(hours, now)
    if until:
        return True, {"until": _clock(until, language)}
    opens = profile.opens_next(hours, now)
    return False, {"opens": _at(opens, now, language) if opens else "?"}


def _clock(moment: datetime | time, language: str) -> str:
    """The hour as people here write it: Spanish too has a.m. and p.m. (CLDR's es_US); SMS needs plain spaces."""
    return str(format_time(moment, "short", locale=f"{language}_US")).replace("\u202f", " ").replace("\xa0", " ")


def _at(moment: datetime, now: datetime, language: str) -> str:
    hour = _clock(moment, language)
    at = ("a la " if moment.hour in (1, 13) else "a las ") if language == "es" else "at "
    if moment.date() == now.astimezone(moment.tzinfo).date():
        return at + hour
    day = format_date(moment, "'el' EEEE d 'de' MMMM" if language == "es" else "EEEE, MMMM d", locale=language)
    return f"{day} {at}{hour}"


def day_asked(turn: Turn, today: date) -> date | None:
    """The day a question is about ("on Saturday", "mañana"); None when it is about now."""
    if _TOMORROW.search(turn.text):
        return today + timedelta(days=1)
    if turn.weekday not in WEEKDAYS:
        return None
    return today + timedelta(days=(WEEKDAYS.index(turn.weekday) - today.weekday()) % 7)


def day_answer(profile: City, hours: Hours, day: date, language: str) -> tuple[bool, dict[str, str]]:
    """Whether it is open on `day`, and the blanks {day} and, if open, {opens} and {until}."""
    span = None if profile.holiday(day) else hours.by_weekday[day.weekday()]
    blanks = {"day": format_date(day, "EEEE d 'de' MMMM" if language == "es" else "EEEE, MMMM d", locale=language)}
    if span is None:
        return False, blanks
    opens, until = (_clock(moment, language) for moment in span)
    return True, {**blanks, "opens": opens, "until": until}


class OpeningHours(ServiceAction):
    """Says utter_hours_open {until} or utter_hours_closed {opens}, with {office} {address} {phone}.

    For another day it says utter_hours_day_open {day} {opens} {until} or utter_hours_day_closed {day}, with the same.
    Asks utter_hours_which_office, with a button for each, when the message names none or several.
    """

    def name(self) -> str:
        return "action_opening_hours"

    async def serve(self, turn: Turn, say: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        chosen = [office for office in city().offices if f"office:{office.id}" == turn.choice]
        asked = turn.slots.get("awaiting") == self.name()
        found = chosen or offices_named(turn.text, city()) or (offices_with(turn, city()) if asked else [])
        if len(found) != 1 and turn.intent == "opening_hours" and just_ran(tracker, "action_find_service"):
            return await self.hand_over("action_find_service", turn, say, tracker)  # "when do they open?"
        if len(found) != 1:
            buttons = [
                {"title": o.name[turn.language], "payload": f'/opening_hours{{"choice": "office:{o.id}"}}'}
                for o in found or city().offices
            ]
            say.utter_message(response="utter_hours_which_office", buttons=buttons)
            return [SlotSet("awaiting", self.name())]
        office, now = found[0], datetime.now(UTC)
        day = day_asked(turn, now.astimezone(city().time_zone).date())
        if day:
            is_open, when = day_answer(city(), office.hours, day, turn.language)
            answer = "utter_hours_day_open" if is_open else "utter_hours_day_closed"
        else:
            is_open, when = hours_answer(city(), office.hours, now, turn.language)
            answer = "utter_hours_open" if is_open else "utter_hours_closed"
        say.utter_message(
            response=answer,
            office=office.name[turn.language],
            address=office.address,
            phone=office.phone,
            **when,
        )
        return [SlotSet("awaiting", None), self.looked_up(turn)]


class TalkToPerson(ServiceAction):
    """Says utter_person_open {phone} {until} or utter_person_closed {phone} {opens}, by the hours of the city line."""

    def name(self) -> str:
        return "action_talk_to_person"

    async def serve(self, turn: Turn, say: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        is_open, when = hours_answer(city(), city().hours, datetime.now(UTC), turn.language)
        answer = "utter_person_open" if is_open else "utter_person_closed"
        say.utter_message(response=answer, phone=city().phones["main"], **when)
        return []


def _likeness(said: str, name: str) -> float:
    """Full marks for the whole name, a little less for one telling word of it."""
    whole = fuzz.partial_ratio(name, said) if len(said) >= len(name) - 2 else 0.0
    words = [word for word in name.split() if len(word) > 4 and word not in _COMMON]
    one = max((fuzz.ratio(word, heard) for word in words for heard in said.split()), default=0.0)
    return max(whole, one * 0.95)


_COMMON = frozenset(["office", "center", "oficina", "centro", "central"])
