"""Show, move or cancel an appointment: for whoever has its number and its code, or booked it in this conversation."""

from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal

from rasa_sdk.events import FollowupAction, SlotSet

from actions.agencies.appointments import Appointments
from actions.agencies.booking import Appointment
from actions.agencies.errors import AgencyError
from actions.appointments.asking import TOPIC
from actions.appointments.codes import read_holder
from actions.appointments.draft import CONTACT, NAME, SERVICE, Visit, appointment_of, kept
from actions.appointments.form import MINE, MOST_KEPT, AppointmentForm
from actions.appointments.holding import spaced
from actions.appointments.offers import Offering, offerings
from actions.appointments.times import long_time, short_time
from actions.base import Button, Turn, choose, city, clients
from actions.forms.commands import OWN_INTENTS, agrees, command, declines
from actions.forms.draft import Draft, Outcome, Said
from actions.forms.form import Form
from actions.forms.tries import Tries
from actions.forms.values import position_in
from actions.words import button, word

Purpose = Literal["show", "move", "cancel"]
PURPOSES: dict[str, Purpose] = {
    "show_appointment": "show",
    "move_appointment": "move",
    "cancel_appointment": "cancel",
}
NUMBER, CODE, WHICH, SURE = "number", "code", "which", "sure"
ANOTHER = "another"


@dataclass(frozen=True)
class Lookup(Draft):
    """What is asked for; `found` is the appointment once its code was right."""

    purpose: Purpose = "show"
    number: str = ""
    found: dict[str, Any] = field(default_factory=dict)


