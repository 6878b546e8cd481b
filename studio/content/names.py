"""What there is to choose from in forms: questions, answers, forms, blanks, labels, actions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from studio.content.project import Project
from studio.content.summaries import QuestionSummary, TopicSummary


@dataclass(frozen=True)
class Names:
    """What there is to choose from, in alphabetical order."""

    questions: Mapping[str, QuestionSummary]
    folders: Mapping[str, str]
    """Of each question and answer."""
    answers: tuple[str, ...]
    forms: tuple[str, ...]
    slots: tuple[str, ...]
    labels: tuple[str, ...]
    actions: tuple[str, ...]

    @cached_property
    def titled(self) -> Mapping[str, tuple[str, ...]]:
        """The questions that have a title, in whichever language."""
        found: dict[str, tuple[str, ...]] = {}
        for name, each in self.questions.items():
            for title in set(each.titles.values()):
                found[title] = (*found.get(title, ()), name)
        return found

    def where(self, name: str) -> str | None:
        """The folder of a question or answer."""
        return self.folders.get(name)


def names_of(topics: Sequence[TopicSummary], shared: Project) -> Names:
    """From all topics and the domain."""
    questions = {each.name: each for topic in topics for each in topic.questions}
    folders = {each.name: topic.folder for topic in topics for each in topic.answers}
    folders |= {each.name: topic.folder for topic in topics for each in topic.questions}

    def declared(kind: str, more: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted({*more, *(name for topic in topics for name in topic.declared[kind])}))

    return Names(
        dict(sorted(questions.items())),
        folders,
        tuple(sorted(each.name for topic in topics for each in topic.answers)),
        declared("forms", shared.form_names),
        declared("slots", (each.name for each in shared.slots)),
        declared("labels", shared.label_names),
        declared("actions", (each.name for each in shared.actions)),
    )
