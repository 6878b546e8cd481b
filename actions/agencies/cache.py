"""Keep what an agency tells and rarely changes, and use it on while the agency does not answer."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from actions.agencies.errors import AgencyError, AgencyRefused

K = TypeVar("K")
V = TypeVar("V")


class Cache(Generic[K, V]):
    """Values by key, each asked for again after `fresh` seconds, or after `retry` seconds if that failed."""

    def __init__(self, fresh: float = 600.0, retry: float = 30.0) -> None:
        self.fresh, self._retry = fresh, retry
        self._entries: dict[K, tuple[float, V]] = {}

    async def get(self, key: K, fetch: Callable[[], Awaitable[V]]) -> V:
        """Return the value from here or from `fetch`; an AgencyError comes through only if nothing is known."""
        now = asyncio.get_running_loop().time()
        entry = self._entries.get(key)
        if entry and now < entry[0]:
            return entry[1]
        try:
            value, seconds = await fetch(), self.fresh
        except AgencyRefused:  # an answer, if an unwelcome one
            raise
        except AgencyError:
            if entry is None:
                raise
            value, seconds = entry[1], self._retry
        self._entries[key] = now + seconds, value
        return value
