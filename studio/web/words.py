"""The interface's words, in every language of the studio: all files of `words/` together."""

import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent / "words"
LANGUAGES = ("en", "es")
"""Of the interface; what the assistant itself speaks stands in city.yml."""
_BLANK = re.compile(r"\\\{(\w+)\\\}")


@dataclass(frozen=True)
class Words:
    """Texts by key and language."""

    texts: dict[str, dict[str, str]]

    def say(self, key: str, language: str, /, **blanks: object) -> str:
        """The text of `key` with its blanks filled. With `count`, the key's `one` form serves for 1."""
        if blanks.get("count") == 1 and f"{key}_one" in self.texts:
            key = f"{key}_one"
        return self.texts[key][language].format(**blanks)

    def retell(self, words: str, language: str) -> str:
        """What another part said in English, in that language: as it is, where we have no words for it."""
        for key, pattern in self._retold:
            if found := pattern.fullmatch(words):
                blanks = {**found.groupdict(), "language": self._tongue(found.groupdict().get("language"), language)}
                return self.say(key, language, **blanks)
        return words

    def _tongue(self, named: str | None, language: str) -> str:
        key = f"topics_language_{named}"
        return self.say(key, language) if self.has(key) else named or ""

    @cached_property
    def _retold(self) -> list[tuple[str, re.Pattern[str]]]:
        keys = [key for key in self.texts if key.startswith("retold_")]
        return [(key, re.compile(_BLANK.sub(r"(?P<\1>.*)", re.escape(self.texts[key]["en"])), re.S)) for key in keys]

    def has(self, key: str) -> bool:
        """Whether there are words for it."""
        return key in self.texts


@cache
def load_words(folder: Path = FOLDER) -> Words:
    """Read all words. Raises ValueError for a key in two files."""
    texts: dict[str, dict[str, str]] = {}
    for path in sorted(folder.glob("*.yml")):
        for key, text in yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader).items():
            if key in texts:
                raise ValueError(f"{path.name}: {key} is in another file, too.")
            texts[key] = text
    return Words(texts)
