"""Processes of ours on a PostgreSQL and a Redis, started and stopped one by one."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from tests.stack import ROOMY

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Processes:
    """`shared` is the environment that all of them get."""

    shared: dict[str, str]
    running: list[asyncio.subprocess.Process] = field(default_factory=list)

    async def start(self, *command: str, program: str = sys.executable, **more: str) -> asyncio.subprocess.Process:
        """Start `python -m …`; it may not be ready yet."""
        process = await asyncio.create_subprocess_exec(
            program, "-W", "ignore", "-m", *command, env={**os.environ, **ROOMY, **self.shared, **more}, cwd=ROOT,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        self.running.append(process)
        return process

    async def answers(self, url: str, seconds: float = 60.0) -> None:
        """Wait until a server answers 200."""
        async with aiohttp.ClientSession() as http, asyncio.timeout(seconds):
            while True:
                try:
                    async with http.get(url, headers={"Authorization": f"Bearer {self.shared['RASA_SECRET']}"}) as said:
                        if said.status == 200:
                            return
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.05)  # it announces nothing

    async def stop(self, process: asyncio.subprocess.Process) -> int:
        """Ask it to end (SIGTERM); its exit code."""
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(30):
            return await process.wait()


@asynccontextmanager
async def processes(shared: dict[str, str]) -> AsyncIterator[Processes]:
    """Whatever still runs at the end is killed."""
    ours = Processes({"RASA_SECRET": "rasa-secret", "ASSISTANT_SECRET": "test", "LOG_LEVEL": "WARNING", **shared})
    try:
        yield ours
    finally:
        for process in ours.running:
            if process.returncode is None:
                process.kill()
                await process.wait()
