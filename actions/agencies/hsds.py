"""Talk to a service directory by Open Referral HSDS 3: tolerant in what is read, because servers differ.

The standard: https://docs.openreferral.org/en/3.0/hsds/api_reference.html
"""

import asyncio
import re
import unicodedata
from typing import ClassVar
from urllib.parse import quote

from actions.agencies.cache import Cache
from actions.agencies.connection import Connection
from actions.agencies.errors import AgencyNonsense, AgencyRefused
from actions.agencies.service_reading import page_of, read_service
from actions.agencies.services import Service
from bot.agencies import Agency

A_PAGE = 100
"""Services asked for at once: enough to choose the nearest among equals."""
_DETAILS = 5
"""Services whose details are asked for one by one where a server's list has none."""
_KEPT = 2_000
_BEGINNING = 5  # letters: "counseling" speaks of "counselling"


class Directory:
    """A client for one directory; keep one and close it at the end.

    Every call ends within the agency's time with a value or an AgencyError. Answers are kept for ten minutes, and
    used on, however old, while the directory does not answer.
    """

    KIND: ClassVar[str] = "hsds"

    def __init__(self, agency: Agency) -> None:
        self.agency = agency
        self._connection = Connection(agency)
        self._searches: Cache[tuple[str, str], tuple[Service, ...]] = Cache(most=_KEPT)
        self._services: Cache[tuple[str, str], Service | None] = Cache(most=_KEPT)

    async def search(self, words: str, language: str) -> tuple[Service, ...]:
        """The services that fit the words, best first, in that language where the server has it."""
        return await self._searches.get((words, language), lambda: self._search(words, language))

    async def service(self, own: str, language: str) -> Service | None:
        """One service with everything known about it; None if there is none with this id."""
        return await self._services.get((own, language), lambda: self._service(own, language))

    async def close(self) -> None:
        """Close the connections."""
        await self._connection.close()

    async def _search(self, words: str, language: str) -> tuple[Service, ...]:
        query = {"search": words, "per_page": str(A_PAGE)}
        try:
            document = await self._connection.get_json("services", query | {"full": "true"}, language)
        except AgencyRefused as refusal:
            if refusal.status not in (400, 422):
                raise
            document = await self._connection.get_json("services", {"search": words}, language)  # knows fewer words
        if not isinstance(document, dict | list):
            raise AgencyNonsense("the directory's answer is not a list of services")
        read = [read_service(tree, self.agency.name) for tree in page_of(document)]
        found = [service for service in read if service]
        if not self.agency.embedded:  # a server that does not search answers with everything
            found = [service for service in found if _speaks_of(service, words)]
        for service in found:
            if service.details:
                self._services.put((service.id, language), service)
        return tuple(await self._with_details(found, language))

    async def _with_details(self, found: list[Service], language: str) -> list[Service]:
        missing = [service for service in found if not service.details][:_DETAILS]
        if not missing:
            return found
        asked = await asyncio.gather(
            *(self.service(service.id, language) for service in missing), return_exceptions=True
        )
        known = {service.id: more for service, more in zip(missing, asked, strict=True) if isinstance(more, Service)}
        return [known.get(service.id, service) for service in found]

    async def _service(self, own: str, language: str) -> Service | None:
        try:
            document = await self._connection.get_json(f"services/{quote(own, safe='')}", language=language)
        except AgencyRefused as refusal:
            if refusal.status == 404:
                return None
            raise
        service = read_service(document, self.agency.name) if isinstance(document, dict) else None
        if service is None:
            raise AgencyNonsense("the directory's answer is not a service")
        return service


def _speaks_of(service: Service, words: str) -> bool:
    said = _plain(" ".join((service.name, service.description, service.organization, *service.kinds))).split()
    beginnings = {word[:_BEGINNING] for word in said}
    return not words.strip() or any(word[:_BEGINNING] in beginnings for word in _plain(words).split())


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"\w+", "".join(letter for letter in decomposed if not unicodedata.combining(letter))))
