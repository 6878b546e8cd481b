"""Random changes of content files, and what may look different in the text after each."""

import random
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.content.editing import EditError, rewrite
from studio.content.editing.tree import parse, parts, same

HAND_MADE = Path(__file__).parent / "hand_made"
TEXTS = [
    *("plain", "a: b", "# no", "- x", "it's", 'say "hi"', "yes", "no", "12:30", "2027-01-01", "{city.name}", " lead"),
    *(
        "trail ",
        "two\nlines",
        "ba\\ck",
        "😀 ñ",
        "",
        "null",
        "1e3",
        "[x](y)",
        "&a",
        "*a",
        "!t",
        "a #b",
        "x:",
        "tab\there",
    ),
    *("@me", "%", "`", "?", "hard\u00a0space", "odd\u2028end", "true", "~", "0x1F", "'", '"', "|", ">", "{", "}"),
]


@dataclass(frozen=True)
class Change:
    """What was done, and the meaning of the file afterwards."""

    kind: str
    data: Any


def files(root: Path) -> list[Path]:
    """Our content and the hand-made files."""
    return sorted([*root.glob("data/topics/*/*.yml"), root / "domain.yml", root / "city.yml", *HAND_MADE.glob("*.yml")])


def dressed(pick: random.Random, text: str) -> str:
    """The same file as other editors save it."""
    if pick.random() < 0.2:
        text = text.replace("\n", "\r\n")
    if pick.random() < 0.2:
        text = text.rstrip("\r\n")
    return "\ufeff" + text if pick.random() < 0.1 else text


def change(pick: random.Random, data: Any) -> Change:
    """One small change, anywhere."""
    while True:
        copied = deepcopy(data)
        path, node = pick.choice(list(_walk(copied)))
        kind = pick.choice(["set", "out", "in", "move", "name in", "name out"])
        if kind == "set" and path and not isinstance(node, (dict, list)):
            kind, new = _another(pick, node)
            _at(copied, path[:-1])[path[-1]] = new
        elif kind == "out" and isinstance(node, list) and len(node) > 1:
            node.pop(pick.randrange(len(node)))
        elif kind == "in" and isinstance(node, list) and node:
            node.insert(pick.randrange(len(node) + 1), _like(pick, pick.choice(node)))
        elif kind == "move" and isinstance(node, list) and len(node) > 1:
            node.insert(pick.randrange(len(node)), node.pop(pick.randrange(len(node))))
        elif kind == "name in" and isinstance(node, dict) and node:
            node["new_name"] = deepcopy(pick.choice([pick.choice(TEXTS), *node.values()]))
        elif kind == "name out" and isinstance(node, dict) and len(node) > 1:
            del node[pick.choice(list(node))]
        if not same(copied, data):
            return Change(kind, copied)


RIGHT, REFUSED = "right", "refused, as two places share one text"


def outcome(text: str, made: Change) -> str:
    """Make the change: RIGHT, REFUSED where it may be, or why the new text is not what it should be."""
    tree = parse(text)
    try:
        after = rewrite(text, made.data)
    except EditError as error:
        shared = tree is not None and any(node.borrowed for node in parts(tree))
        return REFUSED if shared else f"refused: {error}"
    new = parse(after)
    if new is None or not same(new.data(), made.data):
        return "it means something else"
    return _looks_wrong(text, after, made.kind) or RIGHT


def _looks_wrong(text: str, after: str, kind: str) -> str | None:
    old_lines, new_lines = text.splitlines(True), after.splitlines(True)
    gone, come = _between(old_lines, new_lines)
    if kind in ("out", "name out", "line out") and len(come) > 1:
        return f"taking out added {come}"
    if kind in ("in", "name in", "line in") and len(gone) > 1:
        return f"adding took out {gone}"
    if kind in ("set", "line") and len(come) > 1 and len(gone) < 2:
        return f"one text became {come}"
    inside = [line for line in gone[1:-1] if _comment(line)] if "out" in kind and not come else []
    before, now = _comments(old_lines), _comments(new_lines)
    if len(before) - len(inside) != len(now) or (not inside and before != now):
        return f"a comment moved or went: {gone} {come}"
    if "\r\n" in text and after.count("\n") != after.count("\r\n"):
        return "line ends are mixed"
    if text.endswith("\n") != after.endswith("\n") or text.startswith("\ufeff") != after.startswith("\ufeff"):
        return "the end or beginning of the file changed"
    return None


def _between(old: list[str], new: list[str]) -> tuple[list[str], list[str]]:
    """The lines that differ, between those that are alike above and below."""
    old, new = [line.rstrip("\r\n") for line in old], [line.rstrip("\r\n") for line in new]
    above = 0
    while above < min(len(old), len(new)) and old[above] == new[above]:
        above += 1
    below = 0
    while below < min(len(old), len(new)) - above and old[-1 - below] == new[-1 - below]:
        below += 1
    return old[above : len(old) - below], new[above : len(new) - below]


def _comments(lines: list[str]) -> list[str]:
    return [line.rstrip("\r\n") for line in lines if _comment(line)]


def _comment(line: str) -> bool:
    return line.strip().startswith("#")


def _another(pick: random.Random, node: Any) -> tuple[str, Any]:
    if not isinstance(node, str) or node.count("\n") < 2:
        return "set", pick.choice(TEXTS)
    lines = node.rstrip("\n").split("\n")
    at, kind = pick.randrange(len(lines)), pick.choice(["line", "line in", "line out"])
    if kind == "line out":
        del lines[at]
    elif kind == "line in":
        lines.insert(at, "- one more: # really")
    else:
        lines[at] = "- another"
    return kind, "\n".join(lines) + "\n"


def _like(pick: random.Random, item: Any) -> Any:
    new = deepcopy(item)
    if isinstance(new, dict):
        texts = [key for key, value in new.items() if isinstance(value, str)]
        if texts:
            new[pick.choice(texts)] = pick.choice(TEXTS)
    return new


def _walk(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    yield path, data
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield from _walk(value, (*path, key))


def _at(data: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        data = data[key]
    return data
