"""Example questions: the lines of a block, and the labels marked in them."""

import json
import re
from collections.abc import Iterator

from studio.content.finding import Place
from studio.content.project import Example, Label
from studio.content.source import Node

MARKED = re.compile(r"\[(?P<words>[^\]\[]+)\](?:\((?P<name>[^()\[\]]*)\)|(?P<more>\{[^{}]*\}))")


def examples_in(node: Node | None) -> tuple[tuple[Example, ...], str]:
    """The examples, and how they are written: block, texts, words (a list without the bar), or none."""
    if node is None or (node.kind == "scalar" and not node.text.strip()):
        return (), "none"
    if node.kind == "scalar":
        block = node.style in ("|", ">") or "\n" in node.text
        return tuple(_of_block(node)), "block" if block or node.text.startswith("- ") else "bare"
    if node.kind != "list":
        return (), "none"
    texts = [item.get("text") for item in node.items]
    if any(texts):
        return tuple(example(part.text.strip().removeprefix("- "), part.place) for part in texts if part), "texts"
    return tuple(example(item.text, item.place) for item in node.items if item.text), "words"


def _of_block(node: Node) -> Iterator[Example]:
    first = node.place.line + (1 if node.style in ("|", ">") else 0)
    lines = node.text.split("\n")
    written = node.raw.split("\n")
    for number, line in enumerate(lines):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        raw = written[number + 1] if node.style == "|" and number + 1 < len(written) else line
        dash = re.match(r"\s*-[ \t]*", raw) if line.startswith("-") else None
        column = dash.end() + 1 if dash else len(raw) - len(raw.lstrip()) + 1
        place = Place(node.place.path, first + number, column)
        yield example(line[1:].strip() if dash else raw.strip(" \r"), place, dashed=bool(dash))


def example(written: str, place: Place, *, dashed: bool = True) -> Example:
    """One example question with its labels."""
    if "[" not in written:
        return Example(written, written, place, (), dashed)
    labels = tuple(_labels(written, place))
    return Example(written, MARKED.sub(lambda found: found["words"], written), place, labels, dashed)


def _labels(written: str, place: Place) -> Iterator[Label]:
    for found in MARKED.finditer(written):
        at = Place(place.path, place.line, place.column + found.start())
        if found["more"]:
            try:
                more = json.loads(found["more"])
            except ValueError:
                continue
            value, role = str(more.get("value", found["words"])), str(more.get("role", ""))
            yield Label(str(more.get("entity", "")), value, at, role)
        else:
            name, _, value = found["name"].partition(":")
            yield Label(name.strip(), value or found["words"], at)
