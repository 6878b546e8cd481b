"""The lines of a transcript with the words that are said, in one language and on one channel."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from studio.content.draft import Draft, NoSuchTopic
from studio.content.labels import Part, parts
from studio.content.names import Names
from studio.content.project import Answer, Form, Question, Variation
from studio.web.paths.naming import is_group, plain_name, title_of
from studio.web.paths.transcript import Item, Said
from studio.web.topics.addresses import item_url
from studio.web.topics.wording import Shown, shown


@dataclass(frozen=True)
class Voice:
    """In which words it is read: the assistant's language, the channel, and the interface's language."""

    language: str
    channel: str
    reader: str


@dataclass(frozen=True)
class Heard:
    """What a person says: the question's title, an example with its labels, or words; `group`: any of a kind."""

    title: str
    example: tuple[Part, ...]
    labels: tuple[tuple[str, str], ...]
    group: bool = False
    url: str = ""
    words: str = ""
    known: bool = True


@dataclass(frozen=True)
class Spoken:
    """An answer in its words; `group`: each question has its own; None: there are no words yet."""

    title: str
    wording: Shown | None
    group: bool = False
    url: str = ""


@dataclass(frozen=True)
class Line:
    """One line: what it is, and what there is to read."""

    item: Item
    title: str = ""
    heard: tuple[Heard, ...] = ()
    spoken: tuple[Spoken, ...] = ()
    asks: tuple[str, ...] = ()


def lines(draft: Draft, names: Names, items: Sequence[Item], voice: Voice) -> list[Line]:
    """Each item as it is read."""
    return [_line(draft, names, item, voice) for item in items]


def _line(draft: Draft, names: Names, item: Item, voice: Voice) -> Line:
    if item.kind == "says":
        return Line(item, heard=tuple(_heard(draft, names, said, voice) for said in item.said))
    if item.kind == "answers":
        words = item.said[0].words if item.said else ""
        return Line(item, words, spoken=(spoken(draft, names, item.name, voice),) if item.name else ())
    if item.kind == "asks":
        form = form_of(draft, item.name)
        asks = tuple(plain_name(each.name) for each in form.asks) if form else ()
        return Line(item, plain_name(item.name), asks=asks)
    return Line(item, item.name if item.kind == "checkpoint" else plain_name(item.name) if item.name else "")


def spoken(draft: Draft, names: Names, name: str, voice: Voice) -> Spoken:
    """An answer by its name."""
    question = name.removeprefix("utter_")
    title = title_of(names, question, voice.reader) if "/" in question else plain_name(name)
    folder = names.where(name)
    answer = _answer(draft, folder, name)
    if answer is None:
        return Spoken(title, None, group=is_group(names, question))
    variation = _best(answer.variations, voice, draft.languages[0])
    wording = None
    if variation:
        buttons = tuple(button.title for button in variation.buttons)
        wording = shown(draft, variation.text, variation.language or voice.language, voice.channel, buttons)
    return Spoken(title, wording, url=item_url(folder or "", name))


def form_of(draft: Draft, name: str) -> Form | None:
    """A form by its name, from whichever topic has it, or from what all topics share."""
    for topic in draft.topics():
        if name in topic.declared["forms"]:
            project = draft.topic(topic.folder).project
            return next((form for form in project.forms if form.name == name), None)
    return None


def asking(draft: Draft, form: Form, names: Names) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What a form asks for, each with the answers that ask for it."""
    answers = set(names.answers)
    for each in form.asks:
        own = (f"utter_ask_{form.name}_{each.name}", f"utter_ask_{each.name}")
        found = [name for name in own if name in answers][:1]
        # A form with a program of its own asks in words of its topic: docs/forms.md.
        more = [name for name in names.answers if name.startswith(f"utter_{each.name}_ask_")]
        yield each.name, tuple(found or more)


def _heard(draft: Draft, names: Names, said: Said, voice: Voice) -> Heard:
    if said.words:
        return Heard(said.words, (), said.labels, words=said.words)
    group = is_group(names, said.question)
    folder = names.where(said.question)
    questions = _questions(draft, folder, said.question)
    own = [each for each in questions if each.language == voice.language] or questions
    examples = [example for each in own for example in each.examples]
    with_labels = [
        each for each in examples if {label.name for label in each.labels} >= {name for name, _ in said.labels}
    ]
    best = next(iter(with_labels or examples), None)
    return Heard(
        title_of(names, said.question, voice.reader),
        tuple(parts(best.written)) if best else (),
        said.labels,
        group,
        item_url(folder, said.question) if folder else "",
        known=group or bool(questions),
    )


def _questions(draft: Draft, folder: str | None, name: str) -> list[Question]:
    if folder is None:
        return []
    try:
        return [each for each in draft.topic(folder).project.questions if each.name == name]
    except NoSuchTopic:
        return []


def _answer(draft: Draft, folder: str | None, name: str) -> Answer | None:
    if folder is None:
        return None
    try:
        return next((each for each in draft.topic(folder).project.answers if each.name == name), None)
    except NoSuchTopic:
        return None


def _best(variations: Sequence[Variation], voice: Voice, default: str) -> Variation | None:
    """Own language before the default one, the channel's wording before the general one: as nlu/answers.py has it."""
    for language in dict.fromkeys((voice.language, default)):
        for channel in (voice.channel, ""):
            for each in variations:
                if (each.language or default) == language and each.channel == channel:
                    return each
    return None
