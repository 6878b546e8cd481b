"""Read the things of the standard from documents that follow it more or less."""

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, cast, get_args

from actions.agencies.documents import records
from actions.agencies.georeport import Attribute, Datatype, Receipt, Service, ServiceRequest, ServiceType

Record = dict[str, Any]


def read_services(tree: Any) -> tuple[Service, ...]:
    """Read a service list; entries without a code are left out."""
    return tuple(_service(record) for record in records(tree, {"service_code"}) if _text(record["service_code"]))


def read_attributes(tree: Any) -> tuple[Attribute, ...]:
    """Read a service definition, in the order to ask."""
    found = [record for record in records(tree, {"code"}) if _text(record["code"])]
    return tuple(sorted((_attribute(record, at) for at, record in enumerate(found, 1)), key=lambda a: a.order))


def read_receipt(tree: Any) -> Receipt | None:
    """Read the answer to a submission, be it an id or a whole record; None if there is nothing like it."""
    marks = {"service_request_id", "token", "service_notice", "account_id"}
    record = next(records(tree, marks), None)
    if record is None:
        return None
    request_id, token = _text(record.get("service_request_id")), _text(record.get("token"))
    if token and request_id == "0":  # "none yet"; alone, 0 is an id like any other
        request_id = ""
    return Receipt(
        request_id or None,
        token or None,
        _text(record.get("service_notice")),
        _text(record.get("account_id")) or None,
    )


def read_requests(tree: Any) -> tuple[ServiceRequest, ...]:
    """Read a list of requests; one that says nothing but an id and a status is some cities' way to say "not found"."""
    found = (record for record in records(tree, {"service_request_id"}) if _text(record["service_request_id"]))
    telling = ("service_code", "service_name", "requested_datetime", "description", "address")
    return tuple(_request(record) for record in found if any(_text(record.get(name)) for name in telling))


def read_request_id(tree: Any) -> str | None:
    """Read the answer to a token; None while there is no id yet."""
    record = next(records(tree, {"service_request_id"}), {})
    return _text(record.get("service_request_id")) or None


def _service(record: Record) -> Service:
    kind = _text(record.get("type")).lower()
    code = _text(record["service_code"])
    return Service(
        code=code,
        name=_text(record.get("service_name")) or code,
        description=_text(record.get("description")),
        metadata=_true(record.get("metadata")),
        type=cast(ServiceType, kind) if kind in get_args(ServiceType) else "realtime",
        keywords=tuple(word.strip() for word in _text(record.get("keywords")).split(",") if word.strip()),
        group=_text(record.get("group")),
    )


def _attribute(record: Record, position: int) -> Attribute:
    datatype = _text(record.get("datatype")).lower()
    order = _text(record.get("order"))
    return Attribute(
        code=_text(record["code"]),
        variable=_true(record.get("variable"), default=True),
        datatype=cast(Datatype, datatype) if datatype in get_args(Datatype) else "string",
        required=_true(record.get("required")),
        description=_text(record.get("description")),
        order=int(order) if order.isdecimal() else position,
        values=tuple(
            (_text(value["key"]), _text(value.get("name")) or _text(value["key"]))
            for value in records(record.get("values"), {"key"})
        ),
        datatype_description=_text(record.get("datatype_description")),
    )


def _request(record: Record) -> ServiceRequest:
    lat, long = _place(record)
    return ServiceRequest(
        id=_text(record["service_request_id"]),
        status=_text(record.get("status")).lower(),
        status_notes=_text(record.get("status_notes")),
        service_name=_text(record.get("service_name")),
        service_code=_text(record.get("service_code")),
        description=_text(record.get("description")),
        agency_responsible=_text(record.get("agency_responsible")),
        service_notice=_text(record.get("service_notice")),
        requested=_datetime(record.get("requested_datetime")),
        updated=_datetime(record.get("updated_datetime")),
        expected=_datetime(record.get("expected_datetime")),
        address=_text(record.get("address")),
        address_id=_text(record.get("address_id")),
        zipcode=_text(record.get("zipcode")),
        lat=lat,
        long=long,
        media_url=_text(record.get("media_url")),
    )


def _text(value: Any) -> str:
    """Numbers become text (ids come as either), lists are joined by commas, anything else empty is ''."""
    if isinstance(value, list):
        return ",".join(filter(None, map(_text, value)))
    if isinstance(value, dict):  # {"keyword": [...]}, or {} where a converter meant null
        return _text(list(value.values()))
    return "" if value is None else str(value).strip()


def _true(value: Any, default: bool = False) -> bool:
    text = _text(value).lower()
    return text in {"true", "1", "yes"} if text else default


def _datetime(value: Any) -> datetime | None:
    text = _text(value)
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(text)
        except (ValueError, TypeError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


def _place(record: Record) -> tuple[float | None, float | None]:
    """Return latitude and longitude, or nothing: also for 0, 0, which is a lost place and not one in the ocean."""
    try:
        lat, long = float(_text(record.get("lat"))), float(_text(record.get("long")))
    except ValueError:
        return None, None
    if not (math.isfinite(lat) and math.isfinite(long)) or abs(lat) > 90 or abs(long) > 180 or lat == long == 0:
        return None, None
    return lat, long
