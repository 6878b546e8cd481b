"""A tiny project, trained and served by a really started Rasa, and a small action server for it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / "nlu" / ".venv" / "bin" / "python"
PROJECT = Path(__file__).parent / "project"
SECRET = "a-secret-for-tests"
START_SECONDS = 90


@dataclass
class Actions:
    """What the action server was asked, and whether it works."""

    broken: bool = False
    asked: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""


@dataclass
class Rasa:
    """A started server on one project folder."""

    project: Path
    environment: dict[str, str]
    port: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        log = (self.project / "server.log").open("ab")
        command = [str(PYTHON), "-m", "nlu", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(command, cwd=self.project, env=self.environment, stdout=log, stderr=log)
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            assert self.process.poll() is None, (self.project / "server.log").read_text()[-2000:]
            try:
                if self.ask("GET", "/")[0] == 200:
                    return
            except OSError:
                time.sleep(0.05)  # it announces nothing
        raise AssertionError("Rasa did not become ready")

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def ask(self, method: str, path: str, body: Any = None, secret: str = SECRET) -> tuple[int, Any]:
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        url = f"http://127.0.0.1:{self.port}/webhooks/assistant{path}"
        try:
            request = urllib.request.Request(url, data, headers, method=method)
            with urllib.request.urlopen(request, timeout=30) as answer:
                content = answer.read()
                return answer.status, json.loads(content) if content else None
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def say(self, message_id: str, sender: str, **what: Any) -> tuple[int, Any]:
        body = {"message_id": message_id, "sender": sender, "channel": "web", "language": "en", **what}
        return self.ask("POST", "/messages", body)


@pytest.fixture(scope="session")
def action_server() -> Iterator[Actions]:
    actions = Actions()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            actions.asked.append(asked)
            answer = {
                "events": [],
                "responses": [
                    {"response": "utter_pong", "name": "Ana"},
                    {"custom": {"follow_up": {"action": "action_ping", "after": 30}}},
                ],
            }
            content = json.dumps(answer).encode()
            self.send_response(500 if actions.broken else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    actions.url = f"http://127.0.0.1:{server.server_port}/webhook"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield actions
    server.shutdown()


@pytest.fixture(scope="session")
def rasa(tmp_path_factory: pytest.TempPathFactory, action_server: Actions) -> Iterator[Rasa]:
    if not PYTHON.exists():
        pytest.skip("the nlu environment is not installed (nlu/.venv)")
    project = tmp_path_factory.mktemp("rasa") / "project"
    shutil.copytree(PROJECT, project)
    for name in ("endpoints.yml", "credentials.yml", "city.yml"):
        shutil.copy(ROOT / name, project)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "RASA_SECRET": SECRET,
        "ACTIONS_URL": action_server.url,
        "TRACKER_STORE_URL": f"sqlite:///{project}/trackers.db",
        "PUBLISHED_DIR": str(project.parent / "published"),
    }
    trained = subprocess.run([str(PYTHON), "-m", "nlu", "train"], cwd=project, env=environment, capture_output=True)
    assert trained.returncode == 0, trained.stderr.decode()[-3000:]
    server = Rasa(project, environment, port)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def actions(action_server: Actions) -> Actions:
    action_server.broken = False
    action_server.asked.clear()
    return action_server
