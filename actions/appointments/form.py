"""Book an appointment: service, office, time (held at once), name, a way to be told, review, confirm."""

import logging
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.agencies.booking import Appointment
from actions.agencies.errors import AgencyError, AgencyRefused
from actions.appointments import asking
from actions.appointments.draft import ANY, CONTACT, NAME, OFFICE, SERVICE, WHEN, Visit, kept
from actions.appointments.fields import NO_MATTER, all_fields
from actions.appointments.finding import DAYS, changed_wish, look, read_when, today
from actions.appointments.holding import book, booked_words, end_old, give_back, hold
from actions.appointments.offers import Offering, meant, offerings
from actions.appointments.wishes import read_wish
from actions.base import Event, ServiceAction, Turn, city
from actions.forms.commands import SHORT, command
from actions.forms.draft import CHANGE, REVIEW, Outcome, Said
from actions.forms.field import Field
from actions.forms.form import CLOSED, Form, say_all
from actions.forms.message import told
from actions.forms.values import position_in

log = logging.getLogger(__name__)
SECONDS_TO_NEXT_TRY = 15
MINE = "my_appointments"
"""Slot with the appointments whose code was given in this conversation: no code is asked for them again."""
MOST_KEPT = 5
_BOOK = re.compile(r"(?:book|confirm|reserve|ap[aá]rt|agend|reserv|conf[ií]rm)", re.IGNORECASE)
_TRY_AGAIN = "utter_appointments_unavailable_now"


