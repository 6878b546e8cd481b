"""Multinomial logistic regression over dense rows in single precision: twenty-five steps of L-BFGS."""

from __future__ import annotations

import os
from typing import Any, Callable, Optional, Tuple

import numpy as np
from scipy.optimize import fmin_l_bfgs_b
from threadpoolctl import threadpool_limits

_MEMORY = 8  # past gradients that the solver keeps
_WORK, _FEWEST = 3.5e11, 10  # products that may be spent on all steps together, but so many steps at least


Solution = Tuple[Any, Any]  # weights [columns, classes], biases [classes]


def fit(
    rows: Any, classes: Any, strength: float, steps: int, report: Callable[[int], None],
    start: Optional[Solution] = None,
) -> Solution:
    """The solution for float32 rows and the class number of each row, from `start` on or from nothing.

    Stopped early on purpose: more steps gained nothing in cross-validation. A class of many examples counts with the
    square root of their number, so that "yes" does not drown a question with twenty examples. `report` hears each step.
    """
    count, columns = rows.shape
    sizes = np.bincount(classes)
    share = np.sqrt(count / len(sizes) / sizes)[classes].astype(np.float32)
    each = np.arange(count)

    def loss(flat: Any) -> Tuple[float, Any]:
        weights = flat.reshape(columns + 1, len(sizes)).astype(np.float32)
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
        return value, slope.ravel().astype(np.float64)

    steps = int(max(min(_FEWEST, steps), min(steps, _WORK / (rows.size * len(sizes)))))
    done = iter(range(1, steps + 1))
    first = np.zeros((columns + 1, len(sizes))) if start is None else np.vstack(start).astype(np.float64)
    with threadpool_limits(os.cpu_count() or 1, "blas"):  # elsewhere one: a server shares its machine
        best, _, _ = fmin_l_bfgs_b(
            loss, first.ravel(), maxiter=steps, m=_MEMORY, callback=lambda _: report(next(done, steps))
        )
    weights = best.reshape(columns + 1, len(sizes)).astype(np.float32)
    return np.ascontiguousarray(weights[:-1]), weights[-1].copy()
