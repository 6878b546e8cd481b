"""The whole assistant as residents meet it: `assistant run` on free ports with a data folder of its own."""

import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMY = {  # one machine plays many residents
    "SESSION_LIMIT": "1000000/hour",
    "MESSAGE_LIMIT": "1000000/minute",
    "READ_LIMIT": "1000000/minute",
    "PAGE_LIMIT": "1000000/minute",
}


@dataclass
class Stack:
    """A started assistant. `lines` are what its supervisor told the terminal."""

    url: str
    agency_url: str
    data_dir: Path
    supervisor: subprocess.Popen[str]
    seconds_to_ready: float
    environment: Mapping[str, str]
    lines: list[str] = field(default_factory=list)

    def pids(self) -> dict[str, int]:
        """The running processes by name, the supervisor aside."""
        found = {}
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                parent = re.search(r"^PPid:\s*(\d+)", (entry / "status").read_text(), re.MULTILINE)
                command = (entry / "cmdline").read_text().replace("\0", " ")
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
            if parent and int(parent[1]) == self.supervisor.pid:
                name = next((word for word in _marks if f" {_marks[word]}" in command), "")
                if name:
                    found[name] = int(entry.name)
        return found

    def kill(self, name: str) -> bool:
        """End one process at once (kill -9); false when it does not run just now."""
        pid = self.pids().get(name)
        if pid is None:
            return False
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True

    def processor_seconds(self) -> dict[str, float]:
        """Processor time that each process has used so far, its threads included."""
        return {name: _processor_seconds(pid) for name, pid in self.pids().items()}

    def memory(self) -> dict[str, float]:
        """Resident memory of each process in MB; pages shared between them count in each."""
        pids = {**self.pids(), "supervisor": self.supervisor.pid}
        return {name: _resident(pid) for name, pid in pids.items()}


_marks = {
    "rasa": "-m nlu",
    "actions": "-m actions",
    "agency": "-m agency",
    "gateway": "-m channels.gateway",
    "phone": "-m phone",
}


@contextmanager
def running_stack(data_dir: Path, root: Path = ROOT, **environment: str) -> Iterator[Stack]:
    """Start everything, wait until it is ready, stop it at the end. Raises RuntimeError with what it said instead."""
    ports = free_ports(5)
    env = {
        **os.environ,
        "ASSISTANT_DATA": str(data_dir),
        "ASSISTANT_PORT": str(ports[0]),
        "RASA_URL": f"http://127.0.0.1:{ports[1]}",
        "ACTIONS_URL": f"http://127.0.0.1:{ports[2]}/webhook",
        "AGENCY_PORT": str(ports[3]),
        "PHONE_PORT": str(ports[4]),
        "STUDIO_PORT": "0",  # its own tests start it
        **ROOMY,
        **environment,
    }
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "run"],
        cwd=root, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    try:
        lines = _until_ready(process)
        ready = time.monotonic() - started
        agency_url = f"http://127.0.0.1:{env['AGENCY_PORT']}/open311/v2"
        yield Stack(f"http://127.0.0.1:{ports[0]}", agency_url, data_dir, process, ready, env, lines)
    finally:
        process.terminate()
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _until_ready(process: subprocess.Popen[str], seconds: float = 240.0) -> list[str]:
    """Collect the terminal's lines in the background; come back when one says that all is ready."""
    lines: list[str] = []
    news: queue.Queue[str | None] = queue.Queue()

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line.rstrip())
            news.put(line)
        news.put(None)

    threading.Thread(target=read, daemon=True).start()
    deadline = time.monotonic() + seconds
    while True:
        try:
            line = news.get(timeout=max(0.1, deadline - time.monotonic()))
        except queue.Empty:
            line = None
        if line is None:
            raise RuntimeError("The assistant did not start:\n" + "\n".join(lines))
        if line.startswith("Ready in"):
            return lines


def free_ports(count: int) -> list[int]:
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _processor_seconds(pid: int) -> float:
    """User and system time (proc(5), fields 14 and 15 of stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return 0.0
    match = re.search(r"^VmRSS:\s*(\d+) kB", status, re.MULTILINE)
    return int(match[1]) / 1024 if match else 0.0
