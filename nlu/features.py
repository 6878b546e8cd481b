"""Texts as numbers: what sentence encoders say beside word and character n-grams."""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property
from typing import Any, Callable, Dict, Iterator, List, Sequence

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from nlu import encodings
from nlu.encoder import ENCODERS, ENGLISH, SLOWEST, loaded
from nlu.encodings import Progress
from nlu.letters import plain_letters, unaccented
from nlu.softmax import Solution
from nlu.spelling import Spelling

MAX_CHARACTERS = 600  # what a person asks stands in the first lines
MIN_TEXTS = 2  # an n-gram that stands in one example only teaches nothing
_DIGITS = re.compile(r"\d+")
_SPACE = re.compile(r"\s+")
_REPEATED = re.compile(r"(.)\1{2,}")
_HEARD = 3  # examples in which a word stands that says anything
_COLUMNS, _PLACES = 1024, 4  # all n-grams share so many columns, each with its own mix of so many


def _lower(text: str) -> str:
    """Lower case, one kind of letter, quote and space, no long runs of one letter; for features only."""
    text = plain_letters(text[:MAX_CHARACTERS].lower()).replace("’", "'")
    return _SPACE.sub(" ", _REPEATED.sub(r"\1\1", text)).strip(" .,;:!¡¿?")


def _words(text: str) -> List[str]:
    return re.findall(r"[^\W\d_]+|0+", unaccented(text))


class Features:
    """Fits n-grams on the training texts; the encoders come ready-made with their packages.

    A row has the encoders' numbers first (`meaning`, of length 1), then the n-grams: tens of thousands of them, mixed
    at random into 1,024 columns, which keeps their likeness and makes training many times quicker. What is not English
    has zeros where the English encoder speaks, and the louder voice of the others. What is English may do without the
    slowest encoder. `without` leaves such columns out.
    """

    def __init__(self, ngram_weight: float, encoders: Sequence[str]) -> None:
        self._weight = np.float32(ngram_weight)
        self._encoders = [name for name in encoders if loaded(name) is not None]
        self._ngrams = [_Ngrams("word", (1, 2)), _Ngrams("char_wb", (2, 4))]
        self._written: Dict[str, Counter[str]] = {}
        self._spelling = Spelling([])

    def fit(self, texts: List[str], languages: List[str], progress: Progress) -> Any:
        """Learns the n-grams, how words are spelled, and the words of each language.

        Returns the texts' rows, float32 [texts, columns].
        """
        lower = [_lower(text) for text in texts]
        self._spelling = Spelling(lower)
        clean = [self._mended(text) for text in lower]
        bare = [unaccented(text) for text in clean]
        grams = sum(ngrams.fit(bare, seed) for seed, ngrams in enumerate(self._ngrams)) * self._weight
        self._written = {language: Counter() for language in languages}
        for text, language in zip(clean, languages, strict=True):
            self._written[language].update(_words(text))
        english = np.array([language == "en" for language in languages])
        return np.hstack([self._meanings(clean, english, progress), grams])

    def _clean(self, text: str) -> str:
        return self._mended(_lower(text))

    def _mended(self, lower: str) -> str:
        return _DIGITS.sub("0", self._spelling.mended(lower))

    def _meanings(self, clean: List[str], english: Any, progress: Progress) -> Any:
        """The encoders' part of rows, for training; zeros where an encoder does not read."""
        told = {name: np.zeros((len(clean), ENCODERS[name].columns), np.float32) for name in self._encoders}
        for name, rows in told.items():
            read = english if name == ENGLISH.name else np.ones(len(clean), bool)
            if read.any():
                own = [text for text, chosen in zip(clean, read, strict=True) if chosen]
                rows[read] = encodings.encode(name, own, progress)
        return _meaning(told, len(clean))

    def read(self, texts: List[str], progress: Progress) -> Any:
        """Whole rows of a few English texts that taught no n-grams, for training."""
        clean = [self._clean(text) for text in texts]
        grams = np.stack([self._grams(text) for text in clean])
        return np.hstack([self._meanings(clean, np.ones(len(clean), bool), progress), grams])

    def _grams(self, clean: str) -> Any:
        return sum(ngrams.row(unaccented(clean)) for ngrams in self._ngrams) * self._weight

    def rows(self, text: str) -> Iterator[Any]:
        """The whole row of one text; before it, where it may be enough, the one without the slowest encoder."""
        clean = self._clean(text)
        grams, english = self._grams(clean), self._is_english(clean)
        told = {name: np.zeros((1, ENCODERS[name].columns), np.float32) for name in self._encoders}
        for name in self._encoders:
            encode = loaded(name)
            if name == SLOWEST.name and english and self.hurries:
                yield np.concatenate([_meaning(told, 1)[0], grams])
            if encode and (english or name != ENGLISH.name):
                told[name] = encode([clean])
        yield np.concatenate([_meaning(told, 1)[0], grams])

    def meaning(self, rows: Any) -> Any:
        """The part of rows in which likeness is likeness of meaning; all of it where there is no encoder."""
        return rows[..., :-_COLUMNS] if self._encoders else rows

    @property
    def hurries(self) -> bool:
        """Whether English may be read without the slowest encoder, which comes last."""
        return ENGLISH.name in self._encoders and self._encoders[-1] == SLOWEST.name

    def silent(self, rows: Any) -> Any:
        """The name of the encoder that has not read, of each row; "" where all have, and where no other is there."""
        names = np.full(len(rows), "", dtype=object)
        for name in (SLOWEST.name, ENGLISH.name):
            if name in self._encoders[1:]:
                names[~rows[:, self._columns(name)].any(axis=1)] = name
        return names

    def without(self, rows: Any, name: str) -> Any:
        """The same rows as they are without that encoder; all of them without any ("")."""
        if not name:
            return rows
        bare = np.delete(rows, self._columns(name), axis=1)
        bare[:, :-_COLUMNS] = _of_length_one(bare[:, :-_COLUMNS])
        return bare

    def fewer(self, solution: Solution, name: str) -> Solution:
        """What was learned from all columns, for rows without that encoder."""
        weights, biases = solution
        return np.delete(weights, self._columns(name), axis=0), biases

    def hurried(self, rows: Any) -> Any:
        """The same rows as if the slowest encoder had not read."""
        quick = rows.copy()
        quick[:, self._columns(SLOWEST.name)] = 0
        quick[:, :-_COLUMNS] = _of_length_one(quick[:, :-_COLUMNS])
        return quick

    def _columns(self, name: str) -> slice:
        start = sum(ENCODERS[one].columns for one in self._encoders[: self._encoders.index(name)])
        return slice(start, start + ENCODERS[name].columns)

    def heard(self, text: str) -> bool:
        """Whether a word of the text, small mistakes forgiven, stands in several examples."""
        words = [word for word in _words(self._clean(text)) if word.isalpha()]
        return any(sum(counts[word] for counts in self._written.values()) >= _HEARD for word in words)

    def _is_english(self, clean: str) -> bool:
        """Whether the words stand in English examples rather than in others; what is in none counts as English."""
        share = 0.0
        for word in _words(clean):
            seen = {language: counts[word] + 0.5 for language, counts in self._written.items()}
            share += float(np.log(seen.get("en", 0.5) / max([0.5, *(n for name, n in seen.items() if name != "en")])))
        return share >= 0


