"""All agencies that take reports, as one: a city and its county may each have a server of their own."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from actions.agencies.errors import AgencyError
from actions.agencies.georeport import Attribute, Receipt, Report, Service, ServiceRequest
from actions.agencies.open311 import Open311


class Reports:
    """The first agency's codes and numbers stand as they are; another one's begin with its name: "county-123"."""

    def __init__(self, clients: Sequence[Open311]) -> None:
        self._first, *others = clients
        self._others = {client.agency.name.casefold(): client for client in others}

    async def services(self, locale: str | None = None) -> tuple[Service, ...]:
        """What the agencies accept. An agency that does not answer is left out, unless none does."""
        found = await asyncio.gather(
            self._first.services(locale), *(self._named(name, locale) for name in self._others), return_exceptions=True
        )
        lists = [services for services in found if not isinstance(services, BaseException)]
        if not lists:
            raise next(error for error in found if isinstance(error, BaseException))
        _raise_bugs(found)
        return tuple(service for services in lists for service in services)

    async def definition(self, code: str, locale: str | None = None) -> tuple[Attribute, ...]:
        """A service's questions in the order to ask."""
        client, own = self._client(code)
        return await client.definition(own, locale)

    async def submit(self, report: Report, key: str, attempt: int = 1, since: datetime | None = None) -> Receipt:
        """Submit `report` exactly once; see Open311.submit."""
        client, code = self._client(report.service_code)
        receipt = await client.submit(replace(report, service_code=code), key, attempt, since)
        prefix = report.service_code.removesuffix(code)
        number, token = receipt.request_id, receipt.token
        return replace(receipt, request_id=number and prefix + number, token=token and prefix + token)

    async def request(self, request_id: str) -> ServiceRequest | None:
        """One request, or None if its agency does not know it."""
        client, own = self._client(request_id)
        found = await client.request(own)
        prefix = request_id.removesuffix(own)
        return found and replace(found, id=prefix + found.id, service_code=prefix + found.service_code)

    async def request_id(self, token: str) -> str | None:
        """The id that a batch service has given to `token`, or None if it has not yet."""
        client, own = self._client(token)
        found = await client.request_id(own)
        return found and token.removesuffix(own) + found

    async def close(self) -> None:
        """Close all connections."""
        await asyncio.gather(self._first.close(), *(client.close() for client in self._others.values()))

    async def _named(self, name: str, locale: str | None) -> tuple[Service, ...]:
        services = await self._others[name].services(locale)
        return tuple(replace(service, code=f"{name}-{service.code}") for service in services)

    def _client(self, code: str) -> tuple[Open311, str]:
        """Whose code or number it is, and how that agency writes it."""
        for name, client in self._others.items():
            if code.casefold().startswith(f"{name}-"):
                return client, code[len(name) + 1 :]
        return self._first, code


def _raise_bugs(found: Sequence[object]) -> None:
    """An AgencyError is expected; anything else must not pass in silence."""
    for error in found:
        if isinstance(error, BaseException) and not isinstance(error, AgencyError):
            raise error
