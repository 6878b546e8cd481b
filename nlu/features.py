"""Texts as numbers: a multilingual sentence encoder beside word and character n-grams."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from difflib import get_close_matches
from functools import cached_property
from typing import Any, Callable, FrozenSet, List

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from nlu.encoder import Progress, encode, encode_stored, encoder_or_none

MAX_CHARACTERS = 600  # what a person asks stands in the first lines
MIN_TEXTS = 2  # an n-gram that stands in one example only teaches nothing
_DIGITS = re.compile(r"\d+")
_SPACE = re.compile(r"\s+")
_SIMILAR, _MISTYPED = 0.8, 4  # how like a known word, and from how many letters, a mistyped one is
_REPEATED = re.compile(r"(.)\1{2,}")
_COLUMNS, _PLACES = 1024, 4  # all n-grams share so many columns, each with its own mix of so many


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
    """Fits n-grams on the training texts; the encoder comes ready-made with its package.

    A row has the encoder's numbers first (`meaning`), then the n-grams: tens of thousands of them, mixed at random
    into 1,024 columns, which keeps their likeness and makes training many times quicker.
    """

    def __init__(self, ngram_weight: float, encoder: bool = True) -> None:
        self._weight = ngram_weight
        self._encoded = encoder and encoder_or_none() is not None
        self._known: FrozenSet[str] = frozenset()
        self._ngrams = [_Ngrams("word", (1, 2)), _Ngrams("char_wb", (2, 4))]

    def fit(self, texts: List[str]) -> "Features":
        """Learns the n-grams."""
        for seed, ngrams in enumerate(self._ngrams):
            ngrams.fit([unaccented(normalized(text)) for text in texts], seed)
        self._known = frozenset(word for text in texts for word in _words(text))
        return self

    def rows(self, texts: List[str], progress: Progress) -> Any:
        """float32 [texts, columns]: for training."""
        clean = [normalized(text) for text in texts]
        plain = [unaccented(text) for text in clean]
        grams = sum(ngrams.rows(plain) for ngrams in self._ngrams) * np.float32(self._weight)
        return np.hstack([encode_stored(clean, progress), grams]) if self._encoded else grams

    def row(self, text: str) -> Any:
        """The same for one text, without building matrices: a tenth of the time."""
        clean = normalized(text)
        plain = unaccented(clean)
        grams = sum(ngrams.row(plain) for ngrams in self._ngrams) * np.float32(self._weight)
        return np.concatenate([encode([clean])[0], grams]) if self._encoded else grams

    def meaning(self, rows: Any) -> Any:
        """The part of rows in which likeness is likeness of meaning; all of it where there is no encoder."""
        return rows[..., :-_COLUMNS] if self._encoded else rows

    def heard(self, text: str) -> bool:
        """Whether a word of the text, small mistakes forgiven, stands in an example."""
        words = _words(text)
        if any(word in self._known for word in words):
            return True
        return any(get_close_matches(word, self._known, 1, _SIMILAR) for word in words if len(word) >= _MISTYPED)


class _Ngrams:
    """TF-IDF of one kind of n-gram, mixed into few columns; `row` does for one text what `rows` does for many."""

    def __init__(self, analyzer: str, lengths: Any) -> None:
        self._kind = (analyzer, lengths)
        self.vectorizer = self._new(MIN_TEXTS)

    def fit(self, texts: List[str], seed: int) -> None:
        try:
            self.vectorizer.fit(texts)
        except ValueError:  # so few texts that no n-gram stands twice
            self.vectorizer = self._new(1).fit([*texts, "no texts"])
        shape = (len(self.vectorizer.vocabulary_), _PLACES)
        random = np.random.RandomState(seed)
        self._columns = random.randint(0, _COLUMNS, shape).astype(np.int32)
        self._signs = ((random.randint(0, 2, shape) * 2 - 1) / np.sqrt(_PLACES)).astype(np.float32)

    def rows(self, texts: List[str]) -> Any:
        size = len(self._columns)
        places = (np.repeat(np.arange(size), _PLACES), self._columns.ravel())
        mix = sparse.csr_matrix((self._signs.ravel(), places), shape=(size, _COLUMNS))
        return (self.vectorizer.transform(texts) @ mix).toarray()

    def row(self, text: str) -> Any:
        vocabulary = self.vectorizer.vocabulary_
        counts = Counter(vocabulary[gram] for gram in self._analyze(text) if gram in vocabulary)
        found = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
        values = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
        values = (1 + np.log(values)) * self._rarity[found]
        values /= float(np.sqrt(values @ values)) or 1.0
        mixed = self._signs[found] * values[:, None]
        return np.bincount(self._columns[found].ravel(), mixed.ravel(), _COLUMNS).astype(np.float32)

    @cached_property
    def _analyze(self) -> Callable[[str], List[str]]:
        analyze: Callable[[str], List[str]] = self.vectorizer.build_analyzer()  # made anew by every call of it
        return analyze

    @cached_property
    def _rarity(self) -> Any:
        return self.vectorizer.idf_  # computed anew at every look

    def _new(self, min_texts: int) -> TfidfVectorizer:
        analyzer, lengths = self._kind
        words = r"(?u)\b\w+\b"
        return TfidfVectorizer(
            analyzer=analyzer, ngram_range=lengths, sublinear_tf=True, min_df=min_texts, dtype=np.float32,
            token_pattern=words,  # one-letter words count: "a", "y", "o"
        )
