"""A path as people read it: who says what, in which order."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from studio.content.finding import Finding
from studio.content.project import Step, Track

GOES_ON = "requested_slot"  # Rasa's own note of what a form has asked last


@dataclass(frozen=True)
class Remembered:
    """A blank and what stands in it from here on. `value` None: nothing; `any`: whatever it is."""

    slot: str
    value: Any = None
    any: bool = False


@dataclass(frozen=True)
class Said:
    """A question that a person asks, with the labels that it must or may carry, or words that they say."""

    question: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    words: str = ""


@dataclass(frozen=True)
class Item:
    """One line of the transcript; `at` and `count` are the steps of the file that it stands for.

    `kind`: says, answers, asks, ends, remembers, acts, checkpoint or other.
    """

    kind: str
    at: int
    count: int
    lines: tuple[int, int]
    name: str = ""
    said: tuple[Said, ...] = ()
    remembered: tuple[Remembered, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def branches(self) -> bool:
        """Whether several ways lead on from here."""
        return len(self.said) > 1 or self.kind == "checkpoint"


def transcript(track: Track, findings: Sequence[Finding] = ()) -> tuple[Item, ...]:
    """The lines of a rule or path, each with what the check says of it."""
    steps = track.steps
    lines = [min(step.place.line, step.node.place.line) for step in steps]
    ends = [*lines[1:], (lines[-1] if lines else 0) + _height(steps[-1:])]
    items, at = [], 0
    while at < len(steps):
        kind, count, more = _read(steps, at)
        span = (lines[at], max(lines[at], ends[at + count - 1] - 1))
        own = tuple(each for each in findings if span[0] <= each.place.line <= span[1])
        items.append(Item(kind, at, count, span, findings=own, **more))
        at += count
    return tuple(items)


def conditions(track: Track) -> tuple[Item, ...]:
    """What must be so before a rule counts."""
    return tuple(
        Item(kind, at, 1, (step.place.line, step.place.line), **more)
        for at, step in enumerate(track.conditions)
        for kind, more in [_alone(step)]
    )


def about_all(track: Track, items: Sequence[Item], findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """What the check says of the path that is at none of its steps."""
    told = {id(finding) for item in items for finding in item.findings}
    first = min(track.place.line, track.node.place.line)
    last = max((item.lines[1] for item in items), default=first)
    return tuple(each for each in findings if first <= each.place.line <= last and id(each) not in told)


def begins_conversation(track: Track) -> bool:
    """Whether a rule counts for the first message only."""
    node = track.node.get("conversation_start")
    return node is not None and node.text.lower() == "true"


def _height(steps: Sequence[Step]) -> int:
    """How many lines the last step takes."""
    lines = [node.place.line for step in steps for node in step.node.walk()]
    return max(lines) - min(lines) + 1 if lines else 1


def _read(steps: Sequence[Step], at: int) -> tuple[str, int, dict[str, Any]]:
    kind, more = _alone(steps[at])
    following = steps[at + 1] if at + 1 < len(steps) else None
    if kind == "acts" and following is not None and _loop(following) == more["name"]:
        return "asks", 2, more
    if kind == "ends" and following is not None and _notes_form_only(following):
        return "ends", 2, more
    return kind, 1, more


def _alone(step: Step) -> tuple[str, dict[str, Any]]:
    """One step of the file by itself."""
    data = step.node.data()
    if not isinstance(data, Mapping):
        return "other", {"name": str(data)}
    if "or" in data:
        branches = data["or"] if isinstance(data["or"], list) else []
        if all(isinstance(each, Mapping) and {"intent", "user"} & each.keys() for each in branches):
            return "says", {"said": tuple(map(_said, branches))}
        return "other", {"name": "or"}
    if "intent" in data or "user" in data:
        return "says", {"said": (_said(data),)}
    if "action" in data:
        name = str(data["action"])
        return ("answers" if name.startswith("utter_") else "acts"), {"name": name}
    if "bot" in data:
        return "answers", {"name": "", "said": (Said(words=str(data["bot"])),)}
    if "active_loop" in data:
        name = data["active_loop"]
        return ("asks", {"name": str(name)}) if name else ("ends", {})
    if "slot_was_set" in data:
        return "remembers", {"remembered": tuple(_remembered(data["slot_was_set"]))}
    if "checkpoint" in data:
        return "checkpoint", {"name": str(data["checkpoint"])}
    return "other", {"name": ", ".join(map(str, data))}


def _loop(step: Step) -> str | None:
    data = step.node.data()
    found = data.get("active_loop") if isinstance(data, Mapping) else None
    return str(found) if found else None


def _notes_form_only(step: Step) -> bool:
    kind, more = _alone(step)
    return kind == "remembers" and more["remembered"] == (Remembered(GOES_ON),)


def _said(data: Mapping[str, Any]) -> Said:
    words = re.sub(r"\s+", " ", str(data.get("user") or "")).strip()
    return Said(str(data.get("intent") or ""), tuple(_labels(data.get("entities"))), words)


def _labels(told: Any) -> Iterator[tuple[str, str]]:
    for each in told if isinstance(told, list) else ():
        if isinstance(each, Mapping):
            yield from ((str(name), "" if value is None else str(value)) for name, value in each.items())
        else:
            yield str(each), ""


def _remembered(told: Any) -> Iterator[Remembered]:
    for each in told if isinstance(told, list) else ():
        if isinstance(each, Mapping):
            yield from (Remembered(str(name), value) for name, value in each.items())
        else:
            yield Remembered(str(each), any=True)
