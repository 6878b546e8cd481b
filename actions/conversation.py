"""The conversation itself: changing the language, and what to say when a message is not understood."""

import re

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import NOT_UNDERSTOOD, Button, Event, ServiceAction, Turn, city, just_ran
from actions.words import intent_title

WISHES = {"switch_to_english": "en", "switch_to_spanish": "es"}
_SMALL_TALK = "greet thanks goodbye affirm deny skip choose change_item give_place follow_on helpful not_helpful"
NEVER_OFFERED = NOT_UNDERSTOOD | frozenset(_SMALL_TALK.split())
"""Never offered: "Did you mean Yes?" helps nobody."""
_OTHERS = re.compile(
    r"\b(they|there|anyone|anybody|someone|somebody|who|alguien|quién|ah[ií]|all[aá])\b", re.IGNORECASE
)
LIKELY = 0.2
"""Share of the belief from which an intent is worth offering."""
NEAR = 0.35
"""A second candidate is offered when it has at least this part of the first one's share."""
MOST = 3


class SwitchLanguage(ServiceAction):
    """Answers in the new language and asks the assistant to keep it (effect `language`)."""

    def name(self) -> str:
        return "action_switch_language"

    async def serve(self, turn: Turn, say: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        language = WISHES.get(turn.intent, turn.language)
        if just_ran(tracker, "action_find_service") and (language == turn.language or _OTHERS.search(turn.text)):
            return await self.hand_over("action_find_service", turn, say, tracker)  # "do they speak Spanish?"
        if language not in city().languages:
            say.utter_message(response="utter_language_missing")
            return []
        say.utter_message(response="utter_language_switched", language=language)
        say.utter_message(json_message={"language": language})
        return [SlotSet("language", language)]


class GivePlace(ServiceAction):
    """A bare address or street: the answer to a question that was open, or something to ask about."""

    def name(self) -> str:
        return "action_give_place"

    async def serve(self, turn: Turn, say: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        awaiting = tracker.get_slot("awaiting")
        if awaiting:
            return [SlotSet("awaiting", None), *await self.hand_over(awaiting, turn, say, tracker)]
        lookup = self.last_lookup(turn)
        if lookup:
            return await lookup.serve(turn, say, tracker)
        say.utter_message(response="utter_place_for_what", place=turn.text)
        return []


class Choose(ServiceAction):
    """ "The second one" outside a form: an answer to what was shown last, or to a question that is over."""

    def name(self) -> str:
        return "action_choose"

    async def serve(self, turn: Turn, say: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        awaiting = tracker.get_slot("awaiting")
        if awaiting and turn.text and just_ran(tracker, awaiting):
            return [SlotSet("awaiting", None), *await self.hand_over(awaiting, turn, say, tracker)]
        say.utter_message(response="utter_old_choice")
        return []


class FollowOn(ServiceAction):
    """ "And tomorrow?": asks the last lookup again, in the light of the new words."""

    def name(self) -> str:
        return "action_follow_on"

    async def serve(self, turn: Turn, say: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        lookup = self.last_lookup(turn)
        if lookup:
            return await lookup.serve(turn, say, tracker)
        return await self.hand_over("action_fallback", turn, say, tracker)


class Fallback(ServiceAction):
    """Asks "Did you mean ...?" when it has a guess, says honestly that it does not know, and then offers a person."""

    def name(self) -> str:
        return "action_fallback"

    async def serve(self, turn: Turn, say: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        awaiting = tracker.get_slot("awaiting")
        if awaiting and turn.text and just_ran(tracker, awaiting):
            return [SlotSet("awaiting", None), *await self.hand_over(awaiting, turn, say, tracker)]
        lookup = self.last_lookup(turn)
        if lookup:
            return await lookup.serve(turn, say, tracker)
        if just_ran(tracker, self.name()):
            say.utter_message(response="utter_still_not_understood")
            return await self.hand_over("action_talk_to_person", turn, say, tracker)
        guesses = likely_intents(turn)
        if guesses:
            say.utter_message(response="utter_did_you_mean", buttons=[_button(name, turn.language) for name in guesses])
        else:
            say.utter_message(response="utter_not_understood")
        return []


def likely_intents(turn: Turn) -> list[str]:
    """Intents worth offering, best first; none when the best one is a wild guess."""
    known = [
        (name, share) for name, share in turn.ranking if name not in NEVER_OFFERED and intent_title(name, turn.language)
    ]
    if not known or known[0][1] < LIKELY:
        return []
    return [name for name, share in known[:MOST] if share >= max(LIKELY / 2, known[0][1] * NEAR)]


def _button(intent: str, language: str) -> Button:
    return {"title": intent_title(intent, language), "payload": f"/{intent}"}
