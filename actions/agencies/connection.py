"""HTTP to one agency: a time limit, a second try where that is safe, a pause while it is down, all failures counted."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlencode

import aiohttp
from yarl import URL

from actions.agencies.errors import (
    AgencyDown,
    AgencyError,
    AgencyNonsense,
    AgencyRefused,
    AgencySlow,
    Sent,
)
from actions.agencies.record import Record
from bot.agencies import Agency

LARGEST = 8 * 1024 * 1024
"""Bytes of an answer; a thousand long requests fit."""
CONNECT_SECONDS = 2.0
TURN_SECONDS = 4.5
"""What all calls of one turn may take together: the person hears something within 5 seconds."""

turn_ends: ContextVar[float | None] = ContextVar("turn_ends", default=None)
"""When the turn's time is over, as a time of the event loop; set by actions/base.py, None outside a turn."""

Form = list[tuple[str, str]]

_CODES = ("code", "errorCode", "type", "status")
_WORDS = ("description", "message", "errorMessage", "detail", "title")


class Connection:
    """Connections to the server of `agency`; keep one and close it at the end.

    Every call ends within `agency.timeout` seconds, and before the turn's time is over, with a value or an AgencyError.
    """

    def __init__(self, agency: Agency, session: aiohttp.ClientSession | None = None) -> None:
        self.agency = agency
        self.record = Record.of(agency)
        self._url = agency.url.rstrip("/")
        # GeoReport has a field of its own for the key.
        known = agency.key and agency.kind != "open311"
        self._headers = {"Authorization": f"Bearer {agency.key}"} if known else {}
        self._given = session
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def get_json(self, path: str, query: Mapping[str, str] | None = None, language: str | None = None) -> Any:
        """The JSON document at `path`, below the agency's url; empty values of `query` are left out."""
        return self._document(await self.get_bytes(path, query, language, accept="application/json"), "no")

    async def get_bytes(
        self, path: str, query: Mapping[str, str] | None = None, language: str | None = None, *, accept: str = "*/*"
    ) -> bytes:
        """The bytes at `path`; "" is the agency's url itself."""
        headers = {"Accept": accept} | ({"Accept-Language": language} if language else {})
        status, body = await self.exchange("GET", self.address(path, query), headers, self.deadline())
        return _good(status, body, "no")

    async def post_json(self, path: str, body: Any, key: str | None = None, method: str = "POST") -> Any:
        """Send `body` once; the answer's document. `key` lets a server that knows Idempotency-Key see a repetition.

        An AgencyError's `sent` tells whether it may have arrived: "unknown" must be looked up before it is sent again.
        """
        headers = {"Accept": "application/json"} | ({"Idempotency-Key": key} if key else {})
        status, answer = await self.exchange(method, self.address(path), headers, self.deadline(), document=body)
        good = _good(status, answer, "unknown")
        return self._document(good, "unknown") if good.strip() else None

    def address(self, path: str, query: Mapping[str, str] | None = None) -> str:
        """The url of `path` with `query`, without its empty values."""
        given = {name: value for name, value in (query or {}).items() if value}
        url = f"{self._url}/{path}" if path else self._url
        return url + (f"?{urlencode(given, safe=',:')}" if given else "")

    def deadline(self) -> float:
        """When a call that begins now must be over, as a time of the running event loop."""
        own, turn = asyncio.get_running_loop().time() + self.agency.timeout, turn_ends.get()
        return own if turn is None else min(own, turn)

    async def exchange(
        self, method: str, url: str, headers: Mapping[str, str], deadline: float,
        *, form: Form | None = None, document: Any = None,
    ) -> tuple[int, bytes]:  # fmt: skip
        """Status and body of one request, counted; aiohttp asks a GET whose connection broke once more, no other."""
        self.record.admit()
        data = {"data": form} if form is not None else {"json": document} if method != "GET" else {}
        try:
            with self.record.timed():
                status, body = await self._once(method, url, headers, deadline, data)
        except AgencyError as error:
            self.record.failed(error)
            raise
        if status >= 500 or status in (408, 429):
            self.record.failed(failure(status, "no"))
        else:
            self.record.answered()
        return status, body

    async def close(self) -> None:
        """Close the connections, unless the session was given."""
        for session in self._sessions.values():
            await session.close()

    async def _once(
        self, method: str, url: str, headers: Mapping[str, str], deadline: float, data: Mapping[str, Any]
    ) -> tuple[int, bytes]:
        after_sending: Sent = "no" if method == "GET" else "unknown"
        remaining = deadline - asyncio.get_running_loop().time()
        if remaining <= 0:
            raise AgencySlow("no time left to ask the agency")
        limit = aiohttp.ClientTimeout(total=remaining, sock_connect=min(CONNECT_SECONDS, remaining * 0.8))
        try:
            async with self._session(method).request(
                method, URL(url, encoded=True), headers={**self._headers, **headers}, timeout=limit,
                allow_redirects=method == "GET", **data,
            ) as response:  # fmt: skip
                return response.status, await _body(response)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
            raise AgencyDown("the agency's server cannot be reached") from error
        except TimeoutError as error:
            raise AgencySlow("the agency's server took too long", after_sending) from error
        except aiohttp.ClientPayloadError as error:
            raise AgencyNonsense("the agency's answer was cut off", after_sending) from error
        except (aiohttp.ClientError, OSError) as error:
            raise AgencyDown("the connection to the agency's server broke", after_sending) from error

    def _session(self, method: str) -> aiohttp.ClientSession:
        if self._given is not None:
            return self._given
        # A new connection for each submission: when one that was kept open has died, nobody knows if it arrived.
        fresh = method != "GET"
        if fresh not in self._sessions:
            connector = aiohttp.TCPConnector(force_close=fresh)
            self._sessions[fresh] = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        return self._sessions[fresh]

    def _document(self, body: bytes, sent: Sent) -> Any:
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as reason:
            if body.lstrip()[:1] == b"<":  # a maintenance page with status 200
                error: AgencyError = AgencyDown("the agency's server answered with a web page", sent)
            else:
                error = AgencyNonsense("the agency's answer is not JSON", sent)
            self.record.failed(error)
            raise error from reason


