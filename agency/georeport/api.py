"""The GeoReport v2 methods: every route of the standard, in XML and JSON.

The standard: https://wiki.open311.org/GeoReport_v2/ and https://wiki.open311.org/Service_Discovery/
"""

import asyncio
import hashlib
import hmac
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from agency.georeport.catalog import Catalog, Service
from agency.georeport.present import definition_record, request_record, service_record
from agency.georeport.query import BadQuery, read_filter, read_language
from agency.georeport.render import document, errors, w3
from agency.georeport.requests import Arrival, Request
from agency.georeport.store import KeyReused, Store
from agency.georeport.submission import BadForm, Form, parse_form, read_content
from agency.settings import Settings

BASE = "/open311/v2"
LARGEST_BODY = 256 * 1024  # bytes
_LONGEST_KEY = 200
_FORMAT = "{format:xml|json}"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


class Refusal(Exception):
    """The request cannot be answered: an HTTP status and words for the client."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Api:
    """The handlers; `clock` gives the time."""

    settings: Settings
    catalog: Catalog
    store: Store
    clock: Callable[[], datetime] = now

    def routes(self) -> list[web.RouteDef]:
        """Return the standard's routes."""
        return [
            web.get(f"{BASE}/discovery.{_FORMAT}", self.discovery),
            web.get(f"{BASE}/services.{_FORMAT}", self.services),
            web.get(f"{BASE}/services/{{code:[^/]+}}.{_FORMAT}", self.definition),
            web.post(f"{BASE}/requests.{_FORMAT}", self.submit),
            web.get(f"{BASE}/requests.{_FORMAT}", self.requests),
            web.get(f"{BASE}/requests/{{id:[^/]+}}.{_FORMAT}", self.request),
            web.get(f"{BASE}/tokens/{{token:[^/]+}}.{_FORMAT}", self.token),
        ]

    async def discovery(self, request: web.Request) -> web.Response:
        """Say where the API is and which formats it speaks."""
        changed = w3(self.catalog.changed)
        endpoint = {
            "specification": "http://wiki.open311.org/GeoReport_v2",
            "url": f"{request.scheme}://{request.host}{BASE}",
            "changeset": changed,
            "type": "production",
            "formats": ["text/xml", "application/json"],
        }
        contact = f"https://{self.settings.jurisdiction}"
        content = {"changeset": changed, "contact": contact, "key_service": contact, "endpoints": [endpoint]}
        return document("discovery", content, request.match_info["format"])

    async def services(self, request: web.Request) -> web.Response:
        """List what can be reported."""
        self._check_jurisdiction(request.query.get("jurisdiction_id", ""))
        language = self._language(request)
        content = [service_record(self.catalog, service, language) for service in self.catalog.services]
        return self._localized(document("services", content, request.match_info["format"]), language)

    async def definition(self, request: web.Request) -> web.Response:
        """List a service's questions."""
        self._check_jurisdiction(request.query.get("jurisdiction_id", ""))
        service = self._find_service(request.match_info["code"])
        language = self._language(request)
        content = definition_record(self.catalog, service, language)
        return self._localized(document("service_definition", content, request.match_info["format"]), language)

    async def submit(self, request: web.Request) -> web.Response:
        """Accept a report: 201 with its id, token or neither; 200 with the same if the key was here before."""
        if request.content_type != "application/x-www-form-urlencoded":
            raise BadForm("Send the report as application/x-www-form-urlencoded.")
        form = parse_form(await request.read())
        fields = dict(form)
        client = self._client(fields.get("api_key", ""))
        self._check_jurisdiction(fields.get("jurisdiction_id", ""))
        if not fields.get("service_code"):
            raise BadForm("service_code is missing.")
        service = self._find_service(fields["service_code"])
        content = read_content(form, service)
        arrival = self._arrival(service, client, form, request.headers.get("Idempotency-Key", "").strip())
        try:
            stored, is_new = await asyncio.to_thread(self.store.add, content, arrival)
        except KeyReused as error:
            raise BadForm("This Idempotency-Key was used for another report.") from error
        language = self._language(request)
        receipt: dict[str, Any] = {}
        if stored.type == "batch":
            receipt["token"] = stored.token
        elif stored.type == "realtime":
            receipt["service_request_id"] = stored.id
        receipt["service_notice"] = self.catalog.words(service.notice, language) or None
        receipt["account_id"] = content.account_id or None
        status = 201 if is_new else 200
        response = document("service_requests", [receipt], request.match_info["format"], status)
        return self._localized(response, language)

    async def requests(self, request: web.Request) -> web.Response:
        """List requests by id, or by type, status and date."""
        self._check_jurisdiction(request.query.get("jurisdiction_id", ""))
        query = {name: ",".join(request.query.getall(name)) for name in request.query}
        found = await asyncio.to_thread(self.store.find, read_filter(query, self.clock()))
        return self._listed(request, found)

    async def request(self, request: web.Request) -> web.Response:
        """Show one request."""
        self._check_jurisdiction(request.query.get("jurisdiction_id", ""))
        found = await asyncio.to_thread(self.store.get, request.match_info["id"])
        if found is None or found.type == "blackbox" or found.ready > self.clock():
            raise Refusal(404, "There is no request with this service_request_id.")
        return self._listed(request, [found])

    async def token(self, request: web.Request) -> web.Response:
        """Tell the id that a token stands for; none while the batch is not done."""
        self._check_jurisdiction(request.query.get("jurisdiction_id", ""))
        found = await asyncio.to_thread(self.store.by_token, request.match_info["token"])
        if found is None:
            raise Refusal(404, "There is no request with this token.")
        request_id = found.id if found.ready <= self.clock() else None
        content = [{"service_request_id": request_id, "token": found.token}]
        return document("service_requests", content, request.match_info["format"])

    def _check_jurisdiction(self, given: str) -> None:
        if given.strip() not in ("", self.settings.jurisdiction):
            raise Refusal(404, "This server does not know this jurisdiction_id.")

    def _client(self, api_key: str) -> str:
        """Return a name for the holder of a key that is no secret, so that idempotency keys do not collide."""
        for known in self.settings.api_keys:
            if hmac.compare_digest(known.encode(), api_key.encode()):
                return hashlib.sha256(known.encode()).hexdigest()[:16]
        raise Refusal(403, "The api_key is missing or not known.")

    def _find_service(self, code: str) -> Service:
        service = self.catalog.by_code.get(code)
        if service is None:
            raise Refusal(404, "There is no service with this service_code.")
        return service

    def _arrival(self, service: Service, client: str, form: Form, key: str) -> Arrival:
        if len(key) > _LONGEST_KEY:
            raise BadForm(f"The Idempotency-Key has more than {_LONGEST_KEY} characters.")
        at = self.clock()
        wait = self.settings.batch_seconds if service.type == "batch" else 0
        said = sorted(field for field in form if field[0] != "api_key")
        return Arrival(
            type=service.type,
            requested=at,
            expected=at + timedelta(days=service.days),
            ready=at + timedelta(seconds=wait),
            client=client,
            fingerprint=hashlib.sha256(repr(said).encode()).hexdigest(),
            key=key or None,
        )

    def _language(self, request: web.Request) -> str:
        accepted = request.headers.get("Accept-Language", "")
        return read_language(request.query.get("locale", ""), accepted, self.catalog.languages)

    def _localized(self, response: web.Response, language: str) -> web.Response:
        response.headers["Content-Language"] = language
        response.headers["Vary"] = "Accept-Language"
        return response

    def _listed(self, request: web.Request, found: list[Request]) -> web.Response:
        language = self._language(request)
        content = [request_record(self.catalog, item, language) for item in found]
        return self._localized(document("service_requests", content, request.match_info["format"]), language)


@web.middleware
async def as_error_list(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer every failure under the API's path with the standard's error list."""
    if not request.path.startswith(BASE):
        return await handler(request)
    suffix = "json" if request.path.endswith(".json") else "xml"
    try:
        return await handler(request)
    except Refusal as error:
        return errors(error.status, [str(error)], suffix)
    except BadForm as error:
        return errors(400, error.messages, suffix)
    except BadQuery as error:
        return errors(400, [str(error)], suffix)
    except web.HTTPRequestEntityTooLarge:
        return errors(413, [f"The report is larger than {LARGEST_BODY // 1024} KB."], suffix)
    except web.HTTPMethodNotAllowed as error:
        response = errors(405, [f"{request.method} is not possible here."], suffix)
        response.headers["Allow"] = error.headers["Allow"]
        return response
    except web.HTTPNotFound:
        return errors(404, ["There is nothing here. Ask for .xml or .json."], suffix)
    except sqlite3.Error:
        return errors(503, ["The report system is busy. Try again in a minute."], suffix)
