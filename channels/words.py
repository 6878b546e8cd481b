"""The public edge's own words: refusals and the page without JavaScript, in every language of `words.yml`."""

from dataclasses import dataclass
from pathlib import Path

from bot.yaml12 import read

WORDS_FILE = Path(__file__).parent / "words.yml"


@dataclass(frozen=True)
class Words:
    """Texts by key and language; a language without a text gets the English one."""

    texts: dict[str, dict[str, str]]

    def say(self, key: str, language: str, **blanks: str | int) -> str:
        """The text of `key` with its blanks filled."""
        text = self.texts[key]
        return text.get(language, text["en"]).format(**blanks)


def load_words(path: Path = WORDS_FILE) -> Words:
    """Read all words once, at the start."""
    return Words(read(path))
