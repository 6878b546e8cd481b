"""How soon a text is acknowledged with a durable copy, and what broken webhooks meet: `python -m bench.texting_load`.

A real gateway process on SQLite; Rasa and Twilio are small stand-ins, since neither is waited for.
"""

import argparse
import asyncio
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import aiohttp
from aiohttp.test_utils import TestServer

from bot.settings import ROOT
from phone.twilio import SimulatedTwilio
from tests.fakes.mutations import Webhook, mutated, valid
from tests.fakes.rasa import FakeRasa, running
from tests.fakes.texting import ACCOUNT, CREDENTIALS, TOKEN


@asynccontextmanager
async def gateway(folder: Path) -> AsyncIterator[str]:
    """A gateway process of its own; its address."""
    twilio = SimulatedTwilio(ACCOUNT, TOKEN, life=())
    server = TestServer(twilio.build())
    await server.start_server()
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    async with running(FakeRasa()) as rasa:
        told = {"ASSISTANT_DATA": str(folder), "ASSISTANT_PORT": str(port), "PUBLIC_URL": url, "RASA_URL": rasa.url}
        told |= {"RASA_SECRET": rasa.secret, "ASSISTANT_SECRET": "bench", "WEBHOOK_LIMIT": "1000000/minute"}
        told |= {"TWILIO_API_URL": str(server.make_url("/")).rstrip("/"), "LOG_LEVEL": "ERROR", **CREDENTIALS}
        process = subprocess.Popen(  # noqa: ASYNC220 (starts in a moment)
            [sys.executable, "-m", "channels.gateway"], cwd=ROOT, env={**os.environ, **told}
        )
        try:
            await _ready(url)
            yield url
        finally:
            process.terminate()
            await asyncio.to_thread(process.wait)
            await server.close()


async def _ready(url: str) -> None:
    async with asyncio.timeout(60), aiohttp.ClientSession() as http:
        while True:
            try:
                async with http.get(f"{url}/healthz"):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)


async def post(http: aiohttp.ClientSession, url: str, hook: Webhook) -> tuple[int, float]:
    """Status and seconds; status 0 where the connection was closed instead."""
    began = time.perf_counter()
    try:
        async with http.post(url + hook.path, data=hook.body, headers=hook.headers) as response:
            await response.read()
            return response.status, time.perf_counter() - began
    except (aiohttp.ClientError, ValueError):
        return 0, time.perf_counter() - began


async def load(url: str, rate: float, seconds: float) -> None:
    """New texts of 200 phones at an even rate, whether or not the earlier ones are answered."""
    async with aiohttp.ClientSession() as http:
        tasks, began = [], time.perf_counter()
        for number in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
            hook = valid(url, f"SM{number:032x}", From=f"+1312555{number % 200:04}", Body="when is trash day")
            tasks.append(asyncio.create_task(post(http, url, hook)))
        done = await asyncio.gather(*tasks)
    cuts = statistics.quantiles([took * 1000 for _, took in done], n=100)
    print(f"{len(done)} webhooks at {rate:g}/s: {dict(Counter(status for status, _ in done))}")
    print(
        f"p50 {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms, p99 {cuts[98]:.1f} ms, longest {max(t for _, t in done):.3f} s"
    )


async def break_things(url: str, count: int) -> None:
    """Random changes of a valid webhook, 16 at a time."""
    chance, met, room = random.Random(4), Counter[int](), asyncio.Semaphore(16)
    async with aiohttp.ClientSession() as http:

        async def one(number: int) -> None:
            async with room:
                met[(await post(http, url, mutated(valid(url, f"SX{number:032x}"), chance)))[0]] += 1

        await asyncio.gather(*(one(number) for number in range(count)))
    print(f"{count} random changes: {dict(sorted(met.items()))}")


async def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=50.0)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--changes", type=int, default=10_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        async with gateway(Path(folder)) as url:
            print(f"load of the machine before: {os.getloadavg()[0]:.1f}")
            await load(url, options.rate, options.seconds)
        async with gateway(Path(folder) / "fresh") as url:
            await break_things(url, options.changes)


if __name__ == "__main__":
    asyncio.run(main())
