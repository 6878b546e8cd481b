"""Writes a text, number or date so that it reads back as exactly that, in the manner of its neighbors."""

import re
from datetime import date
from typing import Any

import yaml

from bot.yaml12 import plain_value
from studio.content.editing.errors import EditError
from studio.content.editing.tree import Opaque

_SIMPLE = re.compile(r"[^\W\d_][\w./-]*")  # reads like a name
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}
_INDICATORS = "-?:,[]{}#&*!|>'\"%@`="
_OLD_WORDS = yaml.resolver.Resolver()  # older tools take "yes" for true and "12:30" for a number


def written(value: Any, like: str | None, flow: bool = False) -> str:
    """One line. `like` is the manner to keep: plain (""), ' or "; None lets names be plain and quotes the rest."""
    if isinstance(value, Opaque):
        return value.text
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        raise EditError(f"A {type(value).__name__} cannot be written into a content file.")
    return _text(value, like, flow)


def _text(text: str, like: str | None, flow: bool) -> str:
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise EditError("The text has a broken character in it. Type it again.")
    if like == "" and is_plain(text, flow):
        return text
    if like is None and _SIMPLE.fullmatch(text) and is_plain(text, flow):
        return text
    if like == "'" and _printable(text):
        return "'" + text.replace("'", "''") + "'"
    return '"' + "".join(_escaped(character) for character in text) + '"'


def is_plain(text: str, flow: bool = False) -> bool:
    """Whether the text means itself without quotation marks, for every reader of such files."""
    if not text or text != text.strip() or text[0] in _INDICATORS or not _printable(text):
        return False
    if ": " in text or " #" in text or text.endswith(":") or text.startswith(("---", "...")):
        return False
    if flow and any(mark in text for mark in ",[]{}"):
        return False
    if not isinstance(plain_value(text), str):
        return False
    tag = _OLD_WORDS.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
    return bool(tag == "tag:yaml.org,2002:str")


def _printable(text: str) -> bool:
    return not any(_hidden(character) for character in text)


def _hidden(character: str) -> bool:
    """Control characters, odd line ends and what cannot be seen at all."""
    return character < " " or character in "\x7f\x85\u2028\u2029\ufeff\ufffe\uffff" or "\x80" <= character < "\xa0"


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if not _hidden(character):
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def literal_lines(text: str) -> list[str] | None:
    """The lines of a text under `|`; None where that cannot be written so."""
    body = text.removesuffix("\n")
    lines = body.split("\n")
    bad = not body.strip() or lines[0].startswith(" ") or not lines[0].strip() or not lines[-1].strip()
    if bad or any(not _printable(line.replace("\t", " ")) for line in lines):
        return None
    if any(line and not line.strip() for line in lines) or lines[0].startswith("\t"):
        return None
    return lines
