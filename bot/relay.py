"""Carries wake-ups between processes over Redis; nothing durable: without it everybody looks every now and then."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from bot.ids import new_id
from bot.wakeups import Wakeups

log = logging.getLogger(__name__)

CHANNEL = "assistant:wakeups"
AGAIN_SECONDS = 0.5
MOST_WAITING = 10_000  # while Redis is away, older signals are worth nothing


@asynccontextmanager
async def relayed(wakeups: Wakeups, url: str) -> AsyncIterator[None]:
    """Share these wake-ups over the Redis at `url`; without one they stay in this process."""
    if not url:
        yield
        return
    relay = Relay(url, wakeups)
    task = asyncio.create_task(relay.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await relay.close()


class Relay:
    """Tells other processes what this one signals, and this one what they do. Each signal is one line of text."""

    def __init__(self, url: str, wakeups: Wakeups) -> None:
        self._redis: Redis = Redis.from_url(
            url,
            decode_responses=True,
            socket_connect_timeout=2.0,
            health_check_interval=10,
            retry=Retry(NoBackoff(), 0),
        )
        self._wakeups = wakeups
        self._me = new_id()
        self._waiting: deque[str] = deque(maxlen=MOST_WAITING)
        self._more = asyncio.Event()
        self.listening = asyncio.Event()
        wakeups.tell_others = self._put

    def _put(self, line: str) -> None:
        self._waiting.append(line)
        self._more.set()

    async def run(self) -> None:
        """Until cancelled; a Redis that goes away is waited for."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._publish())
            group.create_task(self._listen())

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()

    async def _publish(self) -> None:
        while True:
            await self._more.wait()
            self._more.clear()
            lines = list(dict.fromkeys(self._waiting))
            self._waiting.clear()
            try:
                await self._redis.publish(CHANNEL, "\n".join((self._me, *lines)))
            except (RedisError, OSError):
                await asyncio.sleep(AGAIN_SECONDS)  # these are lost: whoever waits looks by itself

    async def _listen(self) -> None:
        while True:
            try:
                async with self._redis.pubsub() as subscription:
                    await subscription.subscribe(CHANNEL)
                    self._wakeups.everybody()  # what was said meanwhile was not heard
                    await self._hear(subscription)
            except (RedisError, OSError) as error:
                log.warning("redis_away", extra={"why": type(error).__name__})
            self.listening.clear()
            await asyncio.sleep(AGAIN_SECONDS)

    async def _hear(self, subscription: PubSub) -> None:
        async for message in subscription.listen():
            if message["type"] == "subscribe":
                self.listening.set()
            elif message["type"] == "message":
                sender, *lines = message["data"].split("\n")
                if sender != self._me:
                    for line in lines:
                        self._wakeups.hear(line)
