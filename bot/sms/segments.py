"""How a text message travels: its encoding, what it costs, and where carriers cut it.

Sources: 3GPP TS 23.038 (the GSM 7-bit alphabet and its extension), TS 23.040 (a message in parts gives 6 octets of
each part to a header). A character that needs two places, or several code points that make one visible character,
is never cut in two.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import regex

GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION = frozenset("^{}\\[~]|€\f")
"""Each takes two places: an escape and itself."""
_IN_ALPHABET = GSM | GSM_EXTENSION

_BITS = {"GSM-7": 7, "UCS-2": 16}
_ALONE, _IN_PARTS = 1120, 1072
"""Bits of a message of one part, and of each part of a longer one."""

Encoding = Literal["GSM-7", "UCS-2"]


@dataclass(frozen=True)
class Segments:
    """`units` are septets or UTF-16 code units; `parts` is the text as carriers cut it, at least one part."""

    encoding: Encoding
    units: int
    parts: tuple[str, ...]

    @property
    def count(self) -> int:
        """What the message costs."""
        return len(self.parts)


def measure(text: str) -> Segments:
    """Measure `text` exactly as it stands."""
    encoding: Encoding = "GSM-7" if foreign(text) == () else "UCS-2"
    whole = [(piece, _units(piece, encoding)) for piece in _pieces(text, encoding)]
    units = sum(size for _, size in whole)
    if units * _BITS[encoding] <= _ALONE:
        return Segments(encoding, units, (text,))
    return Segments(encoding, units, tuple(_cut(whole, _IN_PARTS // _BITS[encoding])))


def foreign(text: str) -> tuple[str, ...]:
    """The characters that the GSM alphabet lacks, each once, in the order they come: they make a text dear."""
    return tuple(dict.fromkeys(character for character in text if character not in _IN_ALPHABET))


def _pieces(text: str, encoding: Encoding) -> list[str]:
    """What must stay together: in UCS-2 a visible character, however many code points it has (Unicode TR 29)."""
    return list(text) if encoding == "GSM-7" else regex.findall(r"\X", text)


def _units(piece: str, encoding: Encoding) -> int:
    return len(piece.encode("utf-16-le")) // 2 if encoding == "UCS-2" else 1 + (piece in GSM_EXTENSION)


def _cut(pieces: list[tuple[str, int]], room: int) -> Iterator[str]:
    part, used = "", 0
    for piece, size in pieces:
        if used + size > room and part:
            yield part
            part, used = "", 0
        while size > room:  # a chain of joined characters longer than a part: no phone shows it as one
            yield piece[:room]
            piece, size = piece[room:], size - room
        part, used = part + piece, used + size
    yield part
