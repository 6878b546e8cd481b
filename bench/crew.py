"""The processes of an assistant one by one, on SQLite or on PostgreSQL and Redis; each may be killed and comes back."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import aiohttp
from aiohttp.test_utils import TestServer

from bot.city import load_city
from bot.operations.keys import with_secrets
from bot.operations.programs import app_programs, child_environment, rasa_program
from bot.operations.supervisor import Program
from bot.settings import ROOT, Settings
from phone.twilio import SimulatedTwilio
from tests.fakes.servers import Postgres, Server, postgres_running, redis_running
from tests.fakes.texting import ACCOUNT, CREDENTIALS, TOKEN
from tests.stack import ROOMY, free_ports

AGAIN_SECONDS = 0.2
SQLITE, SERVERS = "sqlite", "postgresql"


@dataclass
class Kept:
    """A program that is started again whenever it ends."""

    program: Program
    process: asyncio.subprocess.Process | None = None
    since: float = 0.0
    log: Path = Path(os.devnull)

    async def keep(self) -> None:
        """Until cancelled."""
        while True:
            with open(self.log, "ab") as log:  # noqa: ASYNC230 (a moment)
                self.process = await asyncio.create_subprocess_exec(
                    *self.program.command, env=dict(self.program.environment), cwd=ROOT, stdout=log, stderr=log
                )
            self.since = time.monotonic()
            await self.process.wait()
            await asyncio.sleep(AGAIN_SECONDS)

    async def is_up(self, http: aiohttp.ClientSession) -> bool:
        """Whether it answers; a program without an address, whether it has run for three seconds."""
        if self.process is None or self.process.returncode is not None:
            return False
        if not self.program.health:
            return time.monotonic() - self.since > 3
        with suppress(aiohttp.ClientError, TimeoutError):
            async with http.get(self.program.health, timeout=aiohttp.ClientTimeout(total=1)) as answer:
                return answer.status == 200
        return False

    def kill(self) -> None:
        """At once (kill -9)."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()


@dataclass
class Crew:
    """Everything that runs. `url` is the gateway's."""

    url: str
    agency_url: str
    store_url: str
    tracker_url: str
    twilio: SimulatedTwilio
    kept: dict[str, Kept] = field(default_factory=dict)
    servers: dict[str, Server] = field(default_factory=dict)
    postgres: Postgres | None = None

    async def all_up(self, http: aiohttp.ClientSession, seconds: float = 200.0) -> None:
        """Wait until every program answers; raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not all([await one.is_up(http) for one in self.kept.values()]):  # noqa: ASYNC110
                await asyncio.sleep(0.2)

    async def restart_server(self, name: str) -> None:
        """Kill a database server (kill -9) and start it again over the same data."""
        server = self.servers[name]
        await asyncio.to_thread(server.stop)
        for _ in range(60):  # what the killed one left behind has to end first
            with suppress(AssertionError):
                await asyncio.to_thread(server.start)
                return
            await asyncio.sleep(0.2)
        raise RuntimeError(f"{name} does not start again")

    def processor_seconds(self) -> dict[str, float]:
        """Processor time of each program so far, and of the database servers with their children."""
        found = {name: _processor_seconds(one.process.pid) for name, one in self.kept.items() if one.process}
        for name, server in self.servers.items():
            if server.process:
                found[name] = _processor_seconds(server.process.pid, with_children=True)
        return found


@asynccontextmanager
async def crew(folder: Path, store: str, workers: int = 1, **more: str) -> AsyncIterator[Crew]:
    """Start everything and wait until it is ready. `workers` 0: the gateway runs the turns."""
    twilio = SimulatedTwilio(ACCOUNT, TOKEN)
    async with AsyncExitStack() as stack:
        server = TestServer(twilio.build())
        await server.start_server()
        stack.push_async_callback(server.close)
        ports = free_ports(4)
        url = f"http://127.0.0.1:{ports[0]}"
        twilio.webhook = f"{url}/v1/sms/city/inbound"
        numbers = folder / "sms.yml"
        numbers.write_text((ROOT / "sms.yml").read_text("utf-8").replace("second: 1 ", "second: 1000 "), "utf-8")
        told = {
            **os.environ, **ROOMY, **CREDENTIALS, "WEBHOOK_LIMIT": "1000000/minute", "SMS_FILE": str(numbers),
            "ASSISTANT_DATA": str(folder), "ASSISTANT_PORT": str(ports[0]), "PUBLIC_URL": url,
            "RASA_URL": f"http://127.0.0.1:{ports[1]}", "ACTIONS_URL": f"http://127.0.0.1:{ports[2]}/webhook",
            "AGENCY_PORT": str(ports[3]), "PHONE_PORT": "0", "TWILIO_API_URL": str(server.make_url("/")).rstrip("/"),
            "GATEWAY_RUNS_WORKER": "false" if workers else "true", "LOG_LEVEL": "WARNING",
        }  # fmt: skip
        held = stack.enter_context(ExitStack())
        servers, postgres = dict[str, Server](), None
        if store == SERVERS:
            postgres, redis = held.enter_context(postgres_running()), held.enter_context(redis_running())
            told["DATABASE_URL"] = postgres.fresh().replace("+asyncpg", "")
            told["TRACKER_STORE_URL"] = postgres.fresh().replace("+asyncpg", "")
            told["REDIS_URL"] = f"redis://127.0.0.1:{redis.port}/0"
            servers = {"database": postgres.server, "redis": redis}
        environment = with_secrets({**told, **more}, folder, make=True)
        settings = Settings.from_env(environment)
        child = child_environment(settings, environment, ROOT, load_city(settings.city_file))
        ours = Crew(
            url, f"http://127.0.0.1:{ports[3]}/open311/v2", settings.store_url, child["TRACKER_STORE_URL"], twilio,
            servers=servers, postgres=postgres,
        )  # fmt: skip
        for program in _programs(settings, child, workers):
            one = ours.kept[program.name] = Kept(program, log=folder / f"{program.name}.log")
            stack.push_async_callback(_end, asyncio.create_task(one.keep()), one)
        async with aiohttp.ClientSession() as http:
            await ours.all_up(http)
        yield ours


def _programs(settings: Settings, child: dict[str, str], workers: int) -> list[Program]:
    worker = (sys.executable, "-m", "channels.worker")
    apart = (one for one in app_programs(settings, child) if one.name != "studio")
    found = [rasa_program(settings, child, ROOT), *apart]
    for number in range(1, workers + 1):
        found.append(Program(f"worker {number}", worker, "", {**child, "WORKER_NAME": f"worker-{number}"}))
    if workers:
        return found
    return [replace(one, environment={**one.environment, "WORKER_NAME": "gateway"}) for one in found]


async def _end(task: "asyncio.Task[None]", one: Kept) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    if one.process is not None and one.process.returncode is None:
        one.process.kill()
        await one.process.wait()


def _processor_seconds(pid: int, *, with_children: bool = False) -> float:
    """User and system time (proc(5), fields 14 to 17 of stat); a server's living children are asked, too."""
    try:
        values = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    ticks = sum(int(value) for value in values[11 : 15 if with_children else 13])
    total = ticks / os.sysconf("SC_CLK_TCK")
    if with_children:
        listed = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout.split()
        total += sum(_processor_seconds(int(child)) for child in listed)
    return total
