"""Finds where somebody lives: a house number with its street, a flat, a post-office box, a place on the map.

A street or a crossing without a house number stays: it says where something is, not who somebody is.
"""

import re
from collections.abc import Iterator

_KIND = (
    r"(?:street|str|st|avenue|aven|av|ave|road|rd|boulevard|blvd|drive|dr|lane|ln|court|ct|place|pl|way|terrace|ter"
    r"|circle|cir"
    r"|parkway|pkwy|highway|hwy|square|sq|trail|trl|alley|loop|crescent|row|strret|steet|stret|avenu|avanue)\b\.?"
)
_SMALL = (
    r"(?:on|at|in|of|from|the|to|and|or|for|is|are|was|by|near|my|a|an|not|with|days?|hours?|weeks?|minutes?|times?"
    r"|bags?|cars?"
    r"|en|el|la|los|las|y|por|para|con|que|am|pm|mins?|people|blocks?|miles?|feet|trees?|lights?|holes?|this|our)\b"
)
_WORD = rf"(?!{_SMALL})(?:[a-z][\w'.-]*|\d+(?:st|nd|rd|th))"
_HOUSE = r"(?<![\w$.,:/#-])#?\d{1,6}(?:-\d{1,5})?(?: ?[a-f]\b| 1/2)?"
_UNIT = (
    r"(?:,? (?:apt|apto?|apartment|apartamento|unit|suite|ste|depto|departamento|dpto|piso|room|rm"
    r"|#)\.? ?#?(?:no\.? )?[\w-]{1,6}\b"
    r"(?:(?<=\d)|(?<=\d[a-z])|(?<= [a-z])))?"
)
_TOWN = r"(?:,? (?:[a-z]+,? ){0,3}\d{5}(?:-\d{4})?\b)?"
_ENGLISH = re.compile(rf"{_HOUSE} (?:{_WORD} ){{1,4}}?{_KIND}(?: [nsew]{{1,2}}\b)?{_UNIT}{_TOWN}")
_BROADWAY = re.compile(rf"{_HOUSE} (?:[nsew]\.? )?(?:broadway|main|market)\b{_UNIT}")
_CALLE = (
    r"(?:calle|c/|cl|avenida|avda|av|ave|paseo|plaza|pza|camino|carretera|ctra|calzada|callejon|ronda|blvd|bulevar"
    r"|calles|caye)"
)
_SPANISH = re.compile(
    rf"\b{_CALLE}\.? ?(?:(?:de|del|la|las|los|el|san|santa|y) )*(?:(?!{_SMALL})[a-z0-9][\w'.-]* ?){{1,4}}?"
    rf"(?:,? ?(?:numero|num\.?|no\.?|n[o°]\.?|#|al)? ?)(?<=[ #,.o°])\d{{1,6}}[a-z]?\b{_UNIT}"
)
_SAID = re.compile(
    r"\b(?:(?:i |we |she |he )?(?:live|lives|living|stay|staying|reside) (?:at|in|on)|(?:my|home|our"
    r"|the) (?:address|addres|adress)(?: is|:|'s)?"
    r"|address:|deliver(?:ed)? to|vivo en|vive en|vivimos en|mi (?:direccion|domicilio|casa)(?: es| esta en|:)?"
    r"|direccion:|domicilio:)"
    rf" (?P<where>\d{{1,6}}[a-f]?(?: (?!{_SMALL})[\w'.-]+){{1,3}})"
)
_FLAT = re.compile(
    r"\b(?:apt|apartment|apartamento|apto|unit|suite|depto|departamento|dpto|trailer|lote?)\.? ?(?:#|no\.? |number "
    r"|numero )?"
    r"(?P<flat>\d{1,5}[a-z]?|[a-z]-?\d{1,4}|[a-z])\b(?!')"
)
_BOX = re.compile(r"\b(?:p\.? ?o\.? box|apartado(?: postal)?|casilla) ?#?\d+")
_MAP = re.compile(r"-?\d{1,3}\.\d{3,}, ?-?\d{1,3}\.\d{3,}")
_NO_FLAT = {"a", "e", "o", "y", "i", "u"}
_NO_STREET = re.compile(
    r"\d+ (?:hour|day|week|month|year|minute|dollar|percent|hora|dia|ano|mes|semana|way|more|other|new|old)s?\b"
)


def find(text: str, plain: str, language: str) -> Iterator[tuple[str, int, int]]:
    """Every address, with its flat and its postal code."""
    for pattern in (_ENGLISH, _SPANISH, _BROADWAY):
        for match in pattern.finditer(plain):
            if not _NO_STREET.match(match[0]) and not _after_line_number(plain, match.start()):
                yield "address", match.start(), match.start() + len(match[0].rstrip(" ,"))
    for match in _SAID.finditer(plain):
        if not _NO_STREET.match(match["where"]):
            yield "address", *match.span("where")
    for match in _FLAT.finditer(plain):
        if match["flat"] not in _NO_FLAT:
            yield "address", *match.span()
    for pattern in (_BOX, _MAP):
        yield from (("address", *match.span()) for match in pattern.finditer(plain))


def _after_line_number(plain: str, at: int) -> bool:
    """Whether the number before a street is that of a bus line, a law or a road."""
    return bool(
        re.search(
            r"\b(?:bus|line|route|linea|ruta|title|section|district|ward|camion|zone|exit|highway)s? (?:#|no\.? )?$",
            plain[:at],
        )
    )
