"""Time, passed in so that tests can set it."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], float]
"""Gives the present moment in seconds since 1970 (UTC)."""


def iso(seconds: float) -> str:
    """The moment as ISO 8601 in UTC with milliseconds, as events carry it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
