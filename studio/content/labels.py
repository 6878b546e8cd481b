"""Example questions as people see them: words with marks instead of signs."""

import re
from dataclasses import dataclass

from studio.content.examples import MARKED


@dataclass(frozen=True)
class Part:
    """Some words of an example; `label` is the name of the mark on them, `signs` how it is written."""

    words: str
    label: str = ""
    signs: str = ""


def parts(written: str) -> list[Part]:
    """The words in order, with their marks."""
    found: list[Part] = []
    at = 0
    for mark in MARKED.finditer(written):
        if mark.start() > at:
            found.append(Part(written[at : mark.start()]))
        found.append(Part(mark["words"], _name(mark), mark[0]))
        at = mark.end()
    if at < len(written):
        found.append(Part(written[at:]))
    return found


def words(written: str) -> list[tuple[int, int, str]]:
    """The words that have no mark yet: where each begins and ends in the example as written, and the word."""
    found = []
    at = 0
    for part in parts(written):
        if part.label:
            at += len(part.signs)
            continue
        found += [(at + word.start(), at + word.end(), word[0]) for word in re.finditer(r"\S+", part.words)]
        at += len(part.words)
    return found


def reworded(written: str, said: str) -> str:
    """Other words with the same marks, as far as what they stand on is still there."""
    result = said
    at = 0
    for part in parts(written):
        if not part.label:
            continue
        found = result.find(part.words, at)
        if found >= 0:
            result = result[:found] + part.signs + result[found + len(part.words) :]
            at = found + len(part.signs)
    return result


def unmarked(written: str, number: int) -> str:
    """Without the mark of that number, from 0."""
    marks = list(MARKED.finditer(written))
    if not 0 <= number < len(marks):
        return written
    mark = marks[number]
    return written[: mark.start()] + mark["words"] + written[mark.end() :]


def is_sound(written: str) -> bool:
    """Whether no sign of a mark stands alone."""
    return not set(MARKED.sub("", written)) & set("[]")


def _name(mark: re.Match[str]) -> str:
    if mark["name"] is not None:
        return mark["name"].partition(":")[0].strip() or "?"
    found = re.search(r'"entity"\s*:\s*"([^"]*)"', mark["more"])
    return found[1] if found else "?"
