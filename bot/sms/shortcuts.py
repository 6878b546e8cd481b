"""Shortcuts of text messages (data/shortcuts.yml): a first word such as TRASH that stands for a whole sentence."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from bot.errors import SettingError
from bot.sms.optout import OptOut
from bot.yaml12 import YAMLError, read

_FIRST = re.compile(r"\W*(\w+)[\W_]*(.*)", re.DOTALL)
_FEW = 3
_RESTS = {
    "address": re.compile(r"\d+\s+\w.*", re.DOTALL),
    "number": re.compile(rf"(?=\D*\d)\S+(?:\s+\S+){{0,{_FEW - 1}}}"),
    "name": re.compile(rf"\S+(?:\s+\S+){{0,{_FEW - 1}}}"),
}


@dataclass(frozen=True)
class Shortcut:
    """What a word says alone, and with something behind it ("" where that is no shortcut)."""

    alone: str
    followed: str = ""
    rest: str = "name"


@dataclass(frozen=True)
class Shortcuts:
    """All of them, by their word."""

    words: dict[str, Shortcut]

    def expanded(self, text: str) -> str:
        """The sentence that a text stands for; the text itself where it is no shortcut."""
        found = _FIRST.fullmatch(text.strip())
        shortcut = self.words.get(_plain(found[1])) if found else None
        if not found or not shortcut:
            return text
        rest = found[2].rstrip(" .!?")
        if not rest:
            return shortcut.alone
        fits = shortcut.followed and _RESTS[shortcut.rest].fullmatch(rest)
        return shortcut.followed.replace("{rest}", rest) if fits else text


def load_shortcuts(path: Path, optout: OptOut) -> Shortcuts:
    """Read them. Raises SettingError that names a wrong one, such as a word that carriers act on."""
    try:
        raw = read(path) or {}
        words = {
            _plain(str(word)): Shortcut(says["alone"], says.get("with", ""), says.get("rest", "name"))
            for shortcuts in raw.values()
            for word, says in shortcuts.items()
        }
    except (OSError, UnicodeDecodeError, YAMLError, KeyError, TypeError, AttributeError) as error:
        raise SettingError(f"The shortcuts in {path} cannot be read: {error!r}. Mend or restore the file.") from None
    for word, shortcut in words.items():
        if optout.wish(word) != "none" or optout.is_provider_s(word):
            raise SettingError(f"{path}: {word!r} cannot be a shortcut, as it stops, starts or explains text messages.")
        if shortcut.rest not in _RESTS:
            raise SettingError(f"{path}: {word!r} has rest {shortcut.rest!r}; it is one of {', '.join(_RESTS)}.")
    return Shortcuts(words)


def _plain(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))
