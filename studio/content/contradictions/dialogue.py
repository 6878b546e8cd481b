"""What stands in a path or a rule, step by step, and what the dialogue knows of blanks and labels."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from studio.content.finding import Place

LISTEN = "action_listen"
ANYTHING = "..."  # Rasa's mark for whatever stands before or after a rule
UNSET = "should_not_be_set"  # how Rasa writes down that a rule holds only while a slot or form is empty
DEFAULT_ACTIONS = {"restart": "action_restart", "back": "action_back", "session_start": "action_session_start"}


@dataclass(frozen=True)
class Label:
    """A marked part of a message, as a step names it."""

    name: str
    value: Any = None
    role: str | None = None
    group: str | None = None

    def names(self) -> set[str]:
        """The label itself, and with its role and its group (Rasa joins them by #)."""
        return {self.name, *(f"{self.name}#{part}" for part in (self.role, self.group) if part is not None)}


@dataclass(frozen=True)
class Said:
    """A person's message: a question's name, or words."""

    intent: str | None
    text: str | None = None
    labels: tuple[Label, ...] = ()
    at: Place | None = None


@dataclass(frozen=True)
class Did:
    """An action or answer of the assistant; `first` where nothing before it could predict it."""

    name: str | None
    text: str | None = None
    at: Place | None = None
    first: bool = False

    @property
    def label(self) -> str:
        """What a prediction is compared with."""
        return self.name or self.text or ""


@dataclass(frozen=True)
class Remembered:
    """A slot gets a value; None empties it."""

    slot: str
    value: Any
    at: Place | None = None


@dataclass(frozen=True)
class Asking:
    """A form begins, or ends (None)."""

    form: str | None
    at: Place | None = None


@dataclass(frozen=True)
class Rejected:
    """A form leaves the next step to others."""

    form: str | None


Event = Said | Did | Remembered | Asking | Rejected


@dataclass(frozen=True)
class Conversation:
    """One way through the written paths or rules, from its beginning to its end."""

    name: str  # the names of all paths it goes through, joined by " > "
    events: tuple[Event, ...]
    is_rule: bool
    at: Place


@dataclass(frozen=True)
class Slot:
    """A slot as far as it decides what comes next."""

    name: str
    kind: str
    influences: bool
    initial: Any = None
    values: tuple[str, ...] = ()  # of a categorical slot
    low: float = 0.0  # of a float slot
    high: float = 1.0
    mappings: tuple[Mapping[str, Any], ...] = ()

    @property
    def has_features(self) -> bool:
        """Whether a value of it can change the next step."""
        return self.influences and self.kind != "any"


@dataclass(frozen=True)
class Domain:
    """Slots, forms, and the labels that count for each question."""

    slots: Mapping[str, Slot] = field(default_factory=dict)
    forms: frozenset[str] = frozenset()
    used_labels: Mapping[str, frozenset[str]] = field(default_factory=dict)  # by question; a missing one counts all
    labels_fill_slots: bool = True
    unlisted_hear_labels: bool = True  # whether labels count for a question that used_labels does not name


@dataclass(frozen=True)
class Policies:
    """The part of config.yml that decides about contradictions."""

    rules: bool = True
    check_contradictions: bool = True
    restrict_rules: bool = True
    fallback: str | None = "action_default_fallback"  # None: nothing is predicted where no rule fits
    max_history: int | None = 5  # None: a path is looked at as a whole
