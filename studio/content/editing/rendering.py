"""Writes new parts of a file in the manner of a neighbor: quotation marks, braces, indentation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from studio.content.editing.scalars import literal_lines, written
from studio.content.editing.tree import Node, parts


@dataclass(frozen=True)
class Manner:
    """How a file is written: its line ends, how far lists stand in, and its usual quotation mark."""

    eol: str = "\n"
    list_indent: int = 0  # of the dash below its name
    quote: str | None = None  # for texts; None: names plain, the rest in "


def manner_of(text: str, root: Node | None) -> Manner:
    """The manner that most of the file has."""
    eol = "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"
    if root is None:
        return Manner(eol)
    indents = [
        column(text, value.start) - column(text, key.start)
        for node in parts(root)
        for key, value in node.pairs
        if value.kind == "list" and not value.flow and value.items and text[value.start] == "-"
    ]
    return Manner(eol, max(set(indents), key=indents.count) if indents else 0)


def column(text: str, position: int) -> int:
    """How many characters stand before the position in its line."""
    return position - line_start(text, position)


def line_start(text: str, position: int) -> int:
    """Where the line begins; a byte order mark is no part of the first one."""
    start = text.rfind("\n", 0, position) + 1
    return start + 1 if start == 0 and text.startswith("\ufeff") and position > 0 else start


def line_end(text: str, position: int) -> int:
    """Where the line ends, before its line break."""
    end = text.find("\n", position)
    end = len(text) if end < 0 else end
    return end - 1 if end > position and text[end - 1] == "\r" else end


def after_break(text: str, position: int) -> int:
    """Behind the line break at a line's end."""
    if text.startswith("\r\n", position):
        return position + 2
    return position + 1 if text.startswith("\n", position) else position


def render(value: Any, at: int, manner: Manner, like: Node | None, flow: bool = False) -> str:
    """The value as text whose first line begins at column `at`; further lines bring their own indentation."""
    if isinstance(value, Mapping):
        like = like if like and like.kind == "map" else None
        return _flow_map(value, like) if flow or not value or (like and like.flow) else _map(value, at, manner, like)
    if isinstance(value, Sequence) and not isinstance(value, str):
        like = like if like and like.kind == "list" else None
        if flow or not value or (like and like.flow):
            return "[" + ", ".join(render(item, 0, manner, closest(like, item), flow=True) for item in value) + "]"
        indent = manner.eol + " " * at
        return indent.join("- " + render(item, at + 2, manner, closest(like, item)) for item in value)
    like = like if like and like.kind == "scalar" else None
    if (
        not flow
        and isinstance(value, str)
        and (like.style == "|" if like else value.count("\n") > 1 or value.endswith("\n"))
    ):
        block = literal(value, max(at, 1), manner)
        if block:
            return block
    return written(value, quote_of(like), flow)


def quote_of(like: Node | None) -> str | None:
    """The quotation mark of a neighbor; None if it has none to go by."""
    if like is None or not isinstance(like.value, str) or like.style in ("|", ">"):
        return None
    return like.style or ""


def literal(value: str, at: int, manner: Manner) -> str | None:
    """A text of several lines under `|`, indented to column `at`."""
    lines = literal_lines(value)
    if lines is None or value.endswith("\n\n"):
        return None
    head = "|" if value.endswith("\n") else "|-"
    return manner.eol.join([head, *(" " * at + line if line else "" for line in lines)])


def pair(key: Any, value: Any, at: int, manner: Manner, like: Node | None) -> str:
    """`key: value`, where the key stands at column `at`; `like` is a value to take after."""
    name = written(key, "")
    block = not (like is not None and like.flow) and bool(value)
    if isinstance(value, Mapping) and block:
        return f"{name}:{manner.eol}{' ' * (at + 2)}{render(value, at + 2, manner, like)}"
    if isinstance(value, Sequence) and not isinstance(value, str) and block:
        inner = at + manner.list_indent
        return f"{name}:{manner.eol}{' ' * inner}{render(value, inner, manner, like)}"
    return f"{name}: {render(value, at + 2, manner, like)}"


def closest(like: Node | None, value: Any) -> Node | None:
    """The item of a neighboring list that resembles the value most."""
    if like is None or not like.items:
        return None
    wanted = _outline(value)
    return max(like.items, key=lambda item: len(wanted & _outline(item.data())) - len(wanted ^ _outline(item.data())))


def _outline(value: Any, prefix: tuple[Any, ...] = ()) -> set[tuple[Any, ...]]:
    if isinstance(value, Mapping):
        return {(*prefix, key) for key in value}.union(*(_outline(item, (*prefix, key)) for key, item in value.items()))
    return {(*prefix, type(value).__name__)}


def _map(value: Mapping[Any, Any], at: int, manner: Manner, like: Node | None) -> str:
    indent = manner.eol + " " * at
    return indent.join(pair(key, item, at, manner, like.get(key) if like else None) for key, item in value.items())


def _flow_map(value: Mapping[Any, Any], like: Node | None) -> str:
    pairs = (
        f"{written(key, '', flow=True)}: {render(item, 0, Manner(), like.get(key) if like else None, flow=True)}"
        for key, item in value.items()
    )
    return "{" + ", ".join(pairs) + "}"
