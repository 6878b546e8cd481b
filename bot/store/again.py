"""Runs a whole transaction again when another one got in its way, or when the database went away for a moment."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from sqlalchemy.exc import DBAPIError

P = ParamSpec("P")
T = TypeVar("T")

TRIES = 6
SHORT_PAUSE = 0.01  # seconds, doubled each time: the other transaction is over soon
LONG_PAUSE = 0.1  # seconds, doubled each time, 3 together: a database server restarts in one or two
IN_THE_WAY = frozenset(("40001", "40P01", "23505"))
"""Serialization failure, deadlock, and a row that another process has just put there too
(https://www.postgresql.org/docs/current/errcodes-appendix.html)."""
GONE = frozenset(("57P01", "57P02", "57P03", "08000", "08003", "08006", "53300"))
"""The server stops, starts, or has no connection left."""


def again(transaction: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """For a function that is one transaction, and changes nothing more when it runs twice. Raises what it raises.

    A commit whose answer was lost is run again: each such function finds its own rows (an external id, a fence).
    """

    @wraps(transaction)
    async def tries(*arguments: P.args, **named: P.kwargs) -> T:
        for tried in range(1, TRIES):
            try:
                return await transaction(*arguments, **named)
            except DBAPIError as error:
                pause = _pause(error)
                if pause is None:
                    raise
            await asyncio.sleep(random.uniform(0.5, 1.0) * pause * 2 ** (tried - 1))  # noqa: S311 (no secret)
        return await transaction(*arguments, **named)

    return tries


def _pause(error: DBAPIError) -> float | None:
    """How long to wait before the second try; None where trying again would not help."""
    state = getattr(error.orig, "sqlstate", None)
    if state in IN_THE_WAY:
        return SHORT_PAUSE
    if state in GONE or error.connection_invalidated or isinstance(error.orig, OSError):
        return LONG_PAUSE
    return None
