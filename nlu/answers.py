"""Rasa's answer generator: picks the published wording by language and channel and fills its blanks."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, Dict, Iterator, Mapping, Optional

from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from nlu import releases, wording
from nlu.published import Published
from nlu.releases import SwitchedOff

logger = logging.getLogger(__name__)

FALLBACK = "utter_default"
SWITCHED_OFF = "utter_switched_off"  # said instead of an answer that staff took back for now
ORIGIN = "origin"  # key of a reply's metadata: {"answer", "language", "source"}


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
        def unfilled(blank: str) -> None:
            logger.error("answer.blank", extra={"event": "answer.blank", "answer": name, "blank": blank})

        where = wording.Where(channel, language, self.published.languages[0])
        told = wording.said(self.published.answers.get(name, []), where, values, unfilled)
        if told is None:
            return None
        return {**told.parts, ORIGIN: {"answer": name, "language": told.language, "source": told.source}}


def _channel(slots: Mapping[str, Any], output_channel: str) -> str:
    """`web` or `sms`; the terminal (`rasa shell`) reads what the web chat shows."""
    turn = slots.get("turn") or {}
    return str(turn.get("channel") or ("sms" if output_channel == "sms" else "web"))
