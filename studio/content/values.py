"""What a word without quotation marks means, and the curly quotation marks that mean nothing."""

import re
from datetime import date
from typing import Any

_NULL = re.compile(r"|~|null|Null|NULL")
_BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_CURLY = re.compile(r"([“”„«‘’‚])(.*)([”“»’‘\"'])|([“”„«‘])([^“”„«»‘’]*)", re.S)
_INSIDE = re.compile(r"[“”„«»]")


def plain_value(text: str) -> Any:
    """The meaning of a text without quotation marks (YAML 1.2: `no` is a word)."""
    if _NULL.fullmatch(text):
        return None
    if _BOOL.fullmatch(text):
        return text.lower() == "true"
    if _INT.fullmatch(text):
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    if _FLOAT.fullmatch(text):
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return text


def without_curly_quotes(text: str) -> str | None:
    """The text that somebody meant to put in quotation marks; None if it is in no curly ones."""
    found = _CURLY.fullmatch(text)
    if not found:
        return None
    inside = found[2] if found[1] else found[5]
    return None if _INSIDE.search(inside) else inside
