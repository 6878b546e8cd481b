"""Texts of several lines, such as example questions: only the lines that differ are touched."""

from difflib import SequenceMatcher

from studio.content.editing.scalars import literal_lines
from studio.content.editing.splices import Splice
from studio.content.editing.tree import Node


def literal_changed(text: str, node: Node, new: str, eol: str) -> Splice | None:
    """The text under `|` with only its changed lines rewritten; None where it cannot stand there."""
    if node.style != "|" or not str(node.value).strip() or not new.strip():
        return None
    head, *raw = text[node.start : node.end].split("\n")
    old_end, new_end = _ending(str(node.value)), _ending(new)
    if old_end is None or new_end is None:
        return None
    old_lines = str(node.value).rstrip("\n").split("\n")
    new_lines = new.rstrip("\n").split("\n")
    if len(raw) != len(old_lines):
        return None
    first = next(line for line in raw if line.strip())
    indent = len(first) - len(old_lines[raw.index(first)].rstrip("\r")) - first.endswith("\r")
    if first[:indent].strip() or indent <= 0:
        return None
    lines = _lines([line.removesuffix("\r") for line in raw], old_lines, new_lines, " " * indent)
    if lines is None:
        return None
    if old_end != new_end:
        head = ("|-" if new_end == "" else "|") + head.lstrip("|+-0123456789")
    return Splice(node.start, node.end, eol.join([head.removesuffix("\r"), *lines]))


def _ending(value: str) -> str | None:
    """Line breaks at the end: none or one; more are left to quotation marks."""
    end = value[len(value.rstrip("\n")) :]
    return end if len(end) < 2 else None


def _lines(raw: list[str], old: list[str], new: list[str], indent: str) -> list[str] | None:
    lines: list[str] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            lines += raw[i1:i2]
        elif tag != "delete":
            fresh = new[j1:j2]
            if any(line and literal_lines("x\n" + line + "\nx") is None for line in fresh):
                return None
            lines += [indent + line if line else "" for line in fresh]
    return lines
