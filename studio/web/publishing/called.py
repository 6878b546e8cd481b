"""What the names of topics, questions, answers and actions are called, and what a changed part says, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from studio.content.summaries import label_of
from studio.publishing.differences import Difference, Item, Lines
from studio.publishing.switch import Off
from studio.web.paths.naming import plain_name, title_of
from studio.web.topics.addresses import question_of
from studio.web.topics.answer_form import as_date
from studio.web.visit import Visit

Titles = Mapping[tuple[str, str], str]
"""Of questions, by name and language."""


def titles_in(difference: Difference) -> Titles:
    """Titles that changed: the draft knows those no more that are gone."""
    items = [each for topic in difference.topics for each in topic.items if each.kind == "title"]
    return {(each.name, each.language): str(each.new or each.old) for each in items}


@dataclass(frozen=True)
class Called:
    """Names in the words of who reads the page."""

    visit: Visit
    gone: Titles = field(default_factory=dict)

    def topic(self, folder: str) -> str:
        """A topic, by its folder."""
        return label_of(folder)

    def thing(self, name: str) -> str:
        """A question or an answer: by the question's title, where it has one."""
        names, language, question = self.visit.studio.draft.names(), self.visit.language, question_of(name)
        if question in names.questions:
            return title_of(names, question, language)
        return self.gone.get((question, language)) or plain_name(question)

    def all(self, names: Iterable[str]) -> str:
        """Several answers, any of which is right."""
        return " / ".join(map(self.thing, names))

    def off(self, switched: Off) -> str:
        """Something that is switched off."""
        return self.topic(switched.name) if switched.kind == "topics" else self.thing(switched.name)

    def lines(self, item: Item, told: str | Lines | None, other: str | Lines | None) -> str | None:
        """What stands on one side; of the facts only those that the other side has otherwise."""
        if told is None or isinstance(told, str):
            return told
        if item.kind == "buttons":
            return "\n".join(f"{title} → {self._target(to)}" for title, to in told)
        same = other if item.kind == "facts" and isinstance(other, tuple) else ()
        return "\n".join(self._line(*line) for line in told if line not in same)

    def _target(self, payload: str) -> str:
        name, _, more = payload.removeprefix("/").partition("{")
        return f"{self.thing(name)} {more and '{' + more}".strip()

    def _line(self, what: str, told: str) -> str:
        key = f"publishing_line_{what}"
        if what == "active_loop" and told == "null":
            return self.visit.say("paths_does_ends")
        if not self.visit.studio.words.has(key):
            return self.visit.say("publishing_line_other", what=f"{what}: {told}")
        if what == "action" and told.startswith("utter_"):
            key = "publishing_line_answer"
        return self.visit.say(key, what=self._value(what, told))

    def _value(self, what: str, told: str) -> str:
        if what in ("intent", "answer", "action", "active_loop", "required_slots"):
            return self.thing(told)
        if what == "language":
            key = f"topics_language_{told}"
            return self.visit.say(key) if self.visit.studio.words.has(key) else told
        if what == "review_by" and (day := as_date(told)):
            return self.visit.day(day)
        return told
