"""What a publication asks of a rehearsal: answers read well, what must work works, and nobody is understood worse."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Literal

from studio.publishing import snapshot
from studio.publishing.place import Place
from studio.rehearsal.candidate import candidate, live_side
from studio.rehearsal.comparing import Comparison, Side, compare
from studio.rehearsal.questions import from_tests, held_out
from studio.rehearsal.rendering import rendered
from studio.rehearsal.script import scripts
from studio.rehearsal.verdict import Verdict

MOST_WORSE = 1.0  # percentage points of the hold-out
State = Literal["passed", "failed", "skipped"]
Result = tuple[State, str, tuple[str, ...]]
"""State, words and details of a step of the gate."""


def render_step(place: Place) -> Result:
    """Every answer reads well."""
    told = rendered(place.root)
    if told.faults:
        words = f"{len(told.faults)} answer(s) would not read well: assistant content test --only render"
        return "failed", words, tuple(map(str, told.faults))
    return "passed", f"{told.count} wordings read well, blanks filled and empty.", ()


def tests_step(place: Place) -> Result:
    """The conversations that must work do, with the model that would go live."""
    wanted = [script for script in scripts(place.root) if script.must]
    if not wanted:
        return "skipped", "No conversation is marked “must: true”.", ()
    if not _learns(place):
        return "skipped", "Only words changed: conversations lead to the same answers as before.", ()
    from studio.rehearsal.playing import played  # seconds of imports that other words do not need

    verdicts = asyncio.run(played(_ready(place), wanted))
    red = [each for each in verdicts if not each.passed]
    if red:
        words = f"{len(red)} of {len(wanted)} conversations that must work do not: assistant content test --must"
        return "failed", words, tuple(in_words(each) for each in red)
    return "passed", f"All {len(wanted)} conversations that must work do.", ()


def held_out_step(place: Place) -> Result:
    """The hold-out is not answered worse, nor a critical topic."""
    asked = held_out(place.root)
    if not asked:
        return "skipped", "There is no hold-out: data/holdout.yml.", ()
    if place.releases.live() is None:
        return "skipped", "Nothing is live yet to compare with.", ()
    if not _learns(place):
        return "skipped", "Only words changed: everybody is understood as before.", ()
    now, before = _ready(place), live_side(place)
    assert before is not None  # a release is live
    return judged(compare(now, before, (*asked, *from_tests(place.root))))


STEPS: Mapping[str, Callable[[Place], Result]] = {
    "render": render_step,
    "tests": tests_step,
    "held out": held_out_step,
}


def judged(told: Comparison) -> Result:
    """Whether a comparison lets the candidate through."""
    details = tuple(f"{each.judgement}: “{each.asked.text}” {each.before} → {each.now}" for each in told.changes)
    if told.worse_topics:
        return "failed", f"Critical topics are understood worse: {', '.join(told.worse_topics)}. {told.words}", details
    if told.held_out.points < -MOST_WORSE:
        count = told.held_out
        words = f"Of {count.of} questions kept apart, {count.now} are answered right; before it was {count.before}."
        return "failed", f"{words} {told.words}", details
    return "passed", told.words, details


def in_words(verdict: Verdict) -> str:
    """What went wrong, in one line."""
    said = f"step {verdict.step}: “{verdict.line.said}”: " if verdict.line else ""
    return f"{verdict.script.id}: {said}{'; '.join(each.words for each in verdict.problems)}"


def _learns(place: Place) -> bool:
    """Whether the draft needs another model than the live one."""
    live = place.releases.live()
    return snapshot.changes(place.root, place.releases.folder(live.number) if live else None).kind == "full"


def _ready(place: Place) -> Side:
    """The candidate; what learning says on the way is told by the publication itself."""
    steps = candidate(place)
    while True:
        try:
            next(steps)
        except StopIteration as done:
            side: Side = done.value
            return side
