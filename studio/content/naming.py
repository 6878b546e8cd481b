"""Where a name is used, and another name for it everywhere, with nothing else touched."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from studio.content.editing import EditError, rewrite
from studio.content.editing.tree import parse
from studio.content.finding import Place
from studio.content.project import Project
from studio.content.source import Node, Source

_NAMED = re.compile(r"[\w/.-]+")
# What people read or what only looks like a name: a topic may be called as its owner is.
_WORDS = {"title", "user", "bot", "channel", "language", "type", "version", "name", "story", "rule", "metadata"}
_HOLD_NAMES = {"responses", "slots", "forms", "intents", "entities", "slot_was_set", "actions"}  # as `name: …`


@dataclass(frozen=True)
class Use:
    """One place where a name stands."""

    place: Place
    what: str


def uses(project: Project, name: str) -> list[Use]:
    """Every place that names a topic, question, answer, action, form, blank or label, by file and line."""
    found: list[Use] = []
    for source in project.sources:
        if source.root is not None and _names_things(project, source):
            found += [Use(place, what) for place, what in _uses(source, source.root, (), name)]
    return sorted(dict.fromkeys(found), key=lambda use: (use.place, use.what))


def rename(project: Project, old: str, new: str) -> dict[str, str]:
    """The new text of each file that names it. Raises EditError if the new name is taken or cannot be one."""
    if not _NAMED.fullmatch(new):
        raise EditError(f"“{new}” cannot be a name: use letters, digits, _ and / only.")
    if not uses(project, old):
        raise EditError(f"“{old}” is used nowhere.")
    if uses(project, new):
        raise EditError(f"“{new}” is used already. Choose a name that is free.")
    changed: dict[str, str] = {}
    for source in project.sources:
        if source.root is None or not _names_things(project, source):
            continue
        data = source.root.data()
        renamed = _renamed(data, (), old, new)
        if repr(renamed) != repr(data):
            text = (project.root / source.path).read_bytes().decode()
            root = parse(text)
            changed[source.path] = rewrite(text, _renamed(root.data() if root else None, (), old, new))
    return changed


def _names_things(project: Project, source: Source) -> bool:
    """Word lists and the city profile speak to people only."""
    return not project.ours or source.path == "domain.yml" or source.path.startswith("data/topics/")


def _changed(text: str, keys: tuple[Any, ...], old: str, new: str) -> str:
    """Names in payloads (/name), in labels ](name), in blanks {name} and alone."""
    if keys[-1:] != ("text",) and text in (old, f"utter_{old}", f"utter_ask_{old}"):
        return text[: len(text) - len(old)] + new
    if keys[-1:] == ("payload",):
        return re.sub(rf"^(\s*/){re.escape(old)}(?=$|[\s{{@])", rf"\g<1>{new}", text)
    if keys[-1:] == ("examples",):
        text = re.sub(rf"(\]\(){re.escape(old)}(?=[):])", rf"\g<1>{new}", text)
        return re.sub(rf'("entity"\s*:\s*"){re.escape(old)}(")', rf"\g<1>{new}\g<2>", text)
    return re.sub(rf"(\{{){re.escape(old)}(?=[.}}])", rf"\g<1>{new}", text)


def _renamed(value: Any, keys: tuple[Any, ...], old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {_key(key, keys, old, new): _renamed(item, (*keys, key), old, new) for key, item in value.items()}
    if isinstance(value, list):
        return [_renamed(item, keys, old, new) for item in value]
    if not isinstance(value, str) or _WORDS.intersection(keys):
        return value
    return _changed(value, keys, old, new)


def _key(key: Any, keys: tuple[Any, ...], old: str, new: str) -> Any:
    """Names of answers, slots, forms and labels stand before a colon; the words of the format never change."""
    if not isinstance(key, str) or not _HOLD_NAMES.intersection(keys[-1:]):
        return key
    return _changed(key, (), old, new) if key in (old, f"utter_{old}", f"utter_ask_{old}") else key


def _uses(source: Source, node: Node, keys: tuple[str, ...], name: str) -> Iterator[tuple[Place, str]]:
    for key, value in node.pairs:
        if _key(key.text, keys, name, "\0") != key.text:
            yield key.place, _what(keys, key.text)
        yield from _uses(source, value, (*keys, key.text), name)
    for item in node.items:
        yield from _uses(source, item, keys, name)
    if node.kind == "scalar" and isinstance(node.value, str) and not _WORDS.intersection(keys):
        if keys[-1:] == ("examples",):
            for at, line in enumerate(node.value.splitlines(), 1):
                if _changed(line, keys, name, "\0") != line:
                    yield Place(source.path, node.place.line + at), "label in an example"
        elif _changed(node.value, keys, name, "\0") != node.value:
            yield node.place, _what(keys, node.value)


def _what(keys: tuple[str, ...], text: str) -> str:
    names = {"payload": "button", "intent": "topic", "action": "step", "text": "blank in a text", "answer": "test"}
    return names.get(keys[-1] if keys else "", ".".join(keys[-2:]) or text)
