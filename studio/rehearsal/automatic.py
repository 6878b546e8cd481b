"""Conversations that nobody has to write: the first example of every question gets its answer, in every language."""

from collections.abc import Iterator
from pathlib import Path

from studio.content.reading import read_project
from studio.rehearsal.script import Line, Script

_FIRST = "first examples"


def first_examples(root: Path, topics: tuple[str, ...] = ()) -> tuple[Script, ...]:
    """One conversation for each question and language."""
    return tuple(_scripts(root, topics))


def _scripts(root: Path, topics: tuple[str, ...]) -> Iterator[Script]:
    project = read_project(root)
    for question in project.questions:
        topic = Path(question.place.path).parent.name
        answer = f"utter_{question.name}"
        if not question.examples or answer not in project.answer_names or (topics and topic not in topics):
            continue
        line = Line(question.examples[0].said, answers=(answer,))
        name = f"{_FIRST}: {question.name} ({question.language})"
        yield Script(topic, name, question.language, "web", False, (line,))
