"""A real action server and a real agency, each a process of its own on a free port."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.actions.caller import Caller

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A process that can be stopped and started again on the same port."""

    def __init__(self, module: list[str], health: str, environment: dict[str, str]) -> None:
        self._command, self._health, self._environment = [sys.executable, "-m", *module], health, environment
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._command, cwd=ROOT, env=self._environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            assert self._process.poll() is None, f"{self._command} ended with {self._process.returncode}"
            try:
                with urllib.request.urlopen(self._health, timeout=2):
                    return
            except OSError:
                time.sleep(0.05)  # there is no event for "it listens now"
        raise AssertionError(f"{self._command} did not start")

    def stop(self) -> int:
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(10)


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What both servers are told."""
    agency, actions = free_port(), free_port()
    return {
        **os.environ,
        "AGENCY_PORT": str(agency),
        "AGENCY_DATA": str(tmp_path_factory.mktemp("agency") / "agency.db"),
        "AGENCY_API_KEY": "key",
        "AGENCY_API_KEYS": "key",
        "AGENCY_BATCH_SECONDS": "0",
        "ACTIONS_PORT": str(actions),
        "ASSISTANT_SECRET": "secret",
    }


@pytest.fixture(scope="session")
def agency(environment: dict[str, str]) -> Iterator[Server]:
    """The embedded agency; tests that stop it start it again."""
    server = Server(["agency", "serve"], f"http://127.0.0.1:{environment['AGENCY_PORT']}/healthz", environment)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def action_server(environment: dict[str, str], agency: Server) -> Iterator[Server]:
    """The action server of the product."""
    server = Server(["actions"], f"http://127.0.0.1:{environment['ACTIONS_PORT']}/health", environment)
    server.start()
    yield server
    assert server.stop() == 0


@pytest.fixture
def caller(environment: dict[str, str], action_server: Server) -> Caller:
    """A conversation as Rasa keeps it."""
    return Caller(f"http://127.0.0.1:{environment['ACTIONS_PORT']}")
