"""Check a submitted form against the service that it is for, and say everything that is wrong at once."""

import math
import re
from datetime import datetime
from urllib.parse import parse_qsl, urlsplit

from agency.georeport.catalog import Question, Service
from agency.georeport.requests import Content

Form = list[tuple[str, str]]

LONGEST = 4000  # characters, the standard's limit for a description
_LONGEST_FIELD = 500
_MOST_FIELDS = 500
_PLAIN_FIELDS = ("address_id", "media_url", "first_name", "last_name", "email", "phone", "device_id", "account_id")
_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]+)\](?:\[\d*\])?")
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class BadForm(ValueError):
    """The submission cannot be accepted; `messages` are for the person who sent it."""

    def __init__(self, *messages: str) -> None:
        super().__init__(*messages)
        self.messages = list(messages)


def parse_form(body: bytes) -> Form:
    """Return the fields of a form in UTF-8, without characters that XML cannot carry; BadForm if it is not one."""
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except UnicodeDecodeError as error:
        raise BadForm("The text is not UTF-8.") from error
    except ValueError as error:
        raise BadForm(f"The form has more than {_MOST_FIELDS} fields.") from error
    return [(name, _NOT_IN_XML.sub("", value).strip()) for name, value in pairs]


def read_content(form: Form, service: Service) -> Content:
    """Return what was submitted; raise BadForm with every problem found."""
    fields = dict(form)
    problems: list[str] = []
    description = fields.get("description", "")
    address = fields.get("address_string", "")
    plain = {name: fields.get(name, "") for name in _PLAIN_FIELDS}
    if len(description) > LONGEST:
        problems.append(f"description has more than {LONGEST} characters.")
    for name, value in {"address_string": address, **plain}.items():
        if len(value) > _LONGEST_FIELD:
            problems.append(f"{name} has more than {_LONGEST_FIELD} characters.")
    if plain["media_url"] and not _is_web_address(plain["media_url"]):
        problems.append("media_url is not an http or https address.")
    lat, long = _place(fields, problems)
    if lat is None and not address and not plain["address_id"] and not (fields.get("lat") or fields.get("long")):
        problems.append("A place is missing: send lat and long, address_string or address_id.")
    attributes = _attributes(form, service, problems)
    if problems:
        raise BadForm(*problems)
    return Content(service.code, attributes, description, address, lat=lat, long=long, **plain)


def _place(fields: dict[str, str], problems: list[str]) -> tuple[float | None, float | None]:
    texts = fields.get("lat", ""), fields.get("long", "")
    if not any(texts):
        return None, None
    if not all(texts):
        problems.append("lat and long must be sent together.")
        return None, None
    lat, long = (_number(text) for text in texts)
    if lat is None or long is None or abs(lat) > 90 or abs(long) > 180:
        problems.append("lat and long must be degrees, like 41.8841 and -87.6325.")
        return None, None
    return lat, long


def _attributes(form: Form, service: Service, problems: list[str]) -> dict[str, str | list[str]]:
    given: dict[str, list[str]] = {}
    for name, value in form:
        match = _ATTRIBUTE.fullmatch(name)
        if match and value:
            given.setdefault(match[1], []).append(value)
    questions = {question.code: question for question in service.questions if question.variable}
    problems += [f"attribute {code} does not belong to service {service.code}." for code in given.keys() - questions]
    answers: dict[str, str | list[str]] = {}
    for code, question in questions.items():
        values = given.get(code, [])
        if not values:
            if question.required:
                problems.append(f"attribute {code} is missing.")
            continue
        many = question.datatype == "multivaluelist"
        if len(values) > 1 and not many:
            problems.append(f"attribute {code} takes one value only.")
        problems += [problem for value in values if (problem := _wrong(question, value))]
        answers[code] = values if many else values[0]
    return answers


def _wrong(question: Question, value: str) -> str | None:
    what = f"attribute {question.code}"
    if question.datatype.endswith("valuelist"):
        return None if value in question.values else f"{what} must be one of: {', '.join(question.values)}."
    if question.datatype == "number":
        return None if _number(value) is not None else f"{what} must be a number."
    if question.datatype == "datetime":
        return None if _is_date(value) else f"{what} must be a date, like 2026-01-31 or 2026-01-31T09:30:00-06:00."
    if question.datatype == "string" and len(value.splitlines()) > 1:
        return f"{what} must be one line."
    longest = LONGEST if question.datatype == "text" else _LONGEST_FIELD
    return None if len(value) <= longest else f"{what} has more than {longest} characters."


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and "_" not in text else None  # Python reads 1_000, nobody else does


def _is_date(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
