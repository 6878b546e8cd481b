"""What tests talk to a real agency server with: its clock, and a client without any tolerance."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

import aiohttp

from agency.georeport.store import Store

POTHOLE = {"service_code": "POTHOLE", "address_string": "12 Oak Street", "attribute[SIZE]": "large", "api_key": "key"}


@dataclass
class Clock:
    time: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.time


@dataclass
class Answer:
    """An answer with its document as lists, dicts and texts, the same for XML and JSON."""

    status: int
    headers: Any
    body: bytes
    format: str

    @property
    def content(self) -> Any:
        if self.format == "json":
            return as_text(json.loads(self.body))
        return as_plain(ElementTree.fromstring(self.body))

    @property
    def messages(self) -> str:
        return " ".join(error["description"] for error in self.content)


LISTS = {"services", "service_requests", "errors", "attributes", "values", "endpoints", "formats"}


def as_plain(element: ElementTree.Element) -> Any:
    if element.tag in LISTS:
        return [as_plain(child) for child in element]
    return {child.tag: as_plain(child) for child in element} if len(element) else element.text


def as_text(value: Any) -> Any:
    if isinstance(value, list):
        return [as_text(item) for item in value]
    if isinstance(value, dict):
        return {name: as_text(item) for name, item in value.items()}
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


@dataclass
class Agency:
    """The server under test and a client without any tolerance."""

    url: str
    store: Store
    clock: Clock
    session: aiohttp.ClientSession
    format: str = "json"

    async def get(self, path: str, headers: dict[str, str] | None = None, **query: str) -> Answer:
        async with self.session.get(f"{self.url}/{path}.{self.format}", params=query, headers=headers) as response:
            return Answer(response.status, response.headers, await response.read(), self.format)

    async def post(self, form: Any, key: str | None = None, **options: Any) -> Answer:
        headers = {**({"Idempotency-Key": key} if key else {}), **options.pop("headers", {})}
        url = f"{self.url}/requests.{self.format}"
        async with self.session.post(url, data=form, headers=headers, **options) as response:
            return Answer(response.status, response.headers, await response.read(), self.format)

    async def report(self, **fields: str) -> str:
        """Submit a pothole (or what `fields` say) and return its id."""
        answer = await self.post({**POTHOLE, **fields})
        assert answer.status == 201, answer.body
        return str(answer.content[0]["service_request_id"])