def _meaning(told: Dict[str, Any], count: int) -> Any:
    """What the encoders say side by side [texts, columns], each as loud as its weight."""
    parts = [rows * np.float32(ENCODERS[name].weight**0.5) for name, rows in told.items()]
    return _of_length_one(np.hstack([np.empty((count, 0), np.float32), *parts]))


def _of_length_one(rows: Any) -> Any:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


class _Ngrams:
    """TF-IDF of one kind of n-gram, mixed into few columns; `row` does for one text what `fit` does for many."""

    def __init__(self, analyzer: str, lengths: Any) -> None:
        self._kind = (analyzer, lengths)
        self.vectorizer = self._new(MIN_TEXTS)

    def fit(self, texts: List[str], seed: int) -> Any:
        """Their rows, too, because counting what stands in them takes most of the time."""
        try:
            counted = self.vectorizer.fit_transform(texts)
        except ValueError:  # so few texts that no n-gram stands twice
            self.vectorizer = self._new(1)
            counted = self.vectorizer.fit_transform([*texts, "no texts"])[:-1]
        size = len(self.vectorizer.vocabulary_)
        random = np.random.RandomState(seed)
        self._columns = random.randint(0, _COLUMNS, (size, _PLACES)).astype(np.int32)
        self._signs = ((random.randint(0, 2, (size, _PLACES)) * 2 - 1) / np.sqrt(_PLACES)).astype(np.float32)
        places = (np.repeat(np.arange(size), _PLACES), self._columns.ravel())
        return (counted @ sparse.csr_matrix((self._signs.ravel(), places), shape=(size, _COLUMNS))).toarray()

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
