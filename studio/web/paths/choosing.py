"""What there is to choose from for a step, by its plain name and searchable."""

from collections.abc import Iterator
from dataclasses import dataclass

from studio.content.checks.examples import plain
from studio.content.draft import Draft
from studio.content.names import Names
from studio.web.paths.listing import everything
from studio.web.paths.naming import is_group, plain_name, title_of

SHOWN = 12
"""So many at once; whoever looks for another one searches."""


@dataclass(frozen=True)
class Choice:
    """A name for programs, what people call it, and a line that tells it from others."""

    name: str
    title: str
    more: str = ""
    lang: str = ""


@dataclass(frozen=True)
class Choices:
    """The first of what was found, and how many there are in all."""

    shown: tuple[Choice, ...]
    count: int

    @property
    def is_cut(self) -> bool:
        """Whether there are more than are shown."""
        return self.count > len(self.shown)


@dataclass(frozen=True)
class Asked:
    """What is looked for: the kind of step, some words, names to put first, and in which language titles are."""

    what: str
    words: str = ""
    first: tuple[str, ...] = ()
    near: str = ""
    """A topic's folder, whose own come before all others."""
    language: str = "en"


def choices(draft: Draft, asked: Asked) -> Choices:
    """What fits, what is chosen already and the topic's own first."""
    wanted = plain(asked.words).split()
    known = draft.names()
    found = [
        each
        for each in _all(draft, known, asked)
        if each.name in asked.first or all(word in plain(f"{each.title} {each.more}") for word in wanted)
    ]
    found.sort(
        key=lambda each: (each.name not in asked.first, bool(asked.near) and known.where(each.name) != asked.near)
    )
    most = max(SHOWN, len(asked.first))
    return Choices(tuple(found[:most]), len(found))


def names(draft: Draft, what: str) -> frozenset[str]:
    """Every name that may be chosen for this kind of step."""
    return frozenset(each.name for each in _all(draft, draft.names(), Asked(what)))


def _all(draft: Draft, known: Names, asked: Asked) -> Iterator[Choice]:
    language = asked.language
    if asked.what == "says":
        groups = dict.fromkeys(name.split("/")[0] for name in known.questions if "/" in name)
        yield from (Choice(name, plain_name(name), "*") for name in groups if is_group(known, name))
        for name, question in known.questions.items():
            examples = question.examples.get(language) or next(iter(question.examples.values()), ())
            spoken = language if language in question.examples else next(iter(question.examples), "")
            yield Choice(name, title_of(known, name, language), examples[0] if examples else "", spoken)
    elif asked.what == "answers":
        groups = dict.fromkeys(name.split("/")[0] for name in known.answers if "/" in name)
        yield from (Choice(name, plain_name(name), "*") for name in groups)
        for topic in draft.topics():
            for answer in topic.answers:
                words = answer.words.get(language) or next(iter(answer.words.values()), "")
                yield Choice(answer.name, _answer_title(known, answer.name, language), words[:160], language)
    elif asked.what == "asks":
        yield from (Choice(name, plain_name(name)) for name in known.forms)
    elif asked.what == "acts":
        forms = {f"validate_{name}" for name in known.forms}
        yield from (Choice(name, plain_name(name)) for name in known.actions if name not in forms)
        yield from (Choice(name, plain_name(name)) for name in known.forms)
    elif asked.what == "checkpoint":
        tracks = [one.track for one in everything(draft) if one.track]
        points = {step.name for track in tracks for step in track.steps if step.kind == "checkpoint"}
        yield from (Choice(name, name) for name in sorted(points) if name)


def _answer_title(known: Names, name: str, language: str) -> str:
    question = name.removeprefix("utter_")
    return title_of(known, question, language) if "/" in question else plain_name(name)
