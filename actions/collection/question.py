"""What a question about collection asks for: which kind, which days, how many, because of which holiday."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from babel.dates import get_month_names
from rapidfuzz import fuzz, process

from actions.agencies.pickups import kinds_named
from bot.city import WEEKDAYS, City, Holiday

SIMILAR = 84.0
MOST = 6
_SPELLED = "recycling recycle reciclaje reciclar garbage basura".split()
_DAYS = {"today": 0, "tonight": 0, "hoy": 0, "tomorrow": 1, "tmrw": 1, "tomorow": 1, "tommorow": 1, "manana": 1}
_NUMBERS = {word: number for number, words in enumerate(
    ("", "", "two dos", "three tres", "four cuatro", "five cinco", "six seis")
) for word in words.split()}  # fmt: skip
_NEXT = r"(?:next|following|coming|proxim[oa]s?|siguientes?)"
_COUNT = re.compile(rf"\b{_NEXT} (\d|{'|'.join(_NUMBERS)})\b|\b(?:l[oa]s )?(\d|{'|'.join(_NUMBERS)}) {_NEXT}\b")
_SEVERAL = re.compile(rf"\b{_NEXT} (?:few|several|pickups|collections|days|recolecciones|fechas|dias)\b|\bproximas\b")
_AFTER_NEXT = re.compile(r"\bweek after next\b|\b(?:dentro de|en) dos semanas\b|\bin two weeks\b")
_NEXT_WEEK = re.compile(
    r"\bnext w(?:ee)?k\b|\bfollowing week\b|\bweek after\b|\bproxima semana\b"
    r"|\bsemana (?:que viene|proxima|entrante|siguiente)\b"
)
_THIS_WEEK = re.compile(r"\bthis w(?:ee)?k\b|\besta semana\b")
_WHOLE = re.compile(r"\b(?:schedule|calendar|calendario|horario|dates|fechas)\b")
_ASKS = re.compile(r"\b(?:when|day|pick ?up|collect\w*|come|cuando|dia|pasan?|recog\w*|recolec\w*)\b")
_HOLIDAY = re.compile(r"\bholidays?\b|\bferiados?\b|\bfestivos?\b|\bdias? de fiesta\b")
_NAMES = {"mlk": "martin luther king", "4th of july": "independence", "july 4th": "independence", "xmas": "christmas",
          "cuatro de julio": "independencia", "4 de julio": "independencia"}  # fmt: skip


@dataclass(frozen=True)
class Question:
    """`kind`: None for whatever comes; `first` to `last`: the days asked about, None for the next pickup."""

    kind: str | None = None
    first: date | None = None
    last: date | None = None
    count: int = 1
    holiday: Holiday | None = None
    asks: bool = field(default=True, compare=False)

    def after(self, earlier: "Question") -> "Question":
        """This question where it follows another: "and next week?" is about what was asked before.

        Words that ask nothing of their own, as in "12 Oak Street" or "no, at 40 Pine", repeat it for another address.
        """
        if self == Question():
            return self if self.asks else earlier
        return self if self.kind else replace(self, kind=earlier.kind)

    def kept(self) -> dict[str, Any]:
        """As it is kept in a slot."""
        days = [day and day.isoformat() for day in (self.first, self.last, self.holiday and self.holiday.day)]
        return {"kind": self.kind, "days": days, "count": self.count}


def restored(kept: Mapping[str, Any] | None, profile: City) -> Question:
    """The question from its slot."""
    if not kept:
        return Question()
    first, last, holiday = (date.fromisoformat(day) if day else None for day in kept["days"])
    return Question(kept["kind"], first, last, kept["count"], profile.holiday(holiday) if holiday else None)


def read_question(text: str, weekday: str, today: date, profile: City) -> Question:
    """The question in a text without its address; `weekday` is the label found in it ("mon"), if any."""
    plain = _plain(text)
    kind = _kind(plain)
    holiday = _holiday(plain, today, profile)
    if holiday:
        monday = holiday.day - timedelta(days=holiday.day.weekday())
        return Question(kind, monday, monday + timedelta(days=6), holiday=holiday)
    found = _COUNT.search(plain)
    if found:
        said = found[1] or found[2]
        return Question(kind, count=min(MOST, max(1, _NUMBERS.get(said) or int(said))))
    first, last = _days(plain, weekday, today)
    if first is None and (_SEVERAL.search(plain) or _WHOLE.search(plain)):
        return Question(None if kind == "trash" else kind, count=3)
    return Question(kind, first, last, asks=bool(_ASKS.search(plain)))


def _days(plain: str, weekday: str, today: date) -> tuple[date | None, date | None]:
    monday = today - timedelta(days=today.weekday())
    for weeks, pattern in ((2, _AFTER_NEXT), (1, _NEXT_WEEK), (0, _THIS_WEEK)):
        if pattern.search(plain):
            start = monday + timedelta(weeks=weeks)
            if weekday in WEEKDAYS:
                start += timedelta(days=WEEKDAYS.index(weekday))
                return start, start
            return start, start + timedelta(days=6)
    # "por la mañana", "in the morning": not tomorrow.
    ahead = next((_DAYS[w] for w in re.sub(r"\b(?:la|esta) manana\b", "", plain).split() if w in _DAYS), None)
    if ahead is None and weekday in WEEKDAYS:
        ahead = (WEEKDAYS.index(weekday) - today.weekday()) % 7
    day = _date(plain, today) if ahead is None else today + timedelta(days=ahead)
    return day, day


def _date(plain: str, today: date) -> date | None:
    """A day with its month: "november 27", "27 de noviembre", "nov 27th"."""
    names = {
        _plain(name).rstrip("."): month
        for locale in ("en", "es")
        for width in ("wide", "abbreviated")
        for month, name in get_month_names(width, locale=locale).items()
    }
    months = "|".join(sorted(names, key=len, reverse=True))
    found = re.search(rf"\b({months}) (\d{{1,2}})(?:st|nd|rd|th)?\b|\b(\d{{1,2}}) (?:de )?({months})\b", plain)
    if not found:
        return None
    month, day = names[found[1] or found[4]], int(found[2] or found[3])
    try:
        this_year = date(today.year, month, day)
        return this_year if this_year >= today - timedelta(days=60) else date(today.year + 1, month, day)
    except ValueError:
        return None


def _kind(plain: str) -> str | None:
    """The one kind that is asked about; trash together with others is whatever comes."""
    words = [
        match[0] if len(word) >= 6 and (match := process.extractOne(word, _SPELLED, score_cutoff=SIMILAR)) else word
        for word in plain.split()
    ]
    kinds = kinds_named(" ".join(words))
    return next(iter(kinds)) if len(kinds) == 1 else None


def _holiday(plain: str, today: date, profile: City) -> Holiday | None:
    """The holiday that is named, or the nearest one for "the holiday"."""
    said = re.sub(r"\bchristmas trees?\b|\barbol(?:ito)?s? de navidad\b", "", plain)
    for short, name in _NAMES.items():
        said = said.replace(short, name)
    near = [holiday for holiday in profile.holidays if holiday.day >= today - timedelta(days=10)]
    for holiday in near:
        names = [
            re.sub(r"\b(day|dia|de|del|la|los|observed|observado|jr)\b", "", _plain(n)) for n in holiday.name.values()
        ]
        if any(fuzz.partial_ratio(" ".join(name.split()), said) >= 90 for name in names if len(said) >= len(name) - 4):
            return holiday
    return near[0] if near and _HOLIDAY.search(said) else None


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter)).replace("'", "")
    return " ".join(re.findall(r"\w+", letters))
