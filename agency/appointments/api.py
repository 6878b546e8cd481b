"""The citizen interface: what can be booked, when, and the way of an appointment from held to confirmed.

Paths, names and codes are those of the open ZMS (github.com/it-at-m/eappointment, `zmscitizenapi`). Ours besides:
Idempotency-Key on reserve-appointment, names in the language of Accept-Language, `keywords` and `bring` of a service,
and one answer for an unknown number and a wrong key, so that numbers cannot be tried out.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from aiohttp import web

from agency.appointments.asked import (
    Selection,
    read_contact,
    read_date,
    read_holder,
    read_selection,
    read_selections,
    read_span,
    read_timestamp,
)
from agency.appointments.availability import Availability
from agency.appointments.plan import Plan, load_plan
from agency.appointments.present import offices_and_services, process_record
from agency.appointments.processes import Process, Status
from agency.appointments.refusals import BASE, Refusal, as_appointment_errors, language_of
from agency.appointments.store import Book
from agency.settings import Settings

_LONGEST_KEY = 200
HELD: tuple[Status, ...] = ("reserved", "preconfirmed")


@dataclass(frozen=True)
class AppointmentsApi:
    """The handlers; `clock` gives the time."""

    settings: Settings
    plan: Plan
    book: Book
    clock: Callable[[], datetime]

    def routes(self) -> list[web.RouteDef]:
        """Return the interface's routes, each with and without the slash at its end."""
        gets = {
            "offices-and-services": self.offices_and_services,
            "available-days": self.available_days,
            "available-calendar": self.available_calendar,
            "available-appointments": self.available_appointments,
            "appointment": self.appointment,
        }
        posts = {
            "reserve-appointment": self.reserve,
            "update-appointment": self.update,
            "preconfirm-appointment": self.preconfirm,
            "confirm-appointment": self.confirm,
            "cancel-appointment": self.cancel,
        }
        routes = [web.get(f"{BASE}/{name}{{slash:/?}}", handler) for name, handler in gets.items()]
        return routes + [web.post(f"{BASE}/{name}{{slash:/?}}", handler) for name, handler in posts.items()]

    async def offices_and_services(self, request: web.Request) -> web.Response:
        """Everything that can be booked, and where."""
        minutes = self.settings.hold_seconds // 60
        return self._answer(request, offices_and_services(self.plan, self._language(request), minutes))

    async def available_days(self, request: web.Request) -> web.Response:
        """The days from startDate to endDate on which a time is free."""
        first, last = read_span(request.query)
        free = await self._free(read_selection(request.query, self.plan), first, last)
        days = sorted({self._availability.local_day(start).isoformat() for start in free})
        if not days:
            raise Refusal("noAppointmentForThisDay")
        return self._answer(request, {"availableDays": days, "lastModified": self._now()})

    async def available_calendar(self, request: web.Request) -> web.Response:
        """The days from startDate to endDate with their free times, at one office or several."""
        first, last = read_span(request.query)
        found: dict[str, dict[int, list[int]]] = {}
        for selection in read_selections(request.query, self.plan):
            for start in await self._free(selection, first, last):
                day = self._availability.local_day(start).isoformat()
                found.setdefault(day, {}).setdefault(selection.office.id, []).append(start)
        days = [
            {
                "date": day,
                "providerIDs": ",".join(map(str, offices)),
                "offices": [{"officeId": str(office), "appointments": times} for office, times in offices.items()],
            }
            for day, offices in sorted(found.items())
        ]
        span = {"startDate": first.isoformat(), "endDate": last.isoformat()}
        slots = {"slotsStartDate": first.isoformat(), "slotsEndDate": last.isoformat()}
        nearest = {"prevBookableDate": None, "nextBookableDate": None}
        return self._answer(request, {**span, **slots, **nearest, "availableDays": days})

    async def available_appointments(self, request: web.Request) -> web.Response:
        """The free times of one day, as seconds since 1970."""
        day = read_date(request.query, "date", "invalidDate")
        free = await self._free(read_selection(request.query, self.plan), day, day)
        if not free:
            raise Refusal("appointmentNotAvailable")
        return self._answer(request, {"appointmentTimestamps": free, "lastModified": self._now()})

    async def appointment(self, request: web.Request) -> web.Response:
        """Show an appointment to whoever has its key."""
        return self._show(request, await self._holder(request.query))

    async def reserve(self, request: web.Request) -> web.Response:
        """Hold a free time."""
        given = await _body(request)
        selection, starts = read_selection(given, self.plan), read_timestamp(given)
        if starts not in self._availability.possible(selection, self._availability.local_day(starts), self._now()):
            raise Refusal("appointmentNotAvailable")
        wanted = self._availability.wanted(selection, starts, request.headers.get("Idempotency-Key", "")[:_LONGEST_KEY])
        held = await asyncio.to_thread(self.book.reserve, wanted, self._now(), self.settings.hold_seconds)
        if held is None:
            raise Refusal("appointmentNotAvailable")
        return self._show(request, held)

    async def update(self, request: web.Request) -> web.Response:
        """Write down who comes."""
        given = await _body(request)
        process, contact = await self._holder(given), read_contact(given)
        if not await asyncio.to_thread(self.book.change, process.id, contact, self._now()):
            raise Refusal("processNotReservedAnymore")
        return self._show(request, await self._holder(given))

    async def preconfirm(self, request: web.Request) -> web.Response:
        """Say that all is said; it needs a name."""
        given = await _body(request)
        process = await self._holder(given)
        if not process.contact.family_name and process.status in HELD:
            raise Refusal("invalidFamilyName")
        return await self._move(request, process, HELD, "preconfirmed", "processNotReservedAnymore")

    async def confirm(self, request: web.Request) -> web.Response:
        """Book it for good."""
        process = await self._holder(await _body(request))
        return await self._move(request, process, ("preconfirmed",), "confirmed", "processNotPreconfirmedAnymore")

    async def cancel(self, request: web.Request) -> web.Response:
        """Give the time back."""
        process = await self._holder(await _body(request))
        if process.starts <= self._now():
            raise Refusal("appointmentCanNotBeCanceled")
        return await self._move(request, process, (*HELD, "confirmed"), "deleted", "appointmentNotFound")

    async def _move(
        self, request: web.Request, process: Process, old: tuple[Status, ...], new: Status, refusal: str
    ) -> web.Response:
        """Change the state; what is there already is done already."""
        done = process.status == new or (new == "preconfirmed" and process.status == "confirmed")
        if not done and not await asyncio.to_thread(self.book.move, process.id, old, new, self._now()):
            raise Refusal(refusal)
        return self._show(request, await self._holder({"processId": process.id, "authKey": process.auth_key}))

    async def _holder(self, given: Any) -> Process:
        number, key = read_holder(given)
        process = await asyncio.to_thread(self.book.get, number, key, self._now())
        if process is None:
            raise Refusal("appointmentNotFound")
        return process

    async def _free(self, selection: Selection, first: date, last: date) -> list[int]:
        days = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
        return await asyncio.to_thread(self._availability.free, self.book, selection, days, self._now())

    def _show(self, request: web.Request, process: Process) -> web.Response:
        return self._answer(request, process_record(self.plan, process, self._language(request)))

    def _answer(self, request: web.Request, content: Any, status: int = 200) -> web.Response:
        headers = {"Content-Language": self._language(request), "Vary": "Accept-Language", "Cache-Control": "no-store"}
        return web.json_response(content, status=status, headers=headers)

    def _language(self, request: web.Request) -> str:
        return language_of(request, self.plan.languages)

    @cached_property
    def _availability(self) -> Availability:
        return Availability(self.plan, self.settings.time_zone)

    def _now(self) -> int:
        return int(self.clock().timestamp())


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        given = json.loads(await request.read())
    except (ValueError, RecursionError):
        raise Refusal("invalidRequest") from None
    if not isinstance(given, dict):
        raise Refusal("invalidRequest")
    return given


def add_to(app: web.Application, settings: Settings, clock: Callable[[], datetime]) -> None:
    """Serve the interface in an application, which closes the book at its end. PlanError, StoreError if it cannot."""
    api = AppointmentsApi(
        settings,
        load_plan(settings.appointments, settings.holidays),
        Book(settings.data.with_name("appointments.db")),
        clock,
    )

    async def closing(_: web.Application) -> None:
        api.book.close()

    app.middlewares.append(as_appointment_errors)
    app.add_routes(api.routes())
    app.on_cleanup.append(closing)
