"""Where a question and its answer are used: buttons that lead there, rules and paths, tests of other topics."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from studio.content.finding import Place
from studio.content.project import Project
from studio.web.topics.addresses import item_url, topic_url
from studio.web.topics.places import Item
from studio.web.visit import Visit

Kind = Literal["button", "path", "test"]


@dataclass(frozen=True)
class Used:
    """One place that uses it, `count` times."""

    kind: Kind
    name: str
    address: str
    count: int = 1


def uses_of(visit: Visit, item: Item) -> list[Used]:
    """All places but the item itself, each once."""
    project = visit.studio.draft.mentioning(item.name)
    wanted = {item.name, f"utter_{item.name}"}
    count = Counter(
        [*_buttons(visit, project, wanted), *_paths(project, wanted), *_tests(project, wanted, item.folder)]
    )
    return [Used(each.kind, each.name, each.address, times) for each, times in count.items()]


def _buttons(visit: Visit, project: Project, wanted: set[str]) -> Iterator[Used]:
    names = visit.studio.draft.names().questions
    for answer in project.answers:
        question = names.get(answer.name.removeprefix("utter_"))
        title = question.title(visit.language) if question else answer.name.removeprefix("utter_")
        for variation in answer.variations:
            for button in variation.buttons:
                if button.target in wanted and answer.name not in wanted:
                    yield Used("button", title, item_url(_folder(answer.place), answer.name))


def _paths(project: Project, wanted: set[str]) -> Iterator[Used]:
    for track in project.paths:
        if any(step.name in wanted for step in (*track.conditions, *track.steps)):
            yield Used("path", track.name, topic_url(_folder(track.place)))


def _tests(project: Project, wanted: set[str], own: str) -> Iterator[Used]:
    for each in project.conversations:
        expected = {answer.name for _, answers in each.steps for answer in answers}
        if expected & wanted and _folder(each.place) != own:
            yield Used("test", each.name, topic_url(_folder(each.place)))


def _folder(place: Place) -> str:
    parts = place.path.split("/")
    return parts[2] if parts[:2] == ["data", "topics"] and len(parts) > 3 else ""
