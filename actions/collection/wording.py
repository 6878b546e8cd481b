"""Pickups in words: "trash and recycling on Friday, November 27"."""

from collections.abc import Iterable
from datetime import date

from babel.dates import format_date
from babel.lists import format_list

from actions.agencies.pickups import OTHER, Pickup
from actions.words import word

_ORDER = ("trash", "recycling", "yard", "organics", "bulky")
_PATTERNS = {
    ("en", "web"): "EEEE, MMMM d",
    ("en", "sms"): "EEE, MMM d",
    ("es", "web"): "EEEE d 'de' MMMM",
    ("es", "sms"): "EEE d 'de' MMM",
}
_ON = {
    "en": {"on": "on {}", "today": "today, {}", "tomorrow": "tomorrow, {}", "span": "from {} to {}", "not": "not {}"},
    "es": {"on": "el {}", "today": "hoy, {}", "tomorrow": "mañana, {}", "span": "del {} al {}", "not": "no el {}"},
}


def said_day(day: date, language: str, channel: str) -> str:
    """A day as people here write it."""
    pattern = _PATTERNS.get((language, channel)) or _PATTERNS["en", "web"]
    return format_date(day, pattern, locale=language)


def kinds_in_words(kinds: Iterable[str], language: str, title: str = "") -> str:
    """ "trash and yard waste"; a calendar's own words where we know none."""
    named = [word("collection", kind, language) for kind in _ORDER if kind in set(kinds)]
    if OTHER in set(kinds) and title:
        named.append(title)
    return str(format_list(named, locale=language)) if named else title


def in_words(pickups: Iterable[Pickup], today: date, language: str, channel: str) -> str:
    """All of them in one phrase, those of one day together."""
    grouped: dict[tuple[date, date, date | None], list[Pickup]] = {}
    for pickup in pickups:
        grouped.setdefault((pickup.day, pickup.last, pickup.usual), []).append(pickup)
    return "; ".join(
        f"{_kinds_of(group, language)} {_when(group[0], today, language, channel)}" for group in grouped.values()
    )


def _kinds_of(group: list[Pickup], language: str) -> str:
    titles = [pickup.title for pickup in group if OTHER in pickup.kinds]
    return kinds_in_words({kind for pickup in group for kind in pickup.kinds}, language, titles[0] if titles else "")


def _when(pickup: Pickup, today: date, language: str, channel: str) -> str:
    words = _ON.get(language, _ON["en"])
    day = said_day(pickup.day, language, channel)
    if pickup.last > pickup.day:
        return words["span"].format(day, said_day(pickup.last, language, channel))
    near = {0: "today", 1: "tomorrow"}.get((pickup.day - today).days, "on")
    when = words[near].format(day)
    return f"{when} ({words['not'].format(said_day(pickup.usual, language, channel))})" if pickup.usual else when
