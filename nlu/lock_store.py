"""One turn of a conversation at a time: among this process's turns, and over Redis among several Rasa servers."""

from __future__ import annotations

import logging
import os
from contextlib import asynccontextmanager
from typing import Any, AsyncGenerator, Optional

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, InMemoryLockStore, LockError
from redis.asyncio import Redis
from redis.exceptions import LockError as NotOurs
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

REDIS_SECONDS = 1.0
LONGEST_TURN = 20.0
"""Seconds that a server which was killed in the middle of a turn keeps its conversation from others; the assistant
waits less for an answer (RASA_TIMEOUT), and the tracker store refuses the later one of two turns."""


class SharedLockStore(InMemoryLockStore):
    """endpoints.yml `lock_store: {type: nlu.lock_store.SharedLockStore}`, on the Redis at REDIS_URL if there is one.

    Rasa's own Redis store reads a list of tickets and writes it back, so that two servers may both be first; this one
    is a single key (https://redis.io/docs/latest/commands/set/, "Patterns"). While Redis is away turns go on: the
    assistant gives a conversation to one server at a time, and the tracker store refuses a turn that comes second.
    """

    def __init__(self, endpoint_config: Any = None) -> None:
        super().__init__()
        url = os.environ.get("REDIS_URL")
        patience = {"socket_timeout": REDIS_SECONDS, "socket_connect_timeout": REDIS_SECONDS}
        self._redis: Optional[Redis] = Redis.from_url(url, **patience) if url else None

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = LOCK_LIFETIME, wait_time_in_seconds: float = 1
    ) -> AsyncGenerator[TicketLock, None]:
        """Raises LockError where another server is still at it when our patience, or its time, is over."""
        longest = min(lock_lifetime, LONGEST_TURN)
        async with super().lock(conversation_id, lock_lifetime, wait_time_in_seconds) as ours:
            if self._redis is None:
                yield ours
                return
            shared = self._redis.lock(
                f"assistant:rasa:{conversation_id}",
                timeout=longest,
                sleep=wait_time_in_seconds,
                blocking_timeout=longest,
            )
            try:
                if not await shared.acquire():
                    raise LockError(f"Conversation {conversation_id} is in use on another server.")
            except (RedisError, OSError) as error:
                logger.warning("redis.away %s", type(error).__name__)
            try:
                yield ours
            finally:
                if shared.local.token is not None:
                    try:
                        await shared.release()
                    except NotOurs:  # our time was over
                        pass
                    except (RedisError, OSError) as error:
                        logger.warning("redis.away %s", type(error).__name__)
