"""Measures one Rasa process over our channel: start, memory, time a message, messages a second. Prints a table.

PYTHONPATH=. python bench/nlu_turns.py            (from the project's root, after training; either environment)
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import secrets
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[1]
PYTHON = ROOT / "nlu" / ".venv" / "bin" / "python"
START_SECONDS = 120


def main() -> None:
    """Starts a server on a free port with an empty tracker database, measures, stops it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=ROOT, help="project with models/ and data/")
    parser.add_argument("--messages", type=int, default=600)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_measure(arguments.root, arguments.messages, Path(folder)))


async def _measure(root: Path, count: int, folder: Path) -> None:
    secret, port = secrets.token_hex(8), _free_port()
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "RASA_SECRET": secret,
        "TRACKER_STORE_URL": f"sqlite:///{folder}/trackers.db",
    }
    started = time.perf_counter()
    server = subprocess.Popen([str(PYTHON), "-m", "nlu", "serve", "--port", str(port)], cwd=root, env=environment)  # noqa: ASYNC220
    base = f"http://127.0.0.1:{port}/webhooks/assistant"
    try:
        async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {secret}"}) as http:
            await _until_ready(http, base, server)
            rows = [
                ("start to ready", f"{time.perf_counter() - started:.1f} s"),
                ("memory after start", f"{_resident_mb(server.pid):.0f} MB"),
            ]
            texts = itertools.cycle(_texts(root))
            for people in (1, 4, 16):
                before = _cpu_seconds(server.pid)
                wall, times = await _talk(http, base, texts, people, count)
                rows.append(_row(people, wall, times, _cpu_seconds(server.pid) - before))
            rows += await _long_conversation(http, base, texts)
            rows.append(("memory after all", f"{_resident_mb(server.pid):.0f} MB"))
    finally:
        server.terminate()
        server.wait(20)
    print("| what | measured |\n|---|---|")
    print("\n".join(f"| {what} | {value} |" for what, value in rows))


async def _talk(
    http: aiohttp.ClientSession, base: str, texts: Iterator[str], people: int, count: int
) -> tuple[float, list[float]]:
    """Wall time in seconds and each turn's milliseconds; every person asks ten questions a conversation."""

    async def person(number: int) -> list[float]:
        times = []
        for turn in range(count // people):
            sender = f"bench-{people}-{number}-{turn // 10}"
            times.append(await _say(http, base, sender, next(texts)))
        return times

    started = time.perf_counter()
    times = await asyncio.gather(*(person(number) for number in range(people)))
    return time.perf_counter() - started, [one for each in times for one in each]


async def _long_conversation(http: aiohttp.ClientSession, base: str, texts: Iterator[str]) -> list[tuple[str, str]]:
    times = [await _say(http, base, "bench-long", next(texts)) for _ in range(300)]
    return [
        ("one conversation, turns 1 to 20, p50", f"{statistics.median(times[:20]):.1f} ms"),
        ("one conversation, turns 281 to 300, p50", f"{statistics.median(times[-20:]):.1f} ms"),
    ]


async def _say(http: aiohttp.ClientSession, base: str, sender: str, text: str) -> float:
    body = {"message_id": secrets.token_hex(8), "sender": sender, "text": text, "channel": "web", "language": "en"}
    started = time.perf_counter()
    async with http.post(f"{base}/messages", json=body) as response:
        reply = await response.json()
        if response.status not in (200, 503) or not (reply.get("replies") or reply.get("error")):
            raise SystemExit(f"{response.status} for {text!r}: {reply}")
    return (time.perf_counter() - started) * 1000


async def _until_ready(http: aiohttp.ClientSession, base: str, server: subprocess.Popen[bytes]) -> None:
    until = time.perf_counter() + START_SECONDS
    while time.perf_counter() < until and server.poll() is None:
        try:
            async with http.get(f"{base}/") as response:
                if response.status == 200:
                    return
        except aiohttp.ClientError:
            pass
        await asyncio.sleep(0.05)
    raise SystemExit("The server did not become ready; is a model trained? (python -m nlu train)")


def _row(people: int, wall: float, times: list[float], cpu: float) -> tuple[str, str]:
    ordered = sorted(times)
    return (
        f"{people} at once",
        f"{len(times) / wall:.0f} messages/s, p50 {statistics.median(ordered):.1f} ms, "
        f"p95 {ordered[int(len(ordered) * 0.95)]:.1f} ms, CPU {cpu / len(times) * 1000:.1f} ms a message",
    )


def _texts(root: Path) -> list[str]:
    """FAQ questions only: what needs the action server would measure the action server."""
    texts = []
    for path in sorted(root.glob("data/topics/*/questions.*.yml")):
        for intent in YAML(typ="safe").load(path)["nlu"]:
            if intent.get("intent", "").startswith("faq/"):
                texts += [line[1:].strip() for line in intent["examples"].splitlines() if line.strip()]
    return texts or ["hello"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _cpu_seconds(pid: int) -> float:
    """User and system time: what stays comparable when the machine has other work."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


if __name__ == "__main__":
    main()
