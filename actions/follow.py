"""Follow a request: the reference number and the follow code give its status; every failure sounds the same."""

import hmac
import re
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from babel.dates import format_date
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from rasa_sdk import Tracker
from rasa_sdk.events import ActionExecutionRejected, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.agencies.open311 import AgencyError, ServiceRequest
from actions.base import Button, Event, ServiceAction, Turn, agency, choose, city, follow_code, opened_now

FORM = "follow_form"
OPEN = SlotSet("requested_slot", "follow")
DONE = SlotSet("requested_slot", None)
OWN_INTENTS = frozenset({"follow_request", "affirm", "deny", "choose", "skip", "change_item", "give_place"}) | {
    *("go_back", "start_over", "cancel"),
}
TRIES_A_CONVERSATION = parse("5/hour")
TRIES_A_REFERENCE = parse("20/hour")
NONE_OF_THESE = "another"

_YEAR_AND_NUMBER = re.compile(r"(?<![\w-])#?(\d{2})[\s.-]?(\d{6})(?![\w-])")
_CODE = re.compile(r"(?<![\w-])(\d{3})[\s.-]?(\d{3})(?![\w-])")
_REFERENCE = re.compile(r"(?<![\w-])#?([A-Za-z]{0,16}-?\d[\dA-Za-z]*(?:-\d[\dA-Za-z]*)*)(?![\w-])")


@dataclass(frozen=True)
class Asked:
    """What the person has given, as the slot `follow` holds it; `handled` is the message already read."""

    reference: str = ""
    handled: str = ""
    misses: int = 0


def read_reference(text: str, known: str = "") -> tuple[str, str]:
    """(reference, code) in a text such as "#26-000123, code 482 913"; "" for what is not there."""
    code = ""
    reference = known
    found = _YEAR_AND_NUMBER.search(text)
    if found and not known:
        reference = f"{found.group(1)}-{found.group(2)}"
        text = text.replace(found.group(0), " ")
    digits = _CODE.search(text) if reference else None
    if digits:
        code = digits.group(1) + digits.group(2)
    if not reference:
        candidates = [match.group(1) for match in _REFERENCE.finditer(text)]
        reference = next((candidate for candidate in candidates if len(candidate) >= 3), "")
        rest = text.replace(reference, " ", 1) if reference else ""
        digits = _CODE.search(rest)
        code = digits.group(1) + digits.group(2) if digits else ""
    return reference.upper(), code


def spellings(reference: str) -> list[str]:
    """The ids a loosely written reference may stand for: "26-123" may be 26-000123."""
    parts = re.fullmatch(r"(\d{2})-(\d{1,6})", reference)
    padded = [f"{parts.group(1)}-{int(parts.group(2)):06d}"] if parts else []
    written = [reference, *padded]
    return list(dict.fromkeys([*written, *(spelling.replace("-", "") for spelling in written)]))


