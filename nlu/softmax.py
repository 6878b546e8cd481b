"""Multinomial logistic regression over dense rows in single precision: a dozen steps of L-BFGS, well prepared."""

from __future__ import annotations

import os
from collections import deque
from typing import Any, Callable, Deque, Optional, Tuple

import numpy as np
from scipy import sparse
from scipy.linalg import cho_factor, cho_solve
from threadpoolctl import threadpool_limits

_MEMORY = 8  # past steps that the solver learns from
_CENTERS = 20.0  # how much of the mean of a class's rows its weights begin with
_WORK, _FEWEST = 3.5e11, 8  # products that may be spent on all steps together, but so many steps at least
_ENOUGH = 1e-4  # of the promised gain that a step must bring
_SHORTEST = 1e-3  # of a whole step; where even that is no gain, the end is reached

Solution = Tuple[Any, Any]  # weights [columns, classes], biases [classes]
Loss = Callable[[Any], Tuple[float, Any]]
Ease = Callable[[Any], Any]


def fit(
    rows: Any, classes: Any, strength: float, steps: int, report: Callable[[int], None],
    start: Optional[Solution] = None,
) -> Solution:
    """The solution for float32 rows and the class number of each row, from `start` on or from the classes' means.

    A class of many examples counts with the square root of their number, so that "yes" does not drown a question with
    twenty examples. Columns that vary together are taken apart before each step (`_eased`), which makes a dozen steps
    do what sixty did. `report` hears each step.
    """
    count = len(rows)
    sizes = np.bincount(classes)
    share = np.sqrt(count / len(sizes) / sizes)[classes].astype(np.float32)
    each = np.arange(count)

    def loss(weights: Any) -> Tuple[float, Any]:
        raw = rows @ weights[:-1]
        raw += weights[-1]
        raw -= raw.max(axis=1, keepdims=True)
        own = raw[each, classes]
        chances = np.exp(raw, out=raw)
        total = chances.sum(axis=1)
        value = float((share * (np.log(total) - own)).sum(dtype=np.float64))
        value += 0.5 / strength * float(np.einsum("ij,ij->", weights[:-1], weights[:-1], dtype=np.float64))
        chances *= (share / total)[:, None]
        chances[each, classes] -= share
        slope = np.empty_like(weights)
        np.matmul(rows.T, chances, out=slope[:-1])
        slope[:-1] += weights[:-1] / strength
        slope[-1] = chances.sum(axis=0)
        return value, slope

    steps = int(max(min(_FEWEST, steps), min(steps, _WORK / (rows.size * len(sizes)))))
    with threadpool_limits(os.cpu_count() or 1, "blas"):  # elsewhere one: a server shares its machine
        first = _centers(rows, classes) if start is None else np.vstack(start)
        best = _least(loss, _eased(rows, share, strength, len(sizes)), first, steps, report)
    return np.ascontiguousarray(best[:-1]), best[-1].copy()


def _centers(rows: Any, classes: Any) -> Any:
    """Weights that look for the class whose mean is nearest."""
    own = sparse.csr_matrix((np.ones(len(rows), np.float32), classes, np.arange(len(rows) + 1)))
    means = (own.T @ rows) / np.bincount(classes)[:, None]
    weights = (means - means.mean(axis=0)).T * _CENTERS
    return np.vstack([weights, np.zeros((1, len(means)))]).astype(np.float32)


def _eased(rows: Any, share: Any, strength: float, classes: int) -> Ease:
    """Divides a slope by how much it would change: by the rows' second moments, as if all classes were as probable."""
    moments = (rows * (share / classes)[:, None]).T @ rows
    moments[np.diag_indices_from(moments)] += 1 / strength
    inverse = cho_solve(cho_factor(moments, overwrite_a=True), np.eye(len(moments), dtype=np.float32))
    bias = np.float32(classes / share.sum())
    return lambda slope: np.vstack([inverse @ slope[:-1], slope[-1:] * bias])


def _least(loss: Loss, ease: Ease, place: Any, steps: int, report: Callable[[int], None]) -> Any:
    """Where the loss is small after so many steps from a place."""
    value, slope = loss(place)
    past: Deque[Tuple[Any, Any, float]] = deque(maxlen=_MEMORY)
    for step in range(1, steps + 1):
        way = _way(slope, past, ease)
        gain = _product(way, slope)
        length = 1.0
        while True:
            there = place + np.float32(length) * way
            value_there, slope_there = loss(there)
            if value_there <= value + _ENOUGH * length * gain:
                break
            length /= 2
            if length < _SHORTEST:
                return place
        moved, bent = there - place, slope_there - slope
        curve = _product(moved, bent)
        if curve > 0:
            past.append((moved, bent, curve))
        place, value, slope = there, value_there, slope_there
        report(step)
    return place


def _way(slope: Any, past: Deque[Tuple[Any, Any, float]], ease: Ease) -> Any:
    """Downhill, with what the past steps told about how the slope bends."""
    way, shares = -slope, []
    for moved, bent, curve in reversed(past):
        share = _product(moved, way) / curve
        shares.append(share)
        way -= np.float32(share) * bent
    way = ease(way)
    if past:
        _, bent, curve = past[-1]
        way *= np.float32(curve / _product(bent, ease(bent)))
    for (moved, bent, curve), share in zip(past, reversed(shares), strict=True):
        way += np.float32(share - _product(bent, way) / curve) * moved
    return way


def _product(one: Any, other: Any) -> float:
    return float(np.vdot(one, other))
