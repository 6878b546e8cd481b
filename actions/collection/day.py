"""When the bins of an address are emptied, by the city's calendars."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.agencies.ics import AgencyError, Calendars
from actions.agencies.pickups import KINDS, OTHER, Pickup, Schedule
from actions.agencies.streets import Heard, Streets, bare_number
from actions.base import A_MOMENT, Event, ServiceAction, Turn, city, clients
from actions.collection.address import Address, Ask, find_address, listen
from actions.collection.question import Question, read_question, restored
from actions.collection.wording import in_words, kinds_in_words, said_day

LAST_TRUCK = time(18)
"""After this hour a pickup of today is over."""
_FOLLOWING = 8
"""Words; what follows an answer is short."""
_SOON, _FAR = timedelta(days=10), timedelta(days=14)
_BULKY = "utter_faq/bulky_waste_schedule"


@dataclass(frozen=True)
class Answering:
    """One answer in the making: what was asked, for where, on which day, and what the calendars know."""

    turn: Turn
    question: Question
    address: Address | None
    known: Schedule
    now: datetime

    @property
    def today(self) -> date:
        """The city's day."""
        return self.now.date()

    def phrase(self, pickups: tuple[Pickup, ...]) -> str:
        """The pickups in words."""
        return in_words(pickups, self.today, self.turn.language, self.turn.channel)

    def coming(self, kind: str | None, count: int) -> tuple[Pickup, ...]:
        """The pickups of the next `count` days on which there are any, without what is over."""
        first = self.today + timedelta(days=self.now.time() >= LAST_TRUCK)
        found = [pickup for pickup in self.known.of(kind) if pickup.last >= first]
        days = list(dict.fromkeys(pickup.day for pickup in found))[:count]
        return tuple(pickup for pickup in found if pickup.day in days)

    def around(self, kind: str | None, first: date, last: date) -> tuple[Pickup, ...]:
        """The pickups just before and just after those days, without what is over."""
        left = [pickup for pickup in self.known.of(kind) if pickup.last >= self.today]
        before = [pickup.day for pickup in left if first - _FAR <= pickup.day < first][-1:]
        after = [pickup.day for pickup in left if pickup.day > last][:1]
        return tuple(pickup for pickup in left if pickup.day in before + after)

    def reason(self, pickups: tuple[Pickup, ...]) -> str:
        """Why a pickup is on another day: the city's holiday of that week, else what the calendar says."""
        for pickup in pickups:
            if pickup.usual:
                week = [pickup.usual - timedelta(days=back) for back in range(pickup.usual.weekday() + 1)]
                holidays = [holiday for day in week if (holiday := city().holiday(day))]
                return holidays[0].name[self.turn.language] if holidays else pickup.reason
        return ""