def failure(status: int, sent: Sent, body: bytes = b"") -> AgencyError:
    """The error that a status of 300 or more means."""
    if status == 429:
        return AgencyDown("the agency's server is too busy (429)")
    if status == 408:
        return AgencySlow("the agency's server waited too long for us (408)", sent)
    if status >= 500:
        return AgencyDown(f"the agency's server failed ({status})", sent)
    if status >= 400:
        return AgencyRefused(status, _reasons(body))
    return AgencyNonsense(f"the agency's server redirects ({status}); check its address", sent)


def _good(status: int, body: bytes, sent: Sent) -> bytes:
    if status >= 300:
        raise failure(status, sent, body)
    return body


def _reasons(body: bytes) -> list[tuple[str, str]]:
    """(code, words) of a refusal in one of the common shapes: {error|errors: …}, [{code, description}], RFC 9457."""
    tree: Any = None
    with suppress(ValueError, RecursionError):
        tree = json.loads(body)
    if isinstance(tree, dict):
        tree = tree.get("errors") or tree.get("error") or [tree]
    items = tree if isinstance(tree, list) else [tree]
    return [_reason(item) for item in items if isinstance(item, dict | str) and item]


def _reason(item: Any) -> tuple[str, str]:
    if isinstance(item, str):
        return "", item
    code, words = (next((item[name] for name in names if item.get(name)), "") for names in (_CODES, _WORDS))
    return str(code), str(words)


async def _body(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(65536):
        body += chunk
        if len(body) > LARGEST:
            raise aiohttp.ClientPayloadError("too large")
    return bytes(body)