class MyAppointmentForm(Form[Lookup]):
    """Asks for the number and the code, then shows, moves or cancels."""

    topic = "my_appointment"
    drafts = Lookup
    intents: ClassVar[frozenset[str]] = frozenset(PURPOSES)

    def __init__(self) -> None:
        self._tries = Tries()

    async def title(self, draft: Lookup, turn: Turn) -> str:
        """Nothing to keep: a number is asked again at once."""
        return ""

    async def next_step(self, draft: Lookup, turn: Turn) -> str:
        return CODE if draft.number else NUMBER

    async def begin(self, draft: Lookup, turn: Turn) -> Outcome[Lookup]:
        """The first message may tell number and code; what was booked in this conversation needs neither."""
        draft = replace(draft, words="", purpose=PURPOSES.get(turn.intent, "show"))
        number, code = read_holder(turn.text)
        if number:
            return await self._given(draft, number, code, turn)
        mine = self._mine(turn)
        if len(mine) == 1:
            return await self._act(draft, mine[0], turn)
        return Outcome(replace(draft, step=WHICH if mine else NUMBER))

    async def read(self, draft: Lookup, turn: Turn) -> Outcome[Lookup]:
        """A number, a code, a button, a yes or no, another purpose, or a wish to leave."""
        if turn.intent in PURPOSES and turn.intent != f"{draft.purpose}_appointment":
            draft = replace(draft, purpose=PURPOSES[turn.intent])
        number, code = read_holder(turn.text, draft.number if draft.step == CODE else "")
        if command(turn) and not number and not code:
            return Outcome(draft, (Said("utter_my_appointment_left"),), "leave")
        position = position_in(turn.text, 2) if draft.step == SURE and turn.text else None
        if position is not None:
            turn = replace(turn, text="", choice=("yes", "no")[position])
        if draft.step == SURE:
            return await self._decided(draft, turn)
        if turn.choice == f"{WHICH}:{ANOTHER}":
            return Outcome(replace(draft, step=NUMBER))
        mine = self._chosen(draft, turn)
        if mine:
            return await self._act(draft, mine, turn)
        if number and (code or number != draft.number):
            return await self._given(draft, number, code, turn)
        if turn.is_aside(OWN_INTENTS | self.intents, free_text=False):
            return Outcome(draft, then="aside")
        says = (Said(f"utter_my_appointment_unclear_{CODE if draft.step == CODE else NUMBER}"),)
        return Outcome(replace(draft, misses=draft.misses + 1), says, "listen")

    async def ask(self, draft: Lookup, turn: Turn) -> Said:
        """Which one, its number, its code, or whether to cancel it."""
        if draft.step == WHICH:
            listed = [choose(self._short(item, turn), f"{WHICH}:{item.id}") for item in self._mine(turn)]
            other = choose(word(TOPIC, f"{WHICH}:{ANOTHER}", turn.language), f"{WHICH}:{ANOTHER}")
            return Said("utter_my_appointment_ask_which", (*listed, other))
        found = appointment_of(draft.found)
        if draft.step == SURE and found:
            buttons = tuple(button(TOPIC, choice, turn.language) for choice in ("yes", "no"))
            return Said("utter_my_appointment_ask_sure", buttons, await self._blanks(found, turn))
        return Said(f"utter_my_appointment_ask_{draft.step}")

    async def send(self, draft: Lookup, turn: Turn) -> Outcome[Lookup]:
        """There is no review."""
        return Outcome(draft, then="leave")

    async def _given(self, draft: Lookup, number: str, code: str, turn: Turn) -> Outcome[Lookup]:
        draft = replace(draft, number=number, misses=0, step="")
        if not code:
            return Outcome(draft)
        if not self._tries.allow(turn.sender, number):
            return Outcome(draft, (Said("utter_my_appointment_too_many"),), "leave")
        for client in clients(Appointments):
            found = await client.show(number, code)
            if found and found.status in ("confirmed", "deleted"):
                return await self._act(draft, found, turn)
        return Outcome(Lookup(purpose=draft.purpose), (Said("utter_my_appointment_not_found"),))

    async def _act(self, draft: Lookup, item: Appointment, turn: Turn) -> Outcome[Lookup]:
        """Do what is wanted with an appointment that is this person's."""
        client = next(client for client in clients(Appointments) if client.agency.name == item.agency)
        found = await client.show(item.id, item.key)
        if found is None or found.status == "deleted":
            gone = [entry for entry in turn.slots.get(MINE) or [] if entry["id"] != item.id]
            return Outcome(draft, (Said("utter_my_appointment_gone"),), "leave", events=(SlotSet(MINE, gone),))
        found = replace(
            found, service_id=found.service_id or item.service_id, office_id=found.office_id or item.office_id
        )
        blanks = await self._blanks(found, turn)
        if draft.purpose != "show" and found.starts <= turn.at:
            return Outcome(draft, (Said("utter_my_appointment_over", blanks=blanks),), "leave")
        known = [entry for entry in turn.slots.get(MINE) or [] if entry["id"] != found.id]
        remember = SlotSet(MINE, [*known, {**kept(found), "service_name": blanks["service"]}][-MOST_KEPT:])
        if draft.purpose == "cancel":
            return Outcome(replace(draft, step=SURE, found=kept(found)), events=(remember,))
        if draft.purpose == "move":
            return await self._moving(draft, found, remember, turn)
        said = Said("utter_my_appointment_shown", _ways(turn.language), {**blanks, "code": spaced(found.key)})
        return Outcome(draft, (said,), "leave", events=(remember,))

    async def _decided(self, draft: Lookup, turn: Turn) -> Outcome[Lookup]:
        found = appointment_of(draft.found)
        if turn.choice == "no" or declines(turn):
            return Outcome(draft, (Said("utter_my_appointment_stays"),), "leave")
        if found is None or not (turn.choice == "yes" or agrees(turn) or turn.intent == "cancel_appointment"):
            if turn.intent in ("move_appointment", "show_appointment") and found:
                return await self._act(draft, found, turn)
            if turn.is_aside(OWN_INTENTS | self.intents, free_text=False):
                return Outcome(draft, then="aside")
            return Outcome(replace(draft, misses=draft.misses + 1))
        client = next(client for client in clients(Appointments) if client.agency.name == found.agency)
        try:
            done = await client.cancel(found)
        except AgencyError:
            return Outcome(draft, (Said("utter_my_appointment_cancel_unsure"),), "leave")
        blanks = await self._blanks(found, turn)
        if not done:
            return Outcome(draft, (Said("utter_my_appointment_over", blanks=blanks),), "leave")
        left = [entry for entry in turn.slots.get(MINE) or [] if entry["id"] != found.id]
        said = Said("utter_my_appointment_cancelled", blanks=blanks)
        moving = (turn.slots.get(AppointmentForm.topic) or {}).get("moving") or {}
        dropped = (SlotSet(AppointmentForm.topic, None),) if moving.get("id") == found.id else ()
        return Outcome(draft, (said,), "leave", events=(SlotSet(MINE, left), *dropped))

    async def _moving(self, draft: Lookup, found: Appointment, remember: Any, turn: Turn) -> Outcome[Lookup]:
        """Open the booking form with all but the time; the old appointment stays until the new one is booked."""
        offering = await self._offering(found, turn)
        if offering is None:
            return Outcome(draft, (Said("utter_my_appointment_cannot_move"),), "leave", events=(remember,))
        contact = found.person.telephone or found.person.email
        values = {SERVICE: offering.service.key, NAME: found.person.name, CONTACT: contact}
        if len(offering.offices) > 1:
            values["office"] = found.office_id
        visit = Visit(values=values, moving=kept(found))
        opens = SlotSet(AppointmentForm.topic, {"form": f"{AppointmentForm.topic}_form", **visit.to_slot()})
        start = FollowupAction(f"{AppointmentForm.topic}_form")
        return Outcome(draft, (), "leave", events=(remember, opens, start))

    async def _offering(self, found: Appointment, turn: Turn) -> Offering | None:
        return (await offerings(turn.language)).get(f"{found.agency}/{found.service_id}")

    async def _blanks(self, found: Appointment, turn: Turn) -> dict[str, str]:
        try:
            offering = await self._offering(found, turn)
        except AgencyError:
            offering = None
        office = offering.office(found.office_id) if offering else None
        place = ", ".join(filter(None, [office.name, office.address])) if office else found.office_name
        return {
            "service": offering.service.name if offering else found.service_name,
            "time": long_time(found.starts, city().time_zone, turn.language),
            "place": place,
            "number": found.id,
        }

    def _chosen(self, draft: Lookup, turn: Turn) -> Appointment | None:
        """The one of this person's appointments whose button or number was given."""
        mine = self._mine(turn)
        position = position_in(turn.text, len(mine)) if draft.step == WHICH and turn.text else None
        if position is not None:
            return mine[position]
        return next((item for item in mine if turn.choice == f"{WHICH}:{item.id}"), None)

    @staticmethod
    def _mine(turn: Turn) -> list[Appointment]:
        """The appointments of this conversation that are still to come."""
        known = [appointment_of(entry) for entry in turn.slots.get(MINE) or []]
        return [item for item in known if item and item.starts > turn.at]

    @staticmethod
    def _short(item: Appointment, turn: Turn) -> str:
        return f"{item.service_name}, {short_time(item.starts, city().time_zone, turn.language)}".strip(", ")


def _ways(language: str) -> tuple[Button, ...]:
    return tuple(
        {"title": word(TOPIC, intent, language), "payload": f"/{intent}"}
        for intent in ("move_appointment", "cancel_appointment")
    )
