"""What an idle event stream costs the gateway: `python -m bench.idle_streams --streams 5000`.

A real gateway process on SQLite, and conversations whose pages are open and say nothing; this process plays the pages.
"""

import argparse
import asyncio
import re
import resource
import socket
import sys
import tempfile
import time
from pathlib import Path

from bot.ids import hash_secret, new_id, new_secret
from bot.settings import Settings
from bot.store import open_store
from bot.store.schema import conversations
from tests.fakes.processes import processes
from tests.fakes.rasa import FakeRasa, running

AT_ONCE = 50


def resident_kb(pid: int) -> int:
    """Memory that a process has in use."""
    found = re.search(r"^VmRSS:\s*(\d+)", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    return int(found[1]) if found else 0


def processor_seconds(pid: int) -> float:
    """Processor time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


async def conversations_of(folder: str, count: int) -> list[str]:
    """The secrets of new conversations, put into the store in one go."""
    secrets, now = [new_secret() for _ in range(count)], time.time()
    rows = [
        {"id": new_id(), "channel": "web", "channel_name": "city", "address_hash": hash_secret(secret),
         "language": "en", "client_language": "en", "created_at": now, "last_at": now}
        for secret in secrets
    ]  # fmt: skip
    store = await open_store(Settings.from_env({"ASSISTANT_DATA": folder}).store_url)
    async with store.begin() as connection:
        await connection.execute(conversations.insert(), rows)
    await store.close()
    return secrets


async def open_page(port: int, secret: str, room: asyncio.Semaphore) -> asyncio.StreamWriter:
    """One conversation's stream, over a plain connection: a client library would cost this process too much."""
    async with room:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2048)
        head = (
            "GET /v1/web/city/events HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            f"Authorization: Bearer {secret}",
            "",
            "",
        )
        writer.write("\r\n".join(head).encode())
        while b"retry" not in await reader.readline():
            pass
        return writer


async def measure(streams: int, beside: bool) -> None:
    """Print the memory for each stream, and what they cost while nothing happens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        async with running(FakeRasa()) as rasa:
            told = {"ASSISTANT_DATA": folder, "ASSISTANT_PORT": str(port), "RASA_URL": rasa.url}
            told |= {"GATEWAY_RUNS_WORKER": "false"} if beside else {}
            async with processes(told) as ours:
                gateway = await ours.start("channels.gateway")
                await ours.answers(f"http://127.0.0.1:{port}/healthz")
                room = asyncio.Semaphore(AT_ONCE)
                secrets = await conversations_of(folder, 100 + streams)
                warm = await asyncio.gather(*(open_page(port, secret, room) for secret in secrets[:100]))
                before, began = resident_kb(gateway.pid), time.monotonic()
                pages = await asyncio.gather(*(open_page(port, secret, room) for secret in secrets[100:]))
                took, after = time.monotonic() - began, resident_kb(gateway.pid)
                used = processor_seconds(gateway.pid)
                await asyncio.sleep(20)
                idle = (processor_seconds(gateway.pid) - used) / 20
                later = resident_kb(gateway.pid)
                print(
                    f"{len(warm) + len(pages)} streams in {took:.0f} s; gateway {before} KB with 100, {after} KB then"
                )
                print(f"{later} KB 20 s later: {(max(after, later) - before) / streams:.1f} KB each")
                print(f"while idle: {idle * 100:.1f} % of a core")
                for page in (*warm, *pages):
                    page.transport.abort()


def main() -> None:
    """Open the streams."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=5000)
    parser.add_argument("--worker", action="store_true", help="as if workers ran elsewhere: the gateway has to look")
    options = parser.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if most < options.streams + 500:
        sys.exit(f"This user may open {most} files; {options.streams} streams need more (ulimit -n).")
    asyncio.run(measure(options.streams, options.worker))


if __name__ == "__main__":
    main()