class Tries:
    """Counts tries, so that references and codes cannot be guessed."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def allow(self, sender: str, reference: str) -> bool:
        """Count one try; False when there were too many in the last hour."""
        own = self._limiter.hit(TRIES_A_CONVERSATION, "conversation", sender)
        return self._limiter.hit(TRIES_A_REFERENCE, "reference", reference.replace("-", "")) and own


class ValidateFollowForm(ServiceAction):
    """Asks for the reference, then the code; what was reported in this conversation needs neither."""

    def __init__(self) -> None:
        self._tries = Tries()

    def name(self) -> str:
        return f"validate_{FORM}"

    async def serve(self, turn: Turn, say: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        opened = opened_now(tracker, FORM)
        asked = Asked() if opened else Asked(**(tracker.get_slot("follow") or {}))
        if not opened and asked.handled == turn.message_id:  # back from an aside
            return self._ask(asked, say)
        asked = replace(asked, handled=turn.message_id)
        if not opened and turn.intent in ("cancel", "start_over", "go_back") and not re.search(r"\d", turn.text):
            return self._command(turn, asked, say, tracker)
        mine = _my_request(turn, tracker, opened=opened)
        if mine == NONE_OF_THESE:
            return self._ask(asked, say)
        if mine:
            return await self._tell(mine, say, tracker)
        requests = tracker.get_slot("my_requests") or []
        reference, code = read_reference(turn.text, known=asked.reference)
        if opened and requests and not reference:
            say.utter_message(response="utter_follow_which", buttons=_choices(requests))
            return [SlotSet("follow", asdict(asked)), OPEN]
        if not opened and reference == asked.reference and not code:
            return self._missed(turn, asked, say)
        asked = replace(asked, reference=reference, misses=0)
        return await self._check(turn, asked, code, say, tracker) if reference and code else self._ask(asked, say)

    def _ask(self, asked: Asked, say: CollectingDispatcher) -> list[Event]:
        say.utter_message(response="utter_follow_ask_code" if asked.reference else "utter_follow_ask_reference")
        return [SlotSet("follow", asdict(asked)), OPEN]

    def _missed(self, turn: Turn, asked: Asked, say: CollectingDispatcher) -> list[Event]:
        if turn.is_aside(OWN_INTENTS, free_text=False):
            return [SlotSet("follow", asdict(asked)), ActionExecutionRejected(FORM)]
        say.utter_message(response="utter_follow_unclear_code" if asked.reference else "utter_follow_unclear_reference")
        return [SlotSet("follow", asdict(replace(asked, misses=asked.misses + 1))), OPEN]

    def _command(self, turn: Turn, asked: Asked, say: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        if turn.intent == "cancel" or (turn.intent == "go_back" and not asked.reference):
            say.utter_message(response="utter_follow_cancelled")
            return _done(tracker)
        return self._ask(Asked(handled=turn.message_id), say)

    async def _check(
        self, turn: Turn, asked: Asked, code: str, say: CollectingDispatcher, tracker: Tracker
    ) -> list[Event]:
        if not self._tries.allow(turn.sender, asked.reference):
            say.utter_message(response="utter_follow_too_many")
            return _done(tracker)
        # The code is checked without the agency, so that a wrong code and an unknown reference take the same time.
        request_id = next((i for i in spellings(asked.reference) if hmac.compare_digest(follow_code(i), code)), "")
        if request_id:
            return await self._tell(request_id, say, tracker)
        say.utter_message(response="utter_follow_not_found")
        return [SlotSet("follow", asdict(Asked(handled=turn.message_id))), OPEN]

    async def _tell(self, request_id: str, say: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        try:
            request = await agency().request(request_id)
        except AgencyError:
            say.utter_message(response="utter_follow_unavailable")
            return _done(tracker)
        if request is None:
            say.utter_message(response="utter_follow_not_found")
            return _done(tracker)
        language = Turn.of(tracker).language
        request = replace(request, service_name=await _name(request, language))
        _say_status(request, language, say)
        known: list[dict[str, str]] = tracker.get_slot("my_requests") or []
        if all(item["id"] != request.id for item in known):
            known = [*known, {"id": request.id, "service": request.service_name}]
        return [SlotSet("my_requests", known), *_done(tracker)]


def _say_status(request: ServiceRequest, language: str, say: CollectingDispatcher) -> None:
    blanks = {
        "reference": request.id,
        "service": request.service_name or request.id,
        "opened": _day(request.requested, language),
        "updated": _day(request.updated or request.requested, language),
        "status": request.status or "?",
    }
    answer = {"open": "utter_follow_open", "closed": "utter_follow_closed"}.get(request.status, "utter_follow_other")
    if not blanks["opened"]:
        answer = f"{answer}_undated"
    say.utter_message(response=answer, **blanks)
    if request.status_notes:
        say.utter_message(response="utter_follow_note", note=request.status_notes.rstrip())
    if request.expected and request.status != "closed":
        say.utter_message(response="utter_follow_expected", date=_day(request.expected, language))


async def _name(request: ServiceRequest, language: str) -> str:
    """The service's name in the person's language; a request names it in the agency's own."""
    try:
        services = await agency().services(language)
    except AgencyError:
        services = ()
    return next((service.name for service in services if service.code == request.service_code), request.service_name)


def _day(moment: datetime | None, language: str) -> str:
    return format_date(moment.astimezone(city().time_zone), "long", locale=language) if moment else ""


def _my_request(turn: Turn, tracker: Tracker, *, opened: bool) -> str:
    """The id of a request of this conversation that the person means; NONE_OF_THESE when they press so."""
    requests: list[dict[str, Any]] = tracker.get_slot("my_requests") or []
    ids = [str(item["id"]) for item in requests]
    if turn.choice:
        chosen = turn.choice.removeprefix("request:")
        return chosen if chosen in ids or chosen == NONE_OF_THESE else ""
    reference, code = read_reference(turn.text)
    named = next((i for i in spellings(reference) if i in ids), "") if reference and not code else ""
    return named or (ids[0] if opened and len(ids) == 1 and not reference else "")


def _choices(requests: list[dict[str, str]]) -> list[Button]:
    latest = requests[-8:][::-1]
    return [choose(f"{item['service']} ({item['id']})", f"request:{item['id']}") for item in latest]


def _done(tracker: Tracker) -> list[Event]:
    """Close the form; a report that was left for it goes on."""
    resume = [FollowupAction("report_form")] if tracker.get_slot("report") else []
    return [SlotSet("follow", None), DONE, *resume]
