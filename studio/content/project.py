"""The content of a project as content people see it: topics, questions, answers, paths, forms, blanks and labels."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from studio.content.finding import Place
from studio.content.source import Node, Source


@dataclass(frozen=True)
class Named:
    """A name where it is declared or used."""

    name: str
    place: Place
    node: Node = field(compare=False, repr=False)


@dataclass(frozen=True)
class Label:
    """A marked part of an example question."""

    name: str
    value: str
    place: Place
    role: str = ""


@dataclass(frozen=True)
class Example:
    """One example question: as written, and as a person would say it."""

    written: str
    said: str
    place: Place
    labels: tuple[Label, ...] = ()
    dashed: bool = True


@dataclass(frozen=True)
class Question:
    """The example questions of one topic (intent) in one file. `written_as`: block, texts (a list), words or none."""

    name: str
    title: str
    language: str
    examples: tuple[Example, ...]
    place: Place
    written_as: str
    node: Node = field(compare=False, repr=False)


@dataclass(frozen=True)
class Button:
    """A button under an answer."""

    title: str
    payload: str
    place: Place
    node: Node = field(compare=False, repr=False)

    @property
    def target(self) -> str:
        """The topic it leads to; empty if it just says words."""
        written = self.payload.strip()
        return written[1:].partition("{")[0].partition("@")[0].strip() if written.startswith("/") else ""


@dataclass(frozen=True)
class Variation:
    """One wording of an answer. Channel and language are empty where the file names none."""

    language: str
    channel: str
    text: str
    text_node: Node | None
    buttons: tuple[Button, ...]
    conditions: tuple[Mapping[str, Any], ...]
    metadata: Mapping[str, Any]
    place: Place
    node: Node = field(compare=False, repr=False)


@dataclass(frozen=True)
class Answer:
    """An answer (response) with its variations."""

    name: str
    variations: tuple[Variation, ...]
    place: Place
    node: Node = field(compare=False, repr=False)


@dataclass(frozen=True)
class Step:
    """One step of a rule or path; `kind` is its first name that we know, such as intent or action."""

    kind: str
    name: str
    place: Place
    node: Node = field(compare=False, repr=False)


@dataclass(frozen=True)
class Track:
    """A rule or a path (story). `has_steps`: whether steps are written at all."""

    kind: str  # "rule" or "story"
    name: str
    steps: tuple[Step, ...]
    conditions: tuple[Step, ...]
    place: Place
    has_steps: bool
    is_test: bool
    node: Node = field(compare=False, repr=False)


@dataclass(frozen=True)
class Form:
    """A form and the blanks that it asks for."""

    name: str
    asks: tuple[Named, ...]
    place: Place
    node: Node = field(compare=False, repr=False)


@dataclass(frozen=True)
class Slot:
    """A blank (slot)."""

    name: str
    kind: str
    initial: Any
    place: Place
    node: Node = field(compare=False, repr=False)


@dataclass(frozen=True)
class Conversation:
    """A conversation of a topic's tests.yml: what is said and the answers that are right."""

    name: str
    language: str
    steps: tuple[tuple[Named, tuple[Named, ...]], ...]
    place: Place
    node: Node = field(compare=False, repr=False)


@dataclass
class Project:
    """All content of a project. What could not be read is missing; `sources` tell why."""

    root: Path
    ours: bool  # folders of topics; otherwise an ordinary Rasa project
    sources: list[Source] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    paths: list[Track] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    intents: list[Named] = field(default_factory=list)  # as listed in domain.yml
    labels: list[Named] = field(default_factory=list)
    actions: list[Named] = field(default_factory=list)
    conversations: list[Conversation] = field(default_factory=list)
    city: Mapping[str, Any] = field(default_factory=dict)
    code_names: frozenset[str] = frozenset()  # names that actions hand to answers

    @property
    def languages(self) -> list[str]:
        """The languages of the city profile; none in an ordinary project."""
        return [str(each) for each in self.city.get("languages") or ()]

    @cached_property
    def topic_names(self) -> set[str]:
        """Every topic that can be understood, with and without its question."""
        names = {each.name for each in self.intents} | {each.name for each in self.questions}
        return names | {name.split("/")[0] for name in names} | BUILT_IN_TOPICS

    @cached_property
    def answer_names(self) -> set[str]:
        """Every answer that has words."""
        return {each.name for each in self.answers}

    @cached_property
    def slot_names(self) -> set[str]:
        """Every blank that the dialogue keeps."""
        return {each.name for each in self.slots} | BUILT_IN_SLOTS

    @cached_property
    def form_names(self) -> set[str]:
        """Every form."""
        return {each.name for each in self.forms}

    @cached_property
    def label_names(self) -> set[str]:
        """Every label."""
        return {each.name for each in self.labels} | (OUR_LABELS if self.ours else set())

    @cached_property
    def action_names(self) -> set[str]:
        """Everything that a step may do."""
        listed = {each.name for each in self.actions if not each.name.startswith("utter_")}
        retrieval = {f"utter_{each.name.split('/')[0]}" for each in self.questions if "/" in each.name}
        return listed | retrieval | self.answer_names | self.form_names | BUILT_IN_ACTIONS

    def source(self, path: str) -> Source | None:
        """The file of that path."""
        return next((each for each in self.sources if each.path == path), None)


BUILT_IN_TOPICS = {"restart", "back", "out_of_scope", "session_start", "nlu_fallback"}
BUILT_IN_SLOTS = {"requested_slot", "session_started_metadata", "rasa_language"}
BUILT_IN_ACTIONS = {
    "action_listen",
    "action_restart",
    "action_session_start",
    "action_default_fallback",
    "action_deactivate_loop",
    "action_revert_fallback_events",
    "action_default_ask_affirmation",
    "action_default_ask_rephrase",
    "action_two_stage_fallback",
    "action_unlikely_intent",
    "action_back",
    "action_extract_slots",
    "...",
}
OUR_LABELS = {"amount", "email", "phone", "place", "reference", "weekday"}  # nlu/importer.py adds them
