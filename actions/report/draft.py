"""A report in the making, as the slot `report` holds it between turns."""

from dataclasses import dataclass, field, replace
from typing import Any

from actions.agencies.open311 import Attribute
from actions.forms import draft
from actions.forms.draft import CHANGE, REVIEW

PROBLEM, PLACE, DESCRIPTION = "problem", "place", "description"
ATTRIBUTE = "attribute:"
"""The open question (`Draft.step`) is one of these, ATTRIBUTE and the attribute's code, REVIEW or CHANGE."""


@dataclass(frozen=True)
class Draft(draft.Draft):
    """What is known of the problem.

    `offers` are what the problem question offers just now: one service to confirm, some to choose from, or
    groups. `street` is named already while the exact place on it is still open. `started` is when the person began
    (seconds since 1970, UTC).
    """

    step: str = PROBLEM
    service: str = ""
    offers: tuple[str, ...] = ()
    answers: dict[str, str | list[str]] = field(default_factory=dict)
    place: str = ""
    street: str = ""
    description: str | None = None
    started: float = 0.0

    def next_step(self, questions: tuple[Attribute, ...]) -> str:
        """The first question that still needs an answer."""
        if not self.service:
            return PROBLEM
        for question in questions:
            if question.required and question.code not in self.answers:
                return ATTRIBUTE + question.code
        if not self.place:
            return PLACE
        return REVIEW if self.description is not None else DESCRIPTION

    def answer(self, questions: tuple[Attribute, ...], **values: Any) -> "Draft":
        """The draft with the open question answered by `values`, and the next one open."""
        known = self.answered(offers=(), **values)
        return replace(known, step=known.next_step(questions))

    def reopened(self, step: str) -> "Draft":
        """The draft with one question open again; the other answers stay."""
        draft = replace(self, step=step, offers=(), misses=0)
        if step == PROBLEM:
            told = None if self.description == self.words else self.description  # the words told of the other problem
            return replace(draft, history=(), service="", answers={}, description=told)
        if step == PLACE:
            return replace(draft, place="", street="")
        if step == DESCRIPTION:
            return replace(draft, description=None)
        code = step.removeprefix(ATTRIBUTE)
        return replace(draft, answers={key: value for key, value in self.answers.items() if key != code})

    def back(self) -> "Draft | None":
        """One step back; None at the first question."""
        if self.step == CHANGE:
            return replace(self, step=REVIEW, misses=0)
        if self.step == PROBLEM and self.offers and self.history[-1:] != (PROBLEM,):
            return replace(self, offers=(), misses=0)
        if not self.history:
            return None
        return replace(self.reopened(self.history[-1]), history=self.history[:-1])
