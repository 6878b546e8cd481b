"""HTTP to an agency's server: one time limit, errors as our own, JSON or XML, whichever the server offers."""

import asyncio
from typing import Any
from urllib.parse import urlencode

import aiohttp
from yarl import URL

from actions.agencies.documents import NotADocument, error_messages, is_html, is_xml, read_document
from actions.agencies.errors import AgencyDown, AgencyNonsense, AgencyRefused, AgencySlow, Sent

_LARGEST = 8 * 1024 * 1024  # bytes; a thousand long requests fit
_CONNECT_SECONDS = 2.0

Form = list[tuple[str, str]]


class Wire:
    """Connections to the server at `url`; every `deadline` is a time of the running event loop."""

    def __init__(self, url: str, session: aiohttp.ClientSession | None = None) -> None:
        self._url = url.rstrip("/")
        self._session, self._own_session = session, session is None
        self.format: str | None = None  # "json" or "xml", once the server has shown which it speaks

    async def get(self, path: str, query: dict[str, str], deadline: float, locale: str | None = None) -> Any:
        """Return the document at `path` (without suffix); empty values of `query` are left out."""
        query = {name: value for name, value in query.items() if value}
        headers = {"Accept-Language": locale} if locale else {}
        status, body = await self._fetch(self._address(path, self.format or "json", query), headers, deadline)
        if self.format is None:
            if not _is_document(body) or (status >= 400 and is_xml(body)):  # perhaps it has no JSON
                other, other_body = await self._fetch(self._address(path, "xml", query), headers, deadline)
                if other >= 500 or _is_document(other_body):
                    status, body = other, other_body
                    self.format = "xml" if other < 500 else None
            elif status < 500:
                self.format = "json"
        return _answer(status, body, sent="no")

    async def post(self, path: str, form: Form, headers: dict[str, str], deadline: float) -> tuple[int, Any]:
        """Send a form once, without following redirects; return the status and the document."""
        url = self._address(path, self.format or "json", {})
        status, body = await self._exchange("POST", url, headers, deadline, form)
        return status, _answer(status, body, sent="unknown")

    async def close(self) -> None:
        """Close the connections, unless the session was given."""
        if self._session and self._own_session:
            await self._session.close()

    def _address(self, path: str, suffix: str, query: dict[str, str]) -> str:
        return f"{self._url}/{path}.{suffix}" + (f"?{urlencode(query, safe=',:')}" if query else "")

    async def _fetch(self, url: str, headers: dict[str, str], deadline: float) -> tuple[int, bytes]:
        try:
            return await self._exchange("GET", url, headers, deadline)
        except AgencyDown:  # asking twice is safe, and the usual cause is a connection that was closed while idle
            return await self._exchange("GET", url, headers, deadline)

    async def _exchange(
        self, method: str, url: str, headers: dict[str, str], deadline: float, form: Form | None = None
    ) -> tuple[int, bytes]:
        after_sending: Sent = "unknown" if method == "POST" else "no"
        remaining = deadline - asyncio.get_running_loop().time()
        if remaining <= 0:
            raise AgencySlow("no time left to ask the agency")
        limit = aiohttp.ClientTimeout(total=remaining, sock_connect=min(_CONNECT_SECONDS, remaining * 0.8))
        if self._session is None:
            # A new connection each time: when one that was kept open has died, nobody knows if a report arrived.
            connector = aiohttp.TCPConnector(force_close=True)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        try:
            async with self._session.request(
                method, URL(url, encoded=True), data=form, headers=headers, timeout=limit, allow_redirects=form is None
            ) as response:
                return response.status, await _body(response)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
            raise AgencyDown("the agency's server cannot be reached") from error
        except TimeoutError as error:
            raise AgencySlow("the agency's server took too long", after_sending) from error
        except aiohttp.ClientPayloadError as error:
            raise AgencyNonsense("the agency's answer was cut off", after_sending) from error
        except (aiohttp.ClientError, OSError) as error:
            raise AgencyDown("the connection to the agency's server broke", after_sending) from error


def _answer(status: int, body: bytes, sent: Sent) -> Any:
    """Return the document of a good answer; raise the error that any other answer means."""
    if status >= 500:
        raise AgencyDown(f"the agency's server failed ({status})", sent)
    if status == 429:
        raise AgencyDown("the agency's server is too busy (429)")
    if status == 408:
        raise AgencySlow("the agency's server waited too long for us (408)", sent)
    if status >= 400:
        raise AgencyRefused(status, error_messages(read_document(body) if _is_document(body) else None, status))
    if status >= 300:
        raise AgencyNonsense(f"the agency's server redirects ({status}); check its address", sent)
    try:
        tree = read_document(body)
    except NotADocument as error:
        if is_html(body):  # a maintenance page with status 200
            raise AgencyDown("the agency's server answered with a web page", sent) from error
        raise AgencyNonsense("the agency's answer is not XML or JSON", sent) from error
    if isinstance(tree, dict) and tree.keys() & {"errors", "error"}:
        raise AgencyRefused(status, error_messages(tree, status))
    return tree


def _is_document(body: bytes) -> bool:
    try:
        read_document(body)
    except NotADocument:
        return False
    return True


async def _body(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(65536):
        body += chunk
        if len(body) > _LARGEST:
            raise aiohttp.ClientPayloadError("too large")
    return bytes(body)
