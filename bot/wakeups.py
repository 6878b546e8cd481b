"""Wake-ups: "there is work", "this conversation has news", "the assistant is typing"; bot/relay.py tells others."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

Signal = Literal["changed", "typing"]


class Listener:
    """One waiting reader of a conversation. Signals that come while it is busy are kept: the latest of each kind.

    `seen` is the number of the last event that the reader has.
    """

    __slots__ = ("_event", "_signals", "seen")

    def __init__(self, seen: int = 0) -> None:
        self.seen = seen
        self._event = asyncio.Event()
        self._signals: set[Signal] = set()

    def wake(self, signal: Signal) -> None:
        self._signals.add(signal)
        self._event.set()

    async def next(self, seconds: float) -> Signal | None:
        """The next signal, "changed" before "typing"; None when `seconds` pass without one."""
        if not self._signals:
            try:
                async with asyncio.timeout(seconds):
                    await self._event.wait()
            except TimeoutError:
                return None
        signal: Signal = "changed" if "changed" in self._signals else "typing"
        self._drop(signal)
        return signal

    def take(self, signal: Signal) -> bool:
        """Whether this signal waits; it does not afterwards."""
        waits = signal in self._signals
        self._drop(signal)
        return waits

    def _drop(self, signal: Signal) -> None:
        self._signals.discard(signal)
        if not self._signals:
            self._event.clear()


class Wakeups:
    """Publishes signals. Nothing durable: a reader that misses one finds the news in the store at its next look."""

    def __init__(self) -> None:
        self._listeners: defaultdict[str, set[Listener]] = defaultdict(set)
        self._work = asyncio.Event()
        self._text = asyncio.Event()
        self.tell_others: Callable[[str], None] = lambda line: None

    def changed(self, conversation_id: str) -> None:
        """The transcript of this conversation has new events."""
        self._signal(f"changed {conversation_id}")

    def typing(self, conversation_id: str) -> None:
        """An answer is being made."""
        self._signal(f"typing {conversation_id}")

    def work(self) -> None:
        """A lane has something to do."""
        self._signal("work")

    def text(self) -> None:
        """A text message waits to be sent."""
        self._signal("text")

    def _signal(self, line: str) -> None:
        self.hear(line)
        self.tell_others(line)

    def hear(self, line: str) -> None:
        """Wake who waits for this in this process only."""
        what, _, conversation_id = line.partition(" ")
        match what:
            case "work":
                self._work.set()
            case "text":
                self._text.set()
            case "changed" | "typing":
                for listener in self._listeners.get(conversation_id, ()):
                    listener.wake("changed" if what == "changed" else "typing")

    def everybody(self) -> None:
        """Let everyone in this process look: signals of others may have been missed."""
        self.hear("work")
        self.hear("text")
        for conversation_id in self._listeners:
            self.hear(f"changed {conversation_id}")

    @contextmanager
    def listen(self, conversation_id: str, seen: int = 0) -> Iterator[Listener]:
        """Receive this conversation's signals. Listen first, then read the store: nothing falls between."""
        listener = Listener(seen)
        self._listeners[conversation_id].add(listener)
        try:
            yield listener
        finally:
            self._listeners[conversation_id].discard(listener)
            if not self._listeners[conversation_id]:
                del self._listeners[conversation_id]

    def listened(self) -> list[str]:
        """The conversations that somebody in this process listens to."""
        return list(self._listeners)

    def catch_up(self, conversation_id: str, number: int) -> None:
        """Wake who has not seen the event of that number yet, in this process only."""
        for listener in self._listeners.get(conversation_id, ()):
            if listener.seen < number:
                listener.wake("changed")

    async def next_work(self, seconds: float) -> None:
        """Wait for `work()`, at most `seconds`."""
        await _next(self._work, seconds)

    async def next_text(self, seconds: float) -> None:
        """Wait for `text()`, at most `seconds`."""
        await _next(self._text, seconds)


async def _next(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
    finally:
        event.clear()
