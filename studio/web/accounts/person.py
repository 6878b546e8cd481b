"""A person of the studio, as pages see one."""

from dataclasses import dataclass
from typing import Any, cast

from studio.publishing.git import Author
from studio.web.accounts.roles import Role, may


@dataclass(frozen=True)
class Person:
    """Somebody with an account. `name` signs commits, releases and the audit log."""

    id: str
    name: str
    email: str
    role: Role
    language: str
    has_password: bool
    has_second_step: bool
    is_linked: bool
    """Whether the city's own sign-in knows them."""
    disabled: bool
    created_at: float
    seen_at: float | None

    @property
    def author(self) -> Author:
        """As git names them."""
        return Author(self.name, self.email)

    @property
    def is_invited(self) -> bool:
        """Whether they have never been here."""
        return not self.has_password and not self.is_linked

    def may(self, needed: Role) -> bool:
        """Whether they may do what that role may."""
        return may(self.role, needed)


def person_of(row: Any) -> Person:
    """From a row of the table."""
    return Person(
        row.id,
        row.name,
        row.email,
        cast(Role, row.role),
        row.language,
        row.password is not None,
        row.second_step is not None,
        row.subject is not None,
        row.disabled,
        row.created_at,
        row.seen_at,
    )
