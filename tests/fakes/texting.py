"""The real gateway with a text channel, and a simulated Twilio that carries its messages."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import time
from typing import Any

import sqlalchemy
from aiohttp.test_utils import TestServer

from bot.settings import Settings
from bot.store import Store, open_store
from bot.store.schema import conversations, inbound, outbound
from phone.twilio import Sent, SimulatedTwilio
from tests.fakes.gateway import Gateway, gateway_running, gateway_settings
from tests.fakes.rasa import FakeRasa

ACCOUNT, TOKEN, CITY = "AC" + "0" * 32, "token-one", "+13125550100"
RESIDENT = "+13125550199"
CREDENTIALS = {
    "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_AUTH_TOKEN_NEXT": "token-two",
    "TWILIO_NUMBERS": f"{CITY},+13125550101", "TWILIO_MESSAGING_SERVICE": "",
}  # fmt: skip


@dataclass
class Texting:
    """`sent` and `until` wait for what happens; nothing here sleeps."""

    gateway: Gateway
    twilio: SimulatedTwilio
    store: Store
    settings: Settings
    news: asyncio.Condition

    @property
    def rasa(self) -> FakeRasa:
        return self.gateway.rasa

    async def text(self, body: str, number: str = RESIDENT, **more: str) -> int:
        """A resident writes; the status of the acknowledgment."""
        return await self.twilio.text(number, CITY, body, **more)

    async def sent(self, count: int, number: str = RESIDENT) -> list[Sent]:
        """What was sent to a phone, once there are so many; fails after ten seconds."""
        async with asyncio.timeout(10), self.news:
            await self.news.wait_for(lambda: len(self._to(number)) >= count)
        return self._to(number)

    def _to(self, number: str) -> list[Sent]:
        return [message for message in self.twilio.sent if message.to == number]

    async def rows(self, table: sqlalchemy.Table = outbound) -> list[Any]:
        """All rows of a table, oldest first."""
        order = [table.c[name] for name in ("created_at", "part") if name in table.c] or [table.c[0]]
        async with self.store.read() as connection:
            return list((await connection.execute(sqlalchemy.select(table).order_by(*order))).all())

    async def until(self, told: Callable[[list[Any]], bool], table: sqlalchemy.Table = outbound) -> list[Any]:
        """The rows of a table once they are as told. They change in the gateway, which announces nothing to us."""
        async with asyncio.timeout(10):
            while not told(rows := await self.rows(table)):  # noqa: ASYNC110
                await asyncio.sleep(0.01)  # there is no event for a commit
        return rows

    async def status_is(self, *statuses: str) -> list[Any]:
        """The outbound rows once their statuses are these."""
        return await self.until(lambda rows: [row.status for row in rows] == list(statuses))

    async def hurry(self, **values: Any) -> None:
        """Change what waits, as if time had passed: due_at=0.0 makes a message due."""
        async with self.store.begin() as connection:
            await connection.execute(sqlalchemy.update(outbound).values(**values))

    async def inbound(self) -> list[Any]:
        """What came in."""
        return await self.rows(inbound)

    async def conversations(self) -> list[Any]:
        """The conversations."""
        return await self.rows(conversations)


@asynccontextmanager
async def texting(folder: Path, rasa: FakeRasa | None = None, **changes: Any) -> AsyncIterator[Texting]:
    """Everything started on free ports. `changes` are settings; credentials are in the environment."""
    news, twilio = asyncio.Condition(), SimulatedTwilio(ACCOUNT, TOKEN)
    listener = socket.create_server(("127.0.0.1", 0))
    public = f"http://127.0.0.1:{listener.getsockname()[1]}"
    twilio.webhook = f"{public}/v1/sms/city/inbound"
    before = {name: os.environ.get(name) for name in CREDENTIALS}
    os.environ.update(CREDENTIALS)

    def tell(_: Sent) -> None:
        async def notify() -> None:
            async with news:
                news.notify_all()

        tasks.add(task := asyncio.create_task(notify()))
        task.add_done_callback(tasks.discard)

    tasks: set[asyncio.Task[None]] = set()
    twilio.on_sent = tell
    server = TestServer(twilio.build())
    await server.start_server()
    api = str(server.make_url("/")).rstrip("/")
    pace = folder / "sms.yml"
    pace.write_text((Path(__file__).parents[2] / "sms.yml").read_text("utf-8").replace("second: 1 ", "second: 1000 "))
    settings = replace(gateway_settings(folder), public_url=public, twilio_api=api, sms_file=pace)
    settings = replace(settings, **changes)
    try:
        async with gateway_running(settings, rasa, listener) as gateway:
            store = await open_store(settings.store_url)
            try:
                yield Texting(gateway, twilio, store, settings, news)
            finally:
                await twilio.settled()
                await store.close()
    finally:
        await server.close()
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def later(seconds: float) -> float:
    """A moment from now."""
    return time() + seconds
