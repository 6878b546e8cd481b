"""Masking of personal data before a text is kept for review."""

import re

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("[email]", re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")),
    ("[card]", re.compile(r"\b(?:\d[ -]?){13,16}\b")),
    ("[ssn]", re.compile(r"\b\d{3}-\d{2}-\d{4}\b")),
    ("[phone]", re.compile(r"(?<![\w])(?:\+?\d{1,3}[ .-]?)?(?:\(\d{3}\)|\d{3})[ .-]?\d{3}[ .-]?\d{4}(?!\w)")),
    ("[phone]", re.compile(r"(?<![\w-])\d{3}[ .-]\d{4}(?![\w-])")),
    ("[number]", re.compile(r"\b\d{6,}\b")),
)


def mask(text: str) -> str:
    """The text with e-mail addresses, card, social security, phone and long numbers replaced by their kind."""
    for word, pattern in _PATTERNS:
        text = pattern.sub(word, text)
    return text
