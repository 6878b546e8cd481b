"""What has to be in order before anything goes live."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from studio.content.checks import check
from studio.publishing import snapshot
from studio.publishing.git import Author
from studio.publishing.place import Place
from studio.publishing.release import put

CHECKED = "checked.json"
State = Literal["passed", "failed", "skipped"]


@dataclass(frozen=True)
class Step:
    """One condition; `words` say what to do where it failed."""

    name: str
    state: State
    words: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """What was looked at, kept with the release and in the audit log."""

    steps: tuple[Step, ...]

    @property
    def passed(self) -> bool:
        """Whether it may go live."""
        return all(step.state != "failed" for step in self.steps)

    def to_json(self) -> Mapping[str, Any]:
        """For release.json, the audit log and programs."""
        steps = [{**asdict(step), "details": list(step.details)} for step in self.steps]
        return {"passed": self.passed, "steps": steps}


def examine(place: Place, by: Author, approved_by: str | None, urgent: bool) -> Report:
    """Every condition for the draft; all are told, not only the first that fails."""
    return Report((checked(place), _second_person(by, approved_by, urgent)))


def checked(place: Place) -> Step:
    """Errors stop it, warnings are told; contradicting rules and paths are errors of the same check.

    The check takes seconds. Its result is kept for this very content, so that it can be done before somebody publishes.
    """
    wanted = {"digest": snapshot.digest(place.root), "day": date.today().isoformat()}  # a review may be due tomorrow
    kept = _kept(place)
    if all(kept.get(name) == value for name, value in wanted.items()):
        return Step("check", kept["state"], kept["words"], tuple(kept["details"]))
    step = _check(place)
    put(place.published / CHECKED, json.dumps({**asdict(step), **wanted}, ensure_ascii=False))
    return step


def _kept(place: Place) -> dict[str, Any]:
    try:
        return dict(json.loads((place.published / CHECKED).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def _check(place: Place) -> Step:
    found = check(place.root)
    errors = tuple(str(each) for each in found if each.level == "error")
    warnings = tuple(str(each) for each in found if each.level == "warning")
    if errors:
        return Step("check", "failed", f"{len(errors)} mistake(s) to mend first: assistant content check", errors)
    return Step("check", "passed", f"No mistakes; {len(warnings)} warning(s).", warnings)


def second_person(by: str, approved_by: str | None) -> bool:
    """Whether somebody else has approved, however the names are written."""
    return bool(approved_by) and _plain(approved_by or "") != _plain(by)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _second_person(by: Author, approved_by: str | None, urgent: bool) -> Step:
    if second_person(by.name, approved_by):
        return Step("second person", "passed", f"Approved by {approved_by}.")
    if urgent:
        return Step("second person", "skipped", "Urgent: goes live first; somebody else has to review it afterwards.")
    if approved_by:
        return Step("second person", "failed", f"{by} cannot approve what {by} publishes. Ask somebody else.")
    return Step("second person", "failed", "Somebody else has to approve it, or mark it as urgent.")
