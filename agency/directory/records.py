"""The seed as HSDS 3 objects in one language.

The standard: https://docs.openreferral.org/en/3.0/hsds/schema_reference.html
"""

import calendar
import functools
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from babel import Locale

from agency.directory.seed import At, Opening, Organization, Place, Seed, Service, Term

Record = dict[str, Any]
Words = Mapping[Literal["en", "es"], str]
LANGUAGES = ("en", "es")
_NAMESPACE = uuid.UUID("6f0f8f0e-4f5b-5d59-9c2a-6d8a3c1d7e11")
_DAYS = {"mon": "MO", "tue": "TU", "wed": "WE", "thu": "TH", "fri": "FR", "sat": "SA", "sun": "SU"}
_NUMBERS = {"1st": "1", "2nd": "2", "3rd": "3", "4th": "4", "last": "-1"}
_CLOSED = {"en": "Closed: {}", "es": "Cerrado: {}"}
_FREE: Words = {"en": "Free", "es": "Gratis"}


@functools.lru_cache(maxsize=100_000)
def identifier(*names: object) -> str:
    """The same UUID for the same names, in every language and after every restart."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(map(str, names))))


@dataclass(frozen=True)
class Records:
    """Builds the objects. `today` decides which season of a yearly service is meant."""

    seed: Seed
    language: str
    today: date

    def service(self, service: Service, *, full: bool) -> Record:
        """A service: alone with its organization, or with everything that belongs to it."""
        organization = self._organizations[service.organization]
        brief = self._brief(service) | {"organization": self.organization(organization, full=False)}
        if not full:
            return brief
        own = identifier("service", service.id)
        phone = service.phone or (None if service.at else organization.phone)
        return brief | {
            "phones": self._phones(own, phone),
            "schedules": self._schedules(own, service) + ([] if service.at else self._closures(own, service)),
            "service_at_locations": [self.service_at_location(service, at, full=True) for at in service.at],
            "languages": [self._spoken(own, code) for code in service.languages],
            "cost_options": self._cost(own, service),
            "required_documents": [
                {"id": identifier("document", own, name), "document": self._say(self.seed.documents[name])}
                for name in service.bring
            ],
            "attributes": [self._attribute(own, self._terms[name]) for name in service.terms],
        }

    def organization(self, organization: Organization, *, full: bool) -> Record:
        """An organization, alone or with its phones and the ids of its services."""
        own = identifier("organization", organization.id)
        brief = {
            "id": own,
            "name": self._say(organization.name),
            "description": self._say(organization.description),
            "email": organization.email,
            "website": organization.website,
        }
        if not full:
            return _known(brief)
        services = [service for service in self.seed.services if service.organization == organization.id]
        return _known(brief) | {
            "phones": self._phones(own, organization.phone),
            "services": [{"id": identifier("service", service.id)} for service in services],
        }

    def location(self, place: Place) -> Record:
        """A place with its address, access and the days it is closed."""
        own = identifier("location", place.id)
        record = {
            "id": own,
            "location_type": "physical",
            "name": self._say(place.name),
            "transportation": self._say(place.bus),
            "latitude": place.latitude,
            "longitude": place.longitude,
        }
        address = {
            "id": identifier("address", own),
            "address_1": place.address,
            "city": self.seed.city,
            "state_province": self.seed.state,
            "postal_code": place.postal_code,
            "country": "US",
            "address_type": "physical",
        }
        access: Words = {"en": "No wheelchair access", "es": "Sin acceso para silla de ruedas"}
        details = access if place.wheelchair == "no" else place.wheelchair
        return _known(record) | {
            "addresses": [address],
            "phones": self._phones(own, place.phone),
            "accessibility": [
                {
                    "id": identifier("accessibility", own),
                    "description": "wheelchair: no" if place.wheelchair == "no" else "wheelchair: yes",
                    "details": self._say(details),
                }
            ]
            if details
            else [],
        }

    def service_at_location(self, service: Service, at: At, *, full: bool) -> Record:
        """A service at one place, with its hours there; `full` nests the place."""
        own = identifier("service_at_location", service.id, at.place)
        place = self._places[at.place]
        brief = {"id": own, "description": f"{self._say(service.name)}, {self._say(place.name)}"}
        if not full:
            return brief | {
                "service_id": identifier("service", service.id),
                "location_id": identifier("location", at.place),
            }
        return brief | {
            "schedules": self._schedules(own, at) + self._closures(own, at),
            "location": self.location(place),
        }

    def taxonomy(self) -> Record:
        """The one taxonomy."""
        kinds = self.seed.taxonomy
        own = identifier("taxonomy", kinds.name)
        return {"id": own, "name": kinds.name, "description": kinds.description, "version": kinds.version}

    def term(self, term: Term) -> Record:
        """A kind of help."""
        record = {
            "id": identifier("term", term.id),
            "code": term.id,
            "name": self._say(term.name),
            "description": ", ".join(term.words.get("es" if self.language == "es" else "en", [])),
            "parent_id": identifier("term", term.parent) if term.parent else None,
            "taxonomy": self.seed.taxonomy.name,
            "language": self.language,
        }
        return _known(record) | {"taxonomy_detail": self.taxonomy()}

    def _brief(self, service: Service) -> Record:
        record = {
            "id": identifier("service", service.id),
            "name": self._say(service.name),
            "description": self._say(service.description),
            "url": service.url or self._organizations[service.organization].website,
            "status": "active",
            "application_process": self._say(service.apply),
            "fees_description": self._say(_FREE if service.cost == "free" else service.cost),
            "eligibility_description": self._say(service.eligibility),
            "minimum_age": service.minimum_age,
            "maximum_age": service.maximum_age,
            "alert": self._say(service.alert),
            "last_modified": f"{self.seed.changed.isoformat()}T00:00:00Z",
        }
        return _known(record)

    def _cost(self, own: str, service: Service) -> list[Record]:
        amount = 0.0 if service.cost == "free" else service.amount
        if amount is None:
            return []
        words = self._say(_FREE if service.cost == "free" else service.cost)
        cost = {"id": identifier("cost", own), "currency": "usd", "amount": amount, "amount_description": words}
        return [_known(cost)]

    def _schedules(self, own: str, opening: Opening) -> list[Record]:
        """One entry for the days that share their hours; times are the city's clock."""
        spans: dict[tuple[str, str, str], list[str]] = {}
        hours = {day: "00:00-24:00" for day in _DAYS} if opening.day_and_night else opening.hours
        for name, times in hours.items():
            number, _, day = name.rpartition(" ")
            for span in times.split(","):
                opens, _, closes = span.strip().partition("-")
                spans.setdefault(("MONTHLY" if number else "WEEKLY", opens, closes), []).append(
                    _NUMBERS.get(number, "") + _DAYS[day]
                )
        return [
            {
                "id": identifier("schedule", own, first, *key, *days),
                **({"valid_from": first.isoformat(), "valid_to": last.isoformat()} if first and last else {}),
                "freq": key[0],
                "interval": 1,
                "byday": ",".join(days),
                "opens_at": key[1],
                "closes_at": key[2].replace("24:00", "00:00"),
            }
            for first, last in self._seasons(opening.months)
            for key, days in spans.items()
        ]

    def _seasons(self, months: tuple[int, ...]) -> Iterator[tuple[date | None, date | None]]:
        """First and last day of the season that is running or comes next, and of the one after it."""
        if not months:
            yield None, None
            return
        start = next((month for month in months if (month - 2) % 12 + 1 not in months), months[0])
        found = 0
        for year in range(self.today.year - 1, self.today.year + 3):
            last_month = start + len(set(months)) - 2
            last_year, last_month = year + last_month // 12, last_month % 12 + 1
            end = date(last_year, last_month, calendar.monthrange(last_year, last_month)[1])
            if end >= self.today and found < 2:
                found += 1
                yield date(year, start, 1), end

    def _closures(self, own: str, opening: Opening) -> list[Record]:
        """Holidays: entries for one day without hours, which go before the weekly ones."""
        return [
            {
                "id": identifier("closed", own, holiday.date),
                "valid_from": holiday.date.isoformat(),
                "valid_to": holiday.date.isoformat(),
                "description": _CLOSED[self.language].format(self._say(holiday.name)),
            }
            for holiday in self.seed.holidays
            if opening.holidays == "closed" and holiday.date >= self.today - timedelta(days=1)
        ]

    def _phones(self, own: str, number: str | None) -> list[Record]:
        return [{"id": identifier("phone", own, number), "number": number, "type": "voice"}] if number else []

    def _spoken(self, own: str, code: str) -> Record:
        name = Locale(self.language).languages.get(code, code)
        return {"id": identifier("language", own, code), "name": name, "code": code}

    def _attribute(self, own: str, term: Term) -> Record:
        return {
            "id": identifier("attribute", own, term.id),
            "link_entity": "service",
            "link_type": "service_type",
            "taxonomy_term": self.term(term),
        }

    def _say(self, text: Words | None) -> str | None:
        if text is None:
            return None
        words = {str(language): said for language, said in text.items()}
        return words.get(self.language) or words["en"]

    @functools.cached_property
    def _organizations(self) -> dict[str, Organization]:
        return {item.id: item for item in self.seed.organizations}

    @functools.cached_property
    def _places(self) -> dict[str, Place]:
        return {item.id: item for item in self.seed.places}

    @functools.cached_property
    def _terms(self) -> dict[str, Term]:
        return {item.id: item for item in self.seed.taxonomy.terms}


def _known(record: Record) -> Record:
    return {name: value for name, value in record.items() if value is not None}
