"""Hold, give back and book a time at the agency, and say what came of it.

A time is held as soon as it is chosen, before the name is asked and everything is reviewed: whoever was shown a time
and took it must not lose it while they type. The hold is said with its end. What is left behind (another time, "never
mind") is given back at once; what nobody comes back to is free again after ten minutes by itself. If the ten minutes
were over when a person confirms, the same time is held anew if nobody took it, for that is what they want.
"""

import contextlib
import logging
from dataclasses import replace

from actions.agencies.booking import Appointment
from actions.agencies.errors import AgencyError
from actions.appointments.asking import place
from actions.appointments.draft import Visit, appointment_of
from actions.appointments.offers import Offering
from actions.appointments.times import clock_time, long_time
from actions.base import Turn, city
from actions.forms.draft import Said

log = logging.getLogger(__name__)
DEFAULT_MINUTES = 10
"""How long a hold lasts where the agency does not say."""


async def hold(draft: Visit, offering: Offering, turn: Turn) -> tuple[Visit, Said]:
    """Hold the chosen time and give back the one held before; the draft without a time if somebody else has it.

    Raises AgencyError: then nothing is known to be held.
    """
    slot, before = draft.slot, draft.hold
    if slot is None:
        raise ValueError("there is no time to hold")
    held = await offering.client.reserve(slot, offering.service, f"{draft.root}-{slot.office_id}-{slot.starts}")
    if before and (held is None or before.id != held.id):
        await give_back(before, offering)
    if held is None:
        return draft.looking(draft.wished).holding(None), Said("utter_appointments_taken")
    minutes = minutes_of(offering, slot.office_id)
    until = turn.at + minutes * 60
    blanks = {
        "time": long_time(slot.starts, city().time_zone, turn.language),
        "until": clock_time(until, city().time_zone, turn.language),
        "minutes": str(minutes),
    }
    # Some agencies leave out in the answer what they were told.
    held = replace(held, office_id=held.office_id or slot.office_id, starts=held.starts or slot.starts)
    return draft.holding(held, until), Said("utter_appointments_held", blanks=blanks)


async def give_back(held: Appointment, offering: Offering) -> None:
    """Free a time that is not wanted any more; it frees itself if that does not work."""
    with contextlib.suppress(AgencyError):
        await offering.client.cancel(held)


async def book(draft: Visit, offering: Offering, turn: Turn) -> tuple[Visit, Appointment | None]:
    """Confirm what is held, or hold it anew if that is over; None if somebody else took it. Raises AgencyError."""
    held = draft.hold
    booked = await offering.client.book(held, draft.person) if held else None
    if booked is None:
        draft = draft.holding(None)
        draft, _ = await hold(draft, offering, turn)
        held = draft.hold
        booked = await offering.client.book(held, draft.person) if held else None
    return draft, booked


async def end_old(draft: Visit, offering: Offering) -> bool:
    """Give back the appointment that was moved; False if that did not work yet."""
    old = appointment_of(draft.moving)
    try:
        return old is None or await offering.client.cancel(old)
    except AgencyError as error:
        log.warning("old_appointment_stays", extra={"reason": type(error).__name__})
        return False


def booked_words(booked: Appointment, draft: Visit, offering: Offering, language: str) -> tuple[Said, ...]:
    """The time, the place, the number and the code; and what to bring."""
    slot = draft.slot
    blanks = {
        "service": offering.service.name,
        "time": long_time(booked.starts, city().time_zone, language),
        "place": place(slot, offering) if slot else "",
        "number": booked.id,
        "code": spaced(booked.key),
    }
    said = Said("utter_appointments_moved" if draft.moving else "utter_appointments_booked", blanks=blanks)
    bring = offering.service.bring
    return (said, Said("utter_appointments_bring", blanks={"bring": bring})) if bring else (said,)


def spaced(key: str) -> str:
    """A code as people write it down: "K7M 4PX"."""
    return f"{key[:3]} {key[3:]}" if len(key) == 6 else key


def minutes_of(offering: Offering, office_id: str) -> int:
    """How long a time is held there."""
    office = offering.office(office_id)
    told = office.hold_minutes if office else 0
    return told or int(offering.client.agency.options.get("hold_minutes", DEFAULT_MINUTES))
