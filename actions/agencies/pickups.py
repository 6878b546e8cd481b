"""What is collected when: the days of a calendar as pickups of trash, recycling and so on, and what a holiday moved."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from actions.agencies.calendar_text import Occurrence

KINDS = ("trash", "recycling", "yard", "organics", "bulky")
OTHER = "other"
Words = Mapping[str, Iterable[str]]
"""The beginnings of words, without accents and capitals, by which a calendar names each kind."""

DEFAULT_WORDS: Words = {
    "bulky": "bulky bulk large heavy oversize furniture junk voluminos muebles enseres encombrant sperrmull sperrgut "
    "grofvuil ingombrant".split(),
    "yard": [
        *"yard leaf leaves lawn garden brush branch grass greenwaste tree jardin hojas ramas poda arbol vegeta".split(),
        *"sapin gartenabf grunabf grunschnitt laub tannenb weihnachtsb".split(),
        *("green waste", "dechets vert", "residuos verde"),
    ],
    "organics": "organic compost food bio biotonne biodechet marron braune brown gft umido comida".split(),
    "recycling": "recycl recicl tri jaune gelbe gelber wertstoff paper papier papel carton cardboard karton pmd plast "
    "glass glas verre vidrio envases blue blau azul altpapier verpackung emballage ricicl carta vetro".split(),
    "trash": "trash garbage refuse rubbish residual landfill msw basura residuos desechos ordures menager restmull "
    "restabf hausmull schwarze graue restafval indifferenziat lixo".split(),
}
_WEAK = tuple("poubelle waste bin cart mull abfall tonne collection collecte pickup pick recogida recoleccion".split())
"""Words that mean trash where nothing else is named."""
_ONE_THING = re.compile(
    r"\b(bulky?|large|heavy|yard|lawn|garden|food|organic|leaf)[ -]+"
    r"(?:trash|garbage|waste|refuse|rubbish|debris|items?)\b"
    r"|\b(?:basura|residuos|desechos|ordures)\s+(?:de\s+)?(?=organic|recicl|volumin|jardin|poda|vegeta)"
)
_NONE = re.compile(r"\b(no(?!\s*\d)|not|cancel\w*|suspend\w*|skipp?\w*|closed|kein\w*|entfallt|pas de|aucune?|sin)\b")
_HOLIDAY = re.compile(r"\b(holiday|day|christmas|thanksgiving|feriado|festivo|dia|navidad|ferie|feiertag|noel|tag)\b")
_ENOUGH, _MOST = 4, 0.6


@dataclass(frozen=True)
class Pickup:
    """A day on which something is collected, or a run of days up to `last`.

    `usual`: the day it would be in an ordinary week, None where it is as always. `reason`: what the calendar says about
    the change. `title`: the calendar's own words.
    """

    day: date
    last: date
    kinds: frozenset[str]
    title: str
    usual: date | None = None
    reason: str = ""


@dataclass(frozen=True)
class Schedule:
    """All pickups of one address, in order, and the days of which the calendar says that nothing is collected."""

    pickups: tuple[Pickup, ...]
    none: tuple[tuple[date, str], ...] = ()

    def of(self, kind: str | None) -> tuple[Pickup, ...]:
        """The pickups of one kind; None: of every kind."""
        return tuple(pickup for pickup in self.pickups if kind is None or kind in pickup.kinds)

    def between(self, kind: str | None, first: date, last: date) -> tuple[Pickup, ...]:
        """Those that touch the days from `first` to `last`."""
        return tuple(pickup for pickup in self.of(kind) if pickup.last >= first and pickup.day <= last)

    def merged(self, other: "Schedule") -> "Schedule":
        """Both together."""
        pickups = sorted({*self.pickups, *other.pickups}, key=lambda pickup: (pickup.day, pickup.title))
        return Schedule(tuple(pickups), tuple(sorted({*self.none, *other.none})))


def schedule(occurrences: Iterable[Occurrence], own_words: Words | None = None) -> Schedule:
    """The pickups that a calendar's days stand for; `own_words` go before the words known by default."""
    pickups: list[Pickup] = []
    none: list[tuple[date, str]] = []
    for item in occurrences:
        kinds = _kinds(item, own_words or {})
        plain = _plain(item.title)
        if item.cancelled or _NONE.search(plain) or (not kinds and _HOLIDAY.search(plain)):
            none.append((item.first, item.remark or item.title))
        else:
            pickups.append(
                Pickup(item.first, item.last, kinds or frozenset([OTHER]), item.title, item.replaces, item.remark)
            )
    return Schedule(tuple(_with_usual(pickups, none)), tuple(none))


def _kinds(item: Occurrence, own_words: Words) -> frozenset[str]:
    """By the categories where a maker filled them, else by the title."""
    for text in (" ".join(item.labels), item.title):
        for words in (own_words, DEFAULT_WORDS):
            found = kinds_named(text, words)
            if found:
                return found
    plain = _plain(item.title)
    return frozenset(["trash"] if any(word.startswith(_WEAK) for word in plain.split()) else [])


def kinds_named(text: str, words: Words = DEFAULT_WORDS) -> frozenset[str]:
    """The kinds that a text names."""
    plain = _ONE_THING.sub(lambda found: found[1] or "", _plain(text))
    said = plain.split()
    return frozenset(
        kind
        for kind, beginnings in words.items()
        if any(_begins(plain, said, _plain(beginning)) for beginning in beginnings)
    )


def _begins(plain: str, said: list[str], beginning: str) -> bool:
    if " " in beginning:
        return f" {beginning}" in f" {plain}"
    return any(word == beginning if len(beginning) < 4 else word.startswith(beginning) for word in said)


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"[\w-]+", "".join(c for c in decomposed if not unicodedata.combining(c))))


def _with_usual(pickups: list[Pickup], none: list[tuple[date, str]]) -> list[Pickup]:
    """The pickups with their usual days, also where the calendar does not say that it moved them.

    A kind that nearly always comes on one weekday and once on another, in a week without its usual day, was moved.
    """
    usual = {kind: _weekday([p for p in pickups if kind in p.kinds and p.usual is None]) for kind in (*KINDS, OTHER)}
    taken = {(kind, pickup.day) for pickup in pickups for kind in pickup.kinds}
    result = []
    for pickup in pickups:
        weekdays = {usual[kind] for kind in pickup.kinds} - {None}
        if pickup.usual is None and len(weekdays) == 1 and pickup.day.weekday() not in weekdays:
            there = pickup.day + timedelta(days=_nearest(weekdays.pop() or 0, pickup.day.weekday()))
            if not any((kind, there) in taken for kind in pickup.kinds):
                pickup = replace(pickup, usual=there)
        if pickup.usual and not pickup.reason:
            pickup = replace(pickup, reason=_reason(pickup.usual, none))
        result.append(pickup)
    return result


def _weekday(pickups: list[Pickup]) -> int | None:
    counts = Counter(pickup.day.weekday() for pickup in pickups if pickup.day == pickup.last)
    weekday, times = counts.most_common(1)[0] if counts else (None, 0)
    return weekday if times >= _ENOUGH and times >= _MOST * len(pickups) else None


def _nearest(weekday: int, today: int) -> int:
    """Days from `today` to the nearest `weekday`, -3 to 3."""
    return (weekday - today + 3) % 7 - 3


def _reason(usual: date, none: list[tuple[date, str]]) -> str:
    """What the calendar says about that day or an earlier one of its week."""
    monday = usual - timedelta(days=usual.weekday())
    return next((words for day, words in none if monday <= day <= usual), "")
