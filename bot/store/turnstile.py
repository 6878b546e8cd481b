"""Lets writers through one at a time, the urgent first, and lets the event loop breathe between the others."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turnstile:
    """First come, first served among the urgent, then among the others.

    What is inside seldom waits for anything, so a dozen writers would run in one breath of the event loop, while a
    request that has just come in is not even read. Who is not urgent therefore gives way once before going in.
    """

    def __init__(self) -> None:
        self._taken = False
        self._urgent: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def passing(self, *, urgent: bool) -> AsyncIterator[None]:
        """Inside, nobody else is."""
        waits = self._taken
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if waits:
            (self._urgent if urgent else self._others).append(place)
        self._taken = True
        try:
            if waits:
                await place
            elif not urgent:
                await asyncio.sleep(0)
        except asyncio.CancelledError:
            if not waits or (place.done() and not place.cancelled()):  # it was our turn all the same
                self._next()
            raise
        try:
            yield
        finally:
            self._next()

    def _next(self) -> None:
        """Hand over to whoever waits; those who gave up are passed over."""
        for queue in (self._urgent, self._others):
            while queue:
                if not (place := queue.popleft()).done():
                    place.set_result(None)
                    return
        self._taken = False
