"""The interface's error codes (zmscitizenapi, ErrorMessages), each with its HTTP status and words."""

import sqlite3
from collections.abc import Awaitable, Callable

from aiohttp import web

from agency.appointments.plan import Words

BASE = "/appointments/v1"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

ERRORS: dict[str, tuple[int, Words]] = {
    "invalidOfficeId": (400, {"en": "officeId must be a whole number.", "es": "officeId debe ser un número entero."}),
    "invalidServiceId": (400, {"en": "serviceId must be whole numbers.", "es": "serviceId debe ser números enteros."}),
    "invalidServiceCount": (
        400,
        {"en": "serviceCount must be numbers from 1 to 5.", "es": "serviceCount debe ser números de 1 a 5."},
    ),
    "invalidStartDate": (400, {"en": "startDate must be YYYY-MM-DD.", "es": "startDate debe ser AAAA-MM-DD."}),
    "invalidEndDate": (400, {"en": "endDate must be YYYY-MM-DD.", "es": "endDate debe ser AAAA-MM-DD."}),
    "invalidDate": (400, {"en": "date must be YYYY-MM-DD.", "es": "date debe ser AAAA-MM-DD."}),
    "invalidTimestamp": (400, {"en": "timestamp must be seconds since 1970.", "es": "timestamp: segundos desde 1970."}),
    "invalidProcessId": (
        400,
        {"en": "processId must be a whole number.", "es": "processId debe ser un número entero."},
    ),
    "invalidAuthKey": (400, {"en": "authKey must be a text.", "es": "authKey debe ser un texto."}),
    "invalidFamilyName": (400, {"en": "familyName is missing.", "es": "Falta familyName."}),
    "invalidEmail": (400, {"en": "email must be an e-mail address.", "es": "email debe ser un correo electrónico."}),
    "invalidTelephone": (400, {"en": "telephone must have 7 to 15 digits.", "es": "telephone: de 7 a 15 cifras."}),
    "invalidCustomTextfield": (400, {"en": "customTextfield is too long.", "es": "customTextfield es muy largo."}),
    "invalidRequest": (400, {"en": "Send one JSON object.", "es": "Envíe un objeto JSON."}),
    "invalidLocationAndServiceCombination": (
        400,
        {"en": "This office does not offer this service.", "es": "Esta oficina no ofrece este servicio."},
    ),
    "appointmentNotAvailable": (
        404,
        {"en": "This time is no longer available.", "es": "Esta hora ya no está disponible."},
    ),
    "noAppointmentForThisDay": (404, {"en": "No free days were found.", "es": "No hay días libres."}),
    "appointmentNotFound": (404, {"en": "There is no such appointment.", "es": "No existe esa cita."}),
    "processNotReservedAnymore": (
        404,
        {"en": "The appointment is not held any more.", "es": "La cita ya no está apartada."},
    ),
    "processNotPreconfirmedAnymore": (
        404,
        {"en": "The appointment was not preconfirmed.", "es": "La cita no estaba preconfirmada."},
    ),
    "appointmentCanNotBeCanceled": (
        406,
        {"en": "This appointment is over.", "es": "Esta cita ya pasó."},
    ),
    "notFound": (404, {"en": "There is nothing here.", "es": "Aquí no hay nada."}),
    "requestMethodNotAllowed": (405, {"en": "This method is not possible here.", "es": "Ese método no es posible."}),
    "requestTooLarge": (413, {"en": "The request is too large.", "es": "La solicitud es demasiado grande."}),
    "serviceUnavailable": (503, {"en": "Please try again in a minute.", "es": "Intente de nuevo en un minuto."}),
}


class Refusal(Exception):
    """The request cannot be done: the codes of everything that is wrong with it."""

    def __init__(self, *codes: str) -> None:
        super().__init__(", ".join(codes))
        self.codes = codes

    @property
    def status(self) -> int:
        """The highest status of its errors."""
        return max(ERRORS[code][0] for code in self.codes)

    def document(self, language: str) -> dict[str, object]:
        """The body of the answer."""
        return {"errors": [_entry(code, language) for code in self.codes]}


def _entry(code: str, language: str) -> dict[str, object]:
    status, words = ERRORS[code]
    return {"errorCode": code, "statusCode": status, "errorMessage": words.get(language) or words["en"]}


def language_of(request: web.Request, languages: tuple[str, ...]) -> str:
    """The first language of Accept-Language that we have."""
    wanted = [part.split(";")[0].strip()[:2].lower() for part in request.headers.get("Accept-Language", "").split(",")]
    return next((language for language in wanted if language in languages), languages[0])


@web.middleware
async def as_appointment_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer every failure under the interface's path with its error list."""
    if not request.path.startswith(BASE):
        return await handler(request)
    try:
        return await handler(request)
    except Refusal as error:
        refusal = error
    except web.HTTPMethodNotAllowed:
        refusal = Refusal("requestMethodNotAllowed")
    except web.HTTPNotFound:
        refusal = Refusal("notFound")
    except web.HTTPRequestEntityTooLarge:
        refusal = Refusal("requestTooLarge")
    except sqlite3.Error:
        refusal = Refusal("serviceUnavailable")
    return web.json_response(refusal.document(language_of(request, ("en", "es"))), status=refusal.status)
