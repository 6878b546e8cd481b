"""Makes findings: the level comes from the catalogue of codes."""

from studio.content.checks.codes import CODES
from studio.content.finding import Finding, Place


def found(code: str, place: Place, message: str, hint: str | None = None) -> Finding:
    """A finding of that code; a hint becomes “Did you mean …?”."""
    words = f"{message} Did you mean “{hint}”?" if hint else message
    return Finding(place, CODES[code].level, code, words, hint)
