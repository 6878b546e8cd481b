"""Slips in a file as such: what cannot be read, names that stand twice or are misspelt, words that are misread."""

import re
from collections.abc import Iterator

from studio.content.checks.found import found
from studio.content.finding import Finding
from studio.content.keys import strays
from studio.content.project import Project
from studio.content.reading import OTHER
from studio.content.source import Node, Source

SLIPS = {
    "indent", "tab", "quote", "colon", "merge", "curly", "backslash", "pipe", "bracket", "name-colon", "unreadable",
    "special", "encoding", "twice",
}  # fmt: skip
_TRAP = re.compile(r"yes|no|on|off|y|n", re.I)
_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*\\(?:u(?![0-9a-fA-F]{4})|U(?![0-9a-fA-F]{8}))")
_FOLDER = re.compile(r"(?:\b[A-Za-z]:|\\\\\w+)\\(?!\\)\w")
_HALF = re.compile(r"[^\"“”]*[^\"“”\d][\"”]")
_NEWEST = (3, 1)
_SWALLOWED = re.compile(r"(intent|synonym|regex|lookup|story|rule|examples|metadata)\s*:")
_ONE_OF_THE_STEPS = {"intent", "action", "slot_was_set", "active_loop", "checkpoint", "or", "user", "bot", "steps"}
_OF_A_PART = _ONE_OF_THE_STEPS | {"examples", "story", "rule", "intent"}
_LIST_NAMES = {
    "nlu": ("topic", ("intent", "synonym", "regex", "lookup")),
    "stories": ("story", ("story",)),
    "rules": ("rule", ("rule",)),
}


def check(project: Project) -> Iterator[Finding]:
    """All slips of all files."""
    for source in project.sources:
        yield from _slips(source)
        if source.root is None or source.path.startswith("data/words/"):
            continue
        yield from _version(source, source.root)
        if project.ours and source.path.endswith("/tests.yml"):
            yield from _tests(source.root)
        elif source.path not in ("city.yml", "config.yml"):
            yield from _shape(source.root, source)
            yield from _traps(source, project)


def _slips(source: Source) -> Iterator[Finding]:
    for slip in source.slips:
        yield found(slip.code, source.place(slip.line, slip.column), slip.words[0].upper() + slip.words[1:])
    for again, first in source.twice:
        words = f"“{again.text}” stands here a second time (first on line {first.place.line}), so only one counts."
        yield found("twice", again.place, f"{words} Put both together, or delete one.")
    for node in source.root.walk() if source.root else ():
        if node.kind == "scalar" and node.style is None and node.raw[-1:] in ('"', "”") and _HALF.fullmatch(node.raw):
            words = "This text ends with a quotation mark and does not begin with one."
            yield found("quote", node.place, f"{words} Put one before it, or delete it.")
    for node in () if any(slip.code == "encoding" for slip in source.slips) else source.curly:
        words = "These curly quotation marks (“ ”) would be shown to people or belong to the name."
        yield found("curly", node.place, f'{words} Type straight ones: "{node.text}".')
    if any(slip.code == "backslash" for slip in source.slips):
        return
    for number, line in enumerate(source.text.split("\n"), 1) if "\\" in source.text else ():
        at = _ESCAPE.search(line) or ('"' in line and _FOLDER.search(line))
        if at:
            words = "A backslash (\\) cannot be used like this: the file cannot be read, or letters get lost."
            yield found("backslash", source.place(number, at.start() + 1), f"{words} Write a slash (/) instead.")


def _version(source: Source, root: Node) -> Iterator[Finding]:
    version = root.get("version")
    if version is None or source.path in ("city.yml", "config.yml"):
        return
    if not isinstance(version.value, str):
        words = f'Put the version in quotation marks: version: "{version.text}".'
        yield found("version", version.place, f"{words} As a bare number it stops the assistant from learning.")
        return
    parts = re.fullmatch(r"(\d+)\.(\d+)", version.text)
    if not parts or (int(parts[1]), int(parts[2])) > _NEWEST:
        words = f"There is no version “{version.text}”, so this whole file would be left out."
        yield found("version", version.place, f'{words} Write version: "3.1".')


def _tests(root: Node) -> Iterator[Finding]:
    for conversation in root.items:
        yield from _names_of(conversation, "conversation")
        for turn in turns.items if (turns := conversation.get("steps")) else ():
            yield from _names_of(turn, "turn")


