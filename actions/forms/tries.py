"""How often a secret may be tried, so that references and codes cannot be guessed."""

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

TRIES_A_CONVERSATION = parse("5/hour")
TRIES_A_REFERENCE = parse("20/hour")


class Tries:
    """Counts tries, by conversation and by reference."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def allow(self, sender: str, reference: str) -> bool:
        """Count one try; False when there were too many in the last hour."""
        own = self._limiter.hit(TRIES_A_CONVERSATION, "conversation", sender)
        return self._limiter.hit(TRIES_A_REFERENCE, "reference", reference.replace("-", "")) and own
