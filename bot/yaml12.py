"""YAML 1.2 read by libyaml, ten times faster than in Python: `no` is a word, 12:30 is a text, no name stands twice."""

import re
from collections.abc import Hashable
from datetime import date
from pathlib import Path
from typing import Any

import yaml

YAMLError = yaml.YAMLError
_PLAIN, _MERGE = "tag:yaml.org,2002:plain", "tag:yaml.org,2002:merge"
_NULL = re.compile(r"|~|null|Null|NULL")
_BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def read(path: Path) -> Any:
    """What stands in a file. Raises OSError, UnicodeDecodeError or YAMLError, which names line and column."""
    return parse(path.read_text(encoding="utf-8"))


def parse(text: str) -> Any:
    """What a text means. Raises YAMLError."""
    return yaml.load(text, Loader=_Loader)  # noqa: S506


def composed(text: str) -> Any:
    """The tree of a text, its values not looked at; None where there is none or it does not read."""
    try:
        return yaml.compose(text, Loader=_Loader)
    except (YAMLError, ValueError):
        return None


def plain_value(text: str) -> Any:
    """The meaning of a text without quotation marks (YAML 1.2, core schema; and dates)."""
    if _NULL.fullmatch(text):
        return None
    if _BOOL.fullmatch(text):
        return text.lower() == "true"
    if _INT.fullmatch(text):
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    if _FLOAT.fullmatch(text):
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return text


class _Loader(yaml.CSafeLoader):
    """Safe, with plain words by `plain_value`; a name that stands twice is a mistake."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value} stands there twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def _plain(_loader: _Loader, node: yaml.ScalarNode) -> Any:
    return plain_value(node.value)


_Loader.yaml_implicit_resolvers = {"<": [(_MERGE, re.compile("<<"))], None: [(_PLAIN, re.compile(""))]}
_Loader.add_constructor(_PLAIN, _plain)
