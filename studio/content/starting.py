"""A new topic, or a new question of one: its files, in every language of the city."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from studio.content.editing import AddAnswer, AddQuestion, EditError, edit, read
from studio.content.editing.scalars import written

_TOPIC = re.compile(r"[a-z][a-z0-9_]*")
_LONGEST = 40


@dataclass(frozen=True)
class NewQuestion:
    """All that a question needs to be asked and answered. `wordings`: by language and channel ("" is the web)."""

    name: str
    titles: Mapping[str, str]
    examples: Mapping[str, Sequence[str]]
    wordings: Mapping[tuple[str, str], str]
    owner: str
    source: str
    review_by: date
    tests: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """For each language a test's name and what a person says in it."""


def new_topic(root: Path, topic: str, languages: Sequence[str], owner: str, today: date) -> dict[str, str]:
    """The text of each new file. Raises EditError if the name cannot be one or is taken."""
    check_name(root, topic)
    new = NewQuestion(
        f"faq/{topic}_main",
        {language: f"TITLE ({language})" for language in languages},
        {language: [f"EXAMPLE QUESTION ({language})"] for language in languages},
        {(language, channel): f"ANSWER ({language})" for language in languages for channel in ("", "sms")},
        owner,
        "https://",
        today + timedelta(days=180),
        {
            language: (f"a person asks about {topic} ({language})", f"SAY IT IN OTHER WORDS ({language})")
            for language in languages
        },
    )
    return with_question(root, topic, new)


def check_name(root: Path, topic: str) -> None:
    """Raises EditError if it cannot be a topic's name or is taken."""
    if not _TOPIC.fullmatch(topic):
        raise EditError(f"“{topic}” cannot be a topic's name: use small letters, digits and _ only.")
    if (root / "data" / "topics" / topic).exists():
        raise EditError(f"There is a topic “{topic}” already.")


def with_question(root: Path, topic: str, new: NewQuestion) -> dict[str, str]:
    """The text of each file of a topic with one more question; a topic that is not there yet begins with it."""
    folder = f"data/topics/{topic}"
    texts: dict[str, str] = {}
    for language, examples in new.examples.items():
        path = f"{folder}/questions.{language}.yml"
        before = read(root, path).text or 'version: "3.1"\n'
        texts[path] = edit(before, AddQuestion(new.name, new.titles[language], examples))
    path = f"{folder}/answers.yml"
    texts[path] = edit(read(root, path).text, AddAnswer(f"utter_{new.name}", _variations(new)))
    path = f"{folder}/tests.yml"
    tests = read(root, path).text
    for language, (name, said) in new.tests.items():
        tests = with_test(tests, name, language, said, f"utter_{new.name}")
    if tests:
        texts[path] = tests
    return texts


def with_test(text: str, name: str, language: str, said: str, answer: str) -> str:
    """A topic's tests with one more at the end."""
    new = (
        f"- name: {written(name, None)}\n  language: {language}\n  steps:\n"
        f"  - {{user: {written(said, chr(34), flow=True)}, answer: {answer}}}\n"
    )
    return f"{text.rstrip()}\n\n{new}" if text.strip() else new


def short_name(words: str) -> str:
    """A name made of what people call it: “¿Cómo pago?” becomes como_pago."""
    letters = unicodedata.normalize("NFKD", words.casefold())
    bare = "".join(letter for letter in letters if letter.isascii())
    name = "_".join(re.findall(r"[a-z0-9]+", bare))
    name = name[:_LONGEST].rsplit("_", 1)[0] if len(name) > _LONGEST else name
    return name if name[:1].isalpha() else f"topic_{name}".rstrip("_")


def _variations(new: NewQuestion) -> list[dict[str, object]]:
    about = {"owner": new.owner, "source": new.source, "review_by": new.review_by}
    return [
        {
            "metadata": {"language": language, **({} if number else about)},
            **({"channel": channel} if channel else {}),
            "text": text,
        }
        for number, ((language, channel), text) in enumerate(new.wordings.items())
    ]
