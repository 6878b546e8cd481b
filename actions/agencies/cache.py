"""Keep what an agency tells and rarely changes, and use it on while the agency is slow or does not answer."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from actions.agencies.errors import AgencyError, AgencyRefused

K = TypeVar("K")
V = TypeVar("V")
PATIENCE = 0.3
"""Seconds to wait for news while something older is at hand."""


class Cache(Generic[K, V]):
    """Values by key, each asked for again after `fresh` seconds, or after `retry` seconds if that failed.

    Of more than `most` keys the oldest go: what people ask may be anything.
    """

    def __init__(self, fresh: float = 600.0, retry: float = 30.0, most: int = 10_000) -> None:
        self._most = most
        self.fresh, self._retry = fresh, retry
        self._entries: dict[K, tuple[float, V]] = {}
        self._asking: dict[K, asyncio.Task[V]] = {}

    async def get(self, key: K, fetch: Callable[[], Awaitable[V]]) -> V:
        """Return the value from here or from `fetch`; an AgencyError comes through only if nothing is known."""
        entry = self._entries.get(key)
        if entry and asyncio.get_running_loop().time() < entry[0]:
            return entry[1]
        task = self._asking.get(key)
        if task is None:
            task = self._asking[key] = asyncio.create_task(self._fetch(key, fetch))
        if entry is None:
            return await asyncio.shield(task)
        await asyncio.wait({task}, timeout=PATIENCE)
        return await task if task.done() else entry[1]

    async def _fetch(self, key: K, fetch: Callable[[], Awaitable[V]]) -> V:
        entry, now = self._entries.get(key), asyncio.get_running_loop().time
        try:
            value, seconds = await fetch(), self.fresh
        except AgencyRefused:  # an answer, if an unwelcome one
            raise
        except AgencyError:
            if entry is None:
                raise
            value, seconds = entry[1], self._retry
        finally:
            del self._asking[key]
        self._keep(key, now() + seconds, value)
        return value

    def put(self, key: K, value: V) -> None:
        """Keep a value that came along with another."""
        self._keep(key, asyncio.get_running_loop().time() + self.fresh, value)

    def _keep(self, key: K, until: float, value: V) -> None:
        self._entries.pop(key, None)
        self._entries[key] = until, value
        while len(self._entries) > self._most:
            del self._entries[next(iter(self._entries))]
