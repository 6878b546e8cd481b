"""Talk to an agency's GeoReport v2 (Open311) server: strict in what is sent, tolerant in what is read.

The standard: https://wiki.open311.org/GeoReport_v2/
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast
from urllib.parse import quote

from actions.agencies.cache import Cache
from actions.agencies.connection import Connection
from actions.agencies.documents import error_messages
from actions.agencies.errors import AgencyDown, AgencyError, AgencyNonsense, AgencyRefused, AgencySlow
from actions.agencies.georeport import Attribute, Receipt, Report, Service, ServiceRequest
from actions.agencies.match import find_match
from actions.agencies.reading import read_attributes, read_receipt, read_request_id, read_requests, read_services
from actions.agencies.wire import Wire
from bot.agencies import Agency

__all__ = [
    "AgencyDown",
    "AgencyError",
    "AgencyNonsense",
    "AgencyRefused",
    "AgencySlow",
    "Attribute",
    "Open311",
    "Receipt",
    "Report",
    "Service",
    "ServiceRequest",
]

_T = TypeVar("_T")
_LONGEST_ID = 64
_CLOCK_SKEW = timedelta(minutes=5)


class Open311:
    """A client for one server; keep one and close it at the end.

    Every call ends within the agency's time limit with a value or an AgencyError. Service lists and definitions
    are kept for ten minutes, and served however old while the agency does not answer.
    """

    KIND = "open311"

    def __init__(self, agency: Agency) -> None:
        self.agency = agency
        self._connection = Connection(agency)
        self._wire = Wire(self._connection)
        self._jurisdiction = {"jurisdiction_id": agency.jurisdiction} if agency.jurisdiction else {}
        self._key = {"api_key": agency.key} if agency.key else {}
        self._cache: Cache[tuple[str, str], Any] = Cache()
        self._unsure: set[str] = set()  # keys of submissions that may have arrived

    async def services(self, locale: str | None = None) -> tuple[Service, ...]:
        """Return what the agency accepts, in the language `locale` if the server has it."""
        return await self._cached("services", locale, read_services)

    async def definition(self, code: str, locale: str | None = None) -> tuple[Attribute, ...]:
        """Return a service's questions in the order to ask; () for a service without any."""
        try:
            return await self._cached(f"services/{_segment(code)}", locale, read_attributes)
        except AgencyRefused as refusal:
            if refusal.status == 404:  # some servers have no definitions at all
                return ()
            raise

    async def submit(self, report: Report, key: str, attempt: int = 1, since: datetime | None = None) -> Receipt:
        """Submit `report` exactly once; `key` is the same for every try of the same report.

        `attempt` is 1 as long as no earlier try may have arrived. From 2 on, or if a try of this key in this
        process ended unclear, an equal request made after `since` (default: a day ago) is looked for first,
        because most servers ignore the Idempotency-Key header. Servers that do not list requests (blackbox)
        cannot be asked: there a second try can make a second request.
        """
        doubtful = attempt > 1 or key in self._unsure
        since = since or _now() - timedelta(days=1)
        try:
            receipt = await self._submit(report, key, since if doubtful else None)
        except AgencyRefused:
            self._unsure.discard(key)
            raise
        except AgencyError as error:
            error.sent = "unknown" if doubtful else error.sent
            if error.sent == "unknown":
                self._unsure.add(key)
            raise
        self._unsure.discard(key)
        return receipt

    async def request(self, request_id: str) -> ServiceRequest | None:
        """Return one request, or None if the agency does not know it."""
        if not _usable(request_id):
            return None
        try:
            tree = await self._get(f"requests/{_segment(request_id)}", {}, self._connection.deadline())
        except AgencyRefused as refusal:
            if refusal.status in (404, 410):
                return None
            raise
        return next((found for found in read_requests(tree) if _same_id(found.id, request_id)), None)

    async def requests(
        self,
        ids: Iterable[str] = (),
        service_codes: Iterable[str] = (),
        start: datetime | None = None,
        end: datetime | None = None,
        status: str | None = None,
    ) -> tuple[ServiceRequest, ...]:
        """Return requests; without dates the server's default holds (90 days, at most 1,000 requests)."""
        params = {
            "service_request_id": ",".join(ids),
            "service_code": ",".join(service_codes),
            "start_date": _w3(start),
            "end_date": _w3(end),
            "status": status or "",
        }
        return read_requests(await self._get("requests", params, self._connection.deadline()))

    async def request_id(self, token: str) -> str | None:
        """Return the id that a batch service has given to `token`, or None if it has not yet."""
        if not _usable(token):
            return None
        try:
            return read_request_id(await self._get(f"tokens/{_segment(token)}", {}, self._connection.deadline()))
        except AgencyRefused as refusal:
            if refusal.status == 404:
                return None
            raise

    async def close(self) -> None:
        """Close the connections."""
        await self._connection.close()

    async def _cached(self, path: str, locale: str | None, read: Callable[[Any], _T]) -> _T:
        async def fetch() -> _T:
            return read(await self._get(path, {"locale": locale or ""}, self._connection.deadline(), locale))

        return cast(_T, await self._cache.get((path, locale or ""), fetch))

    async def _submit(self, report: Report, key: str, look_since: datetime | None) -> Receipt:
        deadline = self._connection.deadline()
        if look_since:
            earlier = await self._earlier(report, look_since, deadline)
            if earlier:
                return Receipt(request_id=earlier.id, notice=earlier.service_notice)
        if self._wire.format is None:  # a submission is not the moment to find out which format the server speaks
            await self._get("services", {}, deadline)
        form = [*self._key.items(), *self._jurisdiction.items(), *report.form()]
        headers = {"Idempotency-Key": key} | ({"Accept-Language": report.locale} if report.locale else {})
        status, tree = await self._wire.post("requests", form, headers, deadline)
        receipt = read_receipt(tree)
        if receipt:
            return receipt
        messages = error_messages(tree, status)
        if any(code.isdecimal() and int(code) >= 400 for code, _ in messages):
            raise AgencyRefused(status, messages)
        raise AgencyNonsense("the answer to a submission holds neither an id nor a token", sent="unknown")

    async def _earlier(self, report: Report, since: datetime, deadline: float) -> ServiceRequest | None:
        window = {
            "service_code": report.service_code,
            "start_date": _w3(since - _CLOCK_SKEW),
            "end_date": _w3(_now() + _CLOCK_SKEW),
        }
        try:
            listed = read_requests(await self._get("requests", window, deadline))
        except AgencyRefused:
            return None  # this server does not list requests; a second report is better than a lost one
        return find_match(report, listed, since)

    async def _get(self, path: str, query: dict[str, str], deadline: float, locale: str | None = None) -> Any:
        return await self._wire.get(path, {**self._jurisdiction, **query}, deadline, locale)


def _segment(text: str) -> str:
    return quote(text, safe="")


def _usable(text: str) -> bool:
    return 0 < len(text.strip()) <= _LONGEST_ID and bool(text.strip(". "))


def _same_id(one: str, other: str) -> bool:
    """XML and JSON of the same server may differ in leading zeros."""
    return one.strip().casefold().lstrip("0") == other.strip().casefold().lstrip("0")


def _now() -> datetime:
    return datetime.now(UTC)


def _w3(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
