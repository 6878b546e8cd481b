"""Follow a request: the reference number and the follow code give its status; every failure sounds the same."""

import hmac
import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from babel.dates import format_date
from rasa_sdk.events import SlotSet

from actions.agencies.open311 import AgencyError, ServiceRequest
from actions.base import Button, Turn, agency, choose, city, follow_code
from actions.forms.commands import OWN_INTENTS, command
from actions.forms.draft import Draft, Outcome, Said
from actions.forms.form import Form
from actions.forms.tries import Tries

NONE_OF_THESE = "another"

_YEAR_AND_NUMBER = re.compile(r"(?<![\w-])#?(\d{2})[\s.-]?(\d{6})(?![\w-])")
_CODE = re.compile(r"(?<![\w-])(\d{3})[\s.-]?(\d{3})(?![\w-])")
_REFERENCE = re.compile(r"(?<![\w-])#?([A-Za-z]{0,16}-?\d[\dA-Za-z]*(?:-\d[\dA-Za-z]*)*)(?![\w-])")


@dataclass(frozen=True)
class Asked(Draft):
    """What the person has given, as the slot `follow` holds it; `code` only until it is checked."""

    reference: str = ""
    code: str = ""


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


class FollowForm(Form[Asked]):
    """Asks for the reference, then the code; what was reported in this conversation needs neither."""

    topic = "follow"
    drafts = Asked
    intents = frozenset({"follow_request"})

    def __init__(self) -> None:
        self._tries = Tries()

    async def begin(self, draft: Asked, turn: Turn) -> Outcome[Asked]:
        """The first message may hold the reference and the code; a report of this conversation is told at once."""
        mine = _my_request(turn, opened=True)
        if mine:
            return await self._tell(mine, turn)
        reference, code = read_reference(turn.text)
        if not reference and turn.slots.get("my_requests"):
            return Outcome(replace(draft, step="which"))
        return self._given(draft, reference, code)

    async def read(self, draft: Asked, turn: Turn) -> Outcome[Asked]:
        """A reference, a code, a button, or a wish to leave."""
        wish = command(turn) if not re.search(r"\d", turn.text) else ""
        if wish:
            return self._command(wish, draft)
        mine = _my_request(turn, opened=False)
        if mine == NONE_OF_THESE:
            return Outcome(Asked())
        if mine:
            return await self._tell(mine, turn)
        if draft.reference and _YEAR_AND_NUMBER.search(turn.text):  # "no, it's 26-000124"
            reference, code = read_reference(turn.text)
            said = (Said("utter_forms_changed", blanks={"fact": reference}),) if reference != draft.reference else ()
            return replace(self._given(draft, reference, code), says=said)
        reference, code = read_reference(turn.text, known=draft.reference)
        if reference == draft.reference and not code:
            return self._missed(turn, draft)
        return self._given(draft, reference, code)

    async def title(self, draft: Asked, turn: Turn) -> str:
        """Nothing to keep: a number is asked again at once."""
        return ""

    async def next_step(self, draft: Asked, turn: Turn) -> str:
        return "code" if draft.reference else "reference"

    async def ask(self, draft: Asked, turn: Turn) -> Said:
        """Which of the known requests, the reference, or the code."""
        if draft.step == "which":
            return Said("utter_follow_which", _choices(turn.slots.get("my_requests") or []))
        return Said(f"utter_follow_ask_{draft.step}")

    async def send(self, draft: Asked, turn: Turn) -> Outcome[Asked]:
        """Check the code, then ask the agency."""
        if not self._tries.allow(turn.sender, draft.reference):
            return Outcome(draft, (Said("utter_follow_too_many"),), "leave")
        # The code is checked without the agency, so that a wrong code and an unknown reference take the same time.
        request_id = next(
            (i for i in spellings(draft.reference) if hmac.compare_digest(follow_code(i), draft.code)), ""
        )
        if request_id:
            return await self._tell(request_id, turn)
        return Outcome(Asked(step="reference"), (Said("utter_follow_not_found"),), "listen")

    def _given(self, draft: Asked, reference: str, code: str) -> Outcome[Asked]:
        given = replace(draft, reference=reference, code=code, step="", misses=0)
        return Outcome(given, then="send" if reference and code else "ask")

    def _missed(self, turn: Turn, draft: Asked) -> Outcome[Asked]:
        if turn.is_aside(OWN_INTENTS | self.intents, free_text=False):
            return Outcome(draft, then="aside")
        unclear = "utter_follow_unclear_code" if draft.reference else "utter_follow_unclear_reference"
        return Outcome(replace(draft, misses=draft.misses + 1), (Said(unclear),), "listen")

    def _command(self, wish: str, draft: Asked) -> Outcome[Asked]:
        if wish in ("leave", "later") or (wish == "back" and not draft.reference):
            return Outcome(draft, (Said("utter_follow_cancelled"),), "leave")
        return Outcome(Asked())

    async def _tell(self, request_id: str, turn: Turn) -> Outcome[Asked]:
        request = await agency().request(request_id)
        if request is None:
            return Outcome(Asked(), (Said("utter_follow_not_found"),), "leave")
        request = replace(request, service_name=await service_name(request, turn.language))
        known: list[dict[str, str]] = turn.slots.get("my_requests") or []
        if all(item["id"] != request.id for item in known):
            known = [*known, {"id": request.id, "service": request.service_name}]
        return Outcome(Asked(), status_of(request, turn.language), "leave", (SlotSet("my_requests", known),))


def status_of(request: ServiceRequest, language: str) -> tuple[Said, ...]:
    """What to say of a request."""
    blanks = {
        "reference": request.id,
        "service": request.service_name or request.id,
        "opened": _day(request.requested, language),
        "updated": _day(request.updated or request.requested, language),
        "status": request.status or "?",
    }
    answer = {"open": "utter_follow_open", "closed": "utter_follow_closed"}.get(request.status, "utter_follow_other")
    says = [Said(answer if blanks["opened"] else f"{answer}_undated", blanks=blanks)]
    if request.status_notes:
        says.append(Said("utter_follow_note", blanks={"note": request.status_notes.rstrip()}))
    if request.expected and request.status != "closed":
        says.append(Said("utter_follow_expected", blanks={"date": _day(request.expected, language)}))
    return tuple(says)


async def service_name(request: ServiceRequest, language: str) -> str:
    """The service's name in the person's language; a request names it in the agency's own."""
    try:
        services = await agency().services(language)
    except AgencyError:
        services = ()
    return next((service.name for service in services if service.code == request.service_code), request.service_name)


def _day(moment: datetime | None, language: str) -> str:
    return format_date(moment.astimezone(city().time_zone), "long", locale=language) if moment else ""


def _my_request(turn: Turn, *, opened: bool) -> str:
    """The id of a request of this conversation that the person means; NONE_OF_THESE when they press so."""
    requests: list[dict[str, Any]] = turn.slots.get("my_requests") or []
    ids = [str(item["id"]) for item in requests]
    if turn.choice:
        chosen = turn.choice.removeprefix("request:")
        return chosen if chosen in ids or chosen == NONE_OF_THESE else ""
    reference, code = read_reference(turn.text)
    named = next((i for i in spellings(reference) if i in ids), "") if reference and not code else ""
    return named or (ids[0] if opened and len(ids) == 1 and not reference else "")


def _choices(requests: list[dict[str, str]]) -> tuple[Button, ...]:
    latest = requests[-8:][::-1]
    return tuple(choose(f"{item['service']} ({item['id']})", f"request:{item['id']}") for item in latest)
