"""What the classifier learns from example questions, in which order, with words about the progress."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Any, Dict, List, Tuple

import numpy as np

from nlu import confidence, softmax
from nlu.confidence import Confidence, Neighbors
from nlu.context import Context
from nlu.encoder import ENGLISH, SLOWEST
from nlu.features import Features

_ASIDE = 5  # each fifth example of a question is kept aside to learn how sure one may be
_AGAIN = 0.4  # of the steps: enough to learn those examples too, from where the others led
_UNSURE = Confidence(0.0, 1.0, 0.0, 1.0, 1.0, np.empty(0))  # where nothing could be learned about it


@dataclass(frozen=True)
class Example:
    """An example question, the name of what it asks, the language it is written in, and its topic's folder.

    `leans_on`: the topics after which alone people ask this ("what does it cost there?").
    """

    text: str
    name: str
    language: str
    topic: str = ""
    leans_on: Tuple[str, ...] = ()


@dataclass(frozen=True)
class Learned:
    """All that a message is judged by.

    `solutions`, by the encoder that has not read: none (""), the English one, the slowest one. `confidence` tells apart
    only whether the slowest has.
    """

    labels: List[str]
    features: Features
    solutions: Dict[str, softmax.Solution]
    neighbors: Neighbors
    confidence: Dict[str, Confidence]
    topics: Dict[str, str]
    context: Context
    leaning: Dict[str, Tuple[str, ...]]


def learn(examples: List[Example], config: Dict[str, Any]) -> Learned:
    """The same examples give the same result."""
    examples = sorted(set(examples), key=lambda one: (one.name, one.text, one.language))
    labels = sorted({example.name for example in examples})
    texts, languages = [one.text for one in examples] or ["-"], [one.language for one in examples] or ["en"]
    classes = np.array([labels.index(one.name) for one in examples] or [0])
    topics = {one.name: one.topic for one in examples if one.topic}
    context = Context((one.text, one.name, one.topic, one.language) for one in examples if one.topic)
    leaning = {one.name: one.leans_on for one in examples if one.leans_on}
    say = _Sayer()
    features = Features(float(config["ngram_weight"]), config["encoders"])
    rows = features.fit(texts, languages, say)
    near = Neighbors(features.meaning(rows), classes)
    if len(labels) < 2:
        nothing = np.zeros((rows.shape[1], 1), np.float32), np.zeros(1, np.float32)
        return Learned(labels, features, {"": nothing}, near, {"": _UNSURE}, topics, context, leaning)
    wholes, named = classes, [one for one, label in enumerate(labels) if _words(label)]
    if named:  # whoever named a question told in two words what it is about
        rows = np.vstack([rows, features.read([_words(labels[one]) for one in named], say)])
        wholes = np.concatenate([wholes, named])
    aside = _aside(classes)
    kept = np.concatenate([~aside, np.ones(len(named), bool)])
    strength, steps = float(config["strength"]), int(config["steps"])
    more = max(int(steps * _AGAIN), 1)
    # Every language teaches all, as each is judged by its own: weights that serve all serve none well.
    solved: Dict[str, softmax.Solution] = {}
    final: Dict[str, softmax.Solution] = {}
    for silent in _readings(rows, features):
        read, start, own = features.without(rows, silent), None, steps
        if silent == SLOWEST.name:  # so near to what all encoders taught that a few steps lead there
            start, own = features.fewer(solved[""], silent), more
        solved[silent] = softmax.fit(
            read[kept], wholes[kept], strength, own, lambda step: say("learning", step, steps), start
        )
        final[silent] = softmax.fit(
            read, wholes, strength, more, lambda step: say("learning the rest", step, more), solved[silent]
        )
    sure = _sure(rows[: len(classes)], classes, aside, solved, features) if aside.any() else {"": _UNSURE}
    return Learned(labels, features, final, near, sure, topics, context, leaning)


def _readings(rows: Any, features: Features) -> List[str]:
    """Which encoders may be silent when a text is judged."""
    foreign = [ENGLISH.name] if (features.silent(rows) == ENGLISH.name).any() else []
    return ["", *foreign, *([SLOWEST.name] if features.hurries else [])]


def raw_scores(rows: Any, features: Features, solutions: Dict[str, softmax.Solution]) -> Any:
    """What rows say for each label [texts, labels]."""
    silent = features.silent(rows)
    silent[~np.isin(silent, list(solutions))] = ""
    raw = np.empty((len(rows), len(solutions[""][1])), np.float32)
    for name, (weights, biases) in solutions.items():
        own = silent == name
        if own.any():
            raw[own] = features.without(rows[own], name) @ weights + biases
    return raw


def _sure(
    rows: Any, classes: Any, aside: Any, solved: Dict[str, softmax.Solution], features: Features
) -> Dict[str, Confidence]:
    """From the examples kept aside, judged by what was learned from the others."""
    near = Neighbors(features.meaning(rows[~aside]), classes[~aside])
    readings = {"": (rows[aside], classes[aside])}
    english = aside & (features.silent(rows) == "")
    if features.hurries and english.any():
        readings[SLOWEST.name] = features.hurried(rows[english]), classes[english]
    sure = {}
    for name, (read, right) in readings.items():
        raw = raw_scores(read, features, solved)
        meanings = features.meaning(read)
        likeness = np.array([near.likeness(one, scores) for one, scores in zip(meanings, raw, strict=True)])
        sure[name] = confidence.learn(raw, likeness, right)
    return sure


def _aside(classes: Any) -> Any:
    """Which examples are kept aside: of every class the first, sixth ..., where it has two or more."""
    starts = np.searchsorted(classes, classes)
    sizes = np.bincount(classes)[classes]
    return ((np.arange(len(classes)) - starts) % _ASIDE == 0) & (sizes > 1)


def _words(name: str) -> str:
    """Of faq/parking_tickets_pay: "parking tickets pay"; nothing where a name has no words."""
    return " ".join(re.findall(r"[^\W\d_]{2,}", name.rpartition("/")[2]))


class _Sayer:
    """Says what is going on, not more than once in two seconds."""

    def __init__(self) -> None:
        self._said = time.monotonic()

    def __call__(self, what: str, done: int, whole: int) -> None:
        if time.monotonic() - self._said > 2:
            self._said = time.monotonic()
            print(f"  {what}: {done} of {whole}", flush=True)

