"""The trash and recycling day of a street."""

import re
from datetime import date, datetime, timedelta

from babel.dates import format_date, get_day_names
from rapidfuzz import fuzz, process
from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Event, ServiceAction, Turn, city
from bot.city import City

SIMILAR = 86.0
_KINDS = {"st": "street", "ave": "avenue", "av": "avenue", "rd": "road", "dr": "drive", "ln": "lane", "ct": "court", "sq": "square"}
_ORDINALS = dict(zip("first second third fourth fifth sixth".split(), "1st 2nd 3rd 4th 5th 6th".split(), strict=True))


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
    pairs = [" ".join(pair) for pair in zip(words, words[1:], strict=False)]
    matches = [process.extractOne(pair, list(streets), scorer=fuzz.ratio, score_cutoff=SIMILAR) for pair in pairs]
    best = max((match for match in matches if match), key=lambda match: match[1], default=None)
    return streets[best[0]] if best else ""


def next_collection(profile: City, street: str, today: date) -> date | None:
    """The next day, today included, on which the street's bins are emptied; after a holiday in the week a day later."""
    weekday = next((zone.weekday for zone in profile.zones if street in zone.streets), None)
    if weekday is None:
        return None
    monday = today - timedelta(days=today.weekday())
    for week in range(3):
        start = monday + timedelta(weeks=week)
        usual = start + timedelta(days=weekday)
        holidays = [start + timedelta(days=day) for day in range(weekday + 1) if profile.holiday(start + timedelta(days=day))]
        day = usual + timedelta(days=1 if holidays else 0)
        if day >= today:
            return day
    return None


class CollectionDay(ServiceAction):
    """Says utter_collection_day {street} {weekday} {date}; asks utter_collection_ask_street when no street is named.

    utter_collection_unknown_street {street} when the street is not in the city's list.
    """

    def name(self) -> str:
        return "action_collection_day"

    async def serve(self, turn: Turn, say: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        street = find_street(turn.text, city())
        day = next_collection(city(), street, datetime.now(city().time_zone).date())
        if not street or day is None:
            named = next(iter(turn.places), "")
            if named:
                say.utter_message(response="utter_collection_unknown_street", street=named)
            else:
                say.utter_message(response="utter_collection_ask_street")
            return [SlotSet("awaiting", self.name())]
        pattern = "d 'de' MMMM" if turn.language == "es" else "MMMM d"
        weekday = next(zone.weekday for zone in city().zones if street in zone.streets)
        say.utter_message(
            response="utter_collection_day",
            street=street,
            weekday=get_day_names("wide", locale=turn.language)[weekday],
            date=format_date(day, f"EEEE {pattern}" if turn.language == "es" else f"EEEE, {pattern}", locale=turn.language),
        )
        return [SlotSet("awaiting", None)]
