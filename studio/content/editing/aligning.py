"""Which item of an old list is which item of the new one."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from difflib import SequenceMatcher
from typing import Any

from studio.content.editing.tree import Opaque

# What an item is called by, whatever else changes in it.
_NAMES = ("intent", "synonym", "regex", "lookup", "story", "rule", "name", "payload", "action", "active_loop", "id")


def aligned(old: Sequence[Any], new: Sequence[Any]) -> list[int | None]:
    """For each new item the number of the old one that it is or came from; None if it is new. Order is kept."""
    before, after = [mark(item) for item in old], [mark(item) for item in new]
    found: list[int | None] = [None] * len(new)
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found[j1:j2] = list(range(i1, i2))
        elif tag == "replace":
            for j, i in _changed(old[i1:i2], new[j1:j2]):
                found[j1 + j] = i1 + i
    return found


def _changed(old: Sequence[Any], new: Sequence[Any]) -> list[tuple[int, int]]:
    """Pairs of items that are the same thing before and after a change, in order."""
    if len(old) == len(new) and not any(identity(item) for item in [*old, *new]):
        return [(at, at) for at in range(len(new))]
    names = SequenceMatcher(None, [_name(item) for item in old], [_name(item) for item in new], autojunk=False)
    pairs: list[tuple[int, int]] = []
    for tag, i1, i2, j1, j2 in names.get_opcodes():
        if tag == "equal" or (tag == "replace" and i2 - i1 == j2 - j1):
            pairs += [(j1 + step, i1 + step) for step in range(i2 - i1)]
    return pairs


def _name(item: Any) -> str:
    return json.dumps(identity(item) or mark(item), ensure_ascii=False)


def identity(item: Any) -> tuple[str, ...] | None:
    """What the item is called by: its name, or language, channel and condition of an answer's variation."""
    if not isinstance(item, Mapping):
        return None
    for key in _NAMES:
        if isinstance(item.get(key), str):
            return (key, item[key])
    if "text" in item or "custom" in item:
        metadata = item.get("metadata")
        language = metadata.get("language") if isinstance(metadata, Mapping) else None
        return ("variation", str(language), str(item.get("channel")), mark(item.get("condition")))
    return None


def mark(value: Any) -> str:
    """A text that is equal for equal values only."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=_told)


def _told(value: Any) -> Any:
    if isinstance(value, date):
        return ["date", value.isoformat()]
    if isinstance(value, Opaque):
        return ["opaque", value.text]
    raise TypeError(f"{value!r} is no content")
