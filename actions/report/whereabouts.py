"""The question "Where is it?": an address, a crossing, a landmark, or a street whose house number is asked next."""

from dataclasses import replace

from actions.forms.commands import is_unknown
from actions.forms.draft import Outcome, Said
from actions.forms.field import Field
from actions.forms.message import Message
from actions.report.context import Context
from actions.report.draft import DESCRIPTION, PLACE, Draft
from actions.words import word

_TELLING = 3
"""Words beside an address from which they are worth keeping as a detail."""
_STREET = 4
"""Words up to which a street is the whole answer."""


def place_field(draft: Draft, context: Context) -> Field:
    """The place, in the person's words where it is no address."""
    places = context.places
    return Field(
        PLACE,
        read=lambda text: places.read(text) or None,
        find=lambda text: places.find(text) or None,
        correct=lambda old, text: places.correct(old, text) or None,
        answer=lambda message: _read(message, context),
        free_text=True,
        label=word("report", "item:place", context.language),
        called="address|place|location|street|where|corner|intersection|direcci[oó]n|lugar|ubicaci[oó]n|calle|d[oó]nde|esquina",
        question="utter_report_place_exact" if draft.street else "utter_report_ask_place",
        blanks={"street": draft.street} if draft.street else {},
        unclear="utter_report_unclear_place",
        needed="utter_report_needed_place",
    )


def _read(message: Message[Draft], context: Context) -> Outcome[Draft] | None:
    draft, text, places = message.draft, message.turn.text, context.places
    if draft.vague and is_unknown(text):
        return Outcome(draft.with_value(PLACE, draft.vague).answered(street="", vague=""))
    place = places.on(draft.street, text) if draft.street else places.read(text)
    if not place or message.turn.intent in ("affirm", "deny"):
        return None
    if not draft.street and places.street(text) and message.words <= _STREET:
        return Outcome(replace(draft, street=places.street(text), misses=0))
    if not draft.vague and places.is_vague(text):
        return Outcome(replace(draft, vague=place, misses=0), (Said("utter_report_place_vague"),), "listen")
    draft, rest = draft.with_value(PLACE, place), places.beside(text)
    if len(rest.split()) >= _TELLING:
        told = str(draft.values.get(DESCRIPTION) or "").rstrip(". ")
        draft = draft.with_value(DESCRIPTION, ". ".join(filter(None, [told, rest])))
    return Outcome(draft.answered(street="", vague=""))
