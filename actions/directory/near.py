"""Where "near Alder Street" is: streets, corners and offices of the city profile, as a line or a point; distances."""

import functools
import math
import re
import unicodedata
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from bot.city import City, Point, Street

_MILES_A_DEGREE = 69.05
_KINDS = {
    "street": "street|st|str|calle",
    "avenue": "avenue|ave|av|avenida",
    "road": "road|rd",
    "drive": "drive|dr",
    "lane": "lane|ln",
    "court": "court|ct",
    "square": "square|sq",
}
_NEAR = re.compile(
    r"\b(?:near|nr|nearby|close to|next to|around|beside|by|off|at|on|from|along|in|"
    r"cerca del?|por|junto al?|a un lado de|al lado de|alrededor de|en|desde|sobre)\s+"
    r"(?:the |la |el |los |las )?(?:corner of |esquina de |calle |avenida )?([^,.;:!?]{2,60})",
)
_ASKS_NEAR = re.compile(
    r"\b(?:near|close to|next to|around|cerca del?|junto al?|al lado de)\s+(?!me\b|my\b|here\b|mi\b|aqui\b|casa\b)(\w+)"
)
_ANY_STREET = re.compile(rf"\w+ (?:{'|'.join(_KINDS.values())})\b")
_ALIKE = 84.0


@dataclass(frozen=True)
class Area:
    """A place that was named. `said` is the part of the text that named it."""

    name: str
    begins: Point
    ends: Point
    said: str = ""

    def miles(self, point: Point) -> float:
        """From the nearest point of the street, or from the point."""
        scale = math.cos(math.radians(point[0]))
        x, y = point[1] * scale, point[0]
        x1, y1, x2, y2 = self.begins[1] * scale, self.begins[0], self.ends[1] * scale, self.ends[0]
        length = (x2 - x1) ** 2 + (y2 - y1) ** 2
        along = max(0.0, min(1.0, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length)) if length else 0.0
        return math.hypot(x - x1 - along * (x2 - x1), y - y1 - along * (y2 - y1)) * _MILES_A_DEGREE


def plain(text: str) -> str:
    """Lower case, without accents, one character for one."""
    return "".join(_bare(letter) for letter in text)


@functools.lru_cache(maxsize=4_000)
def _bare(letter: str) -> str:
    found = unicodedata.normalize("NFKD", letter.lower())
    return found[0] if found and len(found[0]) == 1 else letter


def find_area(text: str, city: City) -> Area | None:
    """The place a text names, or None: an address, a corner, a street, an office."""
    said = plain(text)
    for office in city.offices:
        for name in office.name.values():
            found = re.search(rf"\b{re.escape(plain(name))}\b", said)
            area = found and _address(office.address, city)
            if found and area:
                return Area(name, area.begins, area.begins, found[0])
    named = [(match, street) for street in city.streets if (match := _pattern(street.name).search(said))]
    if named:
        named.sort(key=lambda pair: pair[0].start())
        match, street = named[0]
        if len(named) > 1 and not match["number"]:
            other, crossing = named[1]
            corner = _corner(street, crossing)
            return Area(f"{street.name} / {crossing.name}", corner, corner, said[match.start() : other.end()])
        return _on(street, match["number"], match[0].strip())
    return _by_sound(said, city)


def names_unknown_place(text: str, city: City) -> bool:
    """Whether a text asks for "near" something that is not in the city profile."""
    return bool(_ASKS_NEAR.search(plain(text))) and find_area(text, city) is None


def _address(address: str, city: City) -> Area | None:
    said = plain(address)
    for street in city.streets:
        match = _pattern(street.name).search(said)
        if match:
            return _on(street, match["number"], match[0])
    return None


def _on(street: Street, number: str | None, said: str) -> Area:
    if not number or not 0 < int(number) <= street.last_number * 2:
        return Area(street.name, street.begins, street.ends, said)
    share = min(1.0, int(number) / street.last_number)
    latitude, longitude = (a + (b - a) * share for a, b in zip(street.begins, street.ends, strict=True))
    return Area(f"{number} {street.name}", (latitude, longitude), (latitude, longitude), said)


def _corner(one: Street, other: Street) -> Point:
    """The point of the first street that is nearest to the second, to a fiftieth of its length."""
    line = Area("", other.begins, other.ends)
    points = [tuple(a + (b - a) * step / 50 for a, b in zip(one.begins, one.ends, strict=True)) for step in range(51)]
    latitude, longitude = min(points, key=lambda point: line.miles((point[0], point[1])))
    return latitude, longitude


@functools.lru_cache(maxsize=2_000)
def _pattern(name: str) -> re.Pattern[str]:
    """ "Alder Street" also as "alder st", "calle alder", and as "alder" after a word such as near."""
    *first, kind = plain(name).split()
    base = r"\s+".join(map(re.escape, first))
    endings = _KINDS.get(kind, re.escape(kind))
    number = r"(?:(?P<number>\d{1,5})\s+)?"
    before = r"(?<=near )|(?<=cerca de )|(?<=on )|(?<=by )|(?<=and )|(?<=con )|(?<=calle )|(?<=around )|(?<=& )|(?<=y )"
    bare = (
        rf"|(?:{before}){base}(?!\s+\w*(?:street|avenue|road|lane|drive)\b)\b"
        if base.isalpha() or base[0].isdigit()
        else ""
    )
    return re.compile(rf"\b{number}{base}\s+(?:{endings})\b\.?{bare}")


def _by_sound(said: str, city: City) -> Area | None:
    """A street whose name is misspelt, behind a word such as "near"."""
    names = {plain(street.name): street for street in city.streets}
    candidates = [" ".join(match[1].split()[:2]) for match in _NEAR.finditer(said)]
    candidates += [match[0] for match in _ANY_STREET.finditer(said)]
    for candidate in candidates:
        found = process.extractOne(candidate, list(names), scorer=fuzz.ratio, score_cutoff=_ALIKE)
        if found and " " in candidate:
            return Area(names[found[0]].name, names[found[0]].begins, names[found[0]].ends, candidate)
    return None
