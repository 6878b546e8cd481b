"""Verdicts and comparisons in a terminal: red and green, and the words that differ."""

from collections.abc import Iterator, Sequence

from studio.rehearsal.comparing import Change, Comparison
from studio.rehearsal.rendering import Fault
from studio.rehearsal.verdict import Problem, Verdict

_RED, _GREEN, _STRUCK, _PLAIN = "\x1b[31m", "\x1b[32m", "\x1b[9;31m", "\x1b[0m"
SHOWN = 30  # changes of a comparison


class Pen:
    """Writes in colour where a person reads."""

    def __init__(self, colour: bool) -> None:
        self._colour = colour

    def red(self, words: str) -> str:
        """What is wrong."""
        return f"{_RED}{words}{_PLAIN}" if self._colour else words

    def green(self, words: str) -> str:
        """What is right."""
        return f"{_GREEN}{words}{_PLAIN}" if self._colour else words

    def diff(self, problem: Problem) -> str:
        """The words that differ: gone ones struck out, or as [-gone-] {+new+} without colour."""
        marks = {"gone": (_STRUCK, _PLAIN), "new": (_GREEN, _PLAIN)} if self._colour else _BARE
        return "".join(
            words if what == "same" or not words.strip() else f"{marks[what][0]}{words}{marks[what][1]}"
            for what, words in problem.diff
        )


_BARE = {"gone": ("[-", "-]"), "new": ("{+", "+}")}


def verdict_lines(verdict: Verdict, pen: Pen) -> Iterator[str]:
    """One line where it went well; else what a person did and what was not right."""
    if verdict.passed:
        yield pen.green(f"ok    {verdict.script.id}")
        return
    yield pen.red(f"RED   {verdict.script.id}{' (must)' if verdict.script.must else ''}")
    if verdict.line is not None:
        did = "presses" if verdict.line.presses else "says"
        yield f"      step {verdict.step}: a person {did} “{verdict.line.said}”"
    for problem in verdict.problems:
        yield f"      {problem.words}"
        if problem.wanted:
            yield from (f"      | {line}" for line in pen.diff(problem).splitlines())


def fault_lines(faults: Sequence[Fault], count: int, pen: Pen) -> Iterator[str]:
    """What of the answers would not read well."""
    if not faults:
        yield pen.green(f"ok    {count} wordings read well, blanks filled and empty")
    yield from (pen.red(f"RED   {fault}") for fault in faults)


def comparison_lines(told: Comparison, pen: Pen) -> Iterator[str]:
    """The sentence, the figures, and the messages whose answer changes, the worse ones first."""
    yield told.words
    count = told.held_out
    if count.of:
        yield f"Kept apart: {count.now} of {count.of} right, before {count.before} ({count.points:+.1f} points)."
    yield from (pen.red(f"Critical topic understood worse: {name}.") for name in told.worse_topics)
    yield from (_change(each, pen) for each in told.changes[:SHOWN])
    if len(told.changes) > SHOWN:
        yield f"… and {len(told.changes) - SHOWN} more (--json has all)."


def _change(change: Change, pen: Pen) -> str:
    mark = {"better": pen.green("better"), "worse": pen.red("WORSE "), "look": "look  "}[change.judgement]
    return f"{mark} “{change.asked.text}” ({change.asked.language}): {change.before} → {change.now}"
