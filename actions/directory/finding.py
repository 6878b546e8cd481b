"""The action behind every question about services: find them, then answer questions about what was found."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.agencies.errors import AgencyError
from actions.agencies.hsds import Directory
from actions.base import Button, Event, ServiceAction, Turn, city, clients
from actions.directory.asking import Wish, read_wish
from actions.directory.matching import Match, at_place, find
from actions.directory.near import plain
from actions.directory.telling import Teller, clip

A_TIME = 3
"""Matches told at once."""
FIND, OTHER, CHOOSE = "find_service", "service_other", "service_choose"
LANGUAGES = "service_languages"
_ORDER = re.compile(
    r"\b(?:(first|1st|one|primer[oa]?|uno)|(second|2nd|two|segund[oa]|dos)|(third|3rd|three|tercer[oa]?|tres)|(last|ultim[oa]))\b"
    r"|^\D{0,12}([123])\D{0,3}$"
)
_OURS_AFTER_RESULTS = {
    "opening_hours": "service_hours",
    "choose": CHOOSE,
    "switch_to_spanish": LANGUAGES,
    "switch_to_english": LANGUAGES,
}
"""What other actions hand over right after results: "when do they open?", "the second one"."""
_CHOICE = re.compile(r"service:(\d{1,2})")


@dataclass(frozen=True)
class Shown:
    """What was found last, as the slot keeps it: the matches' keys, the first one told, the one talked about."""

    wish: Wish = field(default_factory=Wish)
    keys: tuple[tuple[str, str, str], ...] = ()
    first: int = 0
    chosen: int = 0

    @classmethod
    def of(cls, slot: Any) -> "Shown":
        """Read the slot; an older form of it counts as empty."""
        try:
            wish = Wish(**(slot or {}).get("wish", {}))
            keys = tuple((str(a), str(b), str(c)) for a, b, c in (slot or {}).get("keys", ()))
            return cls(_with_points(wish), keys, int((slot or {}).get("first", 0)), int((slot or {}).get("chosen", 0)))
        except (TypeError, ValueError):
            return cls()

    def events(self) -> list[Event]:
        """Keep it; what the person says next may be about it."""
        return [SlotSet("services", asdict(self)), SlotSet("awaiting", FindService().name())]


