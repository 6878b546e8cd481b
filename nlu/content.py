"""Finds and reads what the content team writes: data/topics/<topic>/*.yml and city.yml."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any, Dict, Iterable, List

import ruamel.yaml
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import YAMLError
from ruamel.yaml.resolver import VersionedResolver

QUESTIONS = "questions.*.yml"
DOMAIN_PARTS = ("answers.yml", "forms.yml")
STORIES = ("rules.yml", "stories.yml")


class UnreadableContent(Exception):
    """A content file that is missing, not YAML or not a mapping; the text names the file and the line."""


class _PlainConstructor(SafeConstructor):
    """Rasa teaches ruamel to expand `${NAME}` everywhere: in an answer that would print our secrets."""


def _as_text(constructor: SafeConstructor, node: Any) -> str:
    return str(constructor.construct_scalar(node))


_PlainConstructor.add_constructor("!env_var", _as_text)


def read_mapping(path: Path) -> Dict[str, Any]:
    """The mapping in a YAML 1.2 file; dates become ISO text. Raises UnreadableContent."""
    try:
        text = path.read_text(encoding="utf-8")
        try:
            content = _reader(pure=False).load(text)
        except YAMLError:
            content = _reader(pure=True).load(text)  # twelve times slower, but its errors show the line
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise UnreadableContent(f"{path} cannot be read: {error}") from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise UnreadableContent(f"{path} must be a list of `name: value` lines.")
    return dict(_plain(content))


def _reader(pure: bool) -> ruamel.yaml.YAML:
    reader = ruamel.yaml.YAML(typ="safe", pure=pure)
    reader.Constructor = _PlainConstructor
    reader.Resolver = VersionedResolver  # YAML 1.2 in both: "no" is a word
    return reader


def find(folders: Iterable[Path], *patterns: str) -> List[Path]:
    """Files below the folders whose name matches one of the patterns, always in the same order."""
    found = {path for folder in folders for pattern in patterns for path in folder.rglob(pattern)}
    return sorted(path for path in found if path.is_file())


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    return value
