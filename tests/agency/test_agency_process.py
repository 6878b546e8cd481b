"""The server and its commands as processes: they keep what they accepted and say clearly why they cannot start."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

REPORT = {"service_code": "POTHOLE", "address_string": "12 Oak", "attribute[SIZE]": "small", "api_key": "key"}


class Process:
    """`python -m agency …` in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "agency.db"
        clean = {name: value for name, value in os.environ.items() if not name.startswith("AGENCY_")}
        self.environment = {**clean, "AGENCY_API_KEYS": "key", "PYTHONUNBUFFERED": "1"}
        self.running: list[subprocess.Popen[str]] = []
        self.url = ""

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "agency", *arguments]
        if "--data" not in arguments:
            command += ["--data", str(self.data)]
        environment = {**self.environment, **environment}
        return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=30)

    def serve(self, *arguments: str) -> subprocess.Popen[str]:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [sys.executable, "-m", "agency", "serve", "--port", str(port), "--data", str(self.data), *arguments]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=self.environment)
        self.running.append(process)
        assert process.stdout is not None
        for line in process.stdout:
            if match := re.search(r"http://\S+", line):
                self.url = match[0]
                return process
        raise AssertionError("the server ended before it was ready")

    def submit(self, key: str) -> str:
        form = urllib.parse.urlencode(REPORT).encode()
        request = urllib.request.Request(f"{self.url}/requests.json", form, {"Idempotency-Key": key})
        with urllib.request.urlopen(request, timeout=10) as response:
            return str(json.load(response)[0]["service_request_id"])

    def listed(self) -> list[str]:
        with urllib.request.urlopen(f"{self.url}/requests.json", timeout=10) as response:
            return [request["service_request_id"] for request in json.load(response)]


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    process = Process(tmp_path)
    yield process
    for running in process.running:
        running.kill()
        running.wait()


def test_what_was_accepted_survives_kill_9_and_its_key_too(process: Process) -> None:
    first = process.serve()
    numbers = [process.submit(f"k{n}") for n in range(5)]
    first.send_signal(signal.SIGKILL)
    first.wait()
    process.serve()
    assert sorted(process.listed()) == numbers
    assert [process.submit(f"k{n}") for n in range(5)] == numbers
    assert process.submit("k5") not in numbers


def test_sigterm_ends_the_server_in_good_order(process: Process) -> None:
    server = process.serve("--examples")
    assert len(process.listed()) > 20
    server.terminate()
    assert server.wait(timeout=10) == 0


def test_staff_move_a_request_by_command_while_the_server_runs(process: Process) -> None:
    process.serve()
    number = process.submit("k1")
    moved = process.run("move", number, "closed", "--note", "Filled.")
    assert moved.returncode == 0 and number in moved.stdout
    with urllib.request.urlopen(f"{process.url}/requests/{number}.json", timeout=10) as response:
        (shown,) = json.load(response)
    assert (shown["status"], shown["status_notes"]) == ("closed", "Filled.")
    assert number in process.run("list", "--status", "closed").stdout
    assert number not in process.run("list", "--status", "open").stdout


def test_staff_read_comments_and_close_a_consultation_by_command_while_the_server_runs(process: Process) -> None:
    process.serve()
    base = process.url.replace("/open311/v2", "/participation/v1")
    with urllib.request.urlopen(f"{base}/consultations?status=open", timeout=10) as response:
        consultation = json.load(response)[0]["id"]
    headers = {"Authorization": "Bearer key", "Content-Type": "application/json"}
    words = json.dumps({"text": "Keep the old trees."}).encode()
    sent = urllib.request.Request(f"{base}/consultations/{consultation}/comments", words, headers)
    with urllib.request.urlopen(sent, timeout=10) as response:
        receipt = json.load(response)["receipt"]
    listed, exported = process.run("comments"), process.run("comments", "--csv", "--consultation", consultation)
    assert receipt in listed.stdout and "trees" not in listed.stdout
    assert "Keep the old trees." in exported.stdout
    assert process.run("close-consultation", consultation).returncode == 0
    with urllib.request.urlopen(f"{base}/consultations/{consultation}", timeout=10) as response:
        assert json.load(response)["status"] == "closed"
    assert process.run("close-consultation", "nothing").returncode == 1


def test_an_unknown_number_is_said_in_one_line(process: Process) -> None:
    result = process.run("move", "99", "closed")
    assert (result.returncode, result.stderr) == (1, "agency: there is no request 99.\n")


def test_examples_are_added_once(process: Process) -> None:
    assert re.fullmatch(r"Added 4\d example requests\.\n", process.run("seed").stdout)
    assert process.run("seed").stdout == "Added 0 example requests.\n"


def test_a_taken_port_is_one_sentence(process: Process) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = process.run("serve", "--port", str(port))
    assert result.returncode == 2
    assert result.stderr == f"agency: Port {port} is taken: stop what uses it, or set AGENCY_PORT.\n"


def test_a_missing_folder_is_one_sentence(process: Process, tmp_path: Path) -> None:
    result = process.run("serve", "--data", str(tmp_path / "no" / "a.db"))
    assert result.returncode == 2
    assert result.stderr == f"agency: The folder {tmp_path / 'no'} does not exist: create it, or set AGENCY_DATA.\n"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AGENCY_PORT", "eighty"),
        ("AGENCY_PORT", "70000"),
        ("AGENCY_BATCH_SECONDS", "-1"),
        ("AGENCY_TIME_ZONE", "Mars/Base"),
        ("AGENCY_SERVICES", "/none.yml"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_its_name(process: Process, name: str, value: str) -> None:
    result = process.run("serve", **{name: value})
    assert result.returncode == 2
    assert value in result.stderr and result.stderr.count("\n") == 1


def test_a_database_that_is_none_is_one_sentence(process: Process) -> None:
    process.data.write_bytes(b"no database" * 1000)
    result = process.run("list")
    assert result.returncode == 2
    assert "cannot be opened" in result.stderr and "Traceback" not in result.stderr
