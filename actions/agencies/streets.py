"""Which zone an address belongs to, and how an address is read from people's words."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

from actions.agencies.street_table import Stretch

SIMILAR, SIMILAR_NAME = 86.0, 72.0
_TYPES = {
    "st": "street", "str": "street", "ave": "avenue", "av": "avenue", "rd": "road", "dr": "drive", "ln": "lane",
    "ct": "court", "sq": "square", "blvd": "boulevard", "pl": "place", "ter": "terrace", "cir": "circle",
    "hwy": "highway", "pkwy": "parkway", "trl": "trail",
}  # fmt: skip
_SIDES_OF_TOWN = {"n": "north", "s": "south", "e": "east", "w": "west"}
_ORDINALS = {
    word: f"{number}{'th' if number > 3 else ('st', 'nd', 'rd')[number - 1]}"
    for number, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(), 1
    )
}
_ORDINALS |= dict(zip("1ra 2da 3ra 4ta 5ta 6ta".split(), "1st 2nd 3rd 4th 5th 6th".split(), strict=True))
_ORDINALS |= dict(zip("primera segunda tercera cuarta quinta".split(), "1st 2nd 3rd 4th 5th".split(), strict=True))
_TYPE_NAMES = frozenset(_TYPES.values()) | {"way", "alley", "plaza", "walk", "row", "loop"}
_BEFORE = frozenset("on at in to for along near en por sobre calle avenida con esquina not".split())
_JOINS = frozenset("and y e & / @ at con".split())


@dataclass(frozen=True)
class Heard:
    """The streets that a text may name, and the house number. `corner`: two streets that meet. `rest`: other words."""

    streets: tuple[str, ...] = ()
    number: int | None = None
    corner: bool = False
    rest: str = ""


class Streets:
    """The table. `find` reads an address; `zones` says where it is."""

    def __init__(self, stretches: Iterable[Stretch]) -> None:
        self.stretches = tuple(stretches)
        names = dict.fromkeys(stretch.street for stretch in self.stretches)
        self._names = {tuple(_tokens(name)): name for name in names}

    def zones(self, street: str, number: int | None = None) -> frozenset[str]:
        """The zones of a street, or of one house; none if there is no such number."""
        return frozenset(
            stretch.zone
            for stretch in self.stretches
            if stretch.street == street and (number is None or stretch.holds(number))
        )

    def all_zones(self) -> frozenset[str]:
        """Every zone of the table."""
        return frozenset(stretch.zone for stretch in self.stretches)

    def find(self, text: str) -> Heard:
        """The address in a person's words, with small mistakes forgiven."""
        said = _tokens(text)
        hits = self._whole(said) or self._by_name(said) or self._similar(said)
        if not hits:
            return Heard(rest=" ".join(said))
        streets = tuple(dict.fromkeys(name for _, _, name in hits))
        places = sorted({(start, end) for start, end, _ in hits})
        number = next((n for start, end in places if (n := _number(said, start, end)) is not None), None)
        rest = [word for index, word in enumerate(said) if not any(start <= index < end for start, end in places)]
        return Heard(streets, number, corner=len(places) > 1 and len(streets) > 1, rest=" ".join(rest))

    def _whole(self, said: list[str]) -> list[tuple[int, int, str]]:
        """(start, end, street) of the streets named in full, and the other one of a corner ("5th & main street")."""
        full = [
            (start, start + len(tokens), name)
            for tokens, name in self._names.items()
            for start in range(len(said) - len(tokens) + 1)
            if tuple(said[start : start + len(tokens)]) == tokens
        ]
        return sorted({*full, *self._meeting(said, full)} if full else [])

    def _meeting(self, said: list[str], others: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
        """The two streets of a corner, by their names alone ("5th & main", "oak and pine street")."""
        places = [*self._bare_places(said), *others]
        pairs = [
            (one, other)
            for one in places
            for other in places
            if one[1] < len(said) and said[one[1]] in _JOINS and other[0] == one[1] + 1 and one[2] != other[2]
        ]
        return [place for pair in pairs for place in pair]

    def _bare_places(self, said: list[str]) -> list[tuple[int, int, str]]:
        """Wherever a street's name stands without "Street" or "North"; the street's type after it belongs to it."""
        return [
            (start, end + (end < len(said) and said[end] in _TYPE_NAMES), name)
            for tokens, name in self._names.items()
            for start in range(len(said))
            if tuple(said[start : (end := start + len(_bare(tokens)))]) == _bare(tokens)
        ]

    def _by_name(self, said: list[str]) -> list[tuple[int, int, str]]:
        """Streets by their bare name, where the words around it speak of a place."""
        places = [place for place in self._bare_places(said) if _is_place(said, place[0], place[1])]
        return sorted({*places, *self._meeting(said, [])})

    def _similar(self, said: list[str]) -> list[tuple[int, int, str]]:
        """The street whose full name is most like the words, if any is much like them."""
        best: tuple[float, int, int, str] = (0.0, 0, 0, "")
        for tokens, name in self._names.items():
            bare = _bare(tokens)
            if any(any(letter.isdigit() for letter in token) for token in bare):
                continue  # 5th is not a slip of 6th
            for size, target in ((len(tokens), tokens), (len(bare), bare)):
                for start in range(len(said) - size + 1):
                    end = start + size
                    if target is bare and not _is_place(said, start, end):
                        continue
                    heard = tuple(said[start:end])
                    like = fuzz.ratio(" ".join(heard), " ".join(target))
                    own = fuzz.ratio(" ".join(_bare(heard)), " ".join(bare))
                    enough = like >= SIMILAR if target is tokens else like >= SIMILAR and len(" ".join(bare)) > 4
                    if enough and own >= SIMILAR_NAME and like > best[0]:
                        best = (like, start, end, name)
        return [best[1:]] if best[3] else []


def bare_number(text: str) -> int | None:
    """The house number in an answer that is little else ("12", "it's 12", "el 12")."""
    found = re.fullmatch(r"\D{0,20}?\b(\d{1,6})\s?[a-zA-Z]?\b(?!(?:st|nd|rd|th))[^\d\w]{0,3}", text.strip())
    return int(found[1]) if found else None


def _tokens(text: str) -> list[str]:
    """Words in small letters without accents, "st" and "n" written out, "fifth" as 5th."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter)).replace("'", "")
    words = re.findall(r"[\w]+|[&/@]", plain)
    return [_ORDINALS.get(word, _TYPES.get(word, _SIDES_OF_TOWN.get(word, word))) for word in words]


def _bare(tokens: Iterable[str]) -> tuple[str, ...]:
    """A name without its type and its side of town: north oak street -> oak."""
    whole = tuple(tokens)
    bare = tuple(token for token in whole if token not in _TYPE_NAMES and token not in _SIDES_OF_TOWN.values())
    return bare or whole


def _is_place(said: list[str], start: int, end: int) -> bool:
    """Whether the words around a bare name speak of a place: a number or "on" before it, "Street" after it."""
    before = said[start - 1] if start else ""
    if before in _SIDES_OF_TOWN.values() and start > 1:
        before = said[start - 2]
    return (
        len(said) <= 3
        or before in _BEFORE
        or (before in ("la", "the") and said[start][0].isdigit())
        or (before[:1].isdigit() and before[-1:].isdigit())
        or said[end - 1] in _TYPE_NAMES
        or said[end : end + 1] in [[name] for name in _TYPE_NAMES]
    )


def _number(said: list[str], start: int, end: int) -> int | None:
    """The house number next to a street: "12 oak street", "12 n oak", "calle oak 12", "oak # 12"."""
    small = {*_SIDES_OF_TOWN.values(), *"calle avenida la de del en of street numero number no".split()}
    before, after = ([word for word in words if word not in small] for words in (said[:start], said[end:]))
    for word in (before[-1:] or [""])[0], (after[:1] or [""])[0]:
        found = re.fullmatch(r"(\d{1,6})[a-z]?", word)
        if found:
            return int(found[1])
    return None
