"""How an answer's wording is chosen and filled; without Rasa, so that a check before publishing does the very same."""

from __future__ import annotations

import json
from typing import Any, Callable, Dict, Iterator, List, Mapping, NamedTuple, Optional

from nlu.blanks import Unfillable, fill

PARTS = ("text", "buttons", "quick_replies", "custom", "image", "attachment", "elements")

Variation = Dict[str, Any]


class Where(NamedTuple):
    """Whom an answer is for; `default` is the city's first language."""

    channel: str
    language: str
    default: str


class Said(NamedTuple):
    """An answer's parts as they are sent, the language that they are in, and their source."""

    parts: Dict[str, Any]
    language: str
    source: Optional[str]


def said(
    variations: List[Variation], where: Where, values: Mapping[str, Any], unfilled: Callable[[str], None]
) -> Optional[Said]:
    """The first wording whose conditions hold and whose blanks can be filled; `unfilled` hears of those that cannot."""
    if not variations or metadata(variations[0]).get("off"):
        return None
    for variation in _in_order(variations, where):
        if not _conditions_hold(variation, values):
            continue
        language = metadata(variation).get("language", where.default)
        try:
            parts = filled(variation, values, language)
        except Unfillable as blank:
            unfilled(str(blank))
            continue
        return Said(parts, language, metadata(variation).get("source") or metadata(variations[0]).get("source"))
    return None


def filled(variation: Variation, values: Mapping[str, Any], language: str) -> Dict[str, Any]:
    """Every part of a wording with its blanks filled. Raises Unfillable."""
    return {part: _filled(variation[part], values, language) for part in PARTS if variation.get(part)}


def metadata(variation: Variation) -> Dict[str, Any]:
    """What is noted about a wording."""
    noted = variation.get("metadata")
    return noted if isinstance(noted, dict) else {}


def _in_order(variations: List[Variation], where: Where) -> Iterator[Variation]:
    """Own language before the default one, within a language the channel's wording before the general one."""
    for wanted in dict.fromkeys((where.language, where.default)):
        for place in (where.channel, None):
            for variation in variations:
                said_in = metadata(variation).get("language", where.default)
                if said_in == wanted and variation.get("channel") == place and not metadata(variation).get("off"):
                    yield variation


def _conditions_hold(variation: Variation, values: Mapping[str, Any]) -> bool:
    return all(values.get(c.get("name")) == c.get("value") for c in variation.get("condition") or [])


def _filled(value: Any, values: Mapping[str, Any], language: str, in_json: bool = False) -> Any:
    """The same structure with every text filled; a button's payload is JSON, so what goes in is escaped."""
    if isinstance(value, str):
        return fill(value, values, language, (lambda text: json.dumps(text)[1:-1]) if in_json else str)
    if isinstance(value, dict):
        return {key: _filled(item, values, language, key == "payload") for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, values, language) for item in value]
    return value
