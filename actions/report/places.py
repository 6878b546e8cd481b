"""Find a place in a person's words: an address, an intersection, or a landmark they describe."""

import re
from collections.abc import Iterable

LONGEST = 200
_KIND = (
    r"(?:street|st|avenue|ave|av|road|rd|drive|dr|lane|ln|court|ct|boulevard|blvd|way|place|pl|square|sq|"
    r"terrace|ter|parkway|pkwy|highway|hwy|circle|cir|trail|plaza|alley|calle|avenida|camino|paseo)"
)
_ORDINAL = r"\d{1,3}(?:st|nd|rd|th|ª|a|º)"
_SIDE = r"(?:[nsew]\.?|north|south|east|west|norte|sur|este|oeste)"
_SMALL = "on|the|an?|my|our|this|in|at|of|is|are|and|near|en|la|el|l[oa]s|mi|una?|esta|de|por|hay|y|con"
_LETTERS = rf"(?!(?:{_SMALL})\b)[^\W\d_][\w'\u2019.-]*"
_UNIT = r"(?:,?\s+(?:apt|apartment|unit|suite|depto|departamento|#)\.?\s*\w{1,5})?"
_UNKNOWN = re.compile(
    r"\b(?:do ?n.?t know|dunno|idk|not sure|no idea|no (?:lo )?s[eé]|ni idea|no recuerdo|don.?t remember)\b",
    re.IGNORECASE,
)
_NOT_A_PLACE = re.compile(
    r"^(?:i (?:do ?n.?t|dunno).*|dunno|idk|no (?:lo )?s[eé].*|ni idea|not sure|no idea|"
    r"nowhere|somewhere|everywhere|here|there|"
    r"aqu[ií]|ah[ií]|all[ií]|all[aá]|outside|afuera|my (?:house|home|street|place|block)|mi (?:casa|calle|cuadra)|"
    r"(?:in |at |on )?(?:my|the|our) (?:house|home|street|block|road)|(?:en )?(?:mi|la|nuestra) (?:casa|calle|cuadra)|"
    r"yes|no|s[ií]|ok|okay|hello|hi|hola|what|qu[eé]|why|test|none|n/?a|asdf\w*)[.!?]*$",
    re.IGNORECASE,
)


_VAGUE = re.compile(
    r"(?:it.?s |its |i think |maybe |es |est[aá] |queda |creo que )*(?:somewhere|some place|around (?:here|there|town)|"
    r"(?:in |around |all over )?(?:downtown|town|the city|the neighbou?rhood|my neighbou?rhood|the area)|"
    r"(?:near|close to|by|next to|outside|in front of|behind) (?:my|our) (?:house|home|place|apartment|building|work)|"
    r"(?:en )?alg[uú]n lugar|(?:por|en) (?:el centro|la ciudad|aqu[ií]|ah[ií]|mi barrio|la colonia|mi colonia)|"
    r"(?:por|cerca de|afuera de|frente a) mi (?:casa|trabajo|depa|departamento|edificio))\b",
    re.IGNORECASE,
)


