"""Which consultation or public body a person means, and which days."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar

from babel.dates import get_day_names
from rapidfuzz import fuzz

from actions.agencies.participation import Body, Consultation
from actions.forms.values import plain, position_in

T = TypeVar("T")
_SIMILAR = 84.0
_SHORT = 4
"""Letters below which a word must be the same, not only similar."""
_EMPTY = frozenset(
    "the a an of on in at for to and or is are be it this that what whats about new plan plans city citys town comment "
    "comments consultation consultations proposal tell me more i my you your how do can want would like next meeting "
    "meetings board committee commission public when where who there with from "
    "el la los las un una de del en para por y o es son ser esto eso que sobre nuevo nueva ciudad comentar comentario "
    "consulta consultas propuesta mas quiero me mi su como puedo cuando donde junta juntas reunion reuniones comite "
    "comision proxima proximo plan publica".split()
)
_BACK = frozenset("it its that this there them they their esa ese eso esta este esto ahi alli ella".split())
_ORDINAL = re.compile(
    r"\b(?:first|second|third|fourth|fifth|last|primer|primer[oa]|segund[oa]|tercer|tercer[oa]|cuart[oa]|quint[oa]|"
    r"ultim[oa])\b"
)


def find_consultation(text: str, found: Sequence[Consultation]) -> Consultation | None:
    """The one that the words name by its title, else by its area and summary; None for none or several."""
    by_title = _best(text, [(item, item.title) for item in found])
    return by_title or _best(text, [(item, f"{item.title} {item.area} {item.summary}") for item in found], least=2)


def find_body(text: str, found: Sequence[Body]) -> Body | None:
    """The public body that the words name, by the longest of its names that stands in them."""
    said = f" {plain(text)} "
    named = [
        (len(name), body) for body in found for name in map(plain, (body.name, *body.names)) if f" {name} " in said
    ]
    if named:
        return max(named, key=lambda item: item[0])[1]
    return _best(text, [(body, " ".join((body.name, *body.names))) for body in found])


def find_position(text: str, size: int) -> int | None:
    """The place on a list, from 0, also in "what is the first one about"."""
    whole = position_in(text, size)
    ordinal = _ORDINAL.search(plain(text)) if whole is None else None
    return position_in(ordinal.group(0), size) if ordinal else whole


def points_back(text: str) -> bool:
    """Whether the words speak of what was spoken of before: "it", "that plan", "ahí"; or of nothing at all."""
    words = plain(text).split()
    return bool(_BACK.intersection(words)) or all(word in _EMPTY for word in words)


def find_days(text: str, today: date, language: str) -> tuple[date, date] | None:
    """The first and last day that "today", "this week", "on Tuesday" or "in December" mean; None for no day."""
    said = f" {plain(text)} "
    sunday = today + timedelta(days=6 - today.weekday())
    spans = {
        ("tonight", "today", "hoy", "esta noche"): (today, today),
        ("tomorrow", "manana"): (today + timedelta(days=1), today + timedelta(days=1)),
        ("next week", "proxima semana", "semana que viene", "otra semana"): (
            sunday + timedelta(days=1),
            sunday + timedelta(days=7),
        ),
        ("this week", "esta semana"): (today, sunday),
        ("this month", "este mes"): (today, _end_of_month(today)),
        ("next month", "proximo mes", "mes que viene"): (
            _end_of_month(today) + timedelta(days=1),
            _end_of_month(_end_of_month(today) + timedelta(days=1)),
        ),
    }
    for names, span in spans.items():
        if any(f" {name} " in said for name in names):
            return span
    for locale in dict.fromkeys((language, "en", "es")):
        for number, name in get_day_names("wide", locale=locale).items():
            if re.search(rf" {plain(name)}s? ", said):
                day = today + timedelta(days=(number - today.weekday()) % 7)
                return day, day
    return None


def _best(text: str, named: Sequence[tuple[T, str]], least: int = 1) -> T | None:
    words = [word for word in plain(text).split() if word not in _EMPTY]
    scores = [sum(_stands_in(word, plain(name).split()) for word in words) for _, name in named]
    best = max(scores, default=0)
    return named[scores.index(best)][0] if best >= least and scores.count(best) == 1 else None


def _stands_in(word: str, names: Sequence[str]) -> bool:
    if word in names:
        return True
    return len(word) >= _SHORT and any(
        fuzz.ratio(word, name) >= _SIMILAR for name in names if name not in _EMPTY and len(name) >= _SHORT
    )


def _end_of_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
