"""How often: pages for one address, guesses of passwords and codes for one account and for one address."""

import time

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from bot.errors import SettingError
from studio.web.refusals import Refusal

ACCOUNT_AT_ADDRESS = parse("5/15minute")
"""Wrong guesses for one account from one address."""
ADDRESS = parse("30/15minute")
"""Wrong guesses from one address, whatever the account."""
ACCOUNT = parse("50/hour")
"""Wrong guesses for one account from everywhere: many, so that nobody can lock somebody else out by typing a little."""


class Limits:
    """Counts in memory: the studio is one process."""

    def __init__(self) -> None:
        self._storage = MemoryStorage()
        self._limiter = MovingWindowRateLimiter(self._storage)

    async def hit(self, limit: RateLimitItem, *who: str) -> None:
        """Count one request. Raises Refusal 429 when `who` has used up `limit`."""
        if not await self._limiter.hit(limit, *who):
            raise Refusal(429, "too_many", {"Retry-After": str(await self.wait(limit, *who))})

    async def wait(self, limit: RateLimitItem, *who: str) -> int:
        """Whole seconds until `who` may go on."""
        stats = await self._limiter.get_window_stats(limit, *who)
        return max(1, min(limit.get_expiry(), int(stats.reset_time - time.time()) + 1))

    async def guess(self, account: str, address: str) -> bool:
        """Count a guess before it is looked at; False: too many already, it is not looked at."""
        kinds = ((ACCOUNT_AT_ADDRESS, account, address), (ADDRESS, address), (ACCOUNT, account))
        for limit, *who in kinds:
            if not await self._limiter.test(limit, "guess", *who):
                return False
        for limit, *who in kinds:
            await self._limiter.hit(limit, "guess", *who)
        return True

    async def guessed_right(self, account: str, address: str) -> None:
        """What was counted for the account here is forgotten; the address's own count is not."""
        await self._limiter.clear(ACCOUNT_AT_ADDRESS, "guess", account, address)

    async def forget(self) -> None:
        """Begin to count anew."""
        await self._storage.reset()


def parse_limit(setting: str, text: str) -> RateLimitItem:
    """A limit such as "30/minute". Raises SettingError that names the setting."""
    try:
        return parse(text)
    except ValueError:
        raise SettingError(f"{setting} is {text!r}, but a limit looks like 30/minute.") from None
