"""Reads the steps of rules and paths: plain data in, blocks between checkpoints out."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from studio.content.contradictions.branches import START, Block, Conditions, Door
from studio.content.contradictions.dialogue import ANYTHING, Asking, Did, Domain, Event, Label, Remembered, Said
from studio.content.finding import Place

Where = Callable[[tuple[str | int, ...]], Place]  # the keys that lead to a part of the file, and where that stands
Keys = tuple[str | int, ...]
_MARKED = re.compile(r"\[(?P<words>[^\]]+)\](?:\((?P<name>[^)]+)\)|\{(?P<more>[^}]+)\})")
_PAIR = re.compile(r"\"(\w+)\"\s*:\s*\"([^\"]*)\"")
_SLOT_NAMED_ONLY: Mapping[str, Any] = {"text": "filled", "list": ["filled"]}


def blocks(data: Any, where: Where, domain: Domain) -> Iterator[Block]:
    """The blocks of one file. What is not written as Rasa expects is passed over: other checks tell of it."""
    if not isinstance(data, Mapping):
        return
    for kind, title in (("stories", "story"), ("rules", "rule")):
        items = data.get(kind)
        for number, item in enumerate(items if isinstance(items, list) else ()):
            if isinstance(item, Mapping) and title in item and isinstance(item.get("steps"), list) and item["steps"]:
                yield from _Path(item, title == "rule", (kind, number), where, domain).blocks()


class _Path:
    def __init__(self, item: Mapping[str, Any], is_rule: bool, keys: Keys, where: Where, domain: Domain) -> None:
        self._item = item
        self._is_rule = is_rule
        self._keys = keys
        self._where = where
        self._domain = domain
        self._name = str(item["rule" if is_rule else "story"])
        self._at = where(keys)
        self._starts: list[Door] = []
        self._ends: list[str] = []
        self._events: list[tuple[Event, ...]] = []
        self._made: list[Block] = []

    def blocks(self) -> list[Block]:
        """The path, cut at its checkpoints."""
        if self._is_rule:
            self._read("condition")
            if not self._item.get("conversation_start"):
                self._add(Did(ANYTHING, at=self._at))
        self._read("steps")
        if self._is_rule and self._item.get("wait_for_user_input") is False:
            self._add(Did(ANYTHING, at=self._at))
        if self._events:
            self._close()
        return self._made

    def _read(self, part: str) -> None:
        steps = self._item.get(part)
        for number, step in enumerate(steps if isinstance(steps, list) else ()):
            if isinstance(step, Mapping):
                self._step(step, self._where((*self._keys, part, number)))

    def _step(self, step: Mapping[str, Any], at: Place) -> None:
        if "intent" in step or "user" in step:
            self._add(_said(step, at))
        elif "or" in step:
            choices = [event for each in step["or"] or () for event in self._choice(each, at)]
            self._add(*choices)
        elif "action" in step:
            if step["action"]:
                self._add(Did(str(step["action"]), at=at))
        elif "bot" in step:
            self._add(Did(None, str(step["bot"]), at))
        elif "checkpoint" in step:
            self._checkpoint(str(step["checkpoint"]), _conditions(step.get("slot_was_set")))
        elif "slot_was_set" in step:
            for event in self._slots(step["slot_was_set"], at):
                self._add(event)
        elif "active_loop" in step:
            form = step["active_loop"]
            self._add(Asking(self._empty() if form is None else str(form), at))

    def _choice(self, step: Any, at: Place) -> Iterator[Event]:
        if isinstance(step, Mapping) and "intent" in step:
            yield _said(step, at)
        elif isinstance(step, Mapping) and "slot_was_set" in step:
            yield from self._slots(step["slot_was_set"], at)

    def _slots(self, slots: Any, at: Place) -> Iterator[Event]:
        for each in slots if isinstance(slots, list) else ():
            named = each.items() if isinstance(each, Mapping) else [(each, self._named_only(str(each)))]
            for slot, value in named:
                yield Remembered(str(slot), self._empty() if value is None else value, at)

    def _named_only(self, name: str) -> Any:
        """A slot that is named without a value has one, whichever."""
        slot = self._domain.slots.get(name)
        return _SLOT_NAMED_ONLY.get(slot.kind) if slot else None

    def _empty(self) -> str | None:
        """In a rule, empty means that it must be empty."""
        return "should_not_be_set" if self._is_rule else None

    def _add(self, *choice: Event) -> None:
        if not choice:
            return
        if self._ends:
            self._close()
        self._events.append(choice)

    def _checkpoint(self, name: str, conditions: Conditions) -> None:
        if not self._events and not self._made:
            self._starts.append(Door(name, conditions))
        else:
            self._ends.append(name)

    def _close(self) -> None:
        starts = tuple(self._starts) or (Door(START),)
        block = Block(self._name, self._is_rule, self._at, starts, tuple(self._ends), tuple(self._events))
        self._made.append(block)
        self._starts = [Door(name) for name in dict.fromkeys(self._ends)]
        self._ends, self._events = [], []


def _said(step: Mapping[str, Any], at: Place) -> Said:
    named = step.get("intent")
    intent = str(named).strip().removeprefix("/").split("/")[0] if named else None
    if "user" in step:
        text = str(step["user"]).strip()
        return Said(intent, _MARKED.sub(lambda found: found["words"], text), tuple(_marked(text)), at)
    entities = step.get("entities")
    labels = tuple(_label(each) for each in (entities if isinstance(entities, list) else ()))
    return Said(intent, None, labels, at)


def _label(entity: Any) -> Label:
    if not isinstance(entity, Mapping):
        return Label(str(entity), "")
    named = {key: value for key, value in entity.items() if key not in ("role", "group")}
    name, value = list(named.items())[-1] if named else ("", None)
    return Label(str(name), value, entity.get("role"), entity.get("group"))


def _marked(text: str) -> Iterator[Label]:
    for found in _MARKED.finditer(text):
        more = dict(_PAIR.findall(found["more"] or ""))
        name = (found["name"] or more.get("entity", "")).split(":")[0]
        yield Label(name, more.get("value", found["words"]), more.get("role"), more.get("group"))


def _conditions(slots: Any) -> Conditions:
    each = slots if isinstance(slots, list) else ()
    return tuple((str(slot), value) for one in each if isinstance(one, Mapping) for slot, value in one.items())
