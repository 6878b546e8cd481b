"""A service request and what goes with it: its content, how it arrived, its moves, a search for it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

STATUSES = ("open", "closed")


@dataclass(frozen=True)
class Content:
    """What a person submitted, checked. `attributes` maps a code to a value or a list of values."""

    service_code: str
    attributes: dict[str, str | list[str]] = field(default_factory=dict)
    description: str = ""
    address: str = ""
    address_id: str = ""
    lat: float | None = None
    long: float | None = None
    media_url: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    device_id: str = ""
    account_id: str = ""


@dataclass(frozen=True)
class Arrival:
    """How a submission came in. `client` and `key` together make it the same submission; key None never repeats."""

    type: str
    requested: datetime
    expected: datetime | None
    ready: datetime
    client: str
    fingerprint: str
    key: str | None = None


@dataclass(frozen=True)
class Request:
    """A stored request; `id` and the dates are what the public sees, `ready` says from when on."""

    id: str
    token: str | None
    type: str
    status: str
    status_notes: str
    requested: datetime
    updated: datetime
    expected: datetime | None
    ready: datetime
    content: Content


@dataclass(frozen=True)
class Move:
    """One change of status: who made it, when, and why."""

    request_id: str
    at: datetime
    who: str
    old_status: str
    new_status: str
    note: str


@dataclass(frozen=True)
class Filter:
    """Which requests to list, newest first.

    `seen_at` leaves only what the public sees at that time; `words` searches in everything, for staff.
    """

    ids: Sequence[str] = ()
    service_codes: Sequence[str] = ()
    statuses: Sequence[str] = ()
    start: datetime | None = None
    end: datetime | None = None
    seen_at: datetime | None = None
    words: str = ""
    limit: int = 1000
    offset: int = 0
