"""What the appointment form says for its open question: the answer's name, its blanks and its buttons."""

from datetime import date
from zoneinfo import ZoneInfo

from actions.agencies.booking import Slot
from actions.appointments.draft import ANY, CONTACT, NAME, OFFICE, SERVICE, WHEN, Visit, slot_of
from actions.appointments.offers import Offering
from actions.appointments.times import day_name, long_time, short_time
from actions.base import choose
from actions.forms.asking import MOST_BUTTONS
from actions.forms.draft import Said
from actions.words import button, word

TOPIC = "appointments"
REVIEW_CHOICES = ("send", "change", "leave")
LATER, OTHER_DAY, OTHER_OFFICE = "nav:later", "nav:day", "nav:office"


def ask_service(draft: Visit, known: dict[str, Offering], language: str) -> Said:
    """What it is about: everything on offer, or what the words may mean."""
    keys = [key for key in draft.narrowed if key in known] or list(known)
    buttons = tuple(choose(known[key].service.name, f"{SERVICE}:{key}") for key in keys[:MOST_BUTTONS])
    return Said(f"utter_appointments_ask_{'which' if draft.narrowed else SERVICE}", buttons)


def ask_when(draft: Visit, offering: Offering, zone: ZoneInfo, language: str) -> Said:
    """Times or days to choose from, and the ways to others."""
    buttons = tuple(choose(title, value) for value, title in options(draft, offering, zone, language))
    blanks = {SERVICE: offering.service.name}
    if not draft.offered:
        return Said("utter_appointments_nothing_free", buttons, blanks)
    if slot_of(draft.offered[0]) is None:
        return Said("utter_appointments_ask_day", buttons, blanks)
    return Said(f"utter_appointments_ask_when{'_missed' if draft.missed else ''}", buttons, blanks)


def options(draft: Visit, offering: Offering, zone: ZoneInfo, language: str) -> list[tuple[str, str]]:
    """(choice, title) of everything the question for a time offers, in the order people count."""
    listed = [(f"{WHEN}:{value}", _title(value, draft, offering, zone, language)) for value in draft.offered]
    ways = []
    if listed and slot_of(draft.offered[0]):
        ways = [LATER, OTHER_DAY]
    if len(offering.offices) > 1:
        ways.append(OTHER_OFFICE)
    return [*listed, *((way, word(TOPIC, way, language)) for way in ways)]


def review(draft: Visit, offering: Offering, zone: ZoneInfo, language: str) -> Said:
    """Everything once more, before it is booked."""
    buttons = tuple(button(TOPIC, choice, language) for choice in REVIEW_CHOICES)
    items = "\n".join(f"• {label}: {value}" for label, value in summary(draft, offering, zone, language))
    if draft.moving:
        old = long_time(int(draft.moving["starts"]), zone, language)
        titles = zip(REVIEW_CHOICES, ("move_appointment", "change", "no"), strict=True)
        buttons = tuple(choose(word(TOPIC, called, language), choice) for choice, called in titles)
        return Said("utter_appointments_review_move", buttons, {"items": items, "old": old})
    return Said("utter_appointments_review", buttons, {"items": items})


def summary(draft: Visit, offering: Offering, zone: ZoneInfo, language: str) -> list[tuple[str, str]]:
    """(label, value) of all that is known."""
    slot = draft.slot
    lines = [(SERVICE, offering.service.name)]
    if slot:
        lines += [(WHEN, long_time(slot.starts, zone, language)), (OFFICE, place(slot, offering))]
    lines.append((NAME, str(draft.values.get(NAME, ""))))
    lines.append((CONTACT, str(draft.values.get(CONTACT) or word("forms", "none", language))))
    return [(label(name, language), value) for name, value in lines]


def place(slot: Slot, offering: Offering) -> str:
    """The office and its address."""
    office = offering.office(slot.office_id)
    return ", ".join(filter(None, [office.name, office.address])) if office else ""


def label(name: str, language: str) -> str:
    """What a field is called in the review."""
    return word(TOPIC, f"item:{name}", language)


def _title(value: str, draft: Visit, offering: Offering, zone: ZoneInfo, language: str) -> str:
    slot = slot_of(value)
    if slot is None:
        return day_name(date.fromisoformat(value), language)
    title = short_time(slot.starts, zone, language)
    office = offering.office(slot.office_id)
    several = len(offering.offices) > 1 and draft.values.get(OFFICE) == ANY
    return f"{title}, {office.name}" if office and several else title
