"""How sure the classifier may be: learned at training from questions that were kept aside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar

NEAREST = 3  # examples whose likeness is averaged
_CANDIDATES = 5  # classes among whose examples the nearest are sought
_STEPS = 127  # of a number, up and down
_SUREST = 0.9999  # only a pressed button is certain


@dataclass(frozen=True)
class Confidence:
    """Two signs that a question is known: its largest raw score, and how like it is to the examples of what it may be.

    Each is measured against what questions kept aside reached, so that nothing has to be tuned anew when the content
    grows. `kept` has, in order, what the rightly understood of those reached (in standard deviations).
    """

    score: float
    score_spread: float
    likeness: float
    likeness_spread: float
    temperature: float
    kept: Any

    def known_by(self, raw: Any, likeness: Any) -> Any:
        """In standard deviations from an ordinary question; the larger the surer."""
        return (raw - self.score) / self.score_spread + (likeness - self.likeness) / self.likeness_spread

    def least(self, asked_back: float) -> float:
        """What takes that share of the rightly understood questions for unknown ones."""
        return float(np.quantile(self.kept, asked_back)) if len(self.kept) else float("-inf")

    def chances(self, raw: Any) -> Any:
        """Probabilities of the classes that hold what they promise."""
        spread = np.exp((raw - raw.max()) / self.temperature)
        return np.minimum(spread / spread.sum(), _SUREST)


def learn(raw: Any, likeness: Any, classes: Any) -> Confidence:
    """From raw scores [questions, classes], the likeness and the true class of each question kept aside."""
    best = raw.max(axis=1)
    right = raw.argmax(axis=1) == classes
    learned = Confidence(
        score=float(best.mean()), score_spread=float(best.std()) or 1.0,
        likeness=float(likeness.mean()), likeness_spread=float(likeness.std()) or 1.0,
        temperature=_temperature(raw, classes), kept=np.empty(0),
    )
    return replace(learned, kept=np.sort(learned.known_by(best, likeness)[right]))


def _temperature(raw: Any, classes: Any) -> float:
    """The one that makes the true classes most probable."""
    own = raw[np.arange(len(classes)), classes]

    def loss(logarithm: float) -> float:
        scaled = raw / np.exp(logarithm)
        top = scaled.max(axis=1)
        return float((np.log(np.exp(scaled - top[:, None]).sum(axis=1)) + top - own / np.exp(logarithm)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-1.0, 3.0), method="bounded").x))


class Neighbors:
    """The examples' places in the space of meaning, by class; each number in a byte, as many thousands are kept."""

    def __init__(self, meanings: Any, classes: Any) -> None:
        order = np.argsort(classes, kind="stable")
        lengths = np.maximum(np.linalg.norm(meanings, axis=1), 1e-9)[order]
        largest = np.maximum(np.abs(meanings).max(axis=1, initial=0.0), 1e-9)[order]
        self._steps = np.rint(meanings[order] * (_STEPS / largest)[:, None]).astype(np.int8)
        self._scales = (largest / _STEPS / lengths).astype(np.float32)
        self._starts = np.searchsorted(classes[order], np.arange(int(classes.max()) + 2))

    def likeness(self, meaning: Any, raw: Any) -> float:
        """Mean cosine to the nearest examples among those of the most probable classes."""
        top = np.argpartition(-raw, min(_CANDIDATES, len(raw) - 1))[:_CANDIDATES]
        own = np.concatenate([np.arange(self._starts[one], self._starts[one + 1]) for one in top])
        alike = (self._steps[own].astype(np.float32) @ meaning) * self._scales[own]
        return float(np.sort(alike)[-NEAREST:].mean() / max(float(np.linalg.norm(meaning)), 1e-9))
