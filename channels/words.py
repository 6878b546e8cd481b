"""The public edge's own words: refusals and the page without JavaScript, in every language of `words.yml`."""

from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

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
    return Words(YAML(typ="safe").load(path.read_text(encoding="utf-8")))


def preferred_language(accept_language: str, languages: tuple[str, ...]) -> str:
    """The best of `languages` for an Accept-Language header (RFC 9110, section 12.5.4); the first if none fits."""
    wishes: list[tuple[float, str]] = []
    for part in accept_language[:500].split(","):
        tag, _, weight = part.partition(";q=")
        try:
            wishes.append((float(weight or 1), base_language(tag)))
        except ValueError:
            continue
    wishes.sort(key=lambda wish: -wish[0])
    return next((tag for weight, tag in wishes if weight > 0 and tag in languages), languages[0])


def base_language(tag: str) -> str:
    """The language of a tag without its region: "es" of "es-MX" (RFC 5646)."""
    return tag.strip().replace("_", "-").split("-")[0].lower()
