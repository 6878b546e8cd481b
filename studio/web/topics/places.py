"""One question or answer of a topic as a page needs it: its examples, wordings, and where they stand."""

from collections.abc import Mapping
from dataclasses import dataclass

from studio.content.draft import TOPICS, Topic
from studio.content.editing import version_of
from studio.content.finding import Finding
from studio.content.project import Answer, Conversation, Question
from studio.web.refusals import Refusal
from studio.web.topics.addresses import name_of
from studio.web.visit import Visit


@dataclass(frozen=True)
class Item:
    """A question with its answer, or an answer that no question has."""

    topic: Topic
    name: str
    questions: Mapping[str, Question]
    """By language."""
    answer: Answer | None

    @property
    def folder(self) -> str:
        """Of the topic."""
        return self.topic.folder

    @property
    def is_question(self) -> bool:
        """Whether people ask for it."""
        return bool(self.questions)

    @property
    def tests(self) -> list[Conversation]:
        """The conversations of this topic in which its answer is expected."""
        wanted = {self.answer.name} if self.answer else {f"utter_{self.name}"}
        return [
            each
            for each in self.topic.project.conversations
            if any(answer.name in wanted for _, answers in each.steps for answer in answers)
        ]

    def title(self, language: str) -> str:
        """What people see in “Did you mean …?”, else the name as words."""
        for question in (self.questions.get(language), *self.questions.values()):
            if question and question.title:
                return question.title
        return self.name.removeprefix("utter_").rpartition("/")[2].replace("_", " ").capitalize()

    def version(self, path: str) -> str:
        """Of a file of the topic; one that is not there yet counts as empty."""
        return self.topic.versions.get(path) or version_of("")

    def findings(self, found: tuple[Finding, ...]) -> list[Finding]:
        """Those that stand where this question and this answer stand."""
        spans = [self._span(each.place.path, each.place.line) for each in self.questions.values()]
        if self.answer:
            spans.append(self._span(self.answer.place.path, self.answer.place.line))
        return [
            each
            for each in found
            if any(each.place.path == path and begin <= each.place.line < end for path, begin, end in spans)
        ]

    def _span(self, path: str, line: int) -> tuple[str, int, int]:
        """From this line to where the next question or answer of the file begins."""
        project = self.topic.project
        places = [each.place for part in (project.questions, project.answers) for each in part]
        later = (place.line for place in places if place.path == path and place.line > line)
        return path, line, min(later, default=1_000_000)


def item_of(visit: Visit) -> Item:
    """What the address names. Raises Refusal."""
    found = find_item(visit.studio.draft.topic(visit.part("folder")), name_of(visit.part("item")))
    if found is None:
        raise Refusal(404, "not_found")
    return found


def find_item(topic: Topic, name: str) -> Item | None:
    """A question by its name, or an answer by its own."""
    questions = {each.language: each for each in topic.project.questions if each.name == name}
    wanted = f"utter_{name}" if questions else name
    answer = next((each for each in topic.project.answers if each.name == wanted), None)
    return Item(topic, name, questions, answer) if questions or answer else None


def questions_path(folder: str, language: str) -> str:
    """The file of a topic's example questions."""
    return f"{TOPICS}/{folder}/questions.{language}.yml"


def answers_path(folder: str) -> str:
    """The file of a topic's answers."""
    return f"{TOPICS}/{folder}/answers.yml"


def tests_path(folder: str) -> str:
    """The file of a topic's tests."""
    return f"{TOPICS}/{folder}/tests.yml"
