"""Find a time: read what a person says to the times on offer, and look up what to offer."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from actions.agencies.booking import Slot
from actions.appointments.asking import LATER, OTHER_DAY, OTHER_OFFICE, options
from actions.appointments.draft import ANY, OFFICE, WHEN, Visit, slot_of, value_of
from actions.appointments.offers import Offering
from actions.appointments.times import free_days, local, offer
from actions.appointments.wishes import Wish, read_wish
from actions.base import Turn
from actions.forms.values import one_of, position_in

DAYS_AHEAD = 60
DAYS = "days"
_LATER = re.compile(
    r"\b(?:later|more|other times?|different times?|none of (?:these|those|them)|"
    r"m[aá]s tarde|despu[eé]s|m[aá]s (?:horas|opciones)|"
    r"otras? horas?|otro horario|otras opciones|ninguna|ninguno)\b",
    re.IGNORECASE,
)
_OTHER_DAY = re.compile(
    r"\b(?:(?:an)?other|different|otr[oa]s?|cambiar de) (?:days?|dates?|d[ií]as?|fechas?)\b", re.IGNORECASE
)
_OTHER_OFFICE = re.compile(
    r"\b(?:(?:an)?other|different|otra|otro|distinta) (?:office|place|location|oficina|lugar|sucursal)\b", re.IGNORECASE
)
_BRIEF = 8
"""Words up to which a wish at another question is about the time alone."""


def read_when(draft: Visit, offering: Offering, turn: Turn, zone: ZoneInfo) -> Visit | None:
    """The draft after an answer to the open question for a time; None if the words say nothing about it."""
    listed = options(draft, offering, zone, turn.language)
    choice = turn.choice or _listed(turn.text, listed)
    if choice in (LATER, OTHER_DAY, OTHER_OFFICE):
        return _navigated(draft, choice, zone)
    chosen = choice.removeprefix(f"{WHEN}:") if choice.startswith(f"{WHEN}:") else ""
    if chosen in draft.offered and slot_of(chosen):
        return draft.with_value(WHEN, chosen).answered()
    if chosen in draft.offered:
        return draft.looking(draft.wished.with_news(Wish(first=chosen, last=chosen)))
    wish = read_wish(turn.text, today(turn, zone), _near(map(slot_of, draft.offered[:1]), zone))
    if wish:
        alone = _offered_at(draft, wish, zone)
        if alone:
            return draft.with_value(WHEN, alone).answered()
        return draft.looking(draft.wished.with_news(wish))
    for pattern, way in ((_OTHER_DAY, OTHER_DAY), (_OTHER_OFFICE, OTHER_OFFICE), (_LATER, LATER)):
        if pattern.search(turn.text):
            return _navigated(draft, way, zone)
    return None


def changed_wish(draft: Visit, turn: Turn, zone: ZoneInfo) -> Visit | None:
    """Another time for one that was chosen: "can we do Thursday instead"; None if the words ask for none."""
    if not turn.text or len(turn.text.split()) > _BRIEF:
        return None
    for pattern, way in ((_OTHER_DAY, OTHER_DAY), (_OTHER_OFFICE, OTHER_OFFICE)):
        if pattern.search(turn.text):
            return _navigated(draft, way, zone)
    wish = read_wish(turn.text, today(turn, zone), _near([draft.slot], zone))
    return draft.looking(Wish().with_news(wish)) if wish else None


async def look(draft: Visit, offering: Offering, turn: Turn, zone: ZoneInfo) -> Visit:
    """The draft with times to offer, or with the one that was asked for. Raises AgencyError."""
    wish, first = draft.wished, today(turn, zone)
    at = draft.values.get(OFFICE, ANY)
    offices = [office for office in offering.offices if at in (ANY, office.id)] or list(offering.offices)
    free = list(await offering.client.free(offering.service, offices, first, first + timedelta(days=DAYS_AHEAD)))
    own = draft.hold
    if own and float(draft.held.get("until") or 0) > turn.at and own.office_id in [office.id for office in offices]:
        free = sorted({*free, Slot(own.starts, own.office_id)})  # taken, but by this person
    if draft.offered[:1] == (DAYS,):
        days = free_days(free, draft.offered[1], zone) or free_days(free, "", zone)
        return replace(draft, offered=tuple(day.isoformat() for day in days), missed=False)
    found = offer(free, wish, zone)
    if found.exact:
        return replace(draft.with_value(WHEN, value_of(found.slots[0])).answered(), wish=wish.to_slot())
    return replace(draft, step=WHEN, offered=tuple(value_of(slot) for slot in found.slots), missed=found.missed)


def today(turn: Turn, zone: ZoneInfo) -> date:
    """The day it is at the offices."""
    return datetime.fromtimestamp(turn.at, zone).date()


def _near(slots: Iterable[Slot | None], zone: ZoneInfo) -> date | None:
    """The day of a time that is being talked about."""
    slot = next(iter(slots), None)
    return local(slot.starts, zone).date() if slot else None


def _navigated(draft: Visit, way: str, zone: ZoneInfo) -> Visit:
    slots = [slot for slot in map(slot_of, draft.offered) if slot]
    if way == OTHER_OFFICE:
        return draft.without(OFFICE, WHEN).reopened(OFFICE)
    wish = draft.wished
    if way == OTHER_DAY:
        shown = local(slots[-1].starts, zone).date().isoformat() if slots and wish.first else ""
        return replace(draft.looking(replace(wish, first="", last="", at=-1, after=0)), offered=(DAYS, shown))
    after = slots[-1].starts if slots else wish.after
    return draft.looking(replace(wish, first="", last="", at=-1, after=after, soonest=False))


def _listed(text: str, listed: list[tuple[str, str]]) -> str:
    """What a number or (nearly) the words of a button choose."""
    if not text:
        return ""
    position = position_in(text, len(listed))
    if position is not None:
        return listed[position][0]
    return (one_of(listed, text) or "") if len(text.split()) <= 2 and not any(c.isdigit() for c in text) else ""


def _offered_at(draft: Visit, wish: Wish, zone: ZoneInfo) -> str:
    """The one time on offer that the words mean: "the 9:15", "Tuesday"."""
    fitting = []
    for value in draft.offered:
        slot = slot_of(value)
        if slot is None:
            continue
        at = local(slot.starts, zone)
        right_day = not wish.first or wish.first <= at.date().isoformat() <= wish.last
        if right_day and (wish.at < 0 or at.hour * 60 + at.minute == wish.at):
            fitting.append(value)
    return fitting[0] if len(fitting) == 1 and (wish.at >= 0 and max(wish.earliest, wish.latest) < 0) else ""
