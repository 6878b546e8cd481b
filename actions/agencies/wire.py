"""GeoReport documents over a connection: JSON or XML, whichever the server offers."""

from typing import Any

from actions.agencies.connection import Connection, Form, failure
from actions.agencies.documents import NotADocument, error_messages, is_html, is_xml, read_document
from actions.agencies.errors import AgencyDown, AgencyError, AgencyNonsense, AgencyRefused, Sent


class Wire:
    """A connection that speaks GeoReport; every `deadline` is a time of the running event loop."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.format: str | None = None  # "json" or "xml", once the server has shown which it speaks

    async def get(self, path: str, query: dict[str, str], deadline: float, locale: str | None = None) -> Any:
        """Return the document at `path` (without suffix); empty values of `query` are left out."""
        headers = {"Accept-Language": locale} if locale else {}

        async def fetch(suffix: str) -> tuple[int, bytes]:
            address = self._connection.address(f"{path}.{suffix}", query)
            return await self._connection.exchange("GET", address, headers, deadline)

        status, body = await fetch(self.format or "json")
        if self.format is None:
            if not _is_document(body) or (status >= 400 and is_xml(body)):  # perhaps it has no JSON
                other, other_body = await fetch("xml")
                if other >= 500 or _is_document(other_body):
                    status, body = other, other_body
                    self.format = "xml" if other < 500 else None
            elif status < 500:
                self.format = "json"
        return self._answer(status, body, sent="no")

    async def post(self, path: str, form: Form, headers: dict[str, str], deadline: float) -> tuple[int, Any]:
        """Send a form once, without following redirects; return the status and the document."""
        address = self._connection.address(f"{path}.{self.format or 'json'}")
        status, body = await self._connection.exchange("POST", address, headers, deadline, form=form)
        return status, self._answer(status, body, sent="unknown")

    def _answer(self, status: int, body: bytes, sent: Sent) -> Any:
        """Return the document of a good answer; raise the error that any other answer means."""
        if 400 <= status < 500 and status not in (408, 429):
            raise AgencyRefused(status, error_messages(read_document(body) if _is_document(body) else None, status))
        if status >= 300:
            raise failure(status, sent)
        try:
            tree = read_document(body)
        except NotADocument as reason:
            error: AgencyError = AgencyNonsense("the agency's answer is not XML or JSON", sent)
            if is_html(body):  # a maintenance page with status 200
                error = AgencyDown("the agency's server answered with a web page", sent)
            self._connection.record.failed(error)
            raise error from reason
        if isinstance(tree, dict) and tree.keys() & {"errors", "error"}:
            raise AgencyRefused(status, error_messages(tree, status))
        return tree


def _is_document(body: bytes) -> bool:
    try:
        read_document(body)
    except NotADocument:
        return False
    return True
