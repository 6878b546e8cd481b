"""What a place, a reference number, an amount, a phone, an e-mail and a weekday look like, token by token."""

from __future__ import annotations

import re
from typing import Any, Dict, List

import spacy
from spacy.language import Language
from spacy.tokens import Doc

LANGUAGES = ("en", "es")
Pattern = Dict[str, Any]

_STREET_WORDS = (
    "st street ave avenue av rd road blvd boulevard dr drive ln lane ct court pl place sq square ter terrace "
    "hwy highway pkwy parkway cir circle way alley trail trl plaza"
).split()
_STREETS = [word for base in _STREET_WORDS for word in (base, base + ".")]
_VIAS = "calle avenida av av. avda avda. paseo plaza camino carretera bulevar c/".split()
_CROSSING = ["and", "&", "at", "y", "con", "/", "@"]
_NUMBER = r"^\d{1,5}[A-Za-z]?$"
_ORDINAL = r"^\d{1,3}(st|nd|rd|th|ª|º|a)$"
_NAME = {"TEXT": {"REGEX": r"^[A-Z0-9ÁÉÍÓÚÑ][\w'’.-]*$"}}
_WORD = {"IS_ALPHA": True, "LOWER": {"NOT_IN": [*_CROSSING, "is", "in", "on", "of", "the", "for", "days", "weeks"]}}
_LINKS = {"LOWER": {"IN": ["de", "del", "la", "las", "los", "el"]}, "OP": "*"}
_STREET = {"LOWER": {"IN": _STREETS}}
_ROAD: List[List[Pattern]] = [
    [{"LOWER": {"REGEX": _ORDINAL}}],
    [_NAME],
    [_NAME, _STREET],
    [{"LOWER": {"REGEX": _ORDINAL}}, _STREET],
]
_UNIT = [{"LOWER": {"IN": ["apt", "apt.", "unit", "suite", "#"]}}, {"TEXT": {"REGEX": r"^\w{1,5}$"}}]


def _places() -> List[List[Pattern]]:
    number = {"TEXT": {"REGEX": _NUMBER}}
    via = {"LOWER": {"IN": _VIAS}}
    ordinal = {"LOWER": {"REGEX": _ORDINAL}}
    side = {"LOWER": {"IN": "n s e w n. s. e. w. north south east west".split()}, "OP": "?"}
    addresses = [
        [number, side, _WORD, _STREET],
        [number, side, _WORD, _WORD, _STREET],
        [number, side, ordinal, _STREET],
        [number, side, ordinal],
        [via, _LINKS, _NAME, {**_NAME, "OP": "?"}, {"ORTH": ",", "OP": "?"}, {**number, "OP": "?"}],
        [via, _LINKS, _WORD, {"ORTH": ",", "OP": "?"}, number],
    ]
    with_unit = [[*address, {"ORTH": ",", "OP": "?"}, *_UNIT] for address in addresses[:4]]
    crossings = [
        [*one, {"LOWER": {"IN": _CROSSING}}, *other]
        for one in _ROAD
        for other in _ROAD
        if one is not _ROAD[1] or other is not _ROAD[1]
    ]
    corner = [
        [{"LOWER": "esquina"}, {"LOWER": {"IN": ["de", "con"]}}, _LINKS, *one, {"LOWER": {"IN": _CROSSING}}, *other]
        for one in _ROAD
        for other in _ROAD
    ]
    named = [[{"LOWER": "corner"}, {"LOWER": "of"}, *one, {"LOWER": {"IN": _CROSSING}}, *other]
             for one in _ROAD for other in _ROAD]
    return addresses + with_unit + crossings + corner + named


