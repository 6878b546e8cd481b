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
_TYPE_NAMES = frozenset(_TYPES.values()) | {"way", "alley", "plaza", "walk", "row", "loop"}
_BEFORE = frozenset("on at in to for along near of and y & / en por sobre la calle avenida con esquina e @ not".split())
_AFTER = frozenset("and y & / @ at e".split())


@dataclass(frozen=True)
class Heard:
    """The streets that a text may name, and the house number. `corner`: two streets that meet."""

    streets: tuple[str, ...] = ()
    number: int | None = None
    corner: bool = False


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
            return Heard()
        streets = tuple(dict.fromkeys(name for _, _, name in hits))
        places = sorted({(start, end) for start, end, _ in hits})
        number = next((n for start, end in places if (n := _number(said, start, end)) is not None), None)
        return Heard(streets, number, corner=len(places) > 1 and len(streets) > 1)

    def _whole(self, said: list[str]) -> list[tuple[int, int, str]]:
        """(start, end, street) of the streets named in full, and the other one of a corner ("5th & main street")."""
        full = [
            (start, start + len(tokens), name)
            for tokens, name in self._names.items()
            for start in range(len(said) - len(tokens) + 1)
            if tuple(said[start : start + len(tokens)]) == tokens
        ]
        meeting = [
            (start, end, name)
            for start, end, name in (self._by_name(said) if full else [])
            if not any(start < other_end and other < end for other, other_end, _ in full)
            and not {*said[start - 1 : start], *said[end : end + 1]}.isdisjoint(_AFTER)
        ]
        return sorted(full + meeting)

    def _by_name(self, said: list[str]) -> list[tuple[int, int, str]]:
        """Streets by their name without "Street" or "North", where the words around it speak of a place."""
        hits = []
        for tokens, name in self._names.items():
            bare = _bare(tokens)
            for start in range(len(said) - len(bare) + 1):
                end = start + len(bare)
                if tuple(said[start:end]) == bare and _is_place(said, start, end):
                    end += end < len(said) and said[end] in _TYPE_NAMES
                    hits.append((start, end, name))
        return sorted(hits)

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
    before, after = said[start - 1] if start else "", said[end] if end < len(said) else ""
    if before in _SIDES_OF_TOWN.values() and start > 1:
        before = said[start - 2]
    return (
        len(said) <= 3
        or before in _BEFORE
        or (before[:1].isdigit() and before[-1:].isdigit())
        or after in _TYPE_NAMES
        or after in _AFTER
    )


def _number(said: list[str], start: int, end: int) -> int | None:
    """The house number next to a street: "12 oak street", "12 n oak", "calle oak 12", "oak # 12"."""
    before = [word for word in said[:start] if word not in _SIDES_OF_TOWN.values() and word not in ("calle", "avenida")]
    after = [word for word in said[end:] if word not in ("street", "numero", "no", "number")]
    for word in (before[-1:] or [""])[0], (after[:1] or [""])[0]:
        found = re.fullmatch(r"(\d{1,6})[a-z]?", word)
        if found:
            return int(found[1])
    return None
