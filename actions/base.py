"""What every action shares: the turn it answers, the settings, and honest words when something breaks."""

import asyncio
import functools
import inspect
import json
import logging
import os
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.agencies.connection import TURN_SECONDS, turn_ends
from actions.agencies.open311 import Open311
from actions.agencies.reports import Reports
from bot.agencies import Agency, load_agencies
from bot.city import City, load_city
from bot.ids import six_digits
from bot.published import city_file, content_root
from bot.settings import Settings

log = logging.getLogger(__name__)

Event = dict[str, Any]
"""A Rasa event as rasa_sdk.events builds it."""

Button = dict[str, str]
"""{"title": what the person reads, "payload": "/intent{...}"}."""

NOT_UNDERSTOOD = frozenset({"", "nlu_fallback", "out_of_scope"})
A_MOMENT = 900.0
"""Seconds in which "and tomorrow?" goes on from the last answer."""
SURE, VERY_SURE = 0.4, 0.75
"""Confidence from which a question, or a statement, may interrupt a form."""


@functools.cache
def settings() -> Settings:
    """The process's settings, read once."""
    return Settings.from_env()


@functools.cache
def city() -> City:
    """The live release's city profile, read once."""
    return load_city(city_file(settings()))


def topics() -> Path:
    """The folders of topics that residents get now: another one after each publication."""
    return content_root(settings()) / "data" / "topics"


class Client(Protocol):
    """One file of actions/agencies: how to talk to agencies of one kind."""

    KIND: ClassVar[str]

    def __init__(self, agency: Agency) -> None: ...


C = TypeVar("C", bound=Client)


@functools.cache
def agencies() -> tuple[Agency, ...]:
    """The agencies of agencies.yml, read once. Where it names no jurisdiction, the city profile's goes with reports."""
    own = setting("AGENCY_JURISDICTION", str(city().raw.get("jurisdiction", "")))
    found = load_agencies(settings(), os.environ)
    return tuple(
        replace(agency, jurisdiction=own) if agency.kind == "open311" and not agency.jurisdiction else agency
        for agency in found
    )


@functools.cache
def clients(kind: type[C]) -> tuple[C, ...]:
    """One client for each agency of that kind; its connections open with the first call."""
    return tuple(kind(agency) for agency in agencies() if agency.kind == kind.KIND)


@functools.cache
def agency() -> Reports:
    """The agencies that take reports, as one."""
    return Reports(clients(Open311))


def jurisdiction() -> str:
    """The agency's name for this city, as the standard calls it."""
    return str(clients(Open311)[0].agency.jurisdiction)


def follow_code(request_id: str) -> str:
    """Six digits that only the person who reported was told; nothing about them is stored."""
    return six_digits(settings().secret, "follow", jurisdiction(), request_id.upper())


def setting(name: str, default: str) -> str:
    """One setting of the action server alone, from the environment."""
    return os.environ.get(name) or default


@dataclass(frozen=True)
class Turn:
    """One turn as an action sees it. `message_id` is the idempotency key of whatever the turn creates.

    `at` is when the turn happens (seconds since 1970, UTC); `pictures` are addresses of photos for a report;
    `slots` is what the conversation knows.
    """

    sender: str
    message_id: str
    attempt: int
    channel: str
    language: str
    text: str
    intent: str
    confidence: float
    choice: str = ""
    places: tuple[str, ...] = ()
    weekday: str = ""
    ranking: tuple[tuple[str, float], ...] = field(default=())
    at: float = 0.0
    pictures: tuple[str, ...] = ()
    slots: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, tracker: Tracker) -> "Turn":
        """Read the turn from the slot `turn` (docs/message-path.md) and the latest message."""
        message = tracker.latest_message or {}
        given = {**(message.get("metadata") or {}), **(tracker.get_slot("turn") or {})}
        intent = message.get("intent") or {}
        entities = [(e.get("entity"), str(e.get("value") or "")) for e in message.get("entities") or []]
        return cls(
            sender=tracker.sender_id,
            message_id=str(given.get("message_id") or message.get("message_id") or tracker.sender_id),
            attempt=int(given.get("attempt") or 1),
            channel=str(given.get("channel") or "web"),
            language=str(tracker.get_slot("language") or given.get("language") or city().languages[0]),
            text=_said(message.get("text")),
            intent=str(intent.get("name") or ""),
            confidence=float(intent.get("confidence") or 0.0),
            choice=next((value for name, value in entities if name == "choice"), ""),
            places=tuple(value for name, value in entities if name == "place"),
            weekday=next((value for name, value in entities if name == "weekday"), ""),
            ranking=tuple(
                (str(r.get("name")), float(r.get("confidence") or 0)) for r in message.get("intent_ranking") or []
            ),
            at=float(given.get("at") or time.time()),
            pictures=tuple(str(url) for url in given.get("pictures") or ()),
            slots=tracker.slots,
        )

    @property
    def is_question(self) -> bool:
        """Whether the words are put as a question rather than a statement."""
        words = self.text.lower().split()
        return (
            self.text.rstrip().endswith("?")
            or "¿" in self.text
            or (bool(words) and words[0] in _QUESTION_WORDS.split())
        )

    def is_aside(self, own: frozenset[str], *, free_text: bool) -> bool:
        """Whether the person asks about something else in the middle of a form.

        `own` are the intents the form reads itself; where any statement is an answer (`free_text`), only a clear
        question or a short wish such as "in Spanish please" leaves it.
        """
        if self.intent in own or self.intent in NOT_UNDERSTOOD or self.confidence < SURE:
            return False
        polite = self.intent in _POLITE and len(self.text.split()) <= 3
        if self.is_question or polite or self.intent in _SHORT_WISHES:
            return True
        return not free_text and self.confidence >= VERY_SURE


