"""Which address a question about collection is for: what the person said, what they said before, or a question back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from actions.agencies.streets import Heard, Streets, bare_number
from actions.base import Button, Turn


@dataclass(frozen=True)
class Address:
    """A street, or two that meet (`corner`), and the house number if it is known."""

    street: str
    number: int | None = None
    corner: str = ""

    def __str__(self) -> str:
        if self.corner:
            return f"{self.street} & {self.corner}"
        return f"{self.number} {self.street}" if self.number is not None else self.street

    def zones(self, streets: Streets) -> frozenset[str]:
        """The zones it may lie in; none if the table does not have it."""
        zones = streets.zones(self.street, self.number)
        return zones & streets.zones(self.corner) if self.corner else zones

    def kept(self) -> dict[str, Any]:
        """As it is kept in a slot."""
        return {"street": self.street, "number": self.number, "corner": self.corner}


@dataclass(frozen=True)
class Ask:
    """A question back: the answer that asks it, its blanks and its buttons, and the half-known address to keep."""

    answer: str
    blanks: Mapping[str, str] = field(default_factory=dict)
    buttons: tuple[Button, ...] = ()
    so_far: Address | None = None


def listen(turn: Turn, tables: Iterable[Streets]) -> Heard:
    """What the turn says of a place, by the first table that knows it."""
    text = turn.choice.removeprefix("street:") if turn.choice.startswith("street:") else turn.text
    heard = [table.find(text) for table in tables]
    return next((one for one in heard if one.streets), heard[0] if heard else Heard(rest=text))


def find_address(turn: Turn, heard: Heard, known: Mapping[str, Any] | None, tables: list[Streets]) -> Address | Ask:
    """The address of this turn, or what to ask."""
    before = Address(**known) if known else None
    number = bare_number(turn.text) if before else None
    if heard.corner:
        found = Address(heard.streets[0], None, heard.streets[1])
    elif len(heard.streets) > 1:
        buttons = tuple(
            {"title": street, "payload": f'/collection_day{{"choice": "street:{street}"}}'} for street in heard.streets
        )
        return Ask("utter_collection_which_street", buttons=buttons)
    elif heard.streets:
        number = heard.number
        if number is None and before and before.street == heard.streets[0]:
            number = before.number
        found = Address(heard.streets[0], number)
    elif before and number is not None:
        found = Address(before.street, number)
    elif turn.places:
        return Ask("utter_collection_unknown_street")
    elif before:
        found = before
    else:
        return Ask("utter_collection_ask_street")
    return _checked(found, tables)


def _checked(address: Address, tables: list[Streets]) -> Address | Ask:
    """The address if each table that has it knows one zone for it."""
    zones = [address.zones(table) for table in tables if table.zones(address.street)]
    if address.corner and not all(len(found) == 1 for found in zones):
        return Ask("utter_collection_ask_corner", {"street": address.street})
    if not any(zones):
        return Ask("utter_collection_unknown_number", {"street": address.street}, so_far=Address(address.street))
    if any(len(found) > 1 for found in zones):
        return Ask("utter_collection_ask_number", {"street": address.street}, so_far=address)
    return address
