"""The things of the GeoReport v2 standard: services, attributes, reports, receipts, requests."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

ServiceType = Literal["realtime", "batch", "blackbox"]
Datatype = Literal["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]


@dataclass(frozen=True)
class Service:
    """A kind of request that the agency accepts; `metadata` says that it has questions of its own."""

    code: str
    name: str
    description: str = ""
    metadata: bool = False
    type: ServiceType = "realtime"
    keywords: tuple[str, ...] = ()
    group: str = ""


@dataclass(frozen=True)
class Attribute:
    """A question that belongs to a service; with `variable` False it is only information to show.

    `values` are (key, name): send the key, show the name. `datatype_description` is a hint for the person.
    """

    code: str
    variable: bool
    datatype: Datatype
    required: bool
    description: str
    order: int
    values: tuple[tuple[str, str], ...] = ()
    datatype_description: str = ""


@dataclass(frozen=True)
class Report:
    """What a resident submits. `attributes` maps an attribute's code to its value, a multivaluelist's to a list.

    A place is required: `address`, or `lat` and `long` (WGS 84 degrees), or both.
    `locale` is the language to answer in.
    """

    service_code: str
    attributes: dict[str, str | list[str]] = field(default_factory=dict)
    address: str | None = None
    lat: float | None = None
    long: float | None = None
    description: str = ""
    media_url: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone: str | None = None
    locale: str | None = None

    def form(self) -> list[tuple[str, str]]:
        """Return the fields to send, without the empty ones."""
        fields = {
            "service_code": self.service_code,
            "lat": "" if self.lat is None else f"{self.lat:.7f}",
            "long": "" if self.long is None else f"{self.long:.7f}",
            "address_string": self.address,
            "description": self.description,
            "media_url": self.media_url,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "email": self.email,
            "phone": self.phone,
        }
        form = [(name, value) for name, value in fields.items() if value]
        for code, value in self.attributes.items():
            if isinstance(value, list):
                form += [(f"attribute[{code}][]", item) for item in value]
            else:
                form.append((f"attribute[{code}]", value))
        return form


@dataclass(frozen=True)
class Receipt:
    """The agency's answer to a report: a `request_id`, or a `token` to ask with later, or neither (blackbox)."""

    request_id: str | None = None
    token: str | None = None
    notice: str = ""
    account_id: str | None = None


@dataclass(frozen=True)
class ServiceRequest:
    """A request as the agency shows it. `status` is lower case; the standard knows "open" and "closed".

    Dates have a zone: UTC where the server left it out.
    """

    id: str
    status: str
    status_notes: str = ""
    service_name: str = ""
    service_code: str = ""
    description: str = ""
    agency_responsible: str = ""
    service_notice: str = ""
    requested: datetime | None = None
    updated: datetime | None = None
    expected: datetime | None = None
    address: str = ""
    address_id: str = ""
    zipcode: str = ""
    lat: float | None = None
    long: float | None = None
    media_url: str = ""
