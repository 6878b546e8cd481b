"""What changed, arranged for a page: by topic and name, pieces of texts marked, long lists cut."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from babel import Locale, UnknownLocaleError

from studio.content.labels import Part, parts
from studio.publishing.differences import Difference, Item, Piece, TopicChange, marked
from studio.publishing.gate import Step
from studio.web.publishing.called import Called, titles_in
from studio.web.topics.addresses import question_of
from studio.web.visit import Visit

TOPICS_A_PAGE = 15
_ITEMS, _EXAMPLES = 60, 40


@dataclass(frozen=True)
class Change:
    """One thing, its texts in pieces; None where there was or is nothing."""

    item: Item
    old: tuple[Piece, ...] | None
    new: tuple[Piece, ...] | None

    @property
    def state(self) -> str:
        """new, gone or changed."""
        return "new" if self.old is None else "gone" if self.new is None else "changed"


@dataclass(frozen=True)
class Examples:
    """Example questions of one language that are new, and those that are gone, in words with their marks."""

    language: str
    added: tuple[list[Part], ...]
    removed: tuple[list[Part], ...]


@dataclass(frozen=True)
class Named:
    """All changes to one question with its answer, to one rule, path, form or test."""

    title: str
    is_file: bool
    changes: tuple[Change, ...]
    examples: tuple[Examples, ...]
    more: int
    """Example questions that are not listed, as they are too many."""


@dataclass(frozen=True)
class Topic:
    """What changed in one topic; `more` things are not shown. No folder: outside the topics."""

    folder: str
    title: str
    is_there: bool
    parts: tuple[Named, ...]
    more: int


def arranged(difference: Difference, page: int, visit: Visit) -> tuple[tuple[Topic, ...], int, int]:
    """The topics of a page, its number as far as it exists, and how many pages there are."""
    pages = max(1, -(-len(difference.topics) // TOPICS_A_PAGE))
    page = min(max(page, 1), pages)
    topics = difference.topics[(page - 1) * TOPICS_A_PAGE : page * TOPICS_A_PAGE]
    names = Called(visit, titles_in(difference))
    return tuple(_topic(each, names) for each in topics), page, pages


def _topic(changed: TopicChange, names: Called) -> Topic:
    by_name: dict[str, list[Item]] = {}
    for item in changed.items:
        by_name.setdefault(question_of(item.name), []).append(item)
    shown, left, seen = [], _ITEMS, 0
    for name, items in by_name.items():
        if left <= 0:
            break
        shown.append(_named(name, items, names))
        left -= len(shown[-1].changes) + 1
        seen += len(items)
    folders = {each.folder for each in names.visit.studio.draft.topics()}
    more = len(changed.items) - seen
    return Topic(changed.topic, names.topic(changed.topic), changed.topic in folders, tuple(shown), more)


def _named(name: str, items: list[Item], names: Called) -> Named:
    examples = [each for each in items if each.kind == "example"]
    languages = dict.fromkeys(each.language for each in examples)
    listed = tuple(_examples(each, [one for one in examples if one.language == each]) for each in languages)
    changes = tuple(_change(each, names) for each in items if each.kind != "example")
    more = len(examples) - sum(len(each.added) + len(each.removed) for each in listed)
    kind = items[0].kind
    title = name.rpartition("/")[2] if kind == "file" else name if kind in _SPOKEN else names.thing(name)
    return Named(title, kind == "file", changes, listed, more)


_SPOKEN = ("rule", "path", "test")
"""What people give a name in words."""


def _examples(language: str, items: list[Item]) -> Examples:
    added, removed = ([str(text) for text in side if text is not None]
                      for side in zip(*((each.new, each.old) for each in items), strict=True))  # fmt: skip
    return Examples(language, tuple(map(parts, added[:_EXAMPLES])), tuple(map(parts, removed[:_EXAMPLES])))


def _change(item: Item, names: Called) -> Change:
    old, new = names.lines(item, item.old, item.new), names.lines(item, item.new, item.old)
    if old is not None and new is not None:
        return Change(item, *marked(old, new))
    return Change(item, *((Piece(text, False),) if text is not None else None for text in (old, new)))


@dataclass(frozen=True)
class Condition:
    """A condition of the gate in words; `details` are as the check wrote them."""

    title: str
    state: str
    words: str
    details: tuple[str, ...]
    is_english: bool


def conditions(visit: Visit, steps: Iterable[Step]) -> list[Condition]:
    """What was looked at, in the person's language where we have the words."""
    return [condition(visit, step) for step in steps]


def condition(visit: Visit, step: Step) -> Condition:
    """One of them."""
    name = step.name.replace(" ", "_")
    has, title = visit.studio.words.has, f"publishing_step_{name}"
    states = ("red", step.state) if step.state == "failed" and step.details else (step.state,)  # red: what is listed
    told = next(filter(has, (f"publishing_gate_{name}_{state}" for state in states)), "")
    words = visit.say(told, count=len(step.details), said=step.words) if told else step.words
    return Condition(visit.say(title) if has(title) else step.name, step.state, words, step.details, not told)


def language_namer(visit: Visit) -> Callable[[str], str]:
    """How a language is called in the person's own."""

    def name(language: str) -> str:
        try:
            return str(Locale.parse(language, sep="-").get_display_name(visit.language) or language)
        except (UnknownLocaleError, ValueError):
            return language

    return name
