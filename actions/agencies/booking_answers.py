"""Read the documents of an appointment system that follows the interface more or less."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from actions.agencies.booking import Appointment, Catalog, Office, Person, Service, Slot

Record = dict[str, Any]
_LATEST = 4_102_444_800  # 2100; what is later is no time but a mistake


def read_catalog(tree: Any, agency: str) -> Catalog:
    """What is offered where: everything everywhere without relations, nothing at an office that wants a captcha."""
    tree = tree if isinstance(tree, dict) else {}
    offices = tuple(
        _office(record)
        for record in _records(tree.get("offices"))
        if not _true(_scope(record), "captchaActivatedRequired")
    )
    known = [office.id for office in offices]
    relations = [
        (_text(record.get("officeId")), _text(record.get("serviceId")))
        for record in _records(tree.get("relations"), need=())
    ]
    services = []
    for record in _records(tree.get("services")):
        service = _text(record["id"])
        at = [office for office, offered in relations if offered == service and office in known]
        at = list(dict.fromkeys(at if relations else known))
        if at and _text(record.get("name")):
            services.append(_service(record, agency, tuple(at)))
    return Catalog(tuple(services), offices)


def read_calendar(tree: Any, asked: list[str]) -> tuple[Slot, ...]:
    """Free times of `available-calendar`: days with offices with times."""
    days = _records(tree.get("availableDays") if isinstance(tree, dict) else None, need=())
    offices = [office for day in days for office in _records(day.get("offices"), need=())]
    slots = {
        Slot(at, _text(office.get("officeId"))) for office in offices for at in _moments(office.get("appointments"))
    }
    return tuple(sorted(slot for slot in slots if slot.office_id in asked))


def read_days(tree: Any) -> list[date]:
    """Days of `available-days`: texts, or objects with `time` or `date`."""
    listed = tree.get("availableDays") if isinstance(tree, dict) else None
    items = listed.values() if isinstance(listed, dict) else listed if isinstance(listed, list) else ()
    texts = [_text(item.get("time") or item.get("date")) if isinstance(item, dict) else _text(item) for item in items]
    return [day for text in texts if (day := _date(text))]


def read_times(tree: Any, office_id: str) -> list[int]:
    """Times of `available-appointments`: one list, or one a office."""
    if not isinstance(tree, dict):
        return []
    if isinstance(tree.get("offices"), list):
        offices = _records(tree["offices"], need=())
        return [at for o in offices if _text(o.get("officeId")) == office_id for at in _moments(o.get("appointments"))]
    return list(_moments(tree.get("appointmentTimestamps")))


def read_appointment(tree: Any, agency: str) -> Appointment | None:
    """An appointment (`thinnedProcess`); None without a number or a key."""
    record = tree if isinstance(tree, dict) else {}
    provider = _dict(_dict(record.get("scope")).get("provider"))
    number, key = _text(record.get("processId")), _text(record.get("authKey"))
    starts = next(iter(_moments([record.get("timestamp")])), 0)
    if not number or not key:
        return None
    return Appointment(
        id=number,
        key=key,
        status=_text(record.get("status")).lower(),
        starts=starts,
        agency=agency,
        office_id=_id(record.get("officeId")) or _id(provider.get("id")),
        office_name=_text(record.get("officeName")) or _text(provider.get("name")),
        service_id=_id(record.get("serviceId")),
        service_name=_text(record.get("serviceName")),
        person=Person(_text(record.get("familyName")), _text(record.get("email")), _text(record.get("telephone"))),
    )


def _office(record: Record) -> Office:
    scope = _scope(record)
    return Office(
        id=_text(record["id"]),
        name=_text(record.get("name")) or _text(scope.get("shortName")) or _text(record["id"]),
        address=_address(record) or _contact(scope),
        hold_minutes=_number(scope.get("reservationDuration")),
        email_required=_true(scope, "emailRequired"),
        telephone_required=_true(scope, "telephoneRequired") and _true(scope, "telephoneActivated"),
    )


def _service(record: Record, agency: str, office_ids: tuple[str, ...]) -> Service:
    keywords = record.get("keywords")
    words = keywords if isinstance(keywords, list) else _text(keywords).split(",")
    return Service(
        id=_text(record["id"]),
        name=_text(record["name"]),
        agency=agency,
        office_ids=office_ids,
        keywords=tuple(filter(None, map(_text, words))),
        bring=_text(record.get("bring")),
    )


def _address(record: Record) -> str:
    given = record.get("address")
    if not isinstance(given, dict):
        return _text(given)
    return " ".join(filter(None, [_text(given.get("house_number")), _text(given.get("street"))]))


def _contact(scope: Record) -> str:
    given = _dict(_dict(scope.get("provider")).get("contact"))
    return " ".join(filter(None, [_text(given.get("streetNumber")), _text(given.get("street"))]))


def _scope(record: Record) -> Record:
    return _dict(record.get("scope"))


def _records(value: Any, need: tuple[str, ...] = ("id",)) -> list[Record]:
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [item for item in items if isinstance(item, dict) and all(_text(item.get(name)) for name in need)]


def _moments(value: Any) -> Iterator[int]:
    for item in value if isinstance(value, list) else ():
        text = _text(item)
        if text.isascii() and text.isdecimal() and 0 < int(text) < _LATEST:
            yield int(text)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _id(value: Any) -> str:
    return "" if _text(value) == "0" else _text(value)  # 0 means that it is not told


def _number(value: Any) -> int:
    text = _text(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 0


def _true(record: Record, name: str) -> bool:
    return _text(record.get(name)).lower() in ("true", "1")


def _dict(value: Any) -> Record:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return "" if value is None or isinstance(value, dict | list) else str(value).strip()