class AppointmentForm(Form[Visit]):
    """Asks what is needed for an appointment, and books it."""

    topic = "appointments"
    drafts = Visit
    intents = frozenset({"book_appointment"})

    async def fields(self, draft: Visit, turn: Turn) -> Sequence[Field]:
        return all_fields(draft, await offerings(turn.language), city().time_zone, turn.language)

    async def begin(self, draft: Visit, turn: Turn) -> Outcome[Visit]:
        """The opening words may tell service and time; an appointment that moves brings all but the time along."""
        moving = turn.slots.get(self.topic) or {}
        if moving.get("moving") and not moving.get("handled"):
            draft = Visit.from_slot(moving)
        wish = read_wish(turn.text, today(turn, city().time_zone))
        draft = replace(draft, root=turn.message_id, words="", wish=wish.to_slot() if wish else {})
        if draft.moving:
            return Outcome(draft)
        outcome = await self._more(await super().begin(draft, turn), draft, turn)
        if SERVICE not in outcome.draft.values:
            return replace(outcome, draft=await self._narrowed(outcome.draft, turn))
        return outcome

    async def read(self, draft: Visit, turn: Turn) -> Outcome[Visit]:
        """Times and wishes are read here, all else as in any form."""
        offering = await self._offering(draft, turn)
        turn = _numbered(draft, turn)
        short = 0 < len(turn.text.split()) <= SHORT
        if draft.step in (REVIEW, CHANGE) and short and _BOOK.match(turn.text):
            return Outcome(draft, then="send")
        if offering and draft.step == WHEN and command(turn) not in ("leave", "back", "start_over"):
            found = None if turn.intent in _CODE_INTENTS else read_when(draft, offering, turn, city().time_zone)
            if found:
                return Outcome(found)
        if offering and draft.step in (REVIEW, CHANGE, NAME, CONTACT) and not turn.choice:
            other = changed_wish(draft, turn, city().time_zone)
            if other:
                return Outcome(other)
        if draft.step == OFFICE and NO_MATTER.search(turn.text):  # "I don't mind" is near "never mind"
            return Outcome(draft.with_value(OFFICE, ANY).answered())
        if draft.step == SERVICE and turn.text and not command(turn):
            narrowed = await self._narrowed(draft, turn)
            if narrowed.narrowed and narrowed.narrowed != draft.narrowed:
                return Outcome(replace(narrowed, misses=0))
        outcome = await self._more(await super().read(draft, turn), draft, turn)
        if command(turn) == "leave":
            left = "utter_my_appointment_stays" if draft.moving else "utter_appointments_left"
            return replace(outcome, says=(Said(left),))
        return outcome

    async def settle(self, outcome: Outcome[Visit], before: Visit, turn: Turn) -> Outcome[Visit]:
        """Hold a time that was chosen, give back one that was not kept, look up times where they come next."""
        draft = replace(outcome.draft, root=outcome.draft.root or turn.message_id)
        held = before.hold
        if outcome.then == "leave" or not draft.values.get(SERVICE):
            await self._release(held, before, turn)
            return replace(outcome, draft=draft.holding(None))
        if outcome.then in ("later", "aside", "send"):
            return replace(outcome, draft=draft)
        offering = await self._offering(draft, turn)
        if offering is None:  # the agency does not offer it any more
            return Outcome(draft.without(SERVICE, OFFICE, WHEN), outcome.says)
        try:
            return await self._timed(replace(outcome, draft=draft), before, offering, turn)
        except AgencyError as error:
            log.warning("appointment_times_unknown", extra={"reason": type(error).__name__})
            return Outcome(replace(draft.without(WHEN), step=WHEN), (*outcome.says, Said(_TRY_AGAIN)), "listen")

    async def ask(self, draft: Visit, turn: Turn) -> Said:
        """The open question."""
        known = await offerings(turn.language)
        offering = known.get(str(draft.values.get(SERVICE, "")))
        zone, language = city().time_zone, turn.language
        if draft.step == SERVICE or offering is None:
            return asking.ask_service(draft, known, language)
        if draft.step == WHEN:
            return asking.ask_when(draft, offering, zone, language)
        if draft.step == REVIEW:
            return asking.review(draft, offering, zone, language)
        return await super().ask(draft, turn)

    async def send(self, draft: Visit, turn: Turn) -> Outcome[Visit]:
        """Confirm it; look for another time if it is gone; follow up where the answer is not clear."""
        offering = await self._offering(draft, turn)
        if offering is None or draft.slot is None:
            return Outcome(replace(draft, step=""))
        try:
            draft, booked = await book(draft, offering, turn)
            if booked is None:
                draft = await look(replace(draft, missed=False), offering, turn, city().time_zone)
                return Outcome(draft, (Said("utter_appointments_hold_over"),))
        except AgencyRefused as refusal:
            log.warning("appointment_refused", extra={"status": refusal.status})
            return Outcome(draft.reopened(CONTACT), (Said("utter_appointments_refused"),))
        except AgencyError as error:
            log.warning("appointment_unsure", extra={"reason": type(error).__name__, "tries": draft.unsure})
            again = {"follow_up": {"action": FINISH, "after": SECONDS_TO_NEXT_TRY}}
            unsure = replace(draft, unsure=draft.unsure + 1, step=REVIEW)
            return Outcome(unsure, (Said("utter_appointments_unsure"),), "listen", effects=(again,))
        return await self._booked(draft, booked, offering, turn)

    async def _booked(self, draft: Visit, booked: Appointment, offering: Offering, turn: Turn) -> Outcome[Visit]:
        says = booked_words(booked, draft, offering, turn.language)
        old = str(draft.moving.get("id", ""))
        ended = await end_old(draft, offering)
        if not ended:
            says = (*says, Said("utter_appointments_old_stays", blanks={"number": old}))
        entry = {**kept(booked), "service_name": offering.service.name, "service_id": offering.service.id}
        entry["office_id"] = booked.office_id or (draft.slot.office_id if draft.slot else "")
        mine = [item for item in turn.slots.get(MINE) or [] if item["id"] not in (booked.id, old if ended else "")]
        return Outcome(draft, says, "leave", events=(SlotSet(MINE, [*mine, entry][-MOST_KEPT:]),))

    async def _timed(self, outcome: Outcome[Visit], before: Visit, offering: Offering, turn: Turn) -> Outcome[Visit]:
        draft, says = outcome.draft, outcome.says
        if before.hold and any(before.values.get(name) != draft.values.get(name) for name in (SERVICE, OFFICE)):
            await self._release(before.hold, before, turn)
            draft = draft.holding(None)
        if await self._next(draft, turn) == WHEN and draft.offered[:1] in ((), (DAYS,)):
            draft = await look(draft, offering, turn, city().time_zone)
        slot = draft.slot
        if slot and (draft.held.get("starts"), draft.held.get("office_id")) != (slot.starts, slot.office_id):
            draft, said = await hold(draft, offering, turn)
            says = (*says, said)
            if not draft.values.get(WHEN):
                draft = await look(draft, offering, turn, city().time_zone)
        return replace(outcome, draft=draft, says=says)

    async def _more(self, outcome: Outcome[Visit], before: Visit, turn: Turn) -> Outcome[Visit]:
        """What the words tell besides a new service, such as the office that has it."""
        if outcome.draft.values.get(SERVICE) == before.values.get(SERVICE):
            return outcome
        return replace(outcome, draft=told(outcome.draft, await self.fields(outcome.draft, turn), turn.text))

    async def _next(self, draft: Visit, turn: Turn) -> str:
        return draft.step or await self.next_step(draft, turn)

    async def _offering(self, draft: Visit, turn: Turn) -> Offering | None:
        return (await offerings(turn.language)).get(str(draft.values.get(SERVICE, "")))

    async def _narrowed(self, draft: Visit, turn: Turn) -> Visit:
        """The draft with the services between which the words do not decide."""
        keys = [key for key in meant(turn.text, await offerings(turn.language)) if key in (draft.narrowed or [key])]
        return replace(draft, narrowed=tuple(keys)) if len(keys) > 1 else draft

    async def _release(self, held: Appointment | None, before: Visit, turn: Turn) -> None:
        offering = await self._offering(before, turn) if held else None
        if held and offering:
            await give_back(held, offering)


