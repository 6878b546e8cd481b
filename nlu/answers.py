"""Rasa's answer generator: picks the published wording by language and channel and fills its blanks."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Optional

from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from nlu import releases
from nlu.blanks import Unfillable, fill
from nlu.published import Published
from nlu.releases import SwitchedOff

logger = logging.getLogger(__name__)

FALLBACK = "utter_default"
SWITCHED_OFF = "utter_switched_off"  # said instead of an answer that staff took back for now
ORIGIN = "origin"  # key of a reply's metadata: {"answer", "language", "source"}
PARTS = ("text", "buttons", "quick_replies", "custom", "image", "attachment", "elements")

Variation = Dict[str, Any]


class PublishedAnswers(NaturalLanguageGenerator):
    """endpoints.yml `nlg: {type: nlu.answers.PublishedAnswers}`; same question, same answer."""

    def __init__(self, endpoint_config: Optional[EndpointConfig] = None, domain: Optional[Domain] = None) -> None:
        options = endpoint_config.kwargs if endpoint_config else {}
        self.published = Published(Path(options.get("root", ".")))
        self.off = SwitchedOff(releases.folder())
        self.release: Optional[int] = None  # None: the working folder

    def of_release(self, number: int, published: Published) -> "PublishedAnswers":
        """Another generator, which says what a release says; the list of what is switched off is for all of them."""
        other = PublishedAnswers()
        other.release, other.published, other.off = number, published, self.off
        return other

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> Optional[Dict[str, Any]]:
        """The answer as {text, buttons, ..., origin: {answer, language, source}}; None only without any fallback."""
        self.published.refresh()
        self.off.refresh()
        kwargs.pop("domain_responses", None)
        slots = tracker.current_slot_values()
        language = self._language(slots, kwargs)
        values = {**slots, **{k: v for k, v in kwargs.items() if v is not None}, "city": self.published.city}
        for name in self._instead_of(utter_action):
            answer = self._answer(name, _channel(slots, output_channel), language, values)
            if answer is not None:
                return answer
            logger.error("answer.missing", extra={"event": "answer.missing", "answer": name, "language": language})
        return None

    def _instead_of(self, name: str) -> Iterator[str]:
        """The answer itself, unless it or its topic is switched off, and what is said where it cannot be."""
        if name in self.off.answers or self.published.topics.get(name) in self.off.topics:
            name = SWITCHED_OFF
        yield from dict.fromkeys((name, FALLBACK))

    def _language(self, slots: Mapping[str, Any], kwargs: Mapping[str, Any]) -> str:
        turn = slots.get("turn") or {}
        for asked in (kwargs.get("language"), slots.get("language"), turn.get("language")):
            if isinstance(asked, str) and asked:
                return asked
        return self.published.languages[0]

    def _answer(self, name: str, channel: str, language: str, values: Dict[str, Any]) -> Optional[Dict[str, Any]]:
        variations = self.published.answers.get(name, [])
        if not variations or _metadata(variations[0]).get("off"):
            return None
        default = self.published.languages[0]
        for variation in _in_order(variations, channel, language, default):
            if not _conditions_hold(variation, values):
                continue
            said_in = _metadata(variation).get("language", default)
            try:
                parts = {k: _filled(variation[k], values, said_in) for k in PARTS if variation.get(k)}
            except Unfillable as blank:
                logger.error(
                    "answer.blank", extra={"event": "answer.blank", "answer": name, "blank": str(blank)}
                )
                continue
            source = _metadata(variation).get("source") or _metadata(variations[0]).get("source")
            return {**parts, ORIGIN: {"answer": name, "language": said_in, "source": source}}
        return None


def _channel(slots: Mapping[str, Any], output_channel: str) -> str:
    """`web` or `sms`; the terminal (`rasa shell`) reads what the web chat shows."""
    turn = slots.get("turn") or {}
    return str(turn.get("channel") or ("sms" if output_channel == "sms" else "web"))


def _in_order(variations: List[Variation], channel: str, language: str, default: str) -> Iterator[Variation]:
    """Own language before the default one, within a language the channel's wording before the general one."""
    for wanted in dict.fromkeys((language, default)):
        for place in (channel, None):
            for variation in variations:
                said_in = _metadata(variation).get("language", default)
                if said_in == wanted and variation.get("channel") == place and not _metadata(variation).get("off"):
                    yield variation


def _metadata(variation: Variation) -> Dict[str, Any]:
    metadata = variation.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


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
