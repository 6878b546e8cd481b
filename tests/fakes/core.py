"""The core (inbox, worker, transcript) without a public edge, for tests of the message path."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from time import time

from bot.conversations import open_web
from bot.inbox import Accepted, Incoming, accept
from bot.parts import Parts, open_parts
from bot.settings import Settings
from bot.transcript import Event, events_after
from bot.worker import Worker
from tests.fakes.rasa import FakeRasa


@dataclass
class Core:
    """The core without a public edge."""

    parts: Parts
    rasa: FakeRasa
    settings: Settings

    async def open(self, language: str = "en") -> str:
        return (await open_web(self.parts.store, "city", language, time)).session

    async def send(self, conversation: str, text: str, **more: object) -> Accepted:
        """A person's text; `external_id` defaults to the text."""
        values = {"external_id": text, "kind": "text", "text": text, **more}
        return await accept(self.parts.store, self.parts.wakeups, Incoming(conversation, **values), time)  # type: ignore[arg-type]

    async def events(self, conversation: str, count: int) -> list[Event]:
        """The transcript once it holds `count` events; fails after ten seconds."""
        with self.parts.wakeups.listen(conversation) as listener:
            async with asyncio.timeout(10):
                while len(found := await events_after(self.parts.store, conversation, 0)) < count:
                    await listener.next(1.0)
        return found

    async def only_the_end(self, conversation: str) -> None:
        """Wait until the transcript is cleared but for its end; fails after ten seconds."""
        with self.parts.wakeups.listen(conversation) as listener:
            async with asyncio.timeout(10):
                while [event.type for event in await events_after(self.parts.store, conversation, 0)] != ["end"]:
                    await listener.next(1.0)

    @asynccontextmanager
    async def working(self) -> AsyncIterator["Core"]:
        """With one running worker."""
        task = asyncio.create_task(Worker(self.parts, self.settings).run())
        try:
            yield self
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@asynccontextmanager
async def open_core(settings: Settings, rasa: FakeRasa, **changes: object) -> AsyncIterator[Core]:
    """A core that asks `rasa`; its worker does not run yet."""
    settings = replace(settings, rasa_url=rasa.url, **changes)
    async with open_parts(settings) as parts:
        yield Core(parts, rasa, settings)