class CollectionDay(ServiceAction):
    """Says utter_collection_next, _list, _yes, _no, _moved, _holiday, _holiday_same or _none, with {where} {pickups}.

    Asks for the street, or for its house number where a street has several days. Remembers the address and the question
    in the slot `collection`, so that "and recycling?" and "no, at 40 Pine" go on from there.
    """

    def name(self) -> str:
        return "action_collection_day"

    def goes_on(self, turn: Turn) -> bool:
        """A kind, a day or another address: "and recycling?", "next week?", "no, at 40 Pine"."""
        try:
            heard = listen(turn, _tables())
        except AgencyError:
            return False
        today = datetime.fromtimestamp(turn.at, city().time_zone).date()
        question = _question(turn, heard, today)
        number = turn.slots.get("awaiting") == self.name() and bare_number(turn.text) is not None
        return len(turn.text.split()) <= _FOLLOWING and (number or bool(heard.streets) or question != Question())

    async def serve(self, turn: Turn, say: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        known: Mapping[str, Any] = turn.slots.get("collection") or {}
        now = datetime.fromtimestamp(turn.at, city().time_zone)
        try:
            tables = _tables()
        except AgencyError:
            return self._unavailable(turn, say)
        heard = listen(turn, tables)
        question = _question(turn, heard, now.date())
        if turn.at - float(known.get("at", 0)) < A_MOMENT:
            question = question.after(restored(known.get("question"), city()))
        address = find_address(turn, heard, known.get("address"), tables) if tables else None
        if isinstance(address, Ask):
            say.utter_message(response=address.answer, buttons=list(address.buttons) or None, **address.blanks)
            kept = address.so_far.kept() if address.so_far else known.get("address")
            return [*self._remember(turn, kept, question), SlotSet("awaiting", self.name())]
        try:
            schedule = await _schedule(address, now.date())
        except AgencyError:
            return [*self._unavailable(turn, say), *self._remember(turn, _kept(address), question)]
        _answer(Answering(turn, question, address, schedule, now), say)
        return [*self._remember(turn, _kept(address), question), SlotSet("awaiting", None)]

    def _remember(self, turn: Turn, address: Mapping[str, Any] | None, question: Question) -> list[Event]:
        return [
            SlotSet("collection", {"address": address, "question": question.kept(), "at": turn.at}),
            self.looked_up(turn),
        ]

    def _unavailable(self, turn: Turn, say: CollectingDispatcher) -> list[Event]:
        say.utter_message(response="utter_collection_unavailable")
        return [SlotSet("awaiting", None)]


def _question(turn: Turn, heard: Heard, today: date) -> Question:
    """What is asked; a button says how many pickups to list."""
    if turn.choice.startswith("next:"):
        return Question(count=int(turn.choice.removeprefix("next:")))
    return read_question(heard.rest, turn.weekday, today, city())


def _tables() -> list[Streets]:
    """The street tables of the calendars. Raises AgencyError."""
    return [streets for client in clients(Calendars) if (streets := client.streets())]


def _kept(address: Address | None) -> Mapping[str, Any] | None:
    return address.kept() if address else None


async def _schedule(address: Address | None, today: date) -> Schedule:
    """What all calendars know together. Raises AgencyError only if none of them answers."""
    found: Schedule | None = None
    failed: AgencyError | None = None
    for client in clients(Calendars):
        streets: Streets | None = client.streets()
        zones = address.zones(streets) if address and streets else frozenset([""])
        for zone in zones:
            try:
                one = await client.schedule(zone, today, city().time_zone)
            except AgencyError as error:
                failed = error
            else:
                found = found.merged(one) if found else one
    if found is None and failed:
        raise failed
    return found or Schedule(())


def _answer(asked: Answering, say: CollectingDispatcher) -> None:
    answer, blanks = _chosen(asked)
    where = str(asked.address) if asked.address else city().name
    say.utter_message(response=answer, **{"where": where, **blanks})


def _chosen(asked: Answering) -> tuple[str, dict[str, str]]:
    """The answer and its blanks."""
    question, language = asked.question, asked.turn.language
    if question.holiday and question.first and question.last:
        return _about_holiday(asked, question.holiday.name[language], question.first, question.last)
    if question.first and question.last:
        return _about_days(asked, question.first, question.last)
    if question.kind == "bulky" and not asked.known.of("bulky"):
        return _BULKY, {}
    coming = _next(asked)
    if not coming:
        return "utter_collection_none", {"kinds": kinds_in_words([question.kind or "trash"], language)}
    if question.count > 1:
        return "utter_collection_list", {"pickups": asked.phrase(coming)}
    soon = tuple(pickup for pickup in coming if pickup.day <= asked.today + _SOON)
    if any(pickup.usual for pickup in soon):
        return _moved(asked, coming)
    return "utter_collection_next", {"pickups": asked.phrase(coming)}


def _next(asked: Answering) -> tuple[Pickup, ...]:
    """The pickups to name: the next of that kind; for "my trash day" the next of each kind within two weeks."""
    question = asked.question
    if question.count > 1 or question.kind not in (None, "trash"):
        return asked.coming(question.kind, question.count)
    firsts = [pickup for kind in (*KINDS, OTHER) for pickup in asked.coming(kind, 1)]
    soon = [pickup for pickup in firsts if pickup.day <= asked.today + timedelta(days=15)] or firsts[:1]
    return tuple(sorted(dict.fromkeys(soon), key=lambda pickup: pickup.day))[:4]


def _moved(asked: Answering, pickups: tuple[Pickup, ...]) -> tuple[str, dict[str, str]]:
    reason = asked.reason(pickups)
    blanks = {"pickups": asked.phrase(pickups)}
    return ("utter_collection_moved", {**blanks, "holiday": reason}) if reason else ("utter_collection_shifted", blanks)


def _about_days(asked: Answering, first: date, last: date) -> tuple[str, dict[str, str]]:
    """Yes or no for a day or a week."""
    question, language = asked.question, asked.turn.language
    found = asked.known.between(question.kind, first, last)
    if found:
        answer, blanks = "utter_collection_yes", {"pickups": asked.phrase(found[:4])}
        reason = asked.reason(found)
        return ("utter_collection_moved", {**blanks, "holiday": reason}) if reason else (answer, blanks)
    if question.kind == "bulky" and not asked.known.of("bulky"):
        return _BULKY, {}
    coming = asked.around(question.kind, first, last)
    kinds = kinds_in_words([question.kind or "trash"], language)
    if not coming:
        return "utter_collection_none", {"kinds": kinds}
    answer = "utter_collection_no_day" if first == last else "utter_collection_no_week"
    day = said_day(first, language, asked.turn.channel)
    return answer, {"kinds": kinds, "day": day, "pickups": asked.phrase(coming)}


def _about_holiday(asked: Answering, holiday: str, first: date, last: date) -> tuple[str, dict[str, str]]:
    """What a holiday does to its week; the week's last pickups may come on the day after."""
    week = asked.known.between(asked.question.kind, first, last + timedelta(days=1))
    moved = tuple(pickup for pickup in week if pickup.usual)
    if moved:
        return "utter_collection_moved", {"holiday": holiday, "pickups": asked.phrase(moved[:4])}
    if week:
        return "utter_collection_holiday_same", {"holiday": holiday, "pickups": asked.phrase(week[:4])}
    return _about_days(asked, first, last)
