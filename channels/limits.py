"""Rate limits of the public edge, and who is counted."""

import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from aiohttp import web
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from redis.exceptions import RedisError

from bot.addresses import Network, behind, is_loopback
from bot.errors import SettingError
from channels.refusals import too_many

T = TypeVar("T")
log = logging.getLogger(__name__)


SWEEP_SECONDS = 30.0


class SweptMemory(MemoryStorage):
    """Counts in memory. The library's own looks through all keys at each hit: 1.5 ms with 5,000 conversations."""

    STORAGE_SCHEME = ["async+swept-memory"]  # noqa: RUF012  (the library's register of names, declared so there)

    def __init__(self) -> None:
        super().__init__()
        self._next_sweep = 0.0

    async def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count `amount` for `key`, and from time to time drop what has expired."""
        now = time.time()
        if now >= self._next_sweep:
            self._next_sweep = now + SWEEP_SECONDS
            for known in list(self.expirations):
                await self.get(known)  # drops the key if its time is over
        await self.get(key)
        self.storage[key] += amount
        self.expirations.setdefault(key, now + expiry)
        return self.storage[key]


REDIS_SECONDS = 0.5
AWAY_SECONDS = 5.0  # a Redis that did not answer is left alone for so long


class Limits:
    """Counts requests: in a Redis that several gateways share, in memory without one or while it is away."""

    def __init__(self, redis_url: str = "") -> None:
        self._own = SlidingWindowCounterRateLimiter(SweptMemory())
        self._shared: SlidingWindowCounterRateLimiter | None = None
        self._away_until = 0.0
        if redis_url:
            patience: dict[str, Any] = {"socket_connect_timeout": REDIS_SECONDS, "socket_timeout": REDIS_SECONDS}
            storage = RedisStorage(redis_url, implementation="redispy", key_prefix="assistant:limits", **patience)
            self._shared = SlidingWindowCounterRateLimiter(storage)

    async def hit(self, limit: RateLimitItem, *who: str) -> None:
        """Count one request. Raises Refusal 429 when `who` has used up `limit`."""
        if not await self._ask(lambda limiter: limiter.hit(limit, *who)):
            raise too_many("too_many_requests", await self._wait(limit, who))

    async def check(self, limit: RateLimitItem, *who: str) -> None:
        """Raise Refusal 429 when `who` has used up `limit`, without counting."""
        if not await self._ask(lambda limiter: limiter.test(limit, *who)):
            raise too_many("too_many_requests", await self._wait(limit, who))

    async def _wait(self, limit: RateLimitItem, who: tuple[str, ...]) -> int:
        stats = await self._ask(lambda limiter: limiter.get_window_stats(limit, *who))
        return min(limit.get_expiry(), int(stats.reset_time - time.time()) + 1)

    async def _ask(self, question: Callable[[SlidingWindowCounterRateLimiter], Awaitable[T]]) -> T:
        if self._shared is not None and time.monotonic() >= self._away_until:
            try:
                return await question(self._shared)
            except (RedisError, OSError) as error:  # people are served all the same, and each gateway counts alone
                self._away_until = time.monotonic() + AWAY_SECONDS
                log.warning("redis_away", extra={"why": type(error).__name__})
        return await question(self._own)


def parse_limit(setting: str, text: str) -> RateLimitItem:
    """A limit such as "30/minute". Raises SettingError that names the setting."""
    try:
        return parse(text)
    except ValueError:
        raise SettingError(f"{setting} is {text!r}, but a limit looks like 30/minute.") from None


def client_address(request: web.BaseRequest, trusted: tuple[Network, ...]) -> str:
    """Who to count for this request."""
    return behind(request.remote, request.headers.getall("X-Forwarded-For", []), trusted)


def is_this_machine(request: web.BaseRequest) -> bool:
    """Whether the peer is loopback and does not speak for somebody else."""
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return not forwarded and is_loopback(request.remote)
