"""Whether a text message asks to stop, to start again, or for help: by keyword, or in a person's own words.

Carriers act on the English keywords themselves. In the United States a person may stop by any reasonable means
(47 CFR 64.1200(a)(10)), so wordings count too.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rapidfuzz.distance import DamerauLevenshtein

from bot.errors import SettingError
from bot.yaml12 import YAMLError, read

Wish = Literal["stop", "start", "help", "stop_candidate", "none"]
"""`stop_candidate` is a wish to stop that is no keyword: honoured all the same, and worth a look by staff."""

FROM_TWILIO: dict[str, Wish] = {"STOP": "stop", "START": "start", "HELP": "help"}
"""Twilio's OptOutType: the carrier side has acted already, whatever the words."""

_GAP = r"(?:\w+ ){0,3}"
_SHORT = 5  # words
_LONG_WORD = 8  # letters from which one wrong letter is forgiven in a keyword


@dataclass(frozen=True)
class OptOut:
    """The words of data/optout.yml, as patterns over plain words."""

    keywords: dict[str, Wish]
    wordings: re.Pattern[str]
    short: re.Pattern[str]
    never: re.Pattern[str]
    provider: frozenset[str]

    def wish(self, text: str, opt_out_type: str | None = None) -> Wish:
        """What a message asks for; `opt_out_type` is what Twilio says about it, and goes before the words."""
        told = FROM_TWILIO.get((opt_out_type or "").strip().upper())
        if told:
            return told
        said = _plain(text)
        keyword = self.keywords.get(said)
        if keyword:
            return keyword
        about = self.never.sub(" ", said)
        if self.wordings.search(about) or (len(said.split()) <= _SHORT and self.short.search(about)):
            return "stop_candidate"
        return "stop_candidate" if self._mistyped(said) else "none"

    def is_provider_s(self, text: str) -> bool:
        """Whether the message is a keyword that the provider answers by itself."""
        return _plain(text) in self.provider

    def _mistyped(self, said: str) -> bool:
        stops = (word for word, wish in self.keywords.items() if wish == "stop" and len(word) >= _LONG_WORD)
        return any(DamerauLevenshtein.distance(said, word, score_cutoff=1) <= 1 for word in stops)


def load_optout(path: Path) -> OptOut:
    """Read the words. Raises SettingError that names the file."""
    try:
        raw = read(path)
        wishes: tuple[Wish, ...] = ("stop", "start", "help")
        keywords = {_plain(word): wish for wish in wishes for words in raw["keywords"][wish].values() for word in words}
        wordings, short, never = (_pattern(raw[part].values()) for part in ("wordings", "short", "never"))
        return OptOut(keywords, wordings, short, never, frozenset(_plain(word) for word in raw["provider"]))
    except (OSError, UnicodeDecodeError, YAMLError, KeyError, TypeError, AttributeError) as error:
        raise SettingError(f"The words in {path} cannot be read: {error!r}. Restore the file.") from None


def _pattern(lists: Iterable[Iterable[str]]) -> re.Pattern[str]:
    """One pattern for all phrases; a `*` between words stands for up to three others."""
    phrases = [str(phrase) for words in lists for phrase in words]
    found = "|".join(f" {_GAP}".join(re.escape(_plain(part)) for part in phrase.split("*")) for phrase in phrases)
    return re.compile(rf"(?<!\w)(?:{found})(?!\w)")


def _plain(text: str) -> str:
    """Small letters without accents, apostrophes and other marks, words one space apart."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", re.sub(r"['’`´]", "", letters)))
