"""How many event streams and long polls are open; closes them when the gateway stops."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import Gauge

from bot.wakeups import Wakeups
from channels.refusals import Refusal, too_many

PER_CONVERSATION = 6  # tabs and a phone that has not noticed yet that its connection is gone
TOTAL = 5_000

OPEN = Gauge("assistant_streams", "Event streams and long polls that are open.")


class Streams:
    """Counts open readers. A reader looks at `closing` whenever it is woken."""

    def __init__(self, wakeups: Wakeups, per_conversation: int = PER_CONVERSATION, total: int = TOTAL) -> None:
        self.closing = False
        self._wakeups = wakeups
        self._per_conversation = per_conversation
        self._total = total
        self._open: Counter[str] = Counter()
        self._count = 0

    @contextmanager
    def reading(self, conversation_id: str) -> Iterator[None]:
        """Hold a place for one reader. Raises Refusal when there is none."""
        if self.closing or self._count >= self._total:
            raise Refusal(503, "busy", headers={"Retry-After": "5"})
        if self._open[conversation_id] >= self._per_conversation:
            raise too_many("too_many_streams", 15)
        self._open[conversation_id] += 1
        self._count += 1
        OPEN.inc()
        try:
            yield
        finally:
            self._count -= 1
            OPEN.dec()
            self._open[conversation_id] -= 1
            if not self._open[conversation_id]:
                del self._open[conversation_id]

    def close(self) -> None:
        """Ask every reader to finish and let nobody new in."""
        self.closing = True
        for conversation_id in self._open:
            self._wakeups.changed(conversation_id)
