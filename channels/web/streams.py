"""How many event streams and long polls are open; ends them when there are too many or when the gateway stops."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import Gauge

from bot.wakeups import Wakeups
from channels.refusals import Refusal

PER_CONVERSATION = 6  # windows, and those that are gone without the gateway knowing it yet
TOTAL = 10_000

OPEN = Gauge("assistant_streams", "Event streams and long polls that are open.")


class Reader:
    """One open stream or poll. It looks at `closing` whenever it is woken."""

    __slots__ = ("closing",)

    def __init__(self) -> None:
        self.closing = False


class Streams:
    """All open readers."""

    def __init__(self, wakeups: Wakeups, per_conversation: int = PER_CONVERSATION, total: int = TOTAL) -> None:
        self._wakeups = wakeups
        self._per_conversation = per_conversation
        self._total = total
        self._open: defaultdict[str, list[Reader]] = defaultdict(list)
        self._count = 0
        self._closing = False

    @contextmanager
    def reading(self, conversation_id: str) -> Iterator[Reader]:
        """Hold a place; a conversation's oldest reader makes room. Raises Refusal when the house is full."""
        if self._closing or self._count >= self._total:
            raise Refusal(503, "busy", headers={"Retry-After": "5"})
        reader, others = Reader(), self._open[conversation_id]
        if len(others) >= self._per_conversation:
            others[-self._per_conversation].closing = True
            self._wakeups.hear(f"changed {conversation_id}")
        others.append(reader)
        self._count += 1
        OPEN.inc()
        try:
            yield reader
        finally:
            self._count -= 1
            OPEN.dec()
            others.remove(reader)
            if not others:
                self._open.pop(conversation_id, None)

    def close(self) -> None:
        """Ask every reader to finish and let nobody new in."""
        self._closing = True
        for conversation_id, readers in self._open.items():
            for reader in readers:
                reader.closing = True
            self._wakeups.hear(f"changed {conversation_id}")
