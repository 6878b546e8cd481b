"""A content file as a tree whose every part knows exactly where it stands in the text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import yaml

from bot.yaml12 import plain_value
from studio.content.editing.errors import EditError
from studio.content.source import Loader

_ANCHOR = re.compile(r"&\S+\s*")
BOM = "\ufeff"


@dataclass(frozen=True)
class Opaque:
    """A value with a tag: kept as it is written, never changed."""

    text: str


@dataclass(frozen=True)
class Node:
    """A part of the file: text[start:end] is exactly it, without comments and blank lines behind it."""

    kind: Literal["map", "list", "scalar"]
    start: int
    end: int
    flow: bool = False  # written with { } or [ ]
    style: str | None = None  # of a scalar: None (plain), ' " | >
    value: Any = None  # of a scalar
    pairs: tuple[tuple["Node", "Node"], ...] = ()
    items: tuple["Node", ...] = ()
    borrowed: bool = False  # a reference (*name) to what stands elsewhere

    @property
    def children(self) -> tuple["Node", ...]:
        """What it consists of: items, or values."""
        return self.items or tuple(value for _, value in self.pairs)

    def get(self, key: Any) -> "Node | None":
        """The value under a key."""
        return next((value for name, value in self.pairs if name.value == key), None)

    def data(self) -> Any:
        """What it means: dicts, lists, texts, numbers, dates. Raises EditError where a name stands twice."""
        if self.kind == "scalar":
            return self.value
        if self.kind == "list":
            return [item.data() for item in self.items]
        return {key.value: value.data() for key, value in self.pairs}


def parse(text: str) -> Node | None:
    """The tree of a file, None if nothing but comments stands in it. Raises EditError where it does not read."""
    shift = len(BOM) if text.startswith(BOM) else 0
    try:
        root = yaml.compose(text[shift:], Loader=Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        raise EditError("The file cannot be read as it is. Run the check and mend it first.", line) from error
    except (yaml.YAMLError, ValueError) as error:
        raise EditError("The file cannot be read as it is. Run the check and mend it first.") from error
    return None if root is None else _Builder(text, shift).node(root)


def parts(node: Node) -> Iterator[Node]:
    """The node and everything below it."""
    yield node
    for key, _ in node.pairs:
        yield key
    for child in node.children:
        yield from parts(child)


class _Builder:
    def __init__(self, text: str, shift: int) -> None:
        self._text = text
        self._shift = shift
        self._made: set[int] = set()
        self._open: set[int] = set()

    def node(self, raw: Any) -> Node:
        """The part that PyYAML found, with an end that leaves out what follows it."""
        if id(raw) in self._open:
            raise EditError("A reference leads back to itself.", raw.start_mark.line + 1)
        start, end = raw.start_mark.index + self._shift, raw.end_mark.index + self._shift
        anchor = _ANCHOR.match(self._text, start, end)
        start = anchor.end() if anchor else start
        borrowed = id(raw) in self._made
        self._made.add(id(raw))
        if isinstance(raw, yaml.ScalarNode):
            return replace(self._scalar(raw, start, end), borrowed=borrowed)
        self._open.add(id(raw))
        flow = bool(raw.flow_style)
        if isinstance(raw, yaml.SequenceNode):
            items = tuple(self.node(item) for item in raw.value)
            made = Node("list", start, end, flow, items=items, borrowed=borrowed)
        else:
            pairs = tuple((self.node(key), self.node(value)) for key, value in raw.value)
            self._refuse_twins(pairs)
            made = Node("map", start, end, flow, pairs=pairs, borrowed=borrowed)
        self._open.discard(id(raw))
        return made if flow or not raw.value else replace(made, end=self._end(made))

    def _end(self, made: Node) -> int:
        last = made.children[-1]
        if not last.borrowed:
            return max(last.end, made.pairs[-1][0].end + 1 if made.pairs else 0)
        position = made.end  # a reference does not say where it stands: leave out empty lines and comments
        while (line := self._text.rfind("\n", 0, position) + 1) > made.start:
            content = self._text[line:position].strip()
            if content and not content.startswith("#"):
                break
            position = line - 1
        return len(self._text[:position].rstrip())

    def _refuse_twins(self, pairs: tuple[tuple[Node, Node], ...]) -> None:
        seen: set[Any] = set()
        for key, _ in pairs:
            if key.kind != "scalar":
                raise EditError("A name cannot be a list.", self._line(key.start))
            if key.value in seen:
                raise EditError(f"“{key.value}” stands there twice; keep one of them.", self._line(key.start))
            seen.add(key.value)

    def _scalar(self, raw: Any, start: int, end: int) -> Node:
        written = self._text[start:end]
        if raw.style in ("|", ">"):
            value = raw.value
            if end == len(self._text) and not written.endswith("\n") and "-" not in written.split("\n", 1)[0]:
                value += "\n"  # a file without a line break at its end means no other text
            return Node("scalar", start, start + len(written.rstrip()), style=raw.style, value=value)
        if written[:1] == "!":
            return Node("scalar", start, end, value=Opaque(written))
        if raw.style in ("'", '"'):
            return Node("scalar", start, end, style=raw.style, value=raw.value)
        return Node("scalar", start, end, value=plain_value(raw.value))

    def _line(self, position: int) -> int:
        return self._text.count("\n", 0, position) + 1


def same(one: Any, other: Any) -> bool:
    """Equal in meaning and kind: 1, true and "1" differ; the order of names does not count."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    return type(one) is type(other) and (one == other or one != one)
