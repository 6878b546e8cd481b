"""One booking and what it needs: `process` is the interface's word for an appointment in any state."""

from dataclasses import dataclass
from typing import Literal

Status = Literal["reserved", "preconfirmed", "confirmed", "deleted"]


@dataclass(frozen=True)
class Wanted:
    """What is to be held: times are seconds since 1970; `ticks` are the steps of the clock that it covers."""

    office_id: int
    desks: int
    service_id: int
    service_count: int
    starts: int
    ends: int
    ticks: tuple[int, ...]
    key: str = ""


@dataclass(frozen=True)
class Contact:
    """Who comes, and how they want to be reached."""

    family_name: str = ""
    email: str = ""
    telephone: str = ""
    note: str = ""


@dataclass(frozen=True)
class Process:
    """A stored booking. `expires` (seconds since 1970) is None once it is confirmed or deleted."""

    id: int
    auth_key: str
    status: Status
    office_id: int
    service_id: int
    service_count: int
    starts: int
    ends: int
    expires: int | None
    contact: Contact
