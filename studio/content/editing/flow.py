"""Entries between brackets or braces."""

from studio.content.editing.block import Entry
from studio.content.editing.splices import Splice


def flow_added(end: int, new: list[str]) -> list[Splice]:
    """New entries behind one that ends here."""
    return [Splice(end, end, "".join(", " + text for text in new))]


def flow_removed(entries: list[Entry], gone: list[int]) -> list[Splice]:
    """Each goes with the comma behind it, or with the one before if nothing follows."""
    left = [at for at in range(len(entries)) if at not in set(gone)]
    splices: list[Splice] = []
    for at in gone:
        if at + 1 < len(entries) and any(other > at for other in left):
            splices.append(Splice(entries[at].head, entries[at + 1].head, ""))
        elif left:
            splices.append(Splice(entries[left[-1]].end, entries[at].end, ""))
    return splices
