"""The things of a service directory: services, the places where they are given, and when these are open."""

from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True)
class Schedule:
    """One entry of opening hours, as HSDS has them (an RFC 5545 rule with hours).

    `byday` holds (number, weekday): (0, 5) is every Saturday (Monday is 0), (1, 5) the first one of a month, (-1, 5)
    the last. Times are the city's clock unless they have a zone. Without `opens` it tells of days that are closed.
    `words` are what a person wrote instead of a rule.
    """

    frequency: str = ""
    interval: int = 1
    byday: tuple[tuple[int, int], ...] = ()
    bymonthday: tuple[int, ...] = ()
    begins: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    opens: time | None = None
    closes: time | None = None
    words: str = ""


@dataclass(frozen=True)
class Place:
    """Where a service is given. `wheelchair` None: nobody says; `access` and `transport` are words."""

    id: str
    name: str = ""
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
    phones: tuple[str, ...] = ()
    languages: tuple[tuple[str, str], ...] = ()
    wheelchair: bool | None = None
    access: str = ""
    transport: str = ""
    schedules: tuple[Schedule, ...] = ()


@dataclass(frozen=True)
class Service:
    """Something on offer. `languages` are (code, name); `free` None: nobody says what it costs.

    `details` False: only the list's short form is known, without places and hours.
    """

    directory: str
    id: str
    name: str
    description: str = ""
    organization: str = ""
    eligibility: str = ""
    fees: str = ""
    free: bool | None = None
    documents: tuple[str, ...] = ()
    languages: tuple[tuple[str, str], ...] = ()
    phones: tuple[str, ...] = ()
    url: str = ""
    kinds: tuple[str, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    places: tuple[Place, ...] = ()
    details: bool = True
