"""What lists and choices need to know of a topic, read once and kept while its files stay as they are."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from studio.content.project import Answer, Project, Variation

_BLANK = re.compile(r"\{([^{}]+)\}")
_ACCENTS = re.compile("[\u0300-\u036f]+")


@dataclass(frozen=True)
class QuestionSummary:
    """A question: its title and its example questions, as people say them, by language."""

    name: str
    titles: Mapping[str, str]
    examples: Mapping[str, tuple[str, ...]]

    def title(self, language: str) -> str:
        """In that language, else in any, else its name."""
        return self.titles.get(language) or next(filter(None, self.titles.values()), self.name)

    @property
    def count(self) -> int:
        """How many examples, all languages together."""
        return sum(map(len, self.examples.values()))


@dataclass(frozen=True)
class AnswerSummary:
    """An answer: who answers for it, until when it was looked at, and its first words by language."""

    name: str
    owner: str
    source: str
    review_by: date | None
    words: Mapping[str, str]

    @property
    def question(self) -> str:
        """The question that it answers, if its name says so."""
        name = self.name.removeprefix("utter_")
        return name if "/" in name else ""


@dataclass(frozen=True)
class TopicSummary:
    """A folder of `data/topics`."""

    folder: str
    questions: tuple[QuestionSummary, ...]
    answers: tuple[AnswerSummary, ...]
    tests: int
    mentions: frozenset[str]
    """Every name that its files use: topics, answers, forms, blanks, labels."""
    declared: Mapping[str, tuple[str, ...]]
    """Names of forms, slots, labels and actions that its files bring."""
    search: str
    """Everything people say and read in it, in small letters without accents."""

    @cached_property
    def label(self) -> str:
        """The folder's name as words."""
        return label_of(self.folder)

    @cached_property
    def owners(self) -> tuple[str, ...]:
        """The teams that answer for it."""
        return tuple(sorted({each.owner for each in self.answers if each.owner}))

    @cached_property
    def review_by(self) -> date | None:
        """The first day on which something of it is to be looked at."""
        return min((each.review_by for each in self.answers if each.review_by), default=None)

    @cached_property
    def languages(self) -> frozenset[str]:
        """The languages in which anything is asked or said."""
        asked = {language for each in self.questions for language in each.examples}
        return frozenset(asked | {language for each in self.answers for language in each.words})


def findable(text: str) -> str:
    """Words in small letters without accents and signs, for searching."""
    return " ".join(re.findall(r"\w+", _ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold()))))


def summarise(folder: str, project: Project) -> TopicSummary:
    """From the files of that folder alone."""
    questions, answers = tuple(_questions(project)), tuple(map(_answer, project.answers))
    declared = {
        "forms": tuple(each.name for each in project.forms),
        "slots": tuple(each.name for each in project.slots),
        "labels": tuple(dict.fromkeys([*(each.name for each in project.labels), *_used_labels(project)])),
        "actions": tuple(dict.fromkeys(_actions(project))),
    }
    search = findable(" ".join([folder.replace("_", " "), *_read(project)]))
    return TopicSummary(
        folder, questions, answers, len(project.conversations), frozenset(_mentions(project)), declared, search
    )


def _questions(project: Project) -> Iterator[QuestionSummary]:
    for name in dict.fromkeys(each.name for each in project.questions):
        parts = [each for each in project.questions if each.name == name]
        titles = {each.language: each.title for each in parts}
        yield QuestionSummary(name, titles, {each.language: tuple(one.said for one in each.examples) for each in parts})


def _answer(answer: Answer) -> AnswerSummary:
    first = answer.variations[0].metadata if answer.variations else {}
    day = first.get("review_by")
    words: dict[str, str] = {}
    for each in answer.variations:
        words.setdefault(each.language, each.text)
    return AnswerSummary(
        answer.name,
        str(first.get("owner") or ""),
        str(first.get("source") or ""),
        day if isinstance(day, date) else None,
        words,
    )


def _read(project: Project) -> Iterator[str]:
    for question in project.questions:
        yield from (question.title, *(each.said for each in question.examples))
    for _, variation in _variations(project):
        yield from (variation.text, *(button.title for button in variation.buttons))


def _variations(project: Project) -> Iterator[tuple[Answer, Variation]]:
    return ((answer, variation) for answer in project.answers for variation in answer.variations)


def _used_labels(project: Project) -> Iterator[str]:
    return (label.name for question in project.questions for one in question.examples for label in one.labels)


def _actions(project: Project) -> Iterator[str]:
    steps = (step for track in project.paths for step in track.steps if step.kind == "action")
    return (step.name for step in steps if step.name.startswith("action_"))


def _mentions(project: Project) -> Iterator[str]:
    yield from (each.name for each in project.questions)
    yield from _used_labels(project)
    for answer, variation in _variations(project):
        yield answer.name
        yield from (button.target for button in variation.buttons)
        yield from (name.partition(".")[0] for name in _BLANK.findall(variation.text))
    for track in project.paths:
        for step in (*track.steps, *track.conditions):
            yield from (node.text for node in step.node.walk() if node.kind == "scalar")
            yield from (key.text for node in step.node.walk() for key, _ in node.pairs)
    for name, root in ((each.name, each.node) for part in (project.forms, project.slots) for each in part):
        yield name
        yield from (key.text for node in root.walk() for key, _ in node.pairs)
        yield from (node.text for node in root.walk() if node.kind == "scalar")
    for conversation in project.conversations:
        yield from (answer.name for _, answers in conversation.steps for answer in answers)


def label_of(folder: str) -> str:
    """A topic's name as words, by its folder."""
    return folder.replace("_", " ").capitalize()
