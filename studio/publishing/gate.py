"""What has to be in order before anything goes live."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from bot.errors import AssistantError
from studio.content.checks import check
from studio.publishing import snapshot
from studio.publishing.git import Author
from studio.publishing.place import Place
from studio.putting import put

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
    return Report((*look(place), _second_person(by, approved_by, urgent)))


def look(place: Place) -> Iterator[Step]:
    """All but the second person, each kept for this very content, so that a publication finds it done."""
    wanted = _wanted(place)
    for name in _STEPS:
        yield _kept(place, name, wanted) or _looked(place, name)


def looked_at(place: Place, digest: str | None = None) -> tuple[Step, ...]:
    """What is kept for this very content, of which one may know the digest; nothing is looked at anew."""
    wanted = _wanted(place, digest)
    return tuple(kept for name in _STEPS if (kept := _kept(place, name, wanted)))


def _looked(place: Place, name: str) -> Step:
    """A step takes seconds, or minutes. Its result is kept for this very content, so that it can be done before."""
    wanted = _wanted(place)
    if kept := _kept(place, name, wanted):
        return kept
    try:
        step = _STEPS[name](place)
    except AssistantError as error:  # such as no memory left for it: says nothing about the content
        return Step(name, "failed", str(error))
    if _wanted(place) == wanted:  # nobody saved meanwhile
        place.published.mkdir(parents=True, exist_ok=True)
        put(_file(place, name), json.dumps({**asdict(step), **wanted}, ensure_ascii=False))
    return step


def _file(place: Place, name: str) -> Path:
    return place.published / f"looked-{name.replace(' ', '-')}.json"


def _wanted(place: Place, digest: str | None = None) -> dict[str, Any]:
    """What a result is good for: this content, compared with this release, today (a review may be due tomorrow)."""
    live = place.releases.live()
    number = live.number if live else None
    return {"digest": digest or snapshot.digest(place.root), "live": number, "day": date.today().isoformat()}


def _kept(place: Place, name: str, wanted: Mapping[str, Any]) -> Step | None:
    try:
        kept = dict(json.loads(_file(place, name).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    if any(kept.get(key) != value for key, value in wanted.items()):
        return None
    return Step(name, kept["state"], kept["words"], tuple(kept["details"]))


def _check(place: Place) -> Step:
    """Errors stop it, warnings are told; contradicting rules and paths are errors of the same check."""
    found = check(place.root)
    errors = tuple(str(each) for each in found if each.level == "error")
    warnings = tuple(str(each) for each in found if each.level == "warning")
    if errors:
        return Step("check", "failed", f"{len(errors)} mistake(s) to mend first: assistant content check", errors)
    return Step("check", "passed", f"No mistakes; {len(warnings)} warning(s).", warnings)


def _rehearsed(name: str) -> Callable[[Place], Step]:
    def step(place: Place) -> Step:
        if _looked(place, "check").state == "failed":
            return Step(name, "skipped", "First the mistakes that the check found.")
        from studio.rehearsal import gatekeeping  # it plays against a whole assistant; pages need none of that

        return Step(name, *gatekeeping.STEPS[name](place))

    return step


_STEPS: dict[str, Callable[[Place], Step]] = {
    "check": _check,
    "render": _rehearsed("render"),
    "tests": _rehearsed("tests"),
    "held out": _rehearsed("held out"),
}


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
