"""What the classifier learns from example questions, in which order, with words about the progress."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Dict, List

import numpy as np

from nlu import confidence, softmax
from nlu.confidence import Confidence, Neighbors
from nlu.features import Features

_ASIDE = 5  # each fifth example of a question is kept aside to learn how sure one may be
_AGAIN = 0.4  # of the steps: enough to learn those examples too, from where the others led
_UNSURE = Confidence(0.0, 1.0, 0.0, 1.0, float("-inf"), 1.0)  # where nothing could be learned about it


@dataclass(frozen=True)
class Learned:
    """All that a message is judged by. `weights` [columns, labels], `biases` [labels]."""

    labels: List[str]
    features: Features
    weights: Any
    biases: Any
    neighbors: Neighbors
    confidence: Confidence


def learn(texts: List[str], names: List[str], config: Dict[str, Any]) -> Learned:
    """From example questions and the name of what each asks; the same ones give the same result."""
    order = sorted(range(len(texts)), key=lambda i: (names[i], texts[i]))
    texts, names = [texts[i] for i in order], [names[i] for i in order]
    labels = sorted(set(names))
    say = _Sayer()
    features = Features(float(config["ngram_weight"]), bool(config["encoder"])).fit(texts or ["-"])
    rows = features.rows(texts or ["-"], say)
    places = {label: number for number, label in enumerate(labels)}
    classes = np.array([places[name] for name in names] or [0])
    meanings = features.meaning(rows)
    if len(labels) < 2:
        weights, biases = np.zeros((rows.shape[1], 1), np.float32), np.zeros(1, np.float32)
        return Learned(labels, features, weights, biases, Neighbors(meanings, classes), _UNSURE)
    aside = _aside(classes)
    strength, steps = float(config["strength"]), int(config["steps"])
    solved = softmax.fit(rows[~aside], classes[~aside], strength, steps, lambda step: say("learning", step, steps))
    sure = _UNSURE
    if aside.any():
        near = Neighbors(meanings[~aside], classes[~aside])
        raw = rows[aside] @ solved[0] + solved[1]
        pairs = zip(meanings[aside], raw, strict=True)
        likeness = np.array([near.likeness(meaning, scores) for meaning, scores in pairs])
        sure = confidence.learn(raw, likeness, classes[aside], float(config["asked_back"]))
    more = max(int(steps * _AGAIN), 1)
    weights, biases = softmax.fit(
        rows, classes, strength, more, lambda step: say("learning the rest", step, more), start=solved
    )
    return Learned(labels, features, weights, biases, Neighbors(meanings, classes), sure)


def _aside(classes: Any) -> Any:
    """Which examples are kept aside: of every class the first, sixth ..., where it has two or more."""
    starts = np.searchsorted(classes, classes)
    sizes = np.bincount(classes)[classes]
    return ((np.arange(len(classes)) - starts) % _ASIDE == 0) & (sizes > 1)


class _Sayer:
    """Says what is going on, not more than once in two seconds."""

    def __init__(self) -> None:
        self._said = time.monotonic()

    def __call__(self, what: str, done: int, whole: int) -> None:
        if time.monotonic() - self._said > 2:
            self._said = time.monotonic()
            print(f"  {what}: {done} of {whole}", flush=True)