def _shape(root: Node, source: Source) -> Iterator[Finding]:
    if root.kind == "map":
        is_content = any(
            key.text in ("nlu", "stories", "rules", "responses", "intents", "version") for key, _ in root.pairs
        )
        yield from _names_of(root, "file") if is_content else ()
        for name, (kind, first) in _LIST_NAMES.items():
            for item in part.items if (part := root.get(name)) else ():
                yield from _item(item, kind, first)
        for _, answer in part.pairs if (part := root.get("responses")) else ():
            for variation in answer.items:
                yield from _names_of(variation, "variation")
                for button in buttons.items if (buttons := variation.get("buttons")) else ():
                    yield from _names_of(button, "button")
        for section, kind in (("forms", "form"), ("slots", "slot")):
            for _, value in part.pairs if (part := root.get(section)) else ():
                yield from _names_of(value, kind)


def _item(item: Node, kind: str, first: tuple[str, ...]) -> Iterator[Finding]:
    if item.kind == "scalar" and item.text:
        words = f"“{item.text}” stands too far to the left, so it no longer belongs to the lines above it."
        yield found("indent", item.place, f"{words} Begin it with as many spaces as the lines it belongs to.")
        return
    if (
        item.pairs
        and not any(name in first for name in _texts(item))
        and any(key.text in _ONE_OF_THE_STEPS and key.text not in first for key, _ in item.pairs)
        and not any(stray.meant in first for stray in strays(item, kind))
    ):
        words = "This line stands too far to the left, so it no longer belongs to the lines above it."
        yield found("indent", item.place, f"{words} Begin it with as many spaces as the lines it belongs to.")
        return
    yield from _names_of(item, kind)
    for part in ("steps", "condition"):
        for step in steps.items if (steps := item.get(part)) else ():
            if any(name in ("story", "rule", "steps") for name in _texts(step)):
                words = "This line stands too far to the right, so it counts as a part of what stands above it."
                yield found(
                    "indent", step.place, f"{words} Begin it with as many spaces as the line that begins like it."
                )
            else:
                yield from _two_in_one(step)
                yield from _names_of(step, "step")


def _two_in_one(step: Node) -> Iterator[Finding]:
    """What a person says and what the assistant does, in one step: only one of them counts."""
    said = [key for key, _ in step.pairs if key.text in ("intent", "user")][:1]
    parts = [*said, *(key for key, _ in step.pairs if key.text in ("action", "bot", "active_loop", "or"))]
    if len(parts) > 1:
        words = f"“{parts[1].text}” begins a step of its own, and the dash before it is missing."
        yield found(
            "indent", parts[1].place, f"{words} Write “- {parts[1].text}:”, with as many spaces as the step above."
        )


def _texts(node: Node) -> list[str]:
    return [key.text for key, _ in node.pairs]


def _names_of(node: Node, kind: str) -> Iterator[Finding]:
    for stray in strays(node, kind):
        name = stray.node.text
        out_of_place = (kind == "file" and name in _OF_A_PART) or (
            kind in ("story", "rule") and name in _ONE_OF_THE_STEPS
        )
        if out_of_place:
            words = f"“{name}” stands too far to the left, so it no longer belongs to the lines above it."
            yield found("indent", stray.node.place, f"{words} Begin the line with as many spaces as its neighbors.")
        elif stray.meant:
            yield found(
                "unknown-key", stray.node.place, f"There is no “{name}” here, so this is not read.", stray.meant
            )
        elif kind != "file" and kind != "topic":
            words = f"There is no “{name}” here, so this is not read. Correct the name, or delete the line."
            yield found("unknown-key", stray.node.place, words)


def _traps(source: Source, project: Project) -> Iterator[Finding]:
    """Words that some programs read as true or false."""
    assert source.root is not None
    if source.path.endswith((*OTHER, "items.yml")):
        return
    for node in source.root.walk():
        if node.kind == "scalar" and node.style is None and isinstance(node.value, str) and _TRAP.fullmatch(node.value):
            words = f"Some programs take the bare word “{node.text}” for true or false."
            yield found(
                "yes-no",
                node.place,
                f'{words} Put it in quotation marks: "{node.text}". For a yes-or-no blank write true or false.',
            )
    kinds = {slot.name: slot.kind for slot in project.slots}
    for track in project.paths:
        if track.place.path != source.path:
            continue
        for step in track.steps:
            for pair in (pair for item in (step.node.get("slot_was_set") or step.node).items for pair in item.pairs):
                quoted = pair[1].style is not None and _TRAP.fullmatch(pair[1].text)
                if quoted and kinds.get(pair[0].text) == "bool":
                    words = f"“{pair[0].text}” is a yes-or-no blank, and “{pair[1].text}” is just a word to it."
                    yield found("yes-no", pair[1].place, f"{words} Write true or false, without quotation marks.")
