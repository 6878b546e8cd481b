"""How soon a text is acknowledged with a durable copy, and what broken webhooks meet: `python -m bench.texting_load`.

A real gateway process on SQLite, or on PostgreSQL and Redis, which runs the turns or leaves them to a worker process.
Rasa and Twilio are small stand-ins, since neither is waited for.
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
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager
from pathlib import Path

import aiohttp
from aiohttp.test_utils import TestServer

from bot.settings import ROOT
from phone.twilio import SimulatedTwilio
from tests.fakes.mutations import Webhook, mutated, valid
from tests.fakes.rasa import FakeRasa, running
from tests.fakes.servers import postgres_running, redis_running
from tests.fakes.texting import ACCOUNT, CREDENTIALS, TOKEN


@contextmanager
def stores(kind: str) -> Iterator[dict[str, str]]:
    """The settings of a fresh store: the SQLite file of the data folder, or servers that write to the disk."""
    with ExitStack() as stack:
        if kind == "sqlite":
            yield {}
            return
        postgres, redis = stack.enter_context(postgres_running(durable=True)), stack.enter_context(redis_running())
        url = postgres.fresh().replace("+asyncpg", "")
        yield {"DATABASE_URL": url, "REDIS_URL": f"redis://127.0.0.1:{redis.port}/0"}


@asynccontextmanager
async def gateway(folder: Path, store: dict[str, str], beside: bool = False) -> AsyncIterator[str]:
    """A gateway process, and with `beside` a worker process; the gateway's address."""
    twilio = SimulatedTwilio(ACCOUNT, TOKEN, life=())
    server = TestServer(twilio.build())
    await server.start_server()
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    async with running(FakeRasa()) as rasa:
        told = {"ASSISTANT_DATA": str(folder), "ASSISTANT_PORT": str(port), "PUBLIC_URL": url, "RASA_URL": rasa.url}
        told |= {"RASA_SECRET": rasa.secret, "ASSISTANT_SECRET": "bench", "WEBHOOK_LIMIT": "1000000/minute"}
        told |= {"TWILIO_API_URL": str(server.make_url("/")).rstrip("/"), "LOG_LEVEL": "ERROR", **CREDENTIALS, **store}
        if beside:
            told["GATEWAY_RUNS_WORKER"] = "false"
        programs = ["channels.gateway", *(["channels.worker"] if beside else [])]
        processes = [
            subprocess.Popen([sys.executable, "-m", program], cwd=ROOT, env={**os.environ, **told})  # noqa: ASYNC220
            for program in programs
        ]
        try:
            await _ready(url)
            yield url
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
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


async def load(url: str, rate: float, seconds: float) -> float:
    """New texts of 200 phones at an even rate, whether or not the earlier ones are answered; gives the p99."""
    own = time.process_time()
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
        f"p50 {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms, p99 {cuts[98]:.1f} ms, longest {max(t for _, t in done):.3f} s "
        f"(this program and its stand-ins took {(time.process_time() - own) / len(done) * 1000:.1f} ms for each)"
    )
    return cuts[98]


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
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--worker", action="store_true", help="turns in a process of their own")
    options = parser.parse_args()
    worst = []
    for _ in range(options.runs):
        with tempfile.TemporaryDirectory() as folder, stores(options.store) as store:
            async with gateway(Path(folder), store, options.worker) as url:
                print(f"load of the machine before: {os.getloadavg()[0]:.1f}")
                worst.append(await load(url, options.rate, options.seconds))
    print(f"median of the p99: {statistics.median(worst):.1f} ms")
    if options.changes:
        with tempfile.TemporaryDirectory() as folder:
            async with gateway(Path(folder), {}) as url:
                await break_things(url, options.changes)


if __name__ == "__main__":
    asyncio.run(main())
