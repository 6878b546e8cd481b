"""Read a person's answer to one of a request type's own questions, by its datatype (GeoReport v2)."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import dateparser
from rapidfuzz import fuzz

from actions.agencies.open311 import Attribute

LONGEST = 1000
_NUMBERS = {
    word: number
    for number, words in enumerate(
        [
            "zero cero",
            "one un uno una",
            "two dos",
            "three tres",
            "four cuatro",
            "five cinco",
            "six seis",
            "seven siete",
            "eight ocho",
            "nine nueve",
            "ten diez",
            "eleven once",
            "twelve doce",
        ]
    )
    for word in words.split()
}
_ORDINALS = {
    word: number
    for number, words in enumerate(
        [
            "first primero primera",
            "second segundo segunda",
            "third tercero tercera",
            "fourth cuarto cuarta",
            "fifth quinto quinta",
        ],
        1,
    )
    for word in words.split()
}


@dataclass(frozen=True)
class Locale:
    """How a person writes dates: language and time zone."""

    language: str
    zone: ZoneInfo


def read_answer(question: Attribute, text: str, locale: Locale) -> str | list[str] | None:
    """The value to send, or None if the words do not answer the question."""
    text = re.sub(r"\s+", " ", text).strip()
    if not text or len(text) > LONGEST:
        return None
    match question.datatype:
        case "singlevaluelist":
            return one_of(question, text)
        case "multivaluelist":
            return _some_of(question, text)
        case "number":
            return _number(text)
        case "datetime":
            moment = read_date(text, locale)
            return moment.isoformat(timespec="seconds") if moment else None
    return text if re.search(r"\w", text) else None


def offered(question: Attribute, words: str) -> str | list[str] | None:
    """The value a person gave without being asked; only values of a list can be told from other words."""
    if question.datatype not in ("singlevaluelist", "multivaluelist"):
        return None
    said = f" {plain(words)} "
    keys = [key for key, name in question.values if len(plain(name)) >= 4 and f" {plain(name)} " in said]
    if question.datatype == "multivaluelist":
        return keys or None
    return keys[0] if len(keys) == 1 else None


def shown(question: Attribute, value: str | list[str], locale: Locale) -> str:
    """A value as the person reads it: names instead of keys, dates in their language."""
    if isinstance(value, list):
        return ", ".join(shown(question, item, locale) for item in value)
    if question.datatype == "datetime":
        from babel.dates import format_datetime

        return format_datetime(
            datetime.fromisoformat(value),
            "EEEE d 'de' MMMM, h:mm a" if locale.language == "es" else "EEEE, MMMM d, h:mm a",
            locale=f"{locale.language}_US",
        )
    return dict(question.values).get(value, value)


def one_of(question: Attribute, text: str) -> str | None:
    """The key of the value that the words mean: its key, its name, its place in the list, or nearly its name."""
    said = plain(text)
    for key, name in question.values:
        if said in (plain(key), plain(name)):
            return key
    position = position_in(text, len(question.values))
    if position is not None:
        return question.values[position][0]
    if len(said) < 3:
        return None
    scores = sorted(
        (
            (
                max(
                    fuzz.ratio(said, plain(name)),
                    fuzz.partial_ratio(said, plain(name)) if len(said) >= 4 else 0,
                    fuzz.token_set_ratio(said, plain(name)),
                ),
                key,
            )
            for key, name in question.values
        ),
        reverse=True,
    )
    if scores and scores[0][0] >= 82 and (len(scores) == 1 or scores[0][0] - scores[1][0] >= 5):
        return scores[0][1]
    return None


def position_in(text: str, size: int) -> int | None:
    """The place in a list, from 0, that "2", "number 2", "the second" or "la última" means."""
    said = plain(text)
    found = re.fullmatch(
        r"(?:(?:the|el|la|option|opcion|number|numero|no|n|choice|answer) )*#? ?(\w+)(?: one| option| opcion)?", said
    )
    if not found:
        return None
    word = found.group(1)
    if word in ("last", "ultimo", "ultima"):
        return size - 1
    number = int(word) if word.isdecimal() and len(word) < 4 else _ORDINALS.get(word, 0)
    return number - 1 if 1 <= number <= size else None


def read_date(text: str, locale: Locale) -> datetime | None:
    """A moment in the past or future as people write it: "yesterday at 3", "el lunes", "11/20"."""
    words = re.sub(
        r"\b(?:since|desde|on|el|la|this|este|esta|pasado|pasada|around|como|about|at about)\b", " ", text.lower()
    )
    words = (
        words.replace("dias", "días")
        .replace("last night", "yesterday 9 pm")
        .replace("anoche", "ayer 21:00")
        .replace("this morning", "today 9 am")
    )
    for candidate in (text, " ".join(words.split())):
        moment: datetime | None = dateparser.parse(
            candidate,
            languages=list(dict.fromkeys([locale.language, "en"])),
            settings={
                "PREFER_DATES_FROM": "past",
                "TIMEZONE": locale.zone.key,
                "RETURN_AS_TIMEZONE_AWARE": True,
                "DATE_ORDER": "MDY",
            },
        )
        if moment:
            return moment
    return None


def plain(text: str) -> str:
    """Lower case, no accents, words only."""
    folded = unicodedata.normalize("NFKD", text.lower())
    return " ".join(re.findall(r"\w+", "".join(char for char in folded if not unicodedata.combining(char))))


def _some_of(question: Attribute, text: str) -> list[str] | None:
    parts = [part for part in re.split(r"[,;/&]| and | y | e |\n", text) if part.strip()]
    keys = [one_of(question, part) for part in parts]
    if not keys or None in keys:
        whole = offered(question, text)
        return whole if isinstance(whole, list) else None
    return list(dict.fromkeys(key for key in keys if key is not None))


def _number(text: str) -> str | None:
    found = re.findall(r"-?\d+(?:[.,]\d+)*", text)
    if len(found) == 1:
        number = found[0]
        number = re.sub(r",(?=\d{3}(?:\D|$))", "", number).replace(",", ".")
        return number if number.count(".") <= 1 else None
    words = [_NUMBERS[word] for word in plain(text).split() if word in _NUMBERS]
    return str(words[0]) if len(words) == 1 and not found else None