_REFERENCES: List[List[Pattern]] = [
    [{"TEXT": {"REGEX": r"^(?=.*\d)[A-Z]{1,5}-?\d[\dA-Z-]{2,15}$"}}],
    [{"TEXT": {"REGEX": r"^(?=.*\d)[A-Z]{1,5}$"}}, {"ORTH": "-"}, {"TEXT": {"REGEX": r"^\d{2,12}$"}}],
    [{"ORTH": "#"}, {"TEXT": {"REGEX": r"^\d{2,12}$"}}],
    [{"TEXT": {"REGEX": r"^\d{6,12}$"}}],
]
_AMOUNTS: List[List[Pattern]] = [
    [{"ORTH": "$"}, {"TEXT": {"REGEX": r"^\d[\d.,]*$"}}],
    [{"TEXT": {"REGEX": r"^\$\d[\d.,]*$"}}],
    [{"TEXT": {"REGEX": r"^\d[\d.,]*$"}}, {"LOWER": {"IN": "dollars dollar dólares dolares bucks usd".split()}}],
]
_PHONES: List[List[Pattern]] = [
    [{"TEXT": {"REGEX": r"^(\+?1-?)?\(?\d{3}\)?[-.]\d{3}[-.]\d{4}$"}}],
    [{"TEXT": {"REGEX": r"^\d{3}-\d{4}$"}}],
    [{"TEXT": {"REGEX": r"^\d{3}$"}}, {"ORTH": {"IN": ["-", "."]}}, {"TEXT": {"REGEX": r"^\d{4}$"}}],
    [{"TEXT": {"REGEX": r"^\d{3}$"}}, {"ORTH": {"IN": ["-", "."]}}, {"TEXT": {"REGEX": r"^\d{3}$"}},
     {"ORTH": {"IN": ["-", "."]}}, {"TEXT": {"REGEX": r"^\d{4}$"}}],
    [{"ORTH": "("}, {"TEXT": {"REGEX": r"^\d{3}$"}}, {"ORTH": ")"}, {"TEXT": {"REGEX": r"^\d{3}-\d{4}$"}}],
    [{"ORTH": "("}, {"TEXT": {"REGEX": r"^\d{3}$"}}, {"ORTH": ")"}, {"TEXT": {"REGEX": r"^\d{3}$"}}, {"ORTH": "-"},
     {"TEXT": {"REGEX": r"^\d{4}$"}}],
]
_WEEKDAYS = {
    "mon": ["monday", "mondays", "lunes"],
    "tue": ["tuesday", "tuesdays", "martes"],
    "wed": ["wednesday", "wednesdays", "miércoles", "miercoles"],
    "thu": ["thursday", "thursdays", "jueves"],
    "fri": ["friday", "fridays", "viernes"],
    "sat": ["saturday", "saturdays", "sábado", "sabado", "sábados", "sabados"],
    "sun": ["sunday", "sundays", "domingo", "domingos"],
}

PATTERNS: List[Dict[str, Any]] = [
    *({"label": "place", "pattern": pattern} for pattern in _places()),
    *({"label": "amount", "pattern": pattern} for pattern in _AMOUNTS),
    *({"label": "phone", "pattern": pattern} for pattern in _PHONES),
    {"label": "email", "pattern": [{"LIKE_EMAIL": True}]},
    *({"label": "reference", "pattern": pattern} for pattern in _REFERENCES),
    *({"label": "weekday", "id": day, "pattern": [{"LOWER": {"IN": words}}]} for day, words in _WEEKDAYS.items()),
]
_NO_WORD = re.compile(r"\S{100,}")


def pipeline(language: str) -> Language:
    """spaCy's tokenizer of that language with our entity rules; no statistical model."""
    nlp = spacy.blank(language)
    ruler: Any = nlp.add_pipe("entity_ruler", config={"validate": True})
    ruler.add_patterns(PATTERNS)
    return nlp


def within_reason(text: str) -> str:
    """The text with blanks for what no word is: spaCy takes a second for 2,000 quotation marks in a row."""
    return _NO_WORD.sub(lambda match: " " * len(match[0]), text)


def found(doc: Doc) -> List[Dict[str, Any]]:
    """The entities as Rasa wants them; a weekday's value is its English short form (`mon`)."""
    return [
        {
            "entity": span.label_,
            "value": span.ent_id_ or span.text,
            "start": span.start_char,
            "end": span.end_char,
            "extractor": "SpacyEntities",
        }
        for span in doc.ents
    ]
