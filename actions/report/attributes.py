"""Read a person's answer to one of a request type's own questions, by its datatype (GeoReport v2)."""

import re
from datetime import datetime

from actions.agencies.open311 import Attribute
from actions.forms.values import Locale, named_in, one_of, read_date, read_number, show_date, some_of

LONGEST = 1000


def read_answer(question: Attribute, text: str, locale: Locale) -> str | list[str] | None:
    """The value to send, or None if the words do not answer the question."""
    text = re.sub(r"\s+", " ", text).strip()
    if not text or len(text) > LONGEST:
        return None
    match question.datatype:
        case "singlevaluelist":
            return one_of(question.values, text)
        case "multivaluelist":
            return some_of(question.values, text)
        case "number":
            return read_number(text)
        case "datetime":
            moment = read_date(text, locale)
            return moment.isoformat(timespec="seconds") if moment else None
    return text if re.search(r"\w", text) else None


def offered(question: Attribute, words: str) -> str | list[str] | None:
    """The value a person gave without being asked; only values of a list can be told from other words."""
    if question.datatype not in ("singlevaluelist", "multivaluelist"):
        return None
    keys = named_in(question.values, words)
    if question.datatype == "multivaluelist":
        return keys or None
    return keys[0] if len(keys) == 1 else None


def shown(question: Attribute, value: str | list[str], locale: Locale) -> str:
    """A value as the person reads it: names instead of keys, dates in their language."""
    if isinstance(value, list):
        return ", ".join(shown(question, item, locale) for item in value)
    if question.datatype == "datetime":
        return show_date(datetime.fromisoformat(value), locale.language)
    return dict(question.values).get(value, value)
