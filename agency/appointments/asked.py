"""Read what a client asks: every mistake is named, in the interface's own codes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from agency.appointments.plan import Office, Plan, Service
from agency.appointments.processes import Contact
from agency.appointments.refusals import Refusal

MOST_AT_ONCE = 5
"""How many times one appointment may hold a service (`serviceCount`)."""
_LONGEST_ID = 10
_LONGEST_SPAN = timedelta(days=366)
_LONGEST_TEXT = 200
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
Given = Mapping[str, Any]


@dataclass(frozen=True)
class Selection:
    """An office, one of its services, and how many times."""

    office: Office
    service: Service
    count: int


def read_selection(given: Given, plan: Plan) -> Selection:
    """officeId, serviceId, serviceCount: alone, in a list of one, or separated by commas; we book one service."""
    wrong: list[str] = []
    office, service = _one(given.get("officeId")), _one(given.get("serviceId"))
    counts = _many(given.get("serviceCount"))
    if office is None:
        wrong.append("invalidOfficeId")
    if service is None:
        wrong.append("invalidServiceId")
    if len(counts) != 1 or counts[0] is None or not 0 <= counts[0] <= MOST_AT_ONCE:
        wrong.append("invalidServiceCount")
    if wrong or office is None or service is None or not counts[0:1]:
        raise Refusal(*wrong)
    found = plan.office.get(office), plan.service.get(service)
    if found[0] is None or found[1] is None or office not in found[1].offices:
        raise Refusal("invalidLocationAndServiceCombination")
    return Selection(found[0], found[1], max(1, counts[0] or 0))


def read_selections(given: Given, plan: Plan) -> list[Selection]:
    """officeIds (one or several), serviceIds and serviceCounts (one each)."""
    offices = str(given.get("officeIds", "")).split(",")
    one = {"serviceId": given.get("serviceIds"), "serviceCount": given.get("serviceCounts")}
    return [read_selection({**one, "officeId": office}, plan) for office in dict.fromkeys(offices)]


def read_span(given: Given) -> tuple[date, date]:
    """startDate and endDate, at most a year."""
    first, last = read_date(given, "startDate", "invalidStartDate"), read_date(given, "endDate", "invalidEndDate")
    if not timedelta() <= last - first <= _LONGEST_SPAN:
        raise Refusal("invalidEndDate")
    return first, last


def read_date(given: Given, name: str, code: str) -> date:
    """A day as YYYY-MM-DD."""
    text = str(given.get(name, ""))
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal(code) from None


def read_timestamp(given: Given) -> int:
    """Seconds since 1970, as a number or a text."""
    text = str(given.get("timestamp", ""))
    if not re.fullmatch(r"\d{1,12}", text, re.ASCII):
        raise Refusal("invalidTimestamp")
    return int(text)


def read_holder(given: Given) -> tuple[int, str]:
    """processId and authKey; people may write the key in small letters, with blanks or a hyphen."""
    number, key = _whole(given.get("processId")), given.get("authKey")
    wrong = [] if number else ["invalidProcessId"]
    if not isinstance(key, str) or not key.strip() or len(key) > _LONGEST_TEXT:
        wrong.append("invalidAuthKey")
    if wrong or number is None:
        raise Refusal(*wrong)
    return number, re.sub(r"[\s-]", "", str(key)).upper()


def read_contact(given: Given) -> Contact:
    """familyName, and email, telephone and customTextfield if they are given."""
    fields = {}
    for name in ("familyName", "email", "telephone", "customTextfield"):
        value = given.get(name)
        fields[name] = " ".join(value.split()) if isinstance(value, str) else value
    wrong = []
    if not isinstance(fields["familyName"], str) or not 0 < len(fields["familyName"]) <= _LONGEST_TEXT:
        wrong.append("invalidFamilyName")
    if fields["email"] and not _fits(fields["email"], _EMAIL):
        wrong.append("invalidEmail")
    telephone = re.sub(r"[\s().-]", "", str(fields["telephone"] or ""))
    if telephone and not re.fullmatch(r"\+?\d{7,15}", telephone, re.ASCII):
        wrong.append("invalidTelephone")
    note = fields["customTextfield"]
    if note and (not isinstance(note, str) or len(note) > _LONGEST_TEXT):
        wrong.append("invalidCustomTextfield")
    if wrong:
        raise Refusal(*wrong)
    return Contact(str(fields["familyName"]), str(fields["email"] or ""), telephone, str(note or ""))


def _fits(value: Any, pattern: re.Pattern[str]) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_TEXT and bool(pattern.fullmatch(value))


def _one(value: Any) -> int | None:
    values = _many(value)
    return values[0] if len(values) == 1 else None


def _many(value: Any) -> list[int | None]:
    values = value if isinstance(value, list) else str("" if value is None else value).split(",")
    return [_whole(item) for item in values]


def _whole(value: Any) -> int | None:
    text = str(value).strip()
    fits = not isinstance(value, bool) and re.fullmatch(rf"\d{{1,{_LONGEST_ID}}}", text, re.ASCII)
    return int(text) if fits else None
