"""Lines of lists and names written one below the other: taking some out, putting some in."""

from dataclasses import dataclass
from itertools import pairwise

from studio.content.editing.rendering import after_break, column, line_end, line_start
from studio.content.editing.splices import Splice


@dataclass(frozen=True)
class Entry:
    """An item with its dash, or a name with its value: text[head:end]."""

    head: int
    end: int


def is_spaced(text: str, entries: list[Entry]) -> bool:
    """Whether most entries have an empty line between them."""
    gaps = [_empty_below(text, one.end) > 0 for one in entries[:-1]]
    return sum(gaps) * 2 > len(gaps)


def added_after(text: str, entries: list[Entry], at: int, new: list[str], eol: str, spaced: bool) -> Splice:
    """New entries below one; a comment in its line stays with it."""
    indent = eol * (2 if spaced else 1) + " " * column(text, entries[0].head)
    end = line_end(text, entries[at].end)
    return Splice(end, end, "".join(indent + each for each in new))


def added_before(text: str, first: Entry, new: list[str], eol: str, spaced: bool) -> Splice:
    """New entries above the first one, which may begin in the middle of a line."""
    indent = eol * (2 if spaced else 1) + " " * column(text, first.head)
    return Splice(first.head, first.head, "".join(each + indent for each in new))


def removed(text: str, entries: list[Entry], gone: list[int]) -> list[Splice]:
    """Whole lines go; the empty lines between the others stay as they are."""
    splices: list[Splice] = []
    for run in _runs(gone):
        first, last = entries[run[0]], entries[run[-1]]
        start = line_start(text, first.head)
        if text[start : first.head].strip() and run[-1] + 1 < len(entries):  # "- name: …": the dash stays
            splices.append(Splice(first.head, entries[run[-1] + 1].head, ""))
            continue
        for at, following in pairwise(run):
            splices.append(_lines(text, entries[at], _empty_below(text, entries[at].end) and entries[following].head))
        splices.append(_last(text, first, last))
    return splices


def _last(text: str, first: Entry, last: Entry) -> Splice:
    start, end = line_start(text, last.head), after_break(text, line_end(text, last.end))
    above = _empty_above(text, line_start(text, first.head))
    below = _empty_below(text, last.end)
    if above and below:
        for _ in range(below):
            end = after_break(text, line_end(text, end))
    elif above and end >= len(text) and first is last:
        start = _up(text, start, above)
    if end == line_end(text, last.end) and start > 0:  # the file has no line break at its end, and keeps none
        start = line_end(text, start - 1)
    return Splice(start, end, "")


def _lines(text: str, entry: Entry, until: int) -> Splice:
    """The lines of one entry and the empty ones below it."""
    end = after_break(text, line_end(text, entry.end))
    for _ in range(_empty_below(text, entry.end) if until else 0):
        end = after_break(text, line_end(text, end))
    return Splice(line_start(text, entry.head), end, "")


def _runs(gone: list[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for at in gone:
        if runs and runs[-1][-1] == at - 1:
            runs[-1].append(at)
        else:
            runs.append([at])
    return runs


def _empty_below(text: str, position: int) -> int:
    """How many empty lines follow the line of this position."""
    count, start = 0, after_break(text, line_end(text, position))
    while start < len(text) and not text[start : line_end(text, start)].strip():
        count += 1
        start = after_break(text, line_end(text, start))
    return count


def _empty_above(text: str, start: int) -> int:
    """How many empty lines stand right above a line's beginning."""
    count = 0
    while start > 0:
        above = line_start(text, start - 1)
        if text[above:start].strip():
            break
        count += 1
        start = above
        if above == 0:
            break
    return count


def _up(text: str, start: int, lines: int) -> int:
    for _ in range(lines):
        start = line_start(text, start - 1)
    return start
