"""What every change has: it takes the meaning of a file and gives the new one."""

from collections.abc import Mapping
from typing import Any, Protocol

from studio.content.editing.errors import EditError


class Change(Protocol):
    """One thing that a person wants to be different."""

    def applied(self, data: Any) -> Any:
        """`data` is the change's own to alter. Raises EditError if what it names is not there."""


def section(data: Any, name: str) -> Any:
    """A part of the file, such as `nlu` or `responses`."""
    found = data.get(name) if isinstance(data, Mapping) else None
    if not isinstance(found, (dict, list)):
        raise EditError(f"There is no “{name}” in this file.")
    return found


def named(items: Any, key: str, name: str) -> dict[str, Any]:
    """The item of a list that is called so."""
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict) and item.get(key) == name:
            return item
    raise EditError(f"There is no “{name}” in this file any more.")


def within(items: list[Any], at: int, what: str) -> int:
    """A position that exists."""
    if not 0 <= at < len(items):
        raise EditError(f"There is no {what} number {at + 1} any more.")
    return at
