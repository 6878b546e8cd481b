"""How sure the classifier may be: learned at training from questions that were kept aside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar

NEAREST = 3  # examples whose likeness is averaged
_CANDIDATES = 5  # classes among whose examples the nearest are sought
_SUREST = 0.9999  # only a pressed button is certain


@dataclass(frozen=True)
class Confidence:
    """Two signs that a question is known: its largest raw score, and how like it is to the examples of what it may be.

    Each is measured against what questions kept aside reached, so that nothing has to be tuned anew when the content
    grows. `least` is the sum (in standard deviations) below which a question counts as unknown.
    """

    score: float
    score_spread: float
    likeness: float
    likeness_spread: float
    least: float
    temperature: float

    def known_by(self, raw: float, likeness: float) -> float:
        """Above 0: known; the larger the surer."""
        return _sum(self, raw, likeness) - self.least

    def chances(self, raw: Any) -> Any:
        """Probabilities of the classes that hold what they promise."""
        spread = np.exp((raw - raw.max()) / self.temperature)
        return np.minimum(spread / spread.sum(), _SUREST)


def _sum(learned: Confidence, raw: Any, likeness: Any) -> Any:
    return (raw - learned.score) / learned.score_spread + (likeness - learned.likeness) / learned.likeness_spread


def learn(raw: Any, likeness: Any, classes: Any, asked_back: float) -> Confidence:
    """From raw scores [questions, classes], the likeness and the true class of each question kept aside.

    `asked_back` is the share of rightly understood questions that may be taken for unknown ones.
    """
    best = raw.max(axis=1)
    right = raw.argmax(axis=1) == classes
    learned = Confidence(
        score=float(best.mean()), score_spread=float(best.std()) or 1.0,
        likeness=float(likeness.mean()), likeness_spread=float(likeness.std()) or 1.0,
        least=0.0, temperature=_temperature(raw, classes),
    )
    least = float(np.quantile(_sum(learned, best, likeness)[right], asked_back)) if right.any() else 0.0
    return replace(learned, least=least)


def _temperature(raw: Any, classes: Any) -> float:
    """The one that makes the true classes most probable."""
    own = raw[np.arange(len(classes)), classes]

    def loss(logarithm: float) -> float:
        scaled = raw / np.exp(logarithm)
        top = scaled.max(axis=1)
        return float((np.log(np.exp(scaled - top[:, None]).sum(axis=1)) + top - own / np.exp(logarithm)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-1.0, 3.0), method="bounded").x))


class Neighbors:
    """The examples' places in the space of meaning, by class."""

    def __init__(self, meanings: Any, classes: Any) -> None:
        order = np.argsort(classes, kind="stable")
        lengths = np.linalg.norm(meanings, axis=1, keepdims=True)
        self._meanings = (meanings / np.maximum(lengths, 1e-9))[order].astype(np.float32)
        self._starts = np.searchsorted(classes[order], np.arange(int(classes.max()) + 2))

    def likeness(self, meaning: Any, raw: Any) -> float:
        """Mean cosine to the nearest examples among those of the most probable classes."""
        top = np.argsort(-raw, kind="stable")[:_CANDIDATES]
        own = np.concatenate([self._meanings[self._starts[one] : self._starts[one + 1]] for one in top])
        alike = own @ (meaning / max(float(np.linalg.norm(meaning)), 1e-9))
        return float(np.sort(alike)[-NEAREST:].mean())
