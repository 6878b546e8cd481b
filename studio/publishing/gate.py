"""What has to be in order before anything goes live."""

import json
from collections.abc import Iterator, Mapping
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


def look(place: Place) -> Iterator[Step]:
    """All but the second person, each kept for this very content, so that a publication finds it done."""
    yield checked(place)


def looked_at(place: Place) -> tuple[Step, ...]:
    """What is kept for this very content; nothing is looked at anew."""
    kept = _kept(place, snapshot.digest(place.root))
    return () if kept is None else (kept,)


def checked(place: Place) -> Step:
    """Errors stop it, warnings are told; contradicting rules and paths are errors of the same check.

    The check takes seconds. Its result is kept for this very content, so that it can be done before somebody publishes.
    """
    digest = snapshot.digest(place.root)
    if kept := _kept(place, digest):
        return kept
    step = _check(place)
    place.published.mkdir(parents=True, exist_ok=True)
    put(place.published / CHECKED, json.dumps({**asdict(step), **_wanted(digest)}, ensure_ascii=False))
    return step


def _wanted(digest: str) -> dict[str, str]:
    return {"digest": digest, "day": date.today().isoformat()}  # a review may be due tomorrow


def _kept(place: Place, digest: str) -> Step | None:
    try:
        kept = dict(json.loads((place.published / CHECKED).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    if any(kept.get(name) != value for name, value in _wanted(digest).items()):
        return None
    return Step("check", kept["state"], kept["words"], tuple(kept["details"]))


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
