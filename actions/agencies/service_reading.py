"""Read HSDS objects as servers really send them: fields missing, null, of another type, or hostile."""

import functools
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, date, time
from typing import Any

from actions.agencies.services import Place, Schedule, Service

_LONGEST = 600  # characters of any text
_RULE = (
    *("freq", "interval", "byday", "bymonthday", "dtstart", "until", "valid_from", "valid_to"),
    *("opens_at", "closes_at", "description", "notes"),
)
_MOST = 60  # entries of any list
_DAYS = {"MO": 0, "TU": 1, "WE": 2, "TH": 3, "FR": 4, "SA": 5, "SU": 6}
_BYDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)[A-Z]*")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?", re.IGNORECASE)
_FREE = re.compile(r"^\W*(free|no (charge|cost|fee)|gratis|gratuit[oa]|sin costo)\b(?! for)", re.IGNORECASE)
_NO_WAY_IN = re.compile(r"\b(no|not|sin|without)\b[^.]*(wheelchair|access|acces)|wheelchair: no|inaccessible", re.I)
_WAY_IN = re.compile(
    r"wheelchair|silla de ruedas|\bramp|level entrance|step.free|elevator|\blift\b|accessible|accesible", re.I
)
Tree = dict[str, Any]


def page_of(document: Any) -> list[Tree]:
    """The objects of a list's page, whatever the server calls the list."""
    if isinstance(document, dict):
        named = [document[name] for name in ("contents", "content", "items", "results", "data") if name in document]
        document = named[0] if named else [document] if document.get("id") else []
    return list(_dicts(document))[:1_000]


def read_service(tree: Tree, directory: str) -> Service | None:
    """One service, or None without an id or a name or where it is not active."""
    own, name = text(tree.get("id")), text(tree.get("name"), 200)
    if not own or not name or text(tree.get("status")).lower() in ("inactive", "defunct", "temporarily closed"):
        return None
    organization = tree.get("organization") if isinstance(tree.get("organization"), dict) else {}
    fees = text(tree.get("fees_description")) or text(tree.get("fees")) or _cost_words(tree)
    return Service(
        directory=directory,
        id=own,
        name=name,
        description=text(tree.get("description")),
        organization=text((organization or {}).get("name"), 200),
        eligibility=text(tree.get("eligibility_description")),
        fees=fees,
        free=_free(tree, fees),
        documents=_texts(text(item.get("document"), 200) for item in _dicts(tree.get("required_documents"))),
        languages=_languages(tree),
        phones=_phones(tree) or _contact_phones(tree) or _phones(organization or {}),
        url=_address(tree.get("url")) or _address((organization or {}).get("website")),
        kinds=_texts(
            text(term.get("name"), 100)
            for item in _dicts(tree.get("attributes"))
            for term in _dicts([item.get("taxonomy_term")])
        ),
        schedules=_schedules(tree),
        places=tuple(_places(tree)),
        details="service_at_locations" in tree or "schedules" in tree or "phones" in tree,
    )


