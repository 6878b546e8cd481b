"""Looks, for all open pages with one question, whether other processes wrote to their conversations."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import bindparam, select
from sqlalchemy.exc import SQLAlchemyError

from bot.store import Store
from bot.store.schema import conversations
from bot.wakeups import Wakeups

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
AT_ONCE = 500
"""Conversations in one statement."""
_NUMBERS = select(conversations.c.id, conversations.c.next_number).where(
    conversations.c.id.in_(bindparam("ids", expanding=True))
)


class Looker:
    """Wakes the readers that have not got all of their conversation; those that Redis told have, mostly."""

    def __init__(self, store: Store, wakeups: Wakeups) -> None:
        self._store, self._wakeups = store, wakeups

    async def run(self) -> None:
        """Until cancelled; a store that goes away is waited for."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look()
            except (SQLAlchemyError, OSError):
                log.exception("store_failed")

    async def look(self) -> None:
        """Once."""
        listened = self._wakeups.listened()
        for first in range(0, len(listened), AT_ONCE):
            async with self._store.read() as connection:
                rows = (await connection.execute(_NUMBERS, [{"ids": listened[first : first + AT_ONCE]}])).all()
            for row in rows:
                self._wakeups.catch_up(row.id, row.next_number - 1)


@asynccontextmanager
async def looking(store: Store, wakeups: Wakeups, *, alone: bool) -> AsyncIterator[None]:
    """Look while inside; nothing to do for a process that is `alone`, and hears of everything that is written."""
    if alone:
        yield
        return
    task = asyncio.create_task(Looker(store, wakeups).run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
