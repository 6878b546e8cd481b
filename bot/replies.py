"""What a turn leads to: replies, follow-ups, and what else changes."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Reply:
    """One message of the assistant. `buttons` are (title, payload); `release` is the content that it came from."""

    text: str
    language: str
    sender: str = "assistant"
    type: str = "message"
    answer: str | None = None
    source: str | None = None
    buttons: tuple[tuple[str, str], ...] = ()
    release: int | None = None


@dataclass(frozen=True)
class FollowUp:
    """Run this action in this conversation `after` seconds from now."""

    action: str
    after: float


@dataclass(frozen=True)
class Outcome:
    """All that a turn leads to. `more`: a texter wants the rest of a long answer."""

    replies: tuple[Reply, ...] = ()
    language: str | None = None
    follow_ups: tuple[FollowUp, ...] = ()
    rating: str | None = None
    forget: bool = False
    more: bool = False
    values: dict[str, Any] = field(default_factory=dict)
