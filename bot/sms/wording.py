"""Makes a text cheap to send without changing what it says: plain marks, and accents only where they cost nothing."""

import re
import unicodedata

from bot.sms.segments import foreign, measure

_MARKS = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛`´", "'"), **dict.fromkeys("“”„‟«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"), **dict.fromkeys("•·▪●◦", "-"),
        **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\u3000\t", " "),
        **dict.fromkeys("\u200b\u2060\ufeff\u00ad\u200e\u200f", None),
        "…": "...", "\r": None, "\u2028": "\n", "\u2029": "\n", 
        "½": "1/2", "¼": "1/4", "¾": "3/4", "×": "x", "º": "o", "ª": "a",
    }
)  # fmt: skip


def cleaned(text: str) -> str:
    """The same words with marks that every phone knows: quotes, dashes, bullets and spaces; no invisible characters."""
    plain = unicodedata.normalize("NFC", text).translate(_MARKS)
    return re.sub(r" *\n", "\n", re.sub(r" {2,}", " ", plain)).strip()


def folded(text: str) -> str:
    """`text` without the accents that the GSM alphabet lacks (á í ó ú ç ...); ñ, é, ü, ¿ and ¡ stay."""
    return "".join(_bare(character) if foreign(character) else character for character in text)


def cheapest(text: str, *, fold: bool) -> str:
    """The text as it goes out: cleaned, and folded only where that is allowed and saves a segment."""
    plain = cleaned(text)
    without = folded(plain) if fold else plain
    return without if measure(without).count < measure(plain).count else plain


def _bare(character: str) -> str:
    base = "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))
    return base if base and not foreign(base) else character