def text(value: Any, longest: int = _LONGEST) -> str:
    """One line of printable text, cut at a word's end; "" for what is not text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    if (
        isinstance(value, str)
        and len(value) <= longest
        and value.isascii()
        and value.isprintable()
        and "<" not in value
    ):
        return value if "  " not in value and value == value.strip() else " ".join(value.split())
    said = "".join(letter if _printable(letter) else " " for letter in str(value)[: longest * 4])
    said = " ".join(re.sub(r"<[^<>]{0,200}>", " ", said).split())
    return said if len(said) <= longest else said[:longest].rsplit(" ", 1)[0]


@functools.lru_cache(maxsize=4_096)
def _printable(letter: str) -> bool:
    kind = unicodedata.category(letter)
    return kind[0] != "C" and kind != "So"  # no controls, no pictures


def _places(tree: Tree) -> Iterator[Place]:
    for at in _dicts(tree.get("service_at_locations")):
        spot = at.get("location") if isinstance(at.get("location"), dict) else {}
        assert isinstance(spot, dict)
        latitude, longitude = _position(spot)
        address = next((found for item in _dicts(spot.get("addresses")) if (found := _street(item))), "")
        access = [f"{text(a.get('description'))} {text(a.get('details'))}" for a in _dicts(spot.get("accessibility"))]
        said = ". ".join(access)
        own_hours, place_hours = _schedules(at), _schedules(spot)
        yield Place(
            id=text(spot.get("id")) or text(at.get("id")),
            name=text(spot.get("name"), 200),
            address=address,
            latitude=latitude,
            longitude=longitude,
            phones=_phones(at) or _phones(spot),
            languages=_languages(spot),
            wheelchair=None if not said.strip() else False if _NO_WAY_IN.search(said) else bool(_WAY_IN.search(said)),
            access=next(
                (text(a.get("details")) or text(a.get("description")) for a in _dicts(spot.get("accessibility"))), ""
            ),
            transport=text(spot.get("transportation")),
            # Days on which the place is closed hold for the service too.
            schedules=own_hours + tuple(item for item in place_hours if not own_hours or item.opens is None),
        )


def _schedules(tree: Tree) -> tuple[Schedule, ...]:
    return tuple(_schedule(item) for item in _dicts(tree.get("schedules")))


def _schedule(tree: Tree) -> Schedule:
    values = tuple(tree.get(name) for name in _RULE)
    try:
        return _rule(values)  # a directory's entries share their holidays and many of their hours
    except TypeError:  # a list or object where a text should be
        return _rule.__wrapped__(values)


@functools.lru_cache(maxsize=4_096)
def _rule(values: tuple[Any, ...]) -> Schedule:
    tree = dict(zip(_RULE, values, strict=True))
    byday = tuple(
        (int(number or 0), _DAYS[day])
        for number, day in _BYDAY.findall(text(tree.get("byday")).upper().replace(" ", ""))
    )
    until = _date(tree.get("until"))
    interval = text(tree.get("interval"))
    return Schedule(
        frequency=text(tree.get("freq")).upper(),
        interval=max(1, int(interval)) if interval.isdecimal() and len(interval) < 4 else 1,
        byday=byday,
        bymonthday=tuple(int(day) for day in re.findall(r"-?\d{1,2}", text(tree.get("bymonthday")))),
        begins=_date(tree.get("dtstart")),
        valid_from=_date(tree.get("valid_from")),
        valid_to=_date(tree.get("valid_to")) or until,
        opens=_time(tree.get("opens_at")),
        closes=_time(tree.get("closes_at")),
        words=text(tree.get("description"), 160) or text(tree.get("notes"), 160),
    )


def _time(value: Any) -> time | None:
    """The clock on the wall there, whatever its offset is called; with UTC as its zone where the server wrote Z."""
    found = _TIME.match(text(value))
    if not found or int(found[1]) > 24 or int(found[2]) > 59:
        return None
    return time(int(found[1]) % 24, int(found[2]), tzinfo=UTC if (found[3] or "").upper() == "Z" else None)


def _date(value: Any) -> date | None:
    try:
        return date.fromisoformat(text(value)[:10])
    except ValueError:
        return None


def _position(tree: Tree) -> tuple[float | None, float | None]:
    """Degrees, or nothing: also for 0, 0, which is a lost place and not one in the ocean."""
    try:
        latitude, longitude = float(text(tree.get("latitude"))), float(text(tree.get("longitude")))
    except ValueError:
        return None, None
    if not (math.isfinite(latitude) and math.isfinite(longitude)) or abs(latitude) > 90 or abs(longitude) > 180:
        return None, None
    return (None, None) if latitude == longitude == 0 else (latitude, longitude)


def _street(tree: Tree) -> str:
    return ", ".join(filter(None, (text(tree.get("address_1"), 100), text(tree.get("address_2"), 60))))


def _phones(tree: Tree) -> tuple[str, ...]:
    numbers = (
        _number(item) for item in _dicts(tree.get("phones")) if text(item.get("type")).lower() not in ("fax", "tty")
    )
    return _texts(numbers)


def _contact_phones(tree: Tree) -> tuple[str, ...]:
    return _texts(number for contact in _dicts(tree.get("contacts")) for number in _phones(contact))


def _number(tree: Tree) -> str:
    number = re.sub(r"[^\d+()\- .x#*]", "", text(tree.get("number"), 40)).strip()
    extension = text(tree.get("extension"), 8)
    return f"{number} ext. {extension}" if number and extension else number


def _languages(tree: Tree) -> tuple[tuple[str, str], ...]:
    found = [
        (text(item.get("code"), 10).lower()[:3], text(item.get("name"), 40)) for item in _dicts(tree.get("languages"))
    ]
    return tuple(dict.fromkeys((code.split("-")[0], name) for code, name in found if code or name))


def _cost_words(tree: Tree) -> str:
    for item in _dicts(tree.get("cost_options")):
        words = text(item.get("amount_description"), 200) or text(item.get("option"), 200)
        if words:
            return words
    return ""


def _free(tree: Tree, fees: str) -> bool | None:
    amounts = [item.get("amount") for item in _dicts(tree.get("cost_options"))]
    known = [amount for amount in amounts if isinstance(amount, int | float) and not isinstance(amount, bool)]
    if known:
        return max(known) == 0
    return bool(_FREE.search(fees)) if fees else None


def _address(value: Any) -> str:
    found = text(value, 300)
    return found if found.startswith(("https://", "http://")) and " " not in found else ""


def _texts(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))[:_MOST]


def _dicts(value: Any) -> Iterator[Tree]:
    if isinstance(value, list):
        yield from (item for item in value[:1_000] if isinstance(item, dict))
