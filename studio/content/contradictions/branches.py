"""From written paths to whole conversations: alternatives and checkpoints make several of one."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from studio.content.contradictions.dialogue import LISTEN, Conversation, Did, Domain, Event, Remembered, Said
from studio.content.finding import Place

START = "STORY_START"
MOST = 20_000  # conversations; more come only from many alternatives in one path
Conditions = tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Door:
    """A checkpoint that a block begins with, and the slot values that it asks for."""

    name: str
    conditions: Conditions = ()


@dataclass(frozen=True)
class Block:
    """A piece of a path between two checkpoints. Each of `events` is a choice of one or more."""

    name: str
    is_rule: bool
    at: Place
    starts: tuple[Door, ...] = (Door(START),)
    ends: tuple[str, ...] = ()
    events: tuple[tuple[Event, ...], ...] = field(default=())


def conversations(blocks: Iterable[Block], domain: Domain) -> list[Conversation]:
    """Every way through the blocks, paths first, then rules; ways that look alike are there as often as written."""
    blocks = list(blocks)
    found: list[Conversation] = []
    for is_rule in (False, True):
        kind = [block for block in blocks if block.is_rule is is_rule]
        by_door: dict[str, list[tuple[Block, Door]]] = defaultdict(list)
        for block in kind:
            for door in block.starts:
                by_door[door.name].append((block, door))
        for block, _ in by_door[START]:
            for way in _ways([block], by_door, domain):
                found.extend(_along(way, domain))
                if len(found) > MOST:
                    return found
    return found


def _ways(way: list[Block], by_door: dict[str, list[tuple[Block, Door]]], domain: Domain) -> Iterator[list[Block]]:
    """All sequences of blocks from here on; a block that leads back to itself is gone through twice."""
    ends = way[-1].ends
    seen = Counter(id(block) for block in way)
    following = [(block, door) for end in ends for block, door in by_door[end] if seen[id(block)] < 2]
    if not ends or not following:
        yield way
    for block, door in following:
        if _holds(door.conditions, way, domain):
            yield from _ways([*way, block], by_door, domain)


def _holds(conditions: Conditions, way: list[Block], domain: Domain) -> bool:
    """Whether the slots have the values that a checkpoint asks for."""
    if not conditions:
        return True
    values: dict[str, Any] = {name: slot.initial for name, slot in domain.slots.items()}
    for block in way:
        for event, *_ in block.events:
            filled = _filled(event, domain) if isinstance(event, Said) else (event,)
            values.update({each.slot: each.value for each in filled if isinstance(each, Remembered)})
    return all(values.get(slot) == value for slot, value in conditions)


def _along(way: list[Block], domain: Domain) -> Iterator[Conversation]:
    names = list(dict.fromkeys(block.name for block in way))
    ended = not way[-1].ends
    for events in _choices([choice for block in way for choice in block.events]):
        explicit = tuple(_explicit(_first_marked(events), domain, ended))
        yield Conversation(" > ".join(names), explicit, way[0].is_rule, way[0].at)


def _choices(steps: list[tuple[Event, ...]]) -> Iterator[list[Event]]:
    ways: list[list[Event]] = [[]]
    for choice in steps:
        ways = [[*way, event] for way in ways for event in choice][:MOST]
    yield from ways


def _first_marked(events: list[Event]) -> list[Event]:
    """An action that nothing comes before cannot be predicted."""
    for position, event in enumerate(events):
        if isinstance(event, Said):
            break
        if isinstance(event, Did):
            return [*events[:position], replace(event, first=True), *events[position + 1 :]]
    return events


def _explicit(events: list[Event], domain: Domain, ended: bool) -> Iterator[Event]:
    """With the waiting before each message, the slots that labels fill, and the waiting at the end."""
    last: Event | None = None
    for event in events:
        if isinstance(event, Said):
            if not (isinstance(last, Did) and last.name == LISTEN):
                yield Did(LISTEN, at=last.at if isinstance(last, Did) else event.at)
            yield event
            yield from _filled(event, domain)
        else:
            yield event
        last = event
    if ended and not (isinstance(last, Did) and last.name == LISTEN):
        yield Did(LISTEN, at=getattr(last, "at", None))


def _filled(said: Said, domain: Domain) -> Iterator[Remembered]:
    if not said.labels or not domain.labels_fill_slots:
        return
    for slot in domain.slots.values():
        values = [
            label.value
            for mapping in slot.mappings
            if mapping.get("type") == "from_entity" and not _in_form_only(mapping)
            for label in said.labels
            if (label.name, label.role, label.group)
            == (mapping.get("entity"), mapping.get("role"), mapping.get("group"))
        ]
        if values:
            yield Remembered(slot.name, values if slot.kind == "list" else values[-1], said.at)


def _in_form_only(mapping: Any) -> bool:
    conditions = mapping.get("conditions")
    return bool(conditions) and conditions[0].get("active_loop") is not None