class FindService(ServiceAction):
    """Says utter_services_found {service} {where} {open} {details}, or …_found_more with {others}; see answers.yml."""

    def name(self) -> str:
        return "action_find_service"

    async def serve(self, turn: Turn, say: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        if turn.intent in _OURS_AFTER_RESULTS:
            turn = replace(turn, intent=_OURS_AFTER_RESULTS[turn.intent])
        now = datetime.now(UTC).astimezone(city().time_zone)
        shown = Shown.of(tracker.get_slot("services"))
        wish = read_wish(turn, city(), now)
        teller = Teller(turn.language, turn.channel, now)
        visit = Visit(turn, say, teller, clients(Directory))
        try:
            if turn.intent in FOLLOW_UPS and shown.keys:
                return await visit.answer_about(shown, wish)
            if turn.intent == FIND and wish.need:
                return await visit.search(wish)
            if shown.keys:
                return await self._go_on(visit, shown, wish, tracker)
            if wish.need and turn.intent not in FOLLOW_UPS:
                return await visit.search(wish)
        except AgencyError:
            say.utter_message(response="utter_services_unavailable")
            return [SlotSet("awaiting", None)]
        if turn.intent in ("service_hours", "service_place"):  # of an office, then
            return await self.hand_over("action_opening_hours", turn, say, tracker)
        if turn.intent == "service_phone":
            say.utter_message(response="utter_faq/person_phone")
            return []
        say.utter_message(response="utter_services_ask_need")
        return [SlotSet("services", asdict(Shown(wish))), SlotSet("awaiting", self.name())]

    async def _go_on(self, visit: "Visit", shown: Shown, wish: Wish, tracker: Tracker) -> list[Event]:
        """A message after results that is no clear question: another day, "the second one", or nothing of ours."""
        turn = visit.turn
        number = ordinal(turn)
        if turn.intent == OTHER and number is None:
            return await visit.show_other(shown, wish)
        if number is not None and shown.first + number >= len(shown.keys):
            visit.say.utter_message(response="utter_services_no_more")
            return shown.events()
        if number is not None and (turn.intent == CHOOSE or len(turn.text.split()) <= 5):
            return await visit.tell_one(replace(shown, chosen=shown.first + number))
        if wish.has_filter and len(wish.need.split()) <= 2:
            return await visit.search(shown.wish.with_more(wish))
        if turn.intent in (FIND, CHOOSE):
            visit.say.utter_message(response="utter_services_ask_need")
            return []
        tracker.slots["awaiting"] = None  # the message was not about our places: it is answered like any other
        return [SlotSet("awaiting", None), *await self.hand_over("action_fallback", turn, visit.say, tracker)]


@dataclass(frozen=True)
class Visit:
    """One turn about services."""

    turn: Turn
    say: CollectingDispatcher
    teller: Teller
    directories: Sequence[Directory]

    async def search(self, wish: Wish) -> list[Event]:
        """Tell the best matches, or honestly that there are none."""
        found = await find(self.directories, wish, self.turn.language, city(), self.teller.now)
        if not found.matches:
            self.say.utter_message(response="utter_services_none")
            return [SlotSet("services", None), SlotSet("awaiting", None)]
        if wish.unknown_place:
            self.say.utter_message(response="utter_services_place_unknown")
        if not found.fitting:
            self.say.utter_message(response="utter_services_closest")
        shown = Shown(wish, tuple((m.key[0], m.key[1], m.key[2]) for m in found.matches))
        self._tell(found.matches, shown, most=A_TIME if found.fitting else 1)
        return shown.events()

    async def show_other(self, shown: Shown, wish: Wish) -> list[Event]:
        """The next matches; with another day, place or language, a new search."""
        if wish.has_filter:
            return await self.search(shown.wish.with_more(wish))
        first = shown.first + A_TIME
        if first >= len(shown.keys):
            self.say.utter_message(response="utter_services_no_more")
            return shown.events()
        matches = await self._matches(shown.keys[first : first + A_TIME], shown.wish)
        shown = replace(shown, first=first, chosen=first)
        self._tell(matches, shown)
        return shown.events()

    async def tell_one(self, shown: Shown) -> list[Event]:
        """One of the matches, in full."""
        match = (await self._matches([shown.keys[shown.chosen]], shown.wish))[0]
        self.say.utter_message(response="utter_services_found", **self.teller.blanks(match, shown.wish))
        return shown.events()

    async def answer_about(self, shown: Shown, wish: Wish) -> list[Event]:
        """One fact about the match that is talked about; "the second one" in the question changes which."""
        number = ordinal(self.turn)
        if number is not None:
            shown = replace(shown, chosen=min(shown.first + number, len(shown.keys) - 1))
        match = (await self._matches([shown.keys[shown.chosen]], shown.wish))[0]
        service = self.teller.name(match)
        fact, name = self._fact(match, wish)
        if fact:
            blank = {name.removeprefix("other_"): self.teller.fact(match, fact)}
            self.say.utter_message(response=f"utter_services_{name}", service=service, **blank)
        elif match.phone:
            self.say.utter_message(response="utter_services_not_said", service=service, phone=clip(match.phone, 30))
        else:
            self.say.utter_message(response="utter_services_not_said_call_us", service=service)
        return shown.events()

    def _fact(self, match: Match, wish: Wish) -> tuple[str, str]:
        """The words and the name of the answer that says them."""
        kind, tell = self.turn.intent.removeprefix("service_"), self.teller
        if kind == "hours" and wish.day:
            return tell.on_day(match, date.fromisoformat(wish.day)), "day"
        if kind == "hours" and wish.now:
            return tell.opening(match, wish), "day"
        if kind == "languages":
            if wish.language and match.languages and wish.language not in match.languages:
                return tell.languages(match), "other_languages"
            return tell.languages(match), "languages"
        facts = {
            "hours": tell.week(match) if match.hours.known or match.hours.words else "",
            "documents": tell.documents(match),
            "phone": clip(match.phone, 40),
            "place": f"{tell.where(match)}. {tell.directions(match)}" if match.place else tell.say("by_phone"),
            "cost": tell.cost(match),
        }
        return facts[kind], kind

    def _tell(self, matches: Sequence[Match], shown: Shown, most: int = A_TIME) -> None:
        others = [(number + 1, match) for number, match in enumerate(matches[:most]) if number]
        blanks = self.teller.blanks(matches[0], shown.wish, others)
        answer = "utter_services_found_more" if "others" in blanks else "utter_services_found"
        self.say.utter_message(response=answer, buttons=self._buttons(matches[0], others), **blanks)

    def _buttons(self, first: Match, others: Sequence[tuple[int, Match]]) -> list[Button]:
        """A button for each further match; a text message has its numbers."""
        if self.turn.channel == "sms":
            return []
        return [
            {"title": self.teller.title(match, first), "payload": f'/{CHOOSE}{{"choice": "service:{number}"}}'}
            for number, match in others
        ]

    async def _matches(self, keys: Sequence[Sequence[str]], wish: Wish) -> list[Match]:
        """The matches behind the keys, read again where they are no longer at hand. Raises AgencyError."""
        found: list[Match] = []
        for directory_name, service_id, place_id in keys:
            for directory in self.directories:
                if directory.agency.name == directory_name:
                    service = await directory.service(service_id, self.turn.language)
                    if service:
                        found.append(at_place(service, place_id, wish, city()))
        if not found:
            raise AgencyError("the directory no longer has what was shown")
        return found


def ordinal(turn: Turn) -> int | None:
    """Which of the matches told a message means, from 0; None if it names none."""
    pressed = _CHOICE.fullmatch(turn.choice)
    if pressed:
        return int(pressed[1]) - 1
    found = _ORDER.search(plain(turn.text))
    if not found:
        return None
    return int(found[5]) - 1 if found[5] else next(n for n in range(4) if found[n + 1]) if not found[4] else A_TIME - 1


def _with_points(wish: Wish) -> Wish:
    """JSON has lists where points were."""
    points = {
        name: (float(value[0]), float(value[1]))
        for name in ("begins", "ends")
        if (value := getattr(wish, name)) is not None
    }
    return replace(wish, begins=points.get("begins"), ends=points.get("ends"))


FOLLOW_UPS = frozenset(f"service_{kind}" for kind in ("hours", "languages", "documents", "phone", "place", "cost"))