def choose(title: str, choice: str) -> Button:
    """A button that answers the open question with `choice`."""
    return {"title": title, "payload": "/choose" + json.dumps({"choice": choice}, ensure_ascii=False)}


def opened_now(tracker: Tracker, form: str) -> bool:
    """Whether this turn opened the form, as opposed to one that was open before the message came."""
    for event in reversed(tracker.events):
        if event.get("event") == "active_loop" and event.get("name") == form:
            return True
        if event.get("event") == "user":
            return False
    return False


def just_ran(tracker: Tracker, action: str) -> bool:
    """Whether the person's previous message led to that action, or to one that asked in its name (slot `awaiting`)."""
    messages = 0
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            messages += 1
        if messages == 2:
            return False
        ran = event.get("event") == "action" and event.get("name") == action
        asked = event.get("event") == "slot" and event.get("name") == "awaiting" and event.get("value") == action
        if messages == 1 and (ran or asked):
            return True
    return False


class ServiceAction(Action, ABC):  # type: ignore[misc]  # rasa_sdk has no types
    """An action whose failures become words: nothing it breaks may leave the person without an answer."""

    @abstractmethod
    async def serve(self, turn: Turn, say: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        """Do the work; say something through `say`; return the events to keep."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[Event]:
        """Rasa's entry point."""
        turn_ends.set(asyncio.get_running_loop().time() + TURN_SECONDS)  # each call has a context of its own
        try:
            return await self.serve(Turn.of(tracker), dispatcher, tracker)
        except Exception:
            log.exception("action_failed", extra={"action": self.name()})
            dispatcher.messages.clear()
            dispatcher.utter_message(response="utter_action_failed")
            return self.after_failure(tracker)

    def goes_on(self, turn: Turn) -> bool:
        """Whether a turn that follows this action's answer asks about the same, as in "and tomorrow?"."""
        return False

    @staticmethod
    def last_lookup(turn: Turn) -> "ServiceAction | None":
        """The action that looked something up a moment ago, if this turn goes on from there."""
        last = turn.slots.get("lookup") or {}
        if turn.at - float(last.get("at") or 0) > A_MOMENT:
            return None
        return next((a for a in _actions(ServiceAction) if a.name() == last["action"] and a.goes_on(turn)), None)

    def looked_up(self, turn: Turn) -> Event:
        """What an action keeps so that the next turn may go on from it."""
        return {"event": "slot", "timestamp": None, "name": "lookup", "value": {"action": self.name(), "at": turn.at}}

    @staticmethod
    async def hand_over(name: str, turn: Turn, say: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        """Let another action answer this turn; a follow-up action would leave the rules without a next step."""
        other = next(action for action in _actions(ServiceAction) if action.name() == name)
        events: list[Event] = await other.serve(turn, say, tracker)
        return events

    def after_failure(self, tracker: Tracker) -> list[Event]:
        """Events that leave the conversation as it was."""
        return []


_SHORT_WISHES = frozenset(
    {"talk_to_person", "are_you_a_bot", "switch_to_english", "switch_to_spanish", "what_can_you_do"}
)
_POLITE = frozenset({"greet", "thanks"})
_QUESTION_WORDS = (
    "who what when where why how which can could do does is are will "
    "quién quien qué cuándo cuando dónde donde cómo cuál cual cuánto cuanto cuánta cuanta puedo"
)


def _actions(kind: type[Any]) -> Iterator[ServiceAction]:
    for below in kind.__subclasses__():
        yield from _actions(below)
        if not inspect.isabstract(below):
            yield below()


def _said(text: str | None) -> str:
    """The person's words; empty when a button was pressed."""
    text = (text or "").strip()
    return "" if text.startswith("/") else text
