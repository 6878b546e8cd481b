"""Letters without what people leave out."""

from __future__ import annotations

import unicodedata


def unaccented(text: str) -> str:
    """Without accents: people who text leave them out."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
