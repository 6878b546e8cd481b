"""Answers whose review date is near or past, by owner."""

from dataclasses import dataclass
from datetime import date, timedelta

from studio.content.finding import Place
from studio.content.project import Project


@dataclass(frozen=True, order=True)
class Due:
    """One answer that its owner has to look at again."""

    owner: str
    review_by: date
    answer: str
    place: Place

    def overdue(self, today: date) -> bool:
        """Whether the day has passed."""
        return self.review_by < today


def due(project: Project, today: date, days: int = 30) -> list[Due]:
    """By owner, the oldest first; answers without a date are the check's affair."""
    last = today + timedelta(days=days)
    found: list[Due] = []
    for answer in project.answers:
        for each in answer.variations:
            day = _day(each.metadata.get("review_by"))
            if day is not None and day <= last:
                found.append(Due(str(each.metadata.get("owner") or "?"), day, answer.name, each.place))
    return sorted(found)


def _day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
