"""Gateway and worker are restarted one after the other while people write: nobody sees an error, nothing is lost."""

import asyncio
import socket
from pathlib import Path
from typing import Any

import aiohttp

from tests.fakes.processes import processes
from tests.fakes.rasa import FakeRasa, running
from tests.fakes.servers import Postgres, Server

PEOPLE, TEXTS = 6, 30


async def rasa_was_asked(rasa: FakeRasa) -> None:
    while not rasa.asked:  # noqa: ASYNC110
        await asyncio.sleep(0.05)  # it announces nothing


async def test_a_rolling_restart_is_invisible(postgres: Postgres, redis_server: Server, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = str(probe.getsockname()[1])
    url, refused = f"http://127.0.0.1:{port}", []

    async def call(http: aiohttp.ClientSession, method: str, path: str, **more: Any) -> Any:
        """As a proxy or the widget does it: again while nobody is there; any answer must be a good one."""
        while True:
            try:
                async with http.request(method, f"{url}/v1/web/city{path}", **more) as response:
                    if response.status >= 400:
                        refused.append(response.status)
                    return await response.json()
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)

    async def person(http: aiohttp.ClientSession) -> list[dict[str, Any]]:
        key = {"Authorization": f"Bearer {(await call(http, 'POST', '/sessions', json={}))['secret']}"}
        for number in range(TEXTS):
            await call(
                http, "POST", "/messages", json={"client_msg_id": f"m{number}", "text": f"t{number}"}, headers=key
            )
            await asyncio.sleep(0.1)  # the load lasts as long as the restarts
        while True:
            events = (await call(http, "GET", "/poll?after=0", headers=key))["events"]
            if sum(event["from"] == "assistant" for event in events) >= TEXTS:  # notices come on top
                return list(events)
            await asyncio.sleep(0.1)

    async with running(FakeRasa()) as rasa:
        shared = {
            "ASSISTANT_DATA": str(tmp_path),
            "DATABASE_URL": postgres.fresh().replace("+asyncpg", ""),
            "REDIS_URL": f"redis://127.0.0.1:{redis_server.port}/0",
            "RASA_URL": rasa.url,
            "ASSISTANT_PORT": port,
            "GATEWAY_RUNS_WORKER": "false",
        }
        async with processes(shared) as ours, aiohttp.ClientSession() as http, asyncio.timeout(300):
            gateway, worker = await ours.start("channels.gateway"), await ours.start("channels.worker")
            await ours.answers(f"{url}/healthz")
            people = asyncio.gather(*(person(http) for _ in range(PEOPLE)))
            async with asyncio.timeout(60):
                await rasa_was_asked(rasa)  # the first worker is at it
            await ours.start("channels.worker")
            assert await ours.stop(gateway) == 0
            await ours.start("channels.gateway")
            await ours.answers(f"{url}/healthz")
            assert await ours.stop(worker) == 0
            transcripts = await people
    assert refused == []
    for events in transcripts:
        texts = [event["text"] for event in events if event["from"] == "resident"]
        assert texts == [f"t{number}" for number in range(TEXTS)]
        assert [event["text"] for event in events if event["from"] == "assistant"] == [
            f"echo: {text}" for text in texts
        ]
