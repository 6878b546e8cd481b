"""Fills the blanks of an answer: `{name}` or `{city.phones.main}`, never a program, never `None`."""

from __future__ import annotations

import re
from typing import Any, Callable, Mapping

_BLANK = re.compile(r"\{([A-Za-z_]\w*(?:\.\w+)*)\}")


class Unfillable(Exception):
    """A blank whose value is unknown or empty; the text is the blank's name."""


def fill(text: str, values: Mapping[str, Any], language: str, escape: Callable[[str], str] = str) -> str:
    """The text with every blank replaced once; what goes in is never read again as a blank. Raises Unfillable."""
    return _BLANK.sub(lambda blank: escape(_value(blank.group(1), values, language)), text)


def _value(name: str, values: Mapping[str, Any], language: str) -> str:
    value: Any = values
    for part in name.split("."):
        value = _step(value, part)
    if isinstance(value, Mapping):  # {en: City Hall, es: Ayuntamiento}
        value = value.get(language)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)) or not str(value).strip():
        raise Unfillable(name)
    return str(value)


def _step(value: Any, part: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(part)
    if isinstance(value, list):  # `city.offices.city_hall`: the entry with that id
        return next((item for item in value if isinstance(item, Mapping) and item.get("id") == part), None)
    return None
