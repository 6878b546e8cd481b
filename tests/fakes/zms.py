"""An appointment system of another make: the same interface in an older and looser form, without Idempotency-Key."""

from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

NINE, TEN, NEXT_DAY = 1795532400, 1795536000, 1795618800  # seconds since 1970; NINE is 2026-11-24 15:00 UTC


@dataclass
class Zms:
    """Two offices, one with a captcha; two times on a day, one on the next. `relations`: whether it tells them."""

    relations: bool = False
    free: set[int] = field(default_factory=lambda: {NINE, TEN, NEXT_DAY})
    processes: dict[str, dict[str, Any]] = field(default_factory=dict)

    def app(self) -> web.Application:
        """The server; everything it does not know, such as the calendar, is a 404 of its own kind."""
        app = web.Application()
        app.add_routes(
            [
                web.get("/offices-and-services/", self.offers),
                web.get("/available-days/", self.days),
                web.get("/available-appointments/", self.times),
                web.get("/appointment/", self.show),
                web.post("/{step:reserve|update|preconfirm|confirm|cancel}-appointment/", self.change),
            ]
        )
        return app

    async def offers(self, _: web.Request) -> web.Response:
        offices = [
            {"id": 10489, "name": "Bürgerbüro", "address": {"street": "Hauptstraße", "house_number": 7}, "scope": None},
            {"id": 10502, "name": "Mit Captcha", "scope": {"captchaActivatedRequired": "1"}},
            {"name": "without an id"},
        ]
        services = [{"id": "1063441", "name": "Reisepass", "maxQuantity": 2}, {"id": 7, "name": ""}]
        told = [{"officeId": "10489", "serviceId": 1063441, "slots": 2}] if self.relations else None
        return web.json_response({"data": {"offices": offices, "services": services, "relations": told}, "meta": {}})

    async def days(self, _: web.Request) -> web.Response:
        days = sorted({"2026-11-24" if starts < NEXT_DAY else "2026-11-25" for starts in self.free})
        if not days:
            return refusal("noAppointmentForThisDay", 404)
        return web.json_response({"availableDays": [{"time": day, "providerIDs": "10489"} for day in days]})

    async def times(self, request: web.Request) -> web.Response:
        wanted = request.query["date"] == "2026-11-24"
        times = [str(starts) for starts in sorted(self.free) if (starts < NEXT_DAY) == wanted]
        return web.json_response({"offices": [{"officeId": 10489, "appointments": times}], "lastModified": 0})

    async def show(self, request: web.Request) -> web.Response:
        process = self.processes.get(request.query["processId"])
        if process is None:
            return refusal("appointmentNotFound", 404)
        if process["authKey"] != request.query["authKey"]:
            return refusal("authKeyMissMatch", 406)
        return web.json_response(process)

    async def change(self, request: web.Request) -> web.Response:
        body, step = await request.json(), request.match_info["step"]
        if step == "reserve":
            if body["timestamp"] not in self.free:
                return refusal("appointmentNotAvailable", 404, status=200)  # it says so with a good status
            self.free.remove(body["timestamp"])
            number = str(101000 + len(self.processes))
            process = {
                "processId": int(number), "timestamp": str(body["timestamp"]), "authKey": "fb43", "status": "reserved",
                "officeId": 0, "serviceId": 0, "scope": {"provider": {"id": body["officeId"], "name": "Bürgerbüro"}},
            }  # fmt: skip
            self.processes[number] = process
            return web.json_response(process)
        process = self.processes[str(body["processId"])]
        if step == "cancel":
            del self.processes[str(body["processId"])]
            self.free.add(int(process["timestamp"]))
            return web.json_response({**process, "status": "deleted"})
        if step == "update":
            process["familyName"] = body["familyName"]
        else:
            process["status"] = f"{step}ed"
        return web.json_response(process)


def refusal(code: str, told: int, status: int = 0) -> web.Response:
    error = {"errorCode": code, "statusCode": told, "errorMessage": "…"}
    return web.json_response({"errors": [error]}, status=status or told)
