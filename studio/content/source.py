"""A content file as text and as a tree whose parts know where they stand."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bot.slips import Slip, mended, swallowed
from bot.yaml12 import plain_value
from studio.content.curly import without_curly_quotes
from studio.content.finding import Place

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Loader(_Base):  # type: ignore[misc]
    """Reads the shape only; what a word means is ours to say (values.py)."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> str:
        """No guessing."""
        return "tag:yaml.org,2002:str"


@dataclass
class Node:
    """A part of a file; text[start:end] is it. `value` is a scalar, a list of nodes, or pairs of nodes."""

    kind: str  # "scalar", "list" or "map"
    value: Any
    place: Place
    start: int
    end: int
    style: str | None = None  # of a scalar: None (plain), ' " | >
    raw: str = ""

    @property
    def text(self) -> str:
        """A scalar as text; empty for anything else."""
        return "" if self.kind != "scalar" or self.value is None else str(self.value)

    @property
    def items(self) -> list["Node"]:
        """The entries of a list; of anything else none."""
        return self.value if self.kind == "list" else []

    @property
    def pairs(self) -> list[tuple["Node", "Node"]]:
        """Names with what stands behind them; of anything else none."""
        return self.value if self.kind == "map" else []

    def get(self, *names: str) -> "Node | None":
        """What stands behind a name, and so on inwards."""
        found: Node | None = self
        for name in names:
            found = next((value for key, value in found.pairs if key.text == name), None) if found else None
        return found

    def key(self, name: str) -> "Node | None":
        """The name itself, for its place."""
        return next((key for key, _ in self.pairs if key.text == name), None)

    def data(self) -> Any:
        """Plain dicts, lists, texts, numbers and dates."""
        if self.kind == "list":
            return [item.data() for item in self.value]
        if self.kind == "map":
            return {(key.text if key.kind != "scalar" else key.value): value.data() for key, value in self.value}
        return self.value

    def walk(self) -> Iterator["Node"]:
        """This and everything below, as it stands in the file."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            if node.kind == "list":
                waiting += reversed(node.value)
            elif node.kind == "map":
                waiting += (part for pair in reversed(node.value) for part in reversed(pair))


@dataclass
class Source:
    """One file. `slips` is what keeps it from being read; then the tree is of a text with these mended."""

    path: str
    text: str
    root: Node | None
    slips: list[Slip] = field(default_factory=list)
    twice: list[tuple[Node, Node]] = field(default_factory=list)  # names that stand twice: the second and the first
    curly: list[Node] = field(default_factory=list)  # texts in curly quotation marks

    def place(self, line: int, column: int = 1) -> Place:
        """A place in this file."""
        return Place(self.path, line, column)


def read_source(file: Path, path: str) -> Source:
    """Read one file; whatever is wrong with it, there is a Source."""
    return source_of(file.read_bytes(), path)


def source_of(content: bytes, path: str) -> Source:
    """The source of a file's bytes."""
    text, slips = _decoded(content)
    shift = 1 if text.startswith("\ufeff") else 0
    source = Source(path, text, None, slips)
    readable = text[shift:]
    root = None
    try:
        root = yaml.compose(readable, Loader=Loader)
    except (yaml.YAMLError, ValueError) as error:
        slip, better = mended(readable, error, _compose)
        source.slips.append(slip)
        readable = better or ""
        root = _compose(readable)
    if root is not None and not source.slips and (told := swallowed(readable, root, _compose)):
        source.slips.append(told[0])
        readable = told[1]
        root = _compose(readable)
    if root is not None:
        source.root = _Builder(source, readable, shift).node(root)
    return source


def _compose(text: str) -> Any:
    try:
        return yaml.compose(text, Loader=Loader)
    except (yaml.YAMLError, ValueError):
        return None


def _decoded(content: bytes) -> tuple[str, list[Slip]]:
    try:
        return content.decode("utf-8"), []
    except UnicodeDecodeError as error:
        wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
        line = 1 if wide else content.count(b"\n", 0, error.start) + 1
        column = 1 if wide else error.start - content.rfind(b"\n", 0, error.start)
        words = (
            "this file is not saved as UTF-8, so letters such as é or ñ cannot be read. "
            "Choose the encoding UTF-8 in your editor and save it again."
        )
        return content.decode("utf-16" if wide else "cp1252", "replace"), [Slip("encoding", line, words, column)]


class _Builder:
    def __init__(self, source: Source, text: str, shift: int) -> None:
        self._source = source
        self._text = text
        self._shift = shift
        self._made: dict[int, Node] = {}

    def node(self, raw: Any) -> Node:
        if id(raw) in self._made:  # a reference to what stands elsewhere
            return self._made[id(raw)]
        mark, end = raw.start_mark, raw.end_mark
        place = Place(self._source.path, mark.line + 1, mark.column + 1)
        made = Node("scalar", None, place, mark.index + self._shift, end.index + self._shift)
        self._made[id(raw)] = made
        if isinstance(raw, yaml.ScalarNode):
            self._scalar(made, raw)
        elif isinstance(raw, yaml.SequenceNode):
            made.kind, made.value = "list", [self.node(item) for item in raw.value]
        else:
            made.kind, made.value = "map", self._pairs(raw)
        return made

    def _scalar(self, made: Node, raw: Any) -> None:
        made.style, made.raw = raw.style or None, self._text[raw.start_mark.index : raw.end_mark.index]
        made.value = raw.value
        if made.style is None:
            bare = without_curly_quotes(raw.value)
            if bare is not None:
                self._source.curly.append(made)
                made.value = bare
            else:
                made.value = plain_value(raw.value)

    def _pairs(self, raw: Any) -> list[tuple[Node, Node]]:
        pairs: list[tuple[Node, Node]] = []
        seen: dict[str, tuple[Node, Node]] = {}
        for key, value in raw.value:
            name, what = self.node(key), self.node(value)
            if name.text == "<<" and name.style is None:  # everything of what it refers to, unless it stands here
                for inherited in (what, *what.items):
                    pairs += [pair for pair in inherited.pairs if pair[0].text not in seen]
                continue
            first = seen.get(name.text)
            if first is None:
                seen[name.text] = (name, what)
                pairs.append((name, what))
                continue
            self._source.twice.append((name, first[0]))
            if what.kind == first[1].kind != "scalar":
                first[1].value = [*first[1].value, *what.value]
        return pairs
