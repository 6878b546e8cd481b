"""The interface's words, in every language of the studio: all files of `words/` together."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent / "words"
LANGUAGES = ("en", "es")
"""Of the interface; what the assistant itself speaks stands in city.yml."""


@dataclass(frozen=True)
class Words:
    """Texts by key and language."""

    texts: dict[str, dict[str, str]]

    def say(self, key: str, language: str, /, **blanks: object) -> str:
        """The text of `key` with its blanks filled. With `count`, the key's `one` form serves for 1."""
        if blanks.get("count") == 1 and f"{key}_one" in self.texts:
            key = f"{key}_one"
        return self.texts[key][language].format(**blanks)

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
