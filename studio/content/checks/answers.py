"""Answers: braces and blanks in their words, conditions that may leave nothing, buttons."""

import json
import re
from collections.abc import Iterator

from studio.content.checks.blanks import surely_filled
from studio.content.checks.found import found
from studio.content.finding import Finding, Place
from studio.content.keys import closest, section
from studio.content.project import Answer, Button, Project, Variation
from studio.content.source import Node

_BLANK = re.compile(r"\{([A-Za-z_][\w-]*(?:\.[\w-]+)*)\}")
_BRACES = re.compile(r"\{[^{}\n]*\}?|\}")
_LOOKS_LIKE_NAME = re.compile(r"\{\s*[A-Za-z_][\w. -]*\s*\}")


def check(project: Project) -> Iterator[Finding]:
    """Everything about answers."""
    for answer in project.answers:
        yield from _conditions(answer, project)
        for variation in answer.variations:
            yield from _nothing(variation, answer)
            for node in _texts(variation):
                yield from _braces(node, project)
            for button in variation.buttons:
                yield from _button(button, project)
    yield from _empty(project)


def inside(node: Node, text: str) -> Place:
    """Where a text stands within a node, a block of lines too."""
    at = node.raw.find(text)
    if at < 0:
        return node.place
    line = node.raw.count("\n", 0, at)
    column = at - node.raw.rfind("\n", 0, at) if line else node.place.column + at
    return Place(node.place.path, node.place.line + line, column)


def _texts(variation: Variation) -> Iterator[Node]:
    if variation.text_node is not None:
        yield variation.text_node
    for button in variation.buttons:
        title = button.node.get("title")
        if title is not None:
            yield title


def _conditions(answer: Answer, project: Project) -> Iterator[Finding]:
    """In our layout each language stands for itself: nobody gets the wording of another one."""
    for language in dict.fromkeys(each.language if project.ours else "" for each in answer.variations):
        wordings = [each for each in answer.variations if not project.ours or each.language == language]
        plain = any(not each.conditions and not each.channel for each in wordings)
        if not plain and any(each.conditions for each in wordings):
            where = f" in “{language}”" if language else ""
            words = f"Every wording of “{answer.name}”{where} has a condition. Where none holds, people get no answer."
            yield found("only-conditional", answer.place, f"{words} Add a wording without a condition.")


def _nothing(variation: Variation, answer: Answer) -> Iterator[Finding]:
    others = ("custom", "image", "attachment", "elements", "quick_replies", "buttons")
    parts = section(variation.node, "variation")
    if not variation.text.strip() and not any(name in parts for name in others):
        words = f"This wording of “{answer.name}” has no text, so people get nothing."
        yield found("no-text", (variation.text_node or variation.node).place, f"{words} Write the text, or delete it.")


def _braces(node: Node, project: Project) -> Iterator[Finding]:
    text = node.text
    if "{" not in text and "}" not in text:
        return
    for each in dict.fromkeys(_BRACES.findall(text)):
        blank = _BLANK.fullmatch(each)
        at = inside(node, each)
        if blank:
            yield from _unknown(blank[1], at, project)
        elif not each.strip("{} "):
            if len(each.strip(" ")) > 1:
                words = "Empty braces {} show people everything the assistant knows and says."
                yield found("empty-braces", at, f"{words} Write the blank's name, such as {{name}}, or delete them.")
            else:
                yield found("brace", at, _brace_words(each))
        elif _LOOKS_LIKE_NAME.fullmatch(each):
            yield from _unknown(each.strip("{} "), at, project)
        else:
            yield found("brace", at, _brace_words(each))


def _brace_words(written: str) -> str:
    return (
        f"“{written.strip()}” is no blank, and people may get no answer at all because of it. "
        "Use braces around the name of a blank only, such as {name}; else write ( and )."
    )


def _unknown(name: str, at: Place, project: Project) -> Iterator[Finding]:
    first, _, rest = name.partition(".")
    known = project.slot_names | (project.code_names if project.ours else set())
    if project.city and first == "city" and rest:
        if city_value(project, rest.split(".")) is None:
            yield found("unknown-blank", at, f"The city profile (city.yml) has nothing for the blank {{{name}}}.")
        return
    if name not in known and name not in project.code_names:
        hint = closest(name, project.slot_names)
        words = f"Nothing fills the blank {{{name}}}: people would read it as it stands."
        yield found("unknown-blank", at, words if hint else f"{words} Correct its name, or add it under “slots”.", hint)


def city_value(project: Project, parts: list[str]) -> object:
    """What `phones.main` or `offices.city_hall.address` is in the city profile."""
    value: object = project.city
    for part in parts:
        if isinstance(value, list):
            value = next((item for item in value if isinstance(item, dict) and item.get("id") == part), None)
        else:
            value = value.get(part) if isinstance(value, dict) else None
    return None if value == "" else value


def _button(button: Button, project: Project) -> Iterator[Finding]:
    parts = section(button.node, "button")
    if button.node.kind != "map":
        yield found("button", button.place, "A button needs a title and a payload, which says what its press means.")
        return
    if not button.title.strip():
        yield found("button", button.node.place, "This button has no title, so people see nothing on it. Add a title.")
    if not button.payload.strip():
        if "url" not in parts:
            at = parts["payload"].place if "payload" in parts else button.node.place
            words = f"The button “{button.title}” does nothing: it has no payload."
            yield found("button", at, f"{words} Add what its press means, such as payload: /greet.")
        return
    if not button.payload.strip().startswith("/"):
        bare = button.payload.strip().partition("{")[0]
        if bare in project.topic_names and ("_" in bare or "{" in button.payload):
            words = (
                f"The press of “{button.title}” just says “{button.payload}”. A slash is missing: /{button.payload}."
            )
            yield found("button-target", button.place, words)
        return
    if button.target not in project.topic_names:
        hint = closest(button.target, project.topic_names)
        words = f"The button “{button.title}” leads to “{button.target}”, and there is no such topic."
        yield found("button-target", button.place, words if hint else f"{words} Correct the name.", hint)
    yield from _labels(button, project)


def _labels(button: Button, project: Project) -> Iterator[Finding]:
    written = button.payload.partition("{")
    if not written[1]:
        return
    try:
        given = json.loads((written[1] + written[2]).replace("{{", "{").replace("}}", "}"))
    except ValueError:
        words = f"What stands in the braces behind “/{button.target}” is not written right."
        yield found("button", button.place, f'{words} It looks like this: /{button.target}{{"size": "big"}}.')
        return
    for name in given if isinstance(given, dict) else ():
        if name not in project.label_names and name not in project.slot_names:
            words = f"The button “{button.title}” sets the label “{name}”, and there is no such label."
            yield found("unknown-label", button.place, words, closest(name, project.label_names))


def _empty(project: Project) -> Iterator[Finding]:
    """Blanks that nothing has filled when the answer is given: `Hello None`."""
    filled = surely_filled(project)
    start = {slot.name for slot in project.slots if slot.initial is not None}
    slots = {slot.name for slot in project.slots}
    for answer in project.answers:
        known = filled.get(answer.name)
        if known is None:
            continue
        for variation in answer.variations:
            asked = {str(each.get("name")) for each in variation.conditions}
            for node in _texts(variation):
                for name in dict.fromkeys(_BLANK.findall(node.text)):
                    if name in slots - start - known - asked - (project.code_names if project.ours else set()):
                        words = f"The blank {{{name}}} may still be empty here: people would read “None”."
                        remedy = "Ask for it first, or add a wording without it and a condition to this one."
                        yield found("empty-blank", inside(node, f"{{{name}}}"), f"{words} {remedy}")
