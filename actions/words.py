"""Words for buttons and labels that an action puts together, read from the answers under data/topics.

Answers called `utter_<topic>_words_...` are never said as they stand: each of their buttons gives the words for one
choice in one language, so that the content team writes them next to the other texts.
"""

import functools
from pathlib import Path
from typing import Any

import yaml

from actions.base import Button, choose, topics


def button(topic: str, choice: str, language: str) -> Button:
    """The button for `choice`, in the topic's words."""
    return choose(word(topic, choice, language), choice)


def word(topic: str, choice: str, language: str) -> str:
    """The words for `choice`; the choice itself where nobody has written any."""
    path = topics() / topic / "answers.yml"
    words = _words(path, path.stat().st_mtime_ns, f"utter_{topic}_words_")
    return words.get((language, choice), choice)


@functools.lru_cache(maxsize=8)
def _words(path: Path, _changed: int, prefix: str) -> dict[tuple[str, str], str]:
    responses: dict[str, list[dict[str, Any]]] = _texts(path)["responses"]
    return {
        (variation["metadata"]["language"], _choice(item["payload"])): item["title"]
        for answer, variations in responses.items()
        if answer.startswith(prefix)
        for variation in variations
        for item in variation["buttons"]
    }


def _choice(payload: str) -> str:
    return payload.split('"choice": "')[1].split('"')[0]


def intent_title(intent: str, language: str) -> str:
    """What an intent is called on a button (`metadata: title:` in the questions files); "" if it has no title."""
    files = sorted(topics().glob(f"*/questions.{language}.yml"))
    return _titles(tuple((path, path.stat().st_mtime_ns) for path in files)).get(intent, "")


@functools.lru_cache(maxsize=8)
def _titles(files: tuple[tuple[Path, int], ...]) -> dict[str, str]:
    titles: dict[str, str] = {}
    for path, _ in files:
        for item in (_texts(path) or {}).get("nlu", []):
            title = (item.get("metadata") or {}).get("title")
            if title:
                titles[item["intent"]] = title
    return titles


def _texts(path: Path) -> Any:
    """A file in which everything is a text, also `no`; with libyaml, since it may hold hundreds of examples."""
    return yaml.load(path.read_bytes(), Loader=yaml.CBaseLoader)  # noqa: S506
