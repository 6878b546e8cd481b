"""What changed, arranged for a page: by topic and name, pieces of texts marked, long lists cut."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from babel import Locale, UnknownLocaleError

from studio.publishing.differences import Difference, Item, Piece, TopicChange, marked
from studio.publishing.gate import Step
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
class Named:
    """All changes to one answer, question, rule or path."""

    name: str
    changes: tuple[Change, ...]
    added: tuple[str, ...]
    """Example questions that are new, and those that are gone."""
    removed: tuple[str, ...]
    language: str
    more: int
    """Example questions that are not listed, as they are too many."""


@dataclass(frozen=True)
class Topic:
    """What changed in one topic; `more` things are not shown."""

    name: str
    parts: tuple[Named, ...]
    more: int


def arranged(difference: Difference, page: int) -> tuple[tuple[Topic, ...], int, int]:
    """The topics of a page, its number as far as it exists, and how many pages there are."""
    pages = max(1, -(-len(difference.topics) // TOPICS_A_PAGE))
    page = min(max(page, 1), pages)
    topics = difference.topics[(page - 1) * TOPICS_A_PAGE : page * TOPICS_A_PAGE]
    return tuple(map(_topic, topics)), page, pages


def _topic(changed: TopicChange) -> Topic:
    by_name: dict[tuple[str, str], list[Item]] = {}
    for item in changed.items:
        key = item.language if item.kind in ("example", "title") else ""
        by_name.setdefault((item.name, key), []).append(item)
    shown, left = [], _ITEMS
    for (name, language), items in by_name.items():
        if left <= 0:
            break
        shown.append(_named(name, language, items))
        left -= len(shown[-1].changes) + 1
    seen = sum(len(by_name[part.name, part.language]) for part in shown)
    return Topic(changed.topic, tuple(shown), len(changed.items) - seen)


def _named(name: str, language: str, items: list[Item]) -> Named:
    examples = [each for each in items if each.kind == "example"]
    added = [each.new for each in examples if each.new is not None]
    removed = [each.old for each in examples if each.old is not None]
    changes = tuple(_change(each) for each in items if each.kind != "example")
    more = max(0, len(added) - _EXAMPLES) + max(0, len(removed) - _EXAMPLES)
    return Named(name, changes, tuple(added[:_EXAMPLES]), tuple(removed[:_EXAMPLES]), language, more)


def _change(item: Item) -> Change:
    if item.old is not None and item.new is not None:
        return Change(item, *marked(item.old, item.new))
    old, new = ((Piece(text, False),) if text is not None else None for text in (item.old, item.new))
    return Change(item, old, new)


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
