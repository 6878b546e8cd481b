"""Example questions: how they are written, labels in them, and the same question under two topics."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from studio.content.checks.files import _SWALLOWED
from studio.content.checks.found import found
from studio.content.examples import MARKED
from studio.content.finding import Finding, Place
from studio.content.project import Example, Project, Question

_BROKEN = re.compile(r"\]\s?[({]|\[[^\]]*\(|^[^\[]*\w\]|\[[^\]]*$|\[[^\]]+\](?![({])")
_FEW_WORDS = 3  # fewer words in another order are no sign of anything
_CLOSING = re.compile(r"\w\]|\[\w")


def check(project: Project) -> Iterator[Finding]:
    """Everything about example questions."""
    for question in project.questions:
        yield from _written(question)
        yield from _labels(question)
    yield from _few(project)
    yield from _twice(project)
    yield from _near(project)


@lru_cache(maxsize=100_000)
def plain(text: str) -> str:
    """Letters and digits only, without case and accents."""
    if text.isascii():
        return " ".join(re.findall(r"\w+", text.lower())) or text
    letters = unicodedata.normalize("NFKD", text.casefold())
    words = re.findall(r"\w+", "".join(letter for letter in letters if not unicodedata.combining(letter)))
    return " ".join(words) or text


def _written(question: Question) -> Iterator[Finding]:
    key = question.node.key("examples")
    if question.written_as in ("words", "bare") and key:
        words = (
            "A vertical bar is missing behind “examples:”, so none of these examples is learned. Write “examples: |”."
        )
        yield found("pipe", key.place, words)
        return
    written = question.node.get("examples")
    if key and written is not None and written.style == ">":
        words = "The examples run together into one text, because “>” stands behind “examples:”. Write “examples: |”."
        yield found("pipe", key.place, words)
        return
    for example in question.examples:
        if example.dashed and not _SWALLOWED.match(example.written):
            continue
        if _SWALLOWED.match(example.written.removeprefix("- ")):
            words = "This line stands too far to the right, so it counts as an example of the topic above."
            yield found(
                "indent", example.place, f"{words} Begin it with as many spaces as the line that begins like it."
            )
            return
        if example.written.startswith("\t"):
            yield found("tab", example.place, "This line is indented with a tab, so it is not learned. Use spaces.")
            continue
        if example.written.startswith("-"):
            words = "This line is indented otherwise than its neighbors, so it is not learned."
            yield found("indent", example.place, f"{words} Begin it with as many spaces.")
            continue
        bare = example.written.lstrip("*–—•+ ")
        words = f"The dash before “{bare}” is missing, so it is not learned. Write “- {bare}”."
        yield found("dash", example.place, words)


def _labels(question: Question) -> Iterator[Finding]:
    for example in question.examples:
        if "[" not in example.written and "]" not in example.written:
            continue
        rest = MARKED.sub(" ", example.written)
        broken = any(not label.name for label in example.labels) or len(example.labels) < len(
            MARKED.findall(example.written)
        )
        if broken or (("[" in rest or "]" in rest) and (_BROKEN.search(rest) or _CLOSING.search(rest))):
            words = f"The label in “{example.written}” is not written right, so its signs are learned as text."
            yield found("label", example.place, f"{words} It looks like this: [Main Street](street).")


def _few(project: Project) -> Iterator[Finding]:
    count: Counter[str] = Counter()
    first: dict[str, Question] = {}
    odd: set[str] = set()
    for question in project.questions:
        count[question.name] += len(question.examples)
        first.setdefault(question.name, question)
        if (
            question.written_as in ("words", "bare")
            or ">" in _style(question)
            or any(not each.dashed for each in question.examples)
        ):
            odd.add(question.name)
        if question.written_as == "none" and any(
            key.text not in ("intent", "metadata") for key, _ in question.node.pairs
        ):
            continue
    for name, number in count.items():
        if number < 2 and name not in odd:
            words = f"“{name}” has {'only one example question' if number else 'no example questions'}."
            yield found(
                "few-examples", first[name].place, f"{words} Write at least 10 ways in which people ask for it."
            )


def _near(project: Project) -> Iterator[Finding]:
    """The same words in another order, under two topics."""
    seen: dict[str, tuple[Question, Example]] = {}
    for question in project.questions:
        for example in question.examples:
            words = plain(example.said).split()
            if len(words) < _FEW_WORDS:
                continue
            other = seen.setdefault(" ".join(sorted(words)), (question, example))
            if other[0].name != question.name and plain(other[1].said) != " ".join(words):
                message = f"“{example.said}” has the same words as “{other[1].said}” under “{other[0].name}”"
                yield found(
                    "near-example", example.place, f"{message} ({other[1].place}). Make sure that both are right."
                )


def _style(question: Question) -> str:
    written = question.node.get("examples")
    return (written.style or "") if written is not None else ""


def _twice(project: Project) -> Iterator[Finding]:
    exact: dict[tuple[str, str], Place] = {}
    seen: dict[str, tuple[Question, Example]] = {}
    for question in project.questions:
        for example in question.examples:
            said = plain(example.said)
            other = seen.setdefault(said, (question, example))
            if other[0].name != question.name:
                same = other[1].said.strip() == example.said.strip()
                code = "same-example" if same else "alike-example"
                what = "also stands" if same else f"stands, as “{other[1].said}”,"
                words = f"“{example.said}” {what} under “{other[0].name}” ({other[1].place}). Delete one of them."
                yield found(code, example.place, words)
                continue
            key = (f"{question.name} {question.language}", example.said.strip().casefold())
            if key in exact:
                words = f"“{example.said}” stands twice under “{question.name}”: also in {exact[key]}. Delete one."
                yield found("repeated-example", example.place, words)
            exact.setdefault(key, example.place)
