"""What each role may do."""

from typing import Literal

Role = Literal["viewer", "editor", "reviewer", "publisher", "agent", "admin"]
ROLES: tuple[Role, ...] = ("viewer", "editor", "reviewer", "publisher", "agent", "admin")

_MAY: dict[Role, frozenset[Role]] = {
    "viewer": frozenset({"viewer"}),
    "editor": frozenset({"viewer", "editor"}),
    "reviewer": frozenset({"viewer", "editor", "reviewer"}),
    "publisher": frozenset({"viewer", "editor", "reviewer", "publisher"}),
    "agent": frozenset({"viewer", "agent"}),
    "admin": frozenset(ROLES),
}


def may(role: Role, needed: Role) -> bool:
    """Whether somebody with `role` may do what `needed` may."""
    return needed in _MAY[role]
