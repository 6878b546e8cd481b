"""Writes tests.yml: a new conversation, or "this is now correct", in as few lines as possible."""

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from studio.content.editing import read, rewrite, write
from studio.content.source import source_of
from studio.publishing import git
from studio.publishing.git import Author
from studio.rehearsal.script import BadScript, path_of, script_of
from studio.rehearsal.verdict import Verdict


class CannotAccept(BadScript):
    """What was heard cannot be taken as right."""


def add_conversation(root: Path, topic: str, conversation: Mapping[str, Any], author: Author) -> str | None:
    """Put a conversation, as tests.yml has them, at the end of a topic's; the commit. Raises BadScript, EditError."""
    script_of(topic, conversation)
    if not (root / path_of(topic)).parent.is_dir():
        raise BadScript(f"There is no topic {topic}.")
    before = read(root, path_of(topic))
    told = _data(before.text, topic)
    if any(isinstance(each, Mapping) and each.get("name") == conversation["name"] for each in told):
        raise BadScript(f"{topic} has a conversation “{conversation['name']}” already. Choose another name.")
    text = rewrite(before.text, [*told, dict(conversation)]) if told else _first(conversation)
    write(root, path_of(topic), text, before.version)
    return _commit(root, topic, author, f"content: Test “{conversation['name']}”.")


def accept(root: Path, verdict: Verdict, author: Author) -> str | None:
    """What was heard in the red step is right from now on; the commit. Raises CannotAccept, EditError."""
    before = read(root, path_of(verdict.script.topic))
    text = accepted(before.text, verdict)
    write(root, path_of(verdict.script.topic), text, before.version)
    return _commit(root, verdict.script.topic, author, f"content: What “{verdict.script.name}” gets now is right.")


def accepted(text: str, verdict: Verdict) -> str:
    """The file with the step's expectation as it was heard; nothing else changes."""
    if verdict.heard is None or verdict.line is None:
        raise CannotAccept(f"{verdict.script.id}: nothing was heard that could be right. Change the test itself.")
    told = deepcopy(_data(text, verdict.script.topic))
    item = next((each for each in told if isinstance(each, dict) and each.get("name") == verdict.script.name), None)
    steps = item.get("steps") if item else None
    if not isinstance(steps, list) or len(steps) < verdict.step:
        raise CannotAccept(f"{verdict.script.id} is not there any more as it was played.")
    step = steps[verdict.step - 1]
    if str(step.get("user", step.get("press"))) != verdict.line.said:
        raise CannotAccept(f"{verdict.script.id}: its step {verdict.step} has changed. Play it again first.")
    _take(step, verdict)
    return rewrite(text, told)


def _take(step: dict[str, Any], verdict: Verdict) -> None:
    heard, line = verdict.heard, verdict.line
    assert heard is not None and line is not None
    named = next((name for name in reversed(heard.names) if name), "")
    if line.answers and not set(line.answers) & set(heard.names):
        if not named:
            raise CannotAccept(f"{verdict.script.id}: no answer was given that could be right.")
        step["answer"] = named
    if line.bot:
        step["bot"] = heard.text
    said = [each for each in line.says if each in heard.text]
    _set(step, "says", said, len(said) != len(line.says))
    unsaid = [each for each in line.not_says if each not in heard.text]
    _set(step, "not_says", unsaid, len(unsaid) != len(line.not_says))
    if any(each not in heard.buttons for each in line.buttons):
        _set(step, "buttons", list(heard.buttons), True)
    if line.max_segments is not None and heard.segments > line.max_segments:
        step["max_segments"] = heard.segments


def _set(step: dict[str, Any], key: str, value: list[str], changed: bool) -> None:
    if not changed:
        return
    if value:
        step[key] = value if isinstance(step.get(key), list) else value[0]
    else:
        step.pop(key, None)


def _first(conversation: Mapping[str, Any]) -> str:
    """The first conversation of a file, one step a line."""
    return rewrite("- name: x\n  language: en\n  steps:\n  - {user: x, answer: x}\n", [dict(conversation)])


def _data(text: str, topic: str) -> list[Any]:
    root = source_of(text.encode(), path_of(topic)).root
    told = root.data() if root else None
    return told if isinstance(told, list) else []


def _commit(root: Path, topic: str, author: Author, message: str) -> str | None:
    if not git.is_checkout(root):
        return None
    return git.commit(root, [path_of(topic)], author, message)
