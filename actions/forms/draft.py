"""What a form knows so far, as its slot holds it between turns; and what a message did to it."""

from dataclasses import MISSING, asdict, dataclass, field, fields, replace
from typing import Any, Generic, Literal, Self, TypeVar

from actions.base import Button, Event

REVIEW, CHANGE = "review", "change"
"""The two steps that every form has besides its own questions."""

Value = Any
"""What a field holds; JSON carries it: mostly text, or a list of texts."""


@dataclass(frozen=True)
class Draft:
    """The answers so far (`values`, by field name) and the open question (`step`; "" for the next one that is due).

    `history` are the questions answered before, for going back. `misses` counts answers in a row that were not
    understood. `handled` is the message read last: a form that comes back after an aside asks and reads nothing.
    `words` is what the person wrote first. `touched` is when the person last wrote here (seconds since 1970, UTC).
    `state`: "open"; "aside" while an aside asks something itself; "offered" while the question is whether to go on;
    "left" when the person went to something else; "expired" when it is too old. `waiting` is what they wrote when it
    was offered, for a fresh start.
    """

    step: str = ""
    values: dict[str, Value] = field(default_factory=dict)
    history: tuple[str, ...] = ()
    misses: int = 0
    handled: str = ""
    words: str = ""
    touched: float = 0.0
    state: str = "open"
    waiting: str = ""

    @classmethod
    def from_slot(cls, slot: dict[str, Any] | None) -> Self:
        """Read the slot; an empty slot is an empty draft. Of what another version kept, what is still known is read."""
        known: dict[str, Any] = {}
        for item in fields(cls):
            if slot and item.name in slot:
                value = slot[item.name]
                is_tuple = item.default is not MISSING and isinstance(item.default, tuple)
                known[item.name] = tuple(value) if is_tuple else value
        return cls(**known)

    def to_slot(self) -> dict[str, Any]:
        """The draft as JSON can carry it."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    def with_value(self, name: str, value: Value) -> Self:
        """The draft with one more value."""
        return replace(self, values={**self.values, name: value})

    def without(self, *names: str) -> Self:
        """The draft without these values."""
        return replace(self, values={name: value for name, value in self.values.items() if name not in names})

    def answered(self, **changes: Any) -> Self:
        """The draft after an answer to the open question; the next one is open (the form says which)."""
        passing = self.step in ("", REVIEW, CHANGE)
        history = self.history if passing else (*self.history, self.step)
        return replace(self, step="", misses=0, history=history, **changes)

    def reopened(self, step: str) -> Self:
        """The draft with one question open again; the other answers stay."""
        return replace(self.without(step), step=step, misses=0)


D = TypeVar("D", bound=Draft)


@dataclass(frozen=True)
class Said:
    """One thing to say: an answer's name, its buttons, its blanks."""

    answer: str
    buttons: tuple[Button, ...] = ()
    blanks: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome(Generic[D]):
    """The draft after a message, what to say first, and what happens then.

    `then`: "ask" the draft's open question; "aside": another rule answers this message and the form comes back;
    "listen" without asking, where `says` did; "send" what was reviewed; "later": close and keep the draft; "leave":
    close and drop it.
    `events` are more Rasa events to keep, `effects` go to the assistant (docs/message-path.md).
    """

    draft: D
    says: tuple[Said, ...] = ()
    then: Literal["ask", "listen", "aside", "send", "later", "leave"] = "ask"
    events: tuple[Event, ...] = ()
    effects: tuple[dict[str, Any], ...] = ()
