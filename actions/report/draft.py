"""A report in the making, as the slot `report` holds it between turns."""

from dataclasses import dataclass, replace
from typing import Self

from actions.forms import draft

PROBLEM, PLACE, DESCRIPTION = "problem", "place", "description"
ATTRIBUTE = "attribute:"
"""The fields' names: these three, and ATTRIBUTE with the code of a question that belongs to the type of problem."""


@dataclass(frozen=True)
class Draft(draft.Draft):
    """What is known of the problem.

    `offers` are what the problem question offers just now: one service to confirm, some to choose from, or groups.
    `street` is named already while the exact place on it is still open; `vague` is a place that nobody could find,
    kept in case the person knows no better. `started` is when the person began (seconds since 1970, UTC).
    """

    offers: tuple[str, ...] = ()
    street: str = ""
    vague: str = ""
    started: float = 0.0

    @property
    def service(self) -> str:
        """The code of the type of problem; "" while it is open."""
        return str(self.values.get(PROBLEM, ""))

    @property
    def answers(self) -> dict[str, str | list[str]]:
        """The answers to the type's own questions, by code, as the agency takes them."""
        return {
            name.removeprefix(ATTRIBUTE): value
            for name, value in self.values.items()
            if name.startswith(ATTRIBUTE) and value
        }

    def reopened(self, step: str) -> Self:
        """Another problem has other questions; another place is not on the same street."""
        if step == PROBLEM:
            told = self.values.get(DESCRIPTION) == self.words  # the words told of the other problem
            names = [name for name in self.values if name.startswith(ATTRIBUTE)] + [DESCRIPTION] * told
            return replace(super().reopened(step).without(*names), history=(), offers=())
        return replace(super().reopened(step), street="", vague="") if step == PLACE else super().reopened(step)