class Places:
    """Reads places; knowing the city's streets lets it understand "12 Elm" and "5th and Main"."""

    def __init__(self, streets: Iterable[str]) -> None:
        names = {re.sub(rf"\s+{_KIND}$", "", street, flags=re.IGNORECASE): street for street in streets}
        self._streets = {name.lower(): street for name, street in names.items()}
        known = "|".join(sorted(map(re.escape, self._streets), key=len, reverse=True)) or r"(?!)"
        named = rf"(?:{known}|{_ORDINAL})(?:\s+{_KIND}\b\.?)?"
        street = rf"(?:(?:calle|avenida|la|the)\s+)*(?:{named}|(?:{_LETTERS}\s+){{1,3}}?{_KIND}\b\.?)"
        self._address = re.compile(
            rf"\b\d{{1,6}}[a-z]?\s+(?:{_SIDE}\s+)?(?:{street})(?!\w){_UNIT}"
            rf"|\b(?:calle|avenida|camino|paseo)\s+{_LETTERS}(?:\s+{_LETTERS}){{0,3}}?\s*(?:#|n[uú]mero|no\.?|,)?\s*\d{{1,6}}\b",
            re.IGNORECASE,
        )
        self._crossing = re.compile(
            rf"\b({street})\s*(?:and|&|at|@|y|e|con|/|esquina(?:\s+con)?|cerca de|near)\s*({street})(?!\w)",
            re.IGNORECASE,
        )
        self._street = re.compile(
            rf"(?<!\w)(?:on|in|along|at|en|por|sobre|la|calle)\s+((?:{known})(?:\s+{_KIND})?|(?:{_LETTERS}\s+){{1,2}}{_KIND})(?!\w)",
            re.IGNORECASE,
        )
        self._street_only = re.compile(
            rf"^(?:(?:on|in|at|near|en|por|la|el|the|sobre|cerca de)\s+)*({street})[.!]*$", re.IGNORECASE
        )
        self._bare = re.compile(
            r"\b\d{1,6}[a-z]?\s+(?!de\b|of\b|days?\b|d[ií]as?\b|feet\b|times?\b)[A-Z][\w'\u2019.-]+"
        )

    def find(self, text: str) -> str:
        """The address or intersection in a longer text; "" if there is none."""
        crossing, address = self._crossing.search(text), self._address.search(text)
        if crossing:
            return _tidy(crossing.group(0))
        return self._whole(_tidy(address.group(0))) if address else ""

    def _whole(self, address: str) -> str:
        """The address with its street's whole name: "12 Elm" is 12 Elm Street."""
        number, _, name = address.partition(" ")
        return f"{number} {self._streets[name.lower()]}" if name.lower() in self._streets else address

    def street(self, text: str) -> str:
        """A street that is named without a number or a second street, as in "potholes on Hill Road"; "" if none."""
        found = self._street_only.match(text.strip()) or self._street.search(text)
        return "" if self.find(text) or not found else self._streets.get(found.group(1).lower(), _tidy(found.group(1)))

    def on(self, street: str, text: str) -> str:
        """The place that an answer to "where on this street?" gives; the street alone when they do not know."""
        number = re.match(r"^\D{0,15}?(\d{1,6}[a-z]?)\b(?!(?:st|nd|rd|th))\D{0,12}$", text, re.IGNORECASE)
        other = self._street_only.match(text.strip())
        if self.find(text):
            return self.read(text)
        if number:
            return f"{number.group(1)} {street}"
        if other and _tidy(other.group(1)).lower() not in street.lower():
            return f"{street} & {_tidy(other.group(1))}"
        rest = self.read(text)
        return (
            f"{street}, {rest}"
            if rest and street.lower() not in rest.lower()
            else rest or (street if _UNKNOWN.search(text) else "")
        )

    def read(self, text: str) -> str:
        """The place in an answer to "where is it?": what `find` finds, else the words themselves; "" for nonsense."""
        text = re.sub(r"\s+", " ", text).strip(" .!,;")
        if len(text) > LONGEST or len(re.findall(r"[^\W\d_]", text)) < 3 or _NOT_A_PLACE.match(text):
            return ""
        if re.fullmatch(r"(.)\1*", text.replace(" ", "").lower()) or not re.search(
            r"[aeiouyáéíóúü]", text.lower() + (" y" if re.search(r"\d", text) else "")
        ):
            return ""
        text = next((clause for clause in _clauses(text) if self.find(clause)), text)
        found = self.find(text)
        if found and len(text) - len(found) <= 25:
            return found
        return re.sub(
            r"^(?:it'?s|its|it is|es|est[aá]|queda)\s+(?:(?:on|at|in|en|por)\s+)?", "", text, flags=re.IGNORECASE
        )

    def is_vague(self, text: str) -> bool:
        """Whether nobody could find it: "somewhere downtown", "por mi casa"."""
        return bool(_VAGUE.match(text.strip())) and not self.find(text) and not self.street(text)

    def beside(self, text: str) -> str:
        """The sentences or clauses of an answer that do not hold the address; "" where it holds none."""
        clauses = _clauses(text)
        others = [clause for clause in clauses if not self.find(clause)]
        return ", ".join(others) if len(others) < len(clauses) else ""

    def correct(self, old: str, text: str) -> str:
        """The new place when `text` corrects `old`, as in "no, it's 12 Elm, not 21"; "" if it holds no place."""
        wrong = re.search(
            r"(?:\bnot|\bno|\binstead of|\ben vez de|\bno es)\s+(?:el\s+)?(\d{1,6}[a-z]?)\s*(?:[.!,]|$)",
            text,
            re.IGNORECASE,
        )
        kept = text.replace(wrong.group(0), " ") if wrong else text
        bare = self._bare.search(kept)
        new = self.find(kept) or (self._whole(_tidy(bare.group(0))) if bare else "")
        if wrong and old:
            number = re.search(r"\b\d{1,6}[a-z]?\b(?!(?:st|nd|rd|th))", kept)
            if number and re.search(rf"\b{wrong.group(1)}\b", old) and (not new or _same_street(new, old)):
                return re.sub(rf"\b{wrong.group(1)}\b", number.group(0), old, count=1)
        return new


def _clauses(text: str) -> list[str]:
    parts = re.split(r"(?:(?<!\bst)(?<!\bave)(?<!\brd)(?<!\bdr)\.|[;,\n])+\s", text, flags=re.IGNORECASE)
    return [part.strip() for part in parts if part.strip()]


def _same_street(new: str, old: str) -> bool:
    word = re.search(r"[^\W\d_]{3,}", new)
    return bool(word) and word.group(0).lower() in old.lower()  # type: ignore[union-attr]


def _tidy(text: str) -> str:
    """One line, street names with capitals where the person wrote none."""
    text = re.sub(r"\s+", " ", text).strip(" .,;")
    if text != text.lower():
        return text
    small = {
        "and",
        "at",
        "y",
        "con",
        "de",
        "la",
        "el",
        "en",
        "del",
        "near",
        "the",
        "of",
        "in",
        "on",
        "cerca",
        "esquina",
        "por",
    }
    return " ".join(word if word in small or word[0].isdigit() else word[0].upper() + word[1:] for word in text.split())
