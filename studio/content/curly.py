"""Curly quotation marks, which mean nothing."""

import re

_CURLY = re.compile(r"([“”„«‘’‚])(.*)([”“»’‘\"'])|([“”„«‘])([^“”„«»‘’]*)", re.S)
_INSIDE = re.compile(r"[“”„«»]")


def without_curly_quotes(text: str) -> str | None:
    """The text that somebody meant to put in quotation marks; None if it is in no curly ones."""
    found = _CURLY.fullmatch(text)
    if not found:
        return None
    inside = found[2] if found[1] else found[5]
    return None if _INSIDE.search(inside) else inside
