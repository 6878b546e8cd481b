"""Appointments at agencies that speak the citizen interface of the open ZMS (it-at-m/eappointment, `zmscitizenapi`).

Strict in what is sent, tolerant in what is read: ids come as numbers or texts, days as texts or objects, relations
between offices and services may be missing, and older servers know `available-days` but not `available-calendar`.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from actions.agencies.booking import Appointment, Catalog, Office, Person, Service, Slot
from actions.agencies.booking_answers import read_appointment, read_calendar, read_catalog, read_days, read_times
from actions.agencies.cache import Cache
from actions.agencies.connection import Connection
from actions.agencies.errors import AgencyError, AgencyNonsense, AgencyRefused
from bot.agencies import Agency

NOT_FREE = frozenset({"appointmentNotAvailable", "noAppointmentForThisDay", "noAppointmentsAtLocation"})
"""Error codes for a time that somebody else has, and for days without any."""
GONE = frozenset(
    {
        *("appointmentNotFound", "authKeyMismatch", "authKeyMissMatch", "processInvalid"),
        *("processNotReservedAnymore", "processNotPreconfirmedAnymore"),
    }
)
"""Error codes for an appointment that is not there (any more), or not for whoever has this key."""
_ELSEWHERE = frozenset({"invalidLocationAndServiceCombination", "servicesNotFound", "officesNotFound"})
_MOST_DAYS = 4
"""Days whose times are asked one by one, where the server has no calendar."""


class Appointments:
    """One agency's appointments. Every method ends in time, with a value or an AgencyError (connection.py)."""

    KIND: ClassVar[str] = "appointments"

    def __init__(self, agency: Agency) -> None:
        self.agency = agency
        self._connection = Connection(agency)
        self._catalogs: Cache[str, Catalog] = Cache()
        self._has_calendar = True
        # Whether the server sees by the Idempotency-Key that a hold is asked for again.
        self._knows_keys = bool(agency.options.get("idempotency", agency.embedded))

    async def catalog(self, language: str) -> Catalog:
        """What can be booked, and where; kept for a while."""

        async def fetch() -> Catalog:
            found = read_catalog(await self._get("offices-and-services/", {}, language), self.agency.name)
            if not found.services:
                raise AgencyNonsense("the agency lists no services")
            return found

        return await self._catalogs.get(language, fetch)

    async def free(self, service: Service, offices: Sequence[Office], first: date, last: date) -> tuple[Slot, ...]:
        """Free times at these offices from one day to another, soonest first; an older server tells some days only."""
        if self._has_calendar:
            query = {
                "officeIds": ",".join(office.id for office in offices),
                "serviceIds": service.id,
                "serviceCounts": "1",
                **_days(first, last),
            }
            try:
                return read_calendar(await self._get("available-calendar/", query), [office.id for office in offices])
            except AgencyRefused as refusal:
                if _codes(refusal) & NOT_FREE:
                    return ()
                if refusal.status not in (400, 404, 405, 501) or _codes(refusal) & _ELSEWHERE:
                    raise
                self._has_calendar = False
        found = await asyncio.gather(*(self._free_at(service, office, first, last) for office in offices))
        return tuple(sorted(slot for slots in found for slot in slots))

    async def reserve(self, slot: Slot, service: Service, key: str) -> Appointment | None:
        """Hold a time; None if somebody else has it. `key`: the same for the same wish of the same person."""
        body = {
            "timestamp": slot.starts,
            "officeId": _as_number(slot.office_id),
            "serviceId": [_as_number(service.id)],
            "serviceCount": [1],
            "captchaSolution": None,
        }
        try:
            try:
                answer = await self._post("reserve-appointment/", body, key)
            except AgencyError as error:
                if error.sent == "no" or not self._knows_keys:
                    raise
                answer = await self._post("reserve-appointment/", body, key)  # the same key is the same hold
        except AgencyRefused as refusal:
            if _codes(refusal) & NOT_FREE or refusal.status == 409:
                return None
            raise
        return self._appointment(answer, "unknown")

    async def book(self, held: Appointment, person: Person) -> Appointment | None:
        """Confirm a held time; None if the hold is over. What is confirmed already stays as it is.

        When an answer is unclear, the appointment itself is looked at before anybody is told anything.
        """
        holder = _holder(held)
        contact = {
            **holder,
            "familyName": person.name,
            "email": person.email,
            "telephone": person.telephone,
            "customTextfield": "",
        }
        try:
            await self._post("update-appointment/", contact)
            await self._post("preconfirm-appointment/", holder)
            booked = self._appointment(await self._post("confirm-appointment/", holder), "unknown")
        except AgencyRefused as refusal:
            if not _codes(refusal) & GONE:
                raise
            found = await self.show(held.id, held.key)
            return found if found and found.status == "confirmed" else None
        except AgencyError as error:
            if error.sent == "no":
                raise
            found = None
            with contextlib.suppress(AgencyError):
                found = await self.show(held.id, held.key)
            if found is None or found.status != "confirmed":
                raise
            booked = found
        return booked

    async def show(self, number: str, key: str) -> Appointment | None:
        """The appointment; None if there is none with that number and key."""
        if not (number.isascii() and number.isdecimal()):
            return None
        spellings = list(dict.fromkeys([key, key.lower(), key.upper()]))
        for spelling in spellings[:1] if self._knows_keys else spellings:  # elsewhere small and large letters may count
            try:
                return self._appointment(await self._get("appointment/", {"processId": number, "authKey": spelling}))
            except AgencyRefused as refusal:
                if not (_codes(refusal) & GONE or refusal.status in (404, 406)):
                    raise
        return None

    async def cancel(self, appointment: Appointment) -> bool:
        """Give the time back; False if that is not possible any more. What is given back already is given back."""
        try:
            await self._post("cancel-appointment/", _holder(appointment))
        except AgencyRefused as refusal:
            return bool(_codes(refusal) & GONE)
        except AgencyError as error:
            if error.sent == "no":
                raise
            found = await self.show(appointment.id, appointment.key)
            if found is not None and found.status != "deleted":
                raise
        return True

    async def close(self) -> None:
        """Close the connections."""
        await self._connection.close()

    async def _free_at(self, service: Service, office: Office, first: date, last: date) -> list[Slot]:
        common = {"officeId": office.id, "serviceId": service.id, "serviceCount": "1"}
        try:
            days = read_days(await self._get("available-days/", {**common, **_days(first, last)}))
        except AgencyRefused as refusal:
            if _codes(refusal) & (NOT_FREE | _ELSEWHERE):
                return []
            raise
        soonest = sorted(day for day in days if first <= day <= last)[:_MOST_DAYS]
        found = await asyncio.gather(*(self._times(office, day, common) for day in soonest))
        return [slot for slots in found for slot in slots]

    async def _times(self, office: Office, day: date, common: dict[str, str]) -> list[Slot]:
        try:
            answer = await self._get("available-appointments/", {"date": day.isoformat(), **common})
        except AgencyRefused as refusal:
            if _codes(refusal) & NOT_FREE:
                return []
            raise
        return [Slot(starts, office.id) for starts in read_times(answer, office.id)]

    async def _get(self, path: str, query: dict[str, str], language: str | None = None) -> Any:
        return _content(await self._connection.get_json(path, query, language))

    async def _post(self, path: str, body: dict[str, Any], key: str | None = None) -> Any:
        return _content(await self._connection.post_json(path, body, key))

    def _appointment(self, answer: Any, sent: Any = "no") -> Appointment:
        found = read_appointment(answer, self.agency.name)
        if found is None:
            raise AgencyNonsense("the agency's answer is no appointment", sent)
        return found


def _content(answer: Any) -> Any:
    """The document without its envelope; some servers say what they refuse with a status of 200."""
    if isinstance(answer, dict):
        if answer.get("errors"):
            errors = [error for error in answer["errors"] if isinstance(error, dict)]
            status = max((int(error.get("statusCode") or 400) for error in errors), default=400)
            raise AgencyRefused(
                status, [(str(error.get("errorCode", "")), str(error.get("errorMessage", ""))) for error in errors]
            )
        if "data" in answer and answer.keys() <= {"data", "meta", "$schema"}:
            return answer["data"]
    return answer


def _codes(refusal: AgencyRefused) -> set[str]:
    return {code for code, _ in refusal.messages}


def _holder(appointment: Appointment) -> dict[str, Any]:
    return {"processId": _as_number(appointment.id), "authKey": appointment.key}


def _days(first: date, last: date) -> dict[str, str]:
    return {"startDate": first.isoformat(), "endDate": last.isoformat()}


def _as_number(text: str) -> int | str:
    """Ids are numbers to the standard; what is none goes as it came."""
    return int(text) if text.isascii() and text.isdecimal() else text
