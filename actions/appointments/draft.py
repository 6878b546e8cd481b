"""An appointment in the making, as the slot `appointments` holds it between turns."""

from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from actions.agencies.booking import Appointment, Person, Slot
from actions.appointments.wishes import Wish
from actions.forms.draft import Draft, Value

SERVICE, OFFICE, WHEN, NAME, CONTACT = "service", "office", "when", "name", "contact"
ANY = "any"
"""The office of a person who does not mind which."""


@dataclass(frozen=True)
class Visit(Draft):
    """What is known: `values` (service, office, when, name, contact) and what belongs to the search for a time.

    `root`: key of all holds of this form. `narrowed`: the services that the words may mean. `wish`: see Wish.
    `offered`: the times or days on offer, as values of `when` or ISO days; `missed`: they are not what was wished.
    `held`: the appointment that is held (`until`: seconds since 1970). `moving`: the one that it replaces.
    `unsure`: how often confirming ended without an answer.
    """

    root: str = ""
    narrowed: tuple[str, ...] = ()
    wish: dict[str, Any] = field(default_factory=dict)
    offered: tuple[str, ...] = ()
    missed: bool = False
    held: dict[str, Any] = field(default_factory=dict)
    moving: dict[str, Any] = field(default_factory=dict)
    unsure: int = 0

    @property
    def slot(self) -> Slot | None:
        """The chosen time."""
        return slot_of(self.values.get(WHEN, ""))

    @property
    def hold(self) -> Appointment | None:
        """What is held for this person."""
        return appointment_of(self.held)

    @property
    def wished(self) -> Wish:
        """When the person would like to come."""
        return Wish.of(self.wish)

    @property
    def person(self) -> Person:
        """Who comes."""
        contact = str(self.values.get(CONTACT) or "")
        by_mail = "@" in contact
        return Person(str(self.values.get(NAME) or ""), contact if by_mail else "", "" if by_mail else contact)

    def looking(self, wish: Wish) -> Self:
        """The draft with the question for a time open, for this wish."""
        return replace(self.without(WHEN), step=WHEN, misses=0, wish=wish.to_slot(), offered=())

    def holding(self, held: Appointment | None, until: float = 0.0) -> Self:
        """The draft with what is held now."""
        return replace(self, held=kept(held) | {"until": until} if held else {})


def value_of(slot: Slot) -> Value:
    """A time as the value of the field `when`."""
    return f"{slot.starts}@{slot.office_id}"


def slot_of(value: str) -> Slot | None:
    """The time that a value of `when` stands for."""
    starts, _, office = value.partition("@")
    return Slot(int(starts), office) if office and starts.isdecimal() else None


def kept(appointment: Appointment) -> dict[str, Any]:
    """An appointment as a slot holds it, without who comes."""
    return {name: value for name, value in asdict(appointment).items() if name != "person"}


def appointment_of(given: dict[str, Any]) -> Appointment | None:
    """The appointment that `kept` wrote down."""
    names = Appointment.__dataclass_fields__
    return Appointment(**{name: value for name, value in given.items() if name in names}) if given.get("id") else None
