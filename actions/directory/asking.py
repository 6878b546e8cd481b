"""What a person looks for: the need, the place, the day and hour, and what it must have, heard in one message."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from actions.base import Turn
from actions.directory import phrases
from actions.directory.near import find_area, names_unknown_place, plain
from bot.city import WEEKDAYS, City, Point

MOST_NEED = 120  # characters


@dataclass(frozen=True)
class Wish:
    """What is looked for, as the slot keeps it. `point`s are the ends of the street that was named; times are ISO."""

    need: str = ""
    near: str = ""
    begins: Point | None = None
    ends: Point | None = None
    day: str = ""
    weekend: bool = False
    now: bool = False
    after: str = ""
    until: str = ""
    language: str = ""
    free: bool = False
    wheelchair: bool = False
    unknown_place: bool = False

    @property
    def has_time(self) -> bool:
        """Whether a day or an hour was named."""
        return bool(self.day or self.weekend or self.now or self.after or self.until)

    @property
    def has_filter(self) -> bool:
        """Whether anything but the need was named."""
        return self.has_time or bool(self.near or self.language or self.free or self.wheelchair)

    def with_more(self, more: "Wish") -> "Wish":
        """This wish with what a later message changes."""
        changed = {name: value for name, value in vars(more).items() if value and name not in ("need", "unknown_place")}
        if more.has_time:
            changed |= {name: getattr(more, name) for name in ("day", "weekend", "now", "after", "until")}
        return replace(self, **changed)


def read_wish(turn: Turn, city: City, now: datetime) -> Wish:
    """Hear everything in the message; the need is what is left of it."""
    said = phrases.GREETING.sub(lambda found: " " * len(found[0]), plain(turn.text))
    area = find_area(turn.text, city)
    wish = Wish(unknown_place=area is None and names_unknown_place(turn.text, city))
    if area:
        wish = replace(wish, near=area.name, begins=area.begins, ends=area.ends)
        before, _, after = said.partition(area.said)
        said = phrases.NEARNESS.sub("", before) + " , " + after
    wish, said = _read_time(wish, said, turn, now.astimezone(city.time_zone).date())
    wish, said = _read_needs(wish, said)
    if wish.unknown_place:
        said = phrases.UNKNOWN_PLACE.sub(" ", said)
    said = phrases.NEAR_ME.sub(" ", said)
    words = [word for word in re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", said) if word not in phrases.SMALL]
    return replace(wish, need=" ".join(words)[:MOST_NEED])


def _read_time(wish: Wish, said: str, turn: Turn, today: date) -> tuple[Wish, str]:
    day = _named_day(said, turn.weekday, today)
    after, until = "", ""
    found = phrases.AFTER.search(said)
    if found and int(found[1]) <= 23:
        hour = int(found[1]) + (
            12 if (int(found[1]) < 8 and found[3] != "a") or (found[3] == "p" and int(found[1]) < 12) else 0
        )
        after = time(hour % 24, int(found[2] or 0) % 60).isoformat("minutes")
    elif phrases.MORNING.search(said):
        until = "12:00"
    elif phrases.EVENING.search(said):
        after = "17:00"
    elif phrases.AFTERNOON.search(said):
        after, until = "12:00", "18:00"
    is_now = bool(phrases.NOW.search(said)) and day is None
    weekend = bool(phrases.WEEKEND.search(said))
    for pattern in (
        phrases.AFTER,
        phrases.MORNING,
        phrases.EVENING,
        phrases.AFTERNOON,
        phrases.TOMORROW,
        phrases.TODAY,
        phrases.NOW,
        phrases.WEEKEND,
        phrases.DAYS,
    ):
        said = pattern.sub(" ", said)
    iso = day.isoformat() if day else ""
    return replace(wish, day=iso, weekend=weekend, now=is_now, after=after, until=until), said


def _named_day(said: str, weekday: str, today: date) -> date | None:
    if phrases.TOMORROW.search(phrases.MORNING.sub(" ", said)):
        return today + timedelta(days=1)
    found = phrases.DAYS.search(said)
    name = next((day for day, words in phrases.DAY_WORDS.items() if found and re.fullmatch(words, found[1])), weekday)
    if name in WEEKDAYS:
        return today + timedelta(days=(WEEKDAYS.index(name) - today.weekday()) % 7)
    return today if phrases.TODAY.search(said) else None


def _read_needs(wish: Wish, said: str) -> tuple[Wish, str]:
    for pattern in (phrases.SPEAKS, phrases.SPEAKING):
        found = pattern.search(said)
        if found:
            code = next(code for code, names in phrases.LANGUAGES.items() if re.fullmatch(names, found[1]))
            wish, said = replace(wish, language=code), pattern.sub(" ", said)
            break
    free, wheelchair = bool(phrases.FREE.search(said)), bool(phrases.WHEELCHAIR.search(said))
    return replace(wish, free=free, wheelchair=wheelchair), phrases.WHEELCHAIR.sub(" ", phrases.FREE.sub(" ", said))
