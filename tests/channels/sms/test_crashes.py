"""A gateway that is killed with a text in its hands: the person gets one answer all the same."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from bot.settings import ROOT
from phone.twilio import SimulatedTwilio
from tests.fakes.rasa import FakeRasa, running, say
from tests.fakes.texting import ACCOUNT, CITY, CREDENTIALS, RESIDENT, TOKEN


@dataclass
class Mortal:
    """A real gateway process that can be killed and started again on the same data."""

    environment: dict[str, str]
    port: int
    process: subprocess.Popen[bytes] | None = None
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    async def live(self, **changes: str) -> None:
        """Start it and wait until it listens."""
        self.process = subprocess.Popen(  # noqa: ASYNC220 (starts in a moment)
            [sys.executable, "-m", "channels.gateway"], cwd=ROOT, env={**self.environment, **changes},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.started.append(self.process)
        async with asyncio.timeout(60), aiohttp.ClientSession() as http:
            while True:
                try:
                    async with http.get(f"http://127.0.0.1:{self.port}/healthz"):
                        return
                except aiohttp.ClientError:
                    assert self.process.poll() is None, "the gateway did not start"
                    await asyncio.sleep(0.05)  # a process that starts announces nothing

    def die(self) -> None:
        """kill -9."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()


@asynccontextmanager
async def mortal_gateway(folder: Path, rasa: FakeRasa, twilio: SimulatedTwilio) -> AsyncIterator[Mortal]:
    server = TestServer(twilio.build())
    await server.start_server()
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port = probe.getsockname()[1]
    public = f"http://127.0.0.1:{port}"
    twilio.webhook = f"{public}/v1/sms/city/inbound"
    told = {"ASSISTANT_DATA": str(folder), "ASSISTANT_PORT": str(port), "PUBLIC_URL": public, "RASA_URL": rasa.url}
    told |= {"RASA_SECRET": rasa.secret, "ASSISTANT_SECRET": "test", "LANE_SECONDS": "2", **CREDENTIALS}
    told["TWILIO_API_URL"] = str(server.make_url("/")).rstrip("/")
    gateway = Mortal({**os.environ, **told}, port)
    try:
        yield gateway
    finally:
        for process in gateway.started:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                await asyncio.to_thread(process.wait)
        await server.close()


@pytest.fixture
def twilio() -> SimulatedTwilio:
    return SimulatedTwilio(ACCOUNT, TOKEN)


async def answered(twilio: SimulatedTwilio, arrived: asyncio.Event) -> list[Any]:
    async with asyncio.timeout(60):
        await arrived.wait()
    await twilio.settled()
    return twilio.sent


async def test_a_text_that_was_acknowledged_is_answered_after_a_crash(tmp_path: Path, twilio: SimulatedTwilio) -> None:
    arrived = asyncio.Event()
    twilio.on_sent = lambda _: arrived.set()
    async with running(FakeRasa()) as rasa, mortal_gateway(tmp_path, rasa, twilio) as gateway:
        await gateway.live(RASA_URL="http://127.0.0.1:9")  # nobody listens there
        assert await twilio.text(RESIDENT, CITY, "hello", MessageSid="SM1") == 200
        gateway.die()
        await gateway.live()
        assert [message.body for message in await answered(twilio, arrived)] == ["echo: hello"]
        assert await twilio.text(RESIDENT, CITY, "hello", MessageSid="SM1") == 200
        assert len(rasa.asked) == len(twilio.sent) == 1


async def test_a_crash_between_the_answer_and_its_commit_advances_the_dialogue_once(
    tmp_path: Path, twilio: SimulatedTwilio
) -> None:
    arrived = asyncio.Event()
    twilio.on_sent = lambda _: arrived.set()
    async with running(FakeRasa()) as rasa, mortal_gateway(tmp_path, rasa, twilio) as gateway:

        def killing(body: dict[str, Any]) -> dict[str, Any]:
            gateway.die()
            return say(f"echo: {body['text']}")

        rasa.answer = killing
        await gateway.live()
        assert await twilio.text(RESIDENT, CITY, "hello") == 200
        await rasa.was_asked(1)
        assert gateway.process is not None
        await asyncio.to_thread(gateway.process.wait)
        assert twilio.sent == []
        await gateway.live()
        assert [message.body for message in await answered(twilio, arrived)] == ["echo: hello"]
        assert len(rasa.effects) == 1 < len(rasa.asked)
        assert {asked["message_id"] for asked in rasa.asked} == set(rasa.effects)