def _numbered(draft: Visit, turn: Turn) -> Turn:
    """A digit at the review presses the button of that number."""
    position = position_in(turn.text, len(asking.REVIEW_CHOICES)) if draft.step == REVIEW and turn.text else None
    return turn if position is None else replace(turn, text="", choice=asking.REVIEW_CHOICES[position])


FINISH = "action_finish_appointment"
_CODE_INTENTS = frozenset({"show_appointment", "move_appointment", "cancel_appointment"})


class FinishAppointment(ServiceAction):
    """Asks the agency again whether an appointment is booked, and books it if it is not."""

    def name(self) -> str:
        return FINISH

    async def serve(self, turn: Turn, say: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        draft = Visit.from_slot(tracker.get_slot(AppointmentForm.topic))
        if not draft.unsure or draft.step != REVIEW:
            return []
        outcome = await AppointmentForm().send(draft, turn)
        if outcome.then == "leave":
            say_all(say, outcome.says)
            return [*outcome.events, SlotSet(AppointmentForm.topic, None), ActiveLoop(None), CLOSED]
        if outcome.then == "listen" and turn.at < float(draft.held.get("until") or 0):
            for effect in outcome.effects:  # silence until there is something to say
                say.utter_message(json_message=effect)
            return [_kept(replace(outcome.draft, handled=draft.handled))]
        if outcome.then == "listen":
            say.utter_message(response="utter_appointments_still_unsure")
            return [_kept(replace(outcome.draft, unsure=0, handled=draft.handled))]
        say_all(say, outcome.says)
        return [_kept(replace(outcome.draft, handled=draft.handled))]


def _kept(draft: Visit) -> Event:
    slot: dict[str, Any] = {"form": f"{AppointmentForm.topic}_form", **draft.to_slot()}
    event: Event = SlotSet(AppointmentForm.topic, slot)
    return event
