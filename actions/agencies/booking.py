"""The things of an appointment system: services, offices, free times, appointments."""

from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Office:
    """A place where people are seen. `hold_minutes`: how long a time is held there, 0 if the agency does not say."""

    id: str
    name: str
    address: str = ""
    hold_minutes: int = 0
    email_required: bool = False
    telephone_required: bool = False


@dataclass(frozen=True)
class Service:
    """What people come for, and at which offices. `agency` is the name in agencies.yml; `bring`: what to bring."""

    id: str
    name: str
    agency: str
    office_ids: tuple[str, ...]
    keywords: tuple[str, ...] = ()
    bring: str = ""

    @property
    def key(self) -> str:
        """The service among those of all agencies."""
        return f"{self.agency}/{self.id}"


@dataclass(frozen=True)
class Catalog:
    """What one agency offers."""

    services: tuple[Service, ...]
    offices: tuple[Office, ...]

    def offices_of(self, service: Service) -> tuple[Office, ...]:
        """Where the service is offered."""
        return tuple(office for office in self.offices if office.id in service.office_ids)

    @cached_property
    def office(self) -> dict[str, Office]:
        """Offices by their id."""
        return {office.id: office for office in self.offices}


@dataclass(frozen=True, order=True)
class Slot:
    """A free time: `starts` in seconds since 1970."""

    starts: int
    office_id: str


@dataclass(frozen=True)
class Person:
    """Who comes; only the name is needed."""

    name: str
    email: str = ""
    telephone: str = ""


@dataclass(frozen=True)
class Appointment:
    """An appointment in any state: reserved, preconfirmed, confirmed, deleted (as the agency says). `key` is secret."""

    id: str
    key: str
    status: str
    starts: int
    agency: str
    office_id: str = ""
    office_name: str = ""
    service_id: str = ""
    service_name: str = ""
    person: Person = Person("")
