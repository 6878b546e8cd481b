"""Two people changed the same file: everything that does not clash is kept, item by item."""

from dataclasses import dataclass
from typing import Any

from studio.content.editing.aligning import identity, mark
from studio.content.editing.rewriting import rewrite
from studio.content.editing.tree import parse, same

_GONE = object()


@dataclass(frozen=True)
class Clash:
    """The same thing, changed in two ways; None: taken out."""

    what: tuple[str, ...]  # the names that lead to it
    base: Any
    mine: Any
    theirs: Any


@dataclass(frozen=True)
class Merged:
    """The text with both changes, or None and where they clash."""

    text: str | None
    clashes: tuple[Clash, ...] = ()


def merge(base: str, mine: str, theirs: str) -> Merged:
    """My changes put on top of theirs."""
    clashes: list[Clash] = []
    values = [root.data() if (root := parse(text)) else None for text in (base, mine, theirs)]
    merged = _merge((), values[0], values[1], values[2], clashes)
    if clashes:
        return Merged(None, tuple(clashes))
    return Merged(rewrite(theirs, None if merged is _GONE else merged))


def _merge(what: tuple[str, ...], base: Any, mine: Any, theirs: Any, clashes: list[Clash]) -> Any:
    if _alike(mine, theirs) or _alike(base, mine):
        return theirs
    if _alike(base, theirs):
        return mine
    if isinstance(mine, dict) and isinstance(theirs, dict):
        return _maps(what, base if isinstance(base, dict) else {}, mine, theirs, clashes)
    if isinstance(mine, list) and isinstance(theirs, list):
        merged = _lists(what, base if isinstance(base, list) else [], mine, theirs, clashes)
        if merged is not None:
            return merged
    if all(isinstance(each, str) and _is_examples(each) for each in (mine, theirs)):
        old = base if isinstance(base, str) else ""
        return _lines(old.splitlines(), mine.splitlines(), theirs.splitlines())
    shown = [None if each is _GONE else each for each in (base, mine, theirs)]
    clashes.append(Clash(what, *shown))
    return theirs


def _maps(what: tuple[str, ...], base: Any, mine: Any, theirs: Any, clashes: list[Clash]) -> dict[Any, Any]:
    merged: dict[Any, Any] = {}
    for key in dict.fromkeys([*theirs, *mine]):
        sides = [side.get(key, _GONE) for side in (base, mine, theirs)]
        value = _merge((*what, str(key)), sides[0], sides[1], sides[2], clashes)
        if value is not _GONE:
            merged[key] = value
    return merged


def _lists(what: tuple[str, ...], base: list[Any], mine: list[Any], theirs: list[Any], clashes: list[Clash]) -> Any:
    """By name where every item has one of its own; None where they cannot be told apart."""
    sides = [_by_name(side) for side in (base, mine, theirs)]
    if any(side is None for side in sides) or what[-1:] == ("steps",):
        return None
    old, own, other = (side or {} for side in sides)
    merged: dict[str, Any] = {}
    for name in _order(list(old), list(own), list(other)):
        at = [side.get(name, _GONE) for side in (old, own, other)]
        value = _merge((*what, name), at[0], at[1], at[2], clashes)
        if value is not _GONE:
            merged[name] = value
    return list(merged.values())


def _by_name(items: list[Any]) -> dict[str, Any] | None:
    named = {" ".join(identity(item) or (mark(item),)): item for item in items}
    return named if len(named) == len(items) else None


def _order(base: list[str], mine: list[str], theirs: list[str]) -> list[str]:
    """Their order, with my new items behind the one that they follow."""
    order = list(dict.fromkeys([*theirs, *(name for name in base if name not in theirs)]))
    before: str | None = None
    for name in mine:
        if name not in order:
            order.insert(order.index(before) + 1 if before in order else 0, name)
        before = name
    return order


def _lines(base: list[str], mine: list[str], theirs: list[str]) -> str:
    """Example questions are a set in an order: what either took out goes, what either added stays."""
    gone = (set(base) - set(mine)) | (set(base) - set(theirs))
    return "".join(f"{line}\n" for line in _order(base, mine, theirs) if line not in gone)


def _is_examples(text: str) -> bool:
    lines = text.splitlines()
    return text.endswith("\n") and all(not line.strip() or line.startswith("- ") for line in lines)


def _alike(one: Any, other: Any) -> bool:
    return one is other or (one is not _GONE and other is not _GONE and same(one, other))
