"""Takes questions and answers out, with the buttons and tests that lead to them; says what still needs them."""

from collections.abc import Collection, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from studio.content.editing import rewrite
from studio.content.editing.tree import parse
from studio.content.finding import Place
from studio.content.project import Project


@dataclass(frozen=True)
class Link:
    """A button elsewhere that leads to what goes."""

    answer: str
    title: str
    place: Place


@dataclass
class Removal:
    """What would happen. `texts`: each changed file, None where it goes; `needs`: rules and paths that use it."""

    texts: dict[str, str | None] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    needs: list[tuple[str, Place]] = field(default_factory=list)


def removal(project: Project, names: Collection[str], folder: str | None = None) -> Removal:
    """`project` holds every file that may name these questions; `folder` is a topic that goes as a whole."""
    gone = {*names, *(f"utter_{name}" for name in names)}
    found = Removal()
    for source in project.sources:
        parts = source.path.split("/")
        if parts[:2] != ["data", "topics"]:
            continue
        if folder is not None and parts[2] == folder:
            found.texts[source.path] = None
            continue
        root = parse(source.text)
        data = root.data() if root else None
        new = _without(deepcopy(data), gone)
        if new != data:
            found.texts[source.path] = rewrite(source.text, new) if _says_anything(new) else None
    found.links += _links(project, gone, folder)
    found.needs += _needs(project, gone, folder)
    return found


def _without(data: Any, gone: set[str]) -> Any:
    if isinstance(data, list):
        tests = (_test(each, gone) for each in data)
        return [each for each in tests if each is not None]
    if not isinstance(data, dict):
        return data
    if isinstance(data.get("nlu"), list):
        data["nlu"] = [each for each in data["nlu"] if not (isinstance(each, dict) and each.get("intent") in gone)]
    answers = data.get("responses")
    if isinstance(answers, dict):
        data["responses"] = {name: each for name, each in answers.items() if name not in gone}
        for variation in (one for each in data["responses"].values() if isinstance(each, list) for one in each):
            _take_buttons(variation, gone)
    return data


def _take_buttons(variation: Any, gone: set[str]) -> None:
    buttons = variation.get("buttons") if isinstance(variation, dict) else None
    if not isinstance(buttons, list):
        return
    left = [each for each in buttons if not (isinstance(each, dict) and _target(each) in gone)]
    if left:
        variation["buttons"] = left
    else:
        del variation["buttons"]


def _target(button: dict[str, Any]) -> str:
    payload = str(button.get("payload", "")).strip()
    return payload[1:].partition("{")[0].partition("@")[0].strip() if payload.startswith("/") else ""


def _test(test: Any, gone: set[str]) -> Any:
    """Without the steps that expect what goes; None if nothing is left."""
    if not isinstance(test, dict) or not isinstance(test.get("steps"), list):
        return test
    steps = []
    for step in test["steps"]:
        answer = step.get("answer") if isinstance(step, dict) else None
        if isinstance(answer, list) and any(each in gone for each in answer):
            step["answer"] = [each for each in answer if each not in gone]
            answer = step["answer"] or None
            if answer is None:
                continue
        if not (isinstance(answer, str) and answer in gone):
            steps.append(step)
    test["steps"] = steps
    return test if steps else None


def _says_anything(data: Any) -> bool:
    if isinstance(data, dict):
        return any(value for key, value in data.items() if key != "version")
    return bool(data)


def _links(project: Project, gone: set[str], folder: str | None) -> Iterator[Link]:
    for answer in project.answers:
        if answer.name in gone or _inside(answer.place, folder):
            continue
        for variation in answer.variations:
            for button in variation.buttons:
                if button.target in gone:
                    yield Link(answer.name, button.title, button.place)


def _needs(project: Project, gone: set[str], folder: str | None) -> Iterator[tuple[str, Place]]:
    for track in project.paths:
        if not _inside(track.place, folder):
            for step in (*track.conditions, *track.steps):
                if step.name in gone:
                    yield track.name, step.place
                    break
    for intent in project.intents:
        if intent.name in gone:
            yield intent.name, intent.place


def _inside(place: Place, folder: str | None) -> bool:
    return folder is not None and place.path.startswith(f"data/topics/{folder}/")
