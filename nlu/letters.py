"""Letters without what people leave out."""

from __future__ import annotations

import unicodedata


def unaccented(text: str) -> str:
    """Without accents: people who text leave them out."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


_LOOKALIKES = str.maketrans("аеорсухіјѕԁӏкмтвнοανετικρυ", "aeopcyxijsdlkmtbhoavetikpu")


def plain_letters(text: str) -> str:
    """One kind of each letter and space: Cyrillic and Greek lookalikes, full-width and invisible ones made ordinary."""
    text = unicodedata.normalize("NFKC", text.encode("utf-8", "ignore").decode())
    return "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cc") or c.isspace()).translate(_LOOKALIKES)
