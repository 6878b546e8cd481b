"""From what a person chose to the changes of a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from studio.content.editing import AddStep, ChangeStep, MoveStep, RemoveStep
from studio.content.editing.changing import Change
from studio.content.editing.tracks import Kind
from studio.content.project import Track
from studio.web.paths.transcript import Item, Remembered

Step = Mapping[str, Any]
WHAT = ("says", "answers", "asks", "ends", "remembers", "acts", "checkpoint")
"""What a step may be, as people choose it."""


class Unusable(Exception):
    """What was chosen makes no step: the field, and the key of the words that say why."""

    def __init__(self, field: str, key: str) -> None:
        super().__init__(key)
        self.field, self.key = field, key


@dataclass(frozen=True)
class Chosen:
    """What a person chose for a step."""

    what: str
    names: Sequence[str] = ()
    labels: Sequence[str] = ()
    slot: str = ""
    holds: str = ""
    """yes, no, words, any or nothing."""
    words: str = ""


def steps_of(chosen: Chosen, before: Step | None = None) -> list[Step]:
    """The steps of the file. `before`: what was there, whose other details stay. Raises Unusable."""
    if chosen.what == "ends":
        return [{"active_loop": None}]
    if chosen.what == "remembers":
        return [{"slot_was_set": [_remembered(chosen)]}]
    if chosen.what == "checkpoint":
        name = (chosen.names[0] if chosen.names else "") or chosen.words
        if not name:
            raise Unusable("words", "paths_choose_checkpoint")
        return [{"checkpoint": name}]
    if not chosen.names:
        raise Unusable("choice", "paths_choose_one")
    if chosen.what == "says":
        return [_says(chosen, before or {})]
    name = chosen.names[0]
    return [{"action": name}, {"active_loop": name}] if chosen.what == "asks" else [{"action": name}]


def adding(kind: Kind, name: str, at: int, steps: Sequence[Step]) -> list[Change]:
    """These steps, the first one at number `at`."""
    return [AddStep(kind, name, at + more, step) for more, step in enumerate(steps)]


def changing(kind: Kind, name: str, item: Item, steps: Sequence[Step]) -> list[Change]:
    """These steps in place of a line of the transcript."""
    same = min(item.count, len(steps))
    changes: list[Change] = [ChangeStep(kind, name, item.at + each, steps[each]) for each in range(same)]
    changes += adding(kind, name, item.at + same, steps[same:])
    return changes + [RemoveStep(kind, name, item.at + same) for _ in range(item.count - same)]


def removing(kind: Kind, name: str, item: Item) -> list[Change]:
    """A line of the transcript goes."""
    return [RemoveStep(kind, name, item.at) for _ in range(item.count)]


def moving(kind: Kind, name: str, items: Sequence[Item], number: int, by: int) -> list[Change]:
    """A line goes before the one above it (-1) or behind the one below (1); nothing where it is the first or last."""
    other = number + by
    if not 0 <= number < len(items) or not 0 <= other < len(items):
        return []
    upper, lower = items[min(number, other)], items[max(number, other)]
    # The lower one, step by step, before the upper one.
    return [MoveStep(kind, name, lower.at + each, upper.at + each) for each in range(lower.count)]


def step_at(track: Track, at: int) -> Step:
    """What the file says there."""
    found = track.steps[at].node.data()
    return cast(Step, found) if isinstance(found, Mapping) else {}


def condition_of(remembered: Sequence[Remembered], forms: Sequence[str]) -> list[Step]:
    """What must be so, as the file has it."""
    said: list[Step] = [{"active_loop": form or None} for form in forms]
    slots = [each.slot if each.any else {each.slot: each.value} for each in remembered]
    return [*said, *([{"slot_was_set": slots}] if slots else [])]


def _says(chosen: Chosen, before: Step) -> Step:
    if len(chosen.names) > 1:
        return {"or": [{"intent": name} for name in chosen.names]}
    kept = {key: value for key, value in before.items() if key not in ("intent", "entities", "or", "user")}
    known = _known_labels(before) if before.get("intent") == chosen.names[0] else {}
    labels = [known.get(label, label) for label in chosen.labels]
    return {"intent": chosen.names[0], **({"entities": labels} if labels else {}), **kept}


def _known_labels(before: Step) -> dict[str, Any]:
    """Labels that were there, with the value that they must have."""
    found: dict[str, Any] = {}
    for each in before.get("entities") or []:
        names = list(each) if isinstance(each, Mapping) else [str(each)]
        found.update({str(name): each for name in names})
    return found


def _remembered(chosen: Chosen) -> Any:
    if not chosen.slot:
        raise Unusable("slot", "paths_choose_slot")
    if chosen.holds == "words" and not chosen.words:
        raise Unusable("words", "paths_choose_words")
    values: dict[str, Any] = {"yes": True, "no": False, "nothing": None, "words": chosen.words}
    return {chosen.slot: values[chosen.holds]} if chosen.holds in values else chosen.slot
