"""Every answer of the folder as residents would get it, blanks filled and blanks empty: JSON lines, without Rasa."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, TextIO

from nlu.blanks import Unfillable
from nlu.content import UnreadableContent
from nlu.published import Published
from nlu.wording import Where, filled, metadata, said

CHANNELS = ("web", "sms")
SAMPLE = "Central Library"  # of usual length, and no number where letters are meant


class Samples(Dict[str, Any]):
    """What blanks are filled with: the city's own values, what a wording's conditions ask for, else a sample."""

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name, SAMPLE)


def run(root: Path, out: TextIO = sys.stdout) -> int:
    """Write all of them; returns an exit code."""
    try:
        published = Published.of_release(root)
    except UnreadableContent as error:
        print(error, file=sys.stderr)
        return 1
    for line in rendered(published):
        out.write(json.dumps(line, ensure_ascii=True) + "\n")
    return 0


def rendered(published: Published) -> Iterator[Dict[str, Any]]:
    """`how` is "filled" (one for each wording) or "empty"; no `parts`: nothing could be said, because of `blanks`."""
    for name, variations in published.answers.items():
        about = {"answer": name, "topic": published.topics.get(name, "")}
        for number, variation in enumerate(variations):
            yield {**about, "how": "filled", "wording": number, **_filled(variation, published)}
        for language in published.languages:
            for channel in CHANNELS:
                where = Where(channel, language, published.languages[0])
                yield {**about, "how": "empty", **_empty(variations, where, published.city)}


def _filled(variation: Mapping[str, Any], published: Published) -> Dict[str, Any]:
    language = metadata(dict(variation)).get("language", published.languages[0])
    asked = {one.get("name"): one.get("value") for one in variation.get("condition") or []}
    about = {"language": language, "channel": variation.get("channel") or ""}
    try:
        values = Samples({**asked, "city": published.city})
        return {**about, "parts": filled(dict(variation), values, language), "blanks": []}
    except Unfillable as blank:
        return {**about, "parts": None, "blanks": [str(blank)]}


def _empty(variations: List[Dict[str, Any]], where: Where, city: Dict[str, Any]) -> Dict[str, Any]:
    blanks: List[str] = []
    told = said(variations, where, {"city": city}, blanks.append)
    about = {"language": where.language, "channel": where.channel, "blanks": blanks}
    if told is None:
        return {**about, "parts": None, "said_in": None}
    return {**about, "parts": told.parts, "said_in": told.language}
