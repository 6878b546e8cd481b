"""The trash and recycling day of a street."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from babel.dates import format_date, get_day_names
from rapidfuzz import fuzz, process
from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Event, ServiceAction, Turn, city
from bot.city import City, Holiday

SIMILAR = 86.0
_KINDS = {
    "st": "street",
    "ave": "avenue",
    "av": "avenue",
    "rd": "road",
    "dr": "drive",
    "ln": "lane",
    "ct": "court",
    "sq": "square",
}
_ORDINALS = dict(
    zip(
        ["first", "second", "third", "fourth", "fifth", "sixth"],
        ["1st", "2nd", "3rd", "4th", "5th", "6th"],
        strict=True,
    )
)


def find_street(text: str, profile: City) -> str:
    """The street of the profile that a text names, with small mistakes forgiven; "" if none."""
    words = [_KINDS.get(word, _ORDINALS.get(word, word)) for word in re.findall(r"\w+", text.lower())]
    said = " ".join(words)
    streets = {street.lower(): street for zone in profile.zones for street in zone.streets}
    for name, street in streets.items():
        if re.search(rf"\b{re.escape(name)}\b", said):
            return street
    first_words = {name.split()[0]: street for name, street in streets.items()}
    exact = [first_words[word] for word in words if word in first_words]
    if exact:
        return exact[0]
    pairs = [" ".join(pair) for pair in pairwise(words)]
    matches = [process.extractOne(pair, list(streets), scorer=fuzz.ratio, score_cutoff=SIMILAR) for pair in pairs]
    best = max((match for match in matches if match), key=lambda match: match[1], default=None)
    return streets[best[0]] if best else ""


@dataclass(frozen=True)
class Pickup:
    """A day on which bins are emptied, and the holiday that moved it."""

    day: date
    holiday: Holiday | None = None


def next_pickup(profile: City, street: str, today: date) -> Pickup | None:
    """The next pickup, today included; a holiday moves the rest of its week one day later. None: street not known."""
    weekday = next((zone.weekday for zone in profile.zones if street in zone.streets), None)
    if weekday is None:
        return None
    for week in range(3):
        monday = today + timedelta(weeks=week, days=-today.weekday())
        days = [monday + timedelta(days=day) for day in range(weekday + 1)]
        holiday = next((found for day in days if (found := profile.holiday(day))), None)
        pickup = Pickup(days[-1] + timedelta(days=1 if holiday else 0), holiday)
        if pickup.day >= today:
            return pickup
    return None


class CollectionDay(ServiceAction):
    """Says utter_collection_day {street} {weekday} {date}; asks utter_collection_ask_street when no street is named.

    In a week with a holiday utter_collection_holiday {street} {holiday} {date}; utter_collection_unknown_street
    {street} when the street is not in the city's list.
    """

    def name(self) -> str:
        return "action_collection_day"

    async def serve(self, turn: Turn, say: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        street = find_street(turn.text, city())
        pickup = next_pickup(city(), street, datetime.now(city().time_zone).date())
        if pickup is None:
            named = next(iter(turn.places), "")
            if named:
                say.utter_message(response="utter_collection_unknown_street", street=named)
            else:
                say.utter_message(response="utter_collection_ask_street")
            return [SlotSet("awaiting", self.name())]
        blanks = {"street": street, "date": _day(pickup.day, turn.language)}
        if pickup.holiday:
            say.utter_message(response="utter_collection_holiday", holiday=pickup.holiday.name[turn.language], **blanks)
        else:
            weekday = get_day_names("wide", locale=turn.language)[pickup.day.weekday()]
            say.utter_message(response="utter_collection_day", weekday=weekday, **blanks)
        return [SlotSet("awaiting", None)]


def _day(day: date, language: str) -> str:
    return format_date(day, "EEEE d 'de' MMMM" if language == "es" else "EEEE, MMMM d", locale=language)
