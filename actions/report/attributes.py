"""The questions that belong to a type of problem (GeoReport v2 attributes) as fields of the form."""

import re
from datetime import datetime

from actions.agencies.open311 import Attribute
from actions.forms.draft import Value
from actions.forms.field import Field, Reader, nothing
from actions.forms.values import (
    Locale,
    Options,
    find_date,
    named_in,
    one_of,
    plain,
    read_date,
    read_number,
    show_date,
    some_of,
)
from actions.report.draft import ATTRIBUTE

LONGEST = 1000
_UNCLEAR = {"singlevaluelist": "choice", "multivaluelist": "choice", "number": "number", "datetime": "date"}


def field_of(question: Attribute, locale: Locale) -> Field:
    """The question as a field; one that the agency does not require is not asked, but kept where it is told."""
    hint = question.datatype_description
    text = question.description if not hint or question.values else f"{question.description} ({hint})"
    several = question.datatype == "multivaluelist"
    free = question.datatype in ("string", "text")
    unclear = _UNCLEAR.get(question.datatype, "words")
    return Field(
        ATTRIBUTE + question.code,
        read=lambda words: read_answer(question, words, locale),
        find=_finder(question, locale),
        options=question.values,
        free_text=free,
        required=question.required,
        asked=question.required,
        label=question.description or question.code,
        show=lambda value: shown(question, value, locale),
        question="utter_report_ask_several" if several else "utter_report_ask_attribute",
        blanks={"question": text or question.code},
        unclear=f"utter_forms_unclear_{unclear}",
    )


def read_answer(question: Attribute, text: str, locale: Locale) -> str | list[str] | None:
    """The value to send, or None if the words do not answer the question."""
    text = re.sub(r"\s+", " ", text).strip()
    if not text or len(text) > LONGEST:
        return None
    match question.datatype:
        case "singlevaluelist":
            return one_of(question.values, text) or next(iter(_named(question.values, text)), None)
        case "multivaluelist":
            return some_of(question.values, text)
        case "number":
            return read_number(text)
        case "datetime":
            moment = read_date(text, locale)
            return moment.isoformat(timespec="seconds") if moment else None
    return text if re.search(r"\w", text) else None


def shown(question: Attribute, value: str | list[str], locale: Locale) -> str:
    """A value as the person reads it: names instead of keys, dates in their language."""
    if isinstance(value, list):
        return ", ".join(shown(question, item, locale) for item in value)
    if question.datatype == "datetime":
        return show_date(datetime.fromisoformat(value), locale.language)
    return dict(question.values).get(value, value)


def _finder(question: Attribute, locale: Locale) -> Reader:
    """How to find the value where the person was not asked for it."""

    def day(words: str) -> Value | None:
        moment = find_date(words, locale)
        return moment.isoformat(timespec="seconds") if moment else None

    match question.datatype:
        case "singlevaluelist":
            return lambda words: next(iter(_named(question.values, words)), None)
        case "multivaluelist":
            return lambda words: named_in(question.values, words) or None
        case "datetime":
            return day
        case "number":
            return lambda words: _counted(question, words)
    return nothing


def _named(options: Options, words: str) -> list[str]:
    """The one value that is named; none where several are."""
    named = named_in(options, words)
    return named if len(named) == 1 else []


def _counted(question: Attribute, words: str) -> str | None:
    """The number before a word of the question: "3 items" where it asks how many items."""
    asked = {word.rstrip("s") for word in plain(question.description).split() if len(word) >= 4}
    found = re.findall(r"(\S+) ([a-z]{4,})", plain(words))
    numbers = [number for count, word in found if word.rstrip("s") in asked and (number := read_number(count))]
    return numbers[0] if len(numbers) == 1 else None
