"""A photo as its pixels alone: what a camera or a program wrote beside them, such as the place, is left out."""

import struct
from io import BytesIO

from PIL import Image, ImageOps

FORMATS = {"JPEG": ("JPEG", "image/jpeg"), "PNG": ("PNG", "image/png"), "WEBP": ("WEBP", "image/webp")}
FORMATS["GIF"] = FORMATS["PNG"]  # the first picture of it
"""What may come, what it is kept as, and that one's media type."""
LARGEST_SIDE = 3000
"""Of a JPEG, in pixels: larger ones are read at half the size or less, where that is still as large."""
MOST_PIXELS = 25_000_000
"""What is larger is not opened: it would take more memory than a small machine has."""
QUALITY = 85
_BROKEN = (
    OSError, ValueError, SyntaxError, EOFError, TypeError, LookupError, ArithmeticError, struct.error,
    Image.DecompressionBombError,
)  # fmt: skip
"""What the library raises where a file is not what it says."""


def bare(data: bytes) -> tuple[str, bytes] | None:
    """The photo, turned upright, with its media type; None where it cannot be read. Takes up to a second."""
    try:
        with Image.open(BytesIO(data), formats=tuple(FORMATS)) as photo:
            photo.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))
            if photo.width * photo.height > MOST_PIXELS:
                return None
            kept_as, kind = FORMATS[str(photo.format)]
            upright = ImageOps.exif_transpose(photo)
            clear = kept_as != "JPEG" and upright.has_transparency_data
            pixels = upright.convert("RGBA" if clear else "RGB")
            pixels.info = {}
            kept = BytesIO()
            pixels.save(kept, kept_as, quality=QUALITY)
            return kind, kept.getvalue()
    except _BROKEN:
        return None
