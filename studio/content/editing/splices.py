"""The pieces of text that turn one meaning of a file into another, as small as they can be."""

from collections.abc import Iterable
from dataclasses import dataclass

from studio.content.editing.errors import EditError


@dataclass(frozen=True)
class Splice:
    """text[start:end] becomes `new`."""

    start: int
    end: int
    new: str


def spliced(text: str, splices: Iterable[Splice]) -> str:
    """The text with all pieces put in; they may touch, but a piece never stands inside another."""
    pieces: list[str] = []
    position = 0
    for splice in _joined(splices):
        if splice.start < position:
            raise EditError("This change is too far-reaching to be made in place. Make it in smaller steps.")
        pieces += [text[position : splice.start], splice.new]
        position = splice.end
    return "".join([*pieces, text[position:]])


def _joined(splices: Iterable[Splice]) -> list[Splice]:
    """In order, with overlapping deletions made one."""
    joined: list[Splice] = []
    for splice in sorted(splices, key=lambda each: (each.start, each.end)):
        last = joined[-1] if joined else None
        if last and not splice.new and not last.new and splice.start <= last.end:
            joined[-1] = Splice(last.start, max(last.end, splice.end), "")
        else:
            joined.append(splice)
    return joined
