"""What a turn leads to: replies, follow-ups, and what else changes."""

from dataclasses import dataclass
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
class Understood:
    """What Rasa took a message for; what it came nearest to, how near, and what was next."""

    intent: str = ""
    nearest: str | None = None
    score: float | None = None
    runner_up: str | None = None


@dataclass(frozen=True)
class Notes:
    """Rows for the content team (bot/heard.py): a count, and a masked message that went badly."""

    tally: dict[str, Any] | None = None
    heard: dict[str, Any] | None = None


NOTHING = Notes()


@dataclass(frozen=True)
class Outcome:
    """All that a turn leads to. `more`: a texter wants the rest of a long answer."""

    replies: tuple[Reply, ...] = ()
    language: str | None = None
    follow_ups: tuple[FollowUp, ...] = ()
    rating: str | None = None
    forget: bool = False
    more: bool = False
    pictures_sent: bool = False
    heard: bool = False
    """A language was heard in what the resident wrote."""
    declines: bool = False
    """No message of this conversation is to be kept for review."""
    understood: Understood | None = None
    notes: Notes = NOTHING
