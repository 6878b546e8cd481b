"""Read values as people write them: one of a list, a number, a day; for the questions of every form."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import dateparser
from rapidfuzz import fuzz

Options = Sequence[tuple[str, str]]
"""(value, title) of each thing to choose from."""

_SURE, _AHEAD = 82, 5
"""Similarity (0 to 100) from which a title is meant, and how far it must be ahead of the next one."""


def _numbered(words: str, start: int = 0) -> dict[str, int]:
    return {word: number for number, group in enumerate(words.split(","), start) for word in group.split()}


_NUMBERS = _numbered(
    "zero cero,one un uno una,two dos,three tres,four cuatro,five cinco,six seis,seven siete,eight ocho,nine nueve,"
    "ten diez,eleven once,twelve doce"
)
_ORDINALS = _numbered(
    "first primero primera,second segundo segunda,third tercero tercera,fourth cuarto cuarta,fifth quinto quinta", 1
)


_ANSWERS = (
    (frozenset("yes y yeah yep yup sure si sip claro".split()), ("yes", "si")),
    (
        frozenset("no n nope nah none neither ninguno ninguna nada".split()),
        ("no", "none", "nothing", "nada", "ninguno", "ninguna"),
    ),
)
"""Words of a bare yes and no, and the titles of what they choose; "send it" agrees, but answers no question."""


_COUNT = r"(\d{1,3}|one|an?|two|three|four|five|six|una?|dos|tres|cuatro|cinco|seis)"
_SINCE = "for|since|been (?:there|here|like this|out|broken)(?: for)?|desde hace|hace|lleva|ll[eé]van"
_LASTING = re.compile(
    rf"\b(?:{_SINCE})(?: about| como)? {_COUNT} (hours?|days?|weeks?|months?|horas?|d[ií]as?|semanas?|mes(?:es)?)\b"
    rf"|\b{_COUNT} (hours?|days?|weeks?|months?) ago\b",
    re.IGNORECASE,
)
_WEEKDAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_DIAS = "lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo"
_DAY = re.compile(
    rf"\b(?:yesterday|last night|this morning|today|ayer|anoche|hoy|{_WEEKDAYS}|{_DIAS})\b"
    r"(?: (?:at|a las|a la)? ?\d{1,2}(?::\d\d)?(?: ?[ap]\.?m\.?)?)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Locale:
    """How a person writes dates: language and time zone."""

    language: str
    zone: ZoneInfo


def plain(text: str) -> str:
    """Lower case, no accents, words only."""
    folded = unicodedata.normalize("NFKD", text.lower())
    return " ".join(re.findall(r"\w+", "".join(char for char in folded if not unicodedata.combining(char))))


def one_of(options: Options, text: str) -> str | None:
    """The value that the words mean: the value, its title, its place in the list, or nearly its title."""
    said = plain(text)
    for value, title in options:
        if said in (plain(value), plain(title)):
            return value
    position = position_in(text, len(options))
    if position is not None:
        return options[position][0]
    if len(said) < 3:
        return None
    distinct = _distinct(options, said)
    if distinct:
        return distinct
    scores = sorted(((_similarity(said, plain(title)), value) for value, title in options), reverse=True)
    if scores and scores[0][0] >= _SURE and (len(scores) == 1 or scores[0][0] - scores[1][0] >= _AHEAD):
        return scores[0][1]
    return None


def some_of(options: Options, text: str) -> list[str] | None:
    """The values that a list such as "1 and 3" or "red, blue" names; None if a part of it names none."""
    parts = [part for part in re.split(r"[,;/&]| and | y | e |\n", text) if part.strip()]
    values = [value for part in parts if (value := one_of(options, part)) is not None]
    return list(dict.fromkeys(values)) if values and len(values) == len(parts) else named_in(options, text) or None


def named_in(options: Options, text: str) -> list[str]:
    """The values whose titles stand word for word in a text about something else."""
    said = f" {plain(text)} "
    return [value for value, title in options if len(plain(title)) >= 4 and f" {plain(title)} " in said]


def position_in(text: str, size: int) -> int | None:
    """The place in a list, from 0, that "2", "number 2", "the second" or "la última" means."""
    found = re.fullmatch(
        r"(?:(?:the|el|la|option|opcion|number|numero|no|n|choice|answer) )*#? ?(\w+)(?: one| option| opcion)?",
        plain(text),
    )
    if not found:
        return None
    word = found.group(1)
    if word in ("last", "ultimo", "ultima"):
        return size - 1
    number = int(word) if word.isdecimal() and len(word) < 4 else _ORDINALS.get(word, 0)
    return number - 1 if 1 <= number <= size else None


def read_number(text: str) -> str | None:
    """The one number in a text, in digits or as a word up to twelve; None for none or several."""
    found = re.findall(r"-?\d+(?:[.,]\d+)*", text)
    if len(found) == 1:
        number = re.sub(r",(?=\d{3}(?:\D|$))", "", found[0]).replace(",", ".")
        return number if number.count(".") <= 1 else None
    words = [_NUMBERS[word] for word in plain(text).split() if word in _NUMBERS]
    return str(words[0]) if len(words) == 1 and not found else None


def read_date(text: str, locale: Locale, prefer: str = "past") -> datetime | None:
    """A moment as people write it: "yesterday at 3", "el lunes", "11/20"; `prefer` "past" or "future" days."""
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
                "PREFER_DATES_FROM": prefer,
                "TIMEZONE": locale.zone.key,
                "RETURN_AS_TIMEZONE_AWARE": True,
                "DATE_ORDER": "MDY",
            },
        )
        if moment:
            return moment
    return None


def find_date(text: str, locale: Locale) -> datetime | None:
    """A moment in words about other things: "been there 2 weeks", "since Monday", "desde el lunes"."""
    lasting = _LASTING.search(text)
    if lasting:
        count, unit = (part for part in lasting.groups() if part)
        number = read_number(count) or "1"
        return read_date(f"hace {number} {unit}" if locale.language == "es" else f"{number} {unit} ago", locale)
    found = _DAY.search(text)
    return read_date(found.group(0), locale) if found else None


def show_date(moment: datetime, language: str) -> str:
    """A moment as a person reads it."""
    from babel.dates import format_datetime  # slow to import, rarely needed

    form = "EEEE d 'de' MMMM, h:mm a" if language == "es" else "EEEE, MMMM d, h:mm a"
    return format_datetime(moment, form, locale=f"{language}_US")


def yes_or_no(options: Options, text: str) -> str | None:
    """The option that says what a bare yes or no means: "Nothing" for "no"; None where there is none."""
    said = plain(text).split()[:1]
    wanted = next((titles for words, titles in _ANSWERS if said and said[0] in words), ())
    return next((value for value, title in options if plain(title).split()[0] in wanted), None)


def _distinct(options: Options, said: str) -> str | None:
    """The one option that shares a telling word with what was said: "the size of a plate" is "Like a plate"."""
    words = set(said.split())
    named = [value for value, title in options if any(len(word) >= 4 for word in words & set(plain(title).split()))]
    return named[0] if len(named) == 1 else None


def _similarity(said: str, title: str) -> float:
    part = fuzz.partial_ratio(said, title) if len(said) >= 4 else 0
    return max(fuzz.ratio(said, title), part, fuzz.token_set_ratio(said, title))
