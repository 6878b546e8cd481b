"""The supervisor, with small real processes."""

import asyncio
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.operations.supervisor import Pace, Program, Supervisor, error_in

FAKE = Path(__file__).parent.parent / "fakes/program.py"
QUICK = Pace(first_delay=0.01, longest_delay=0.04, starting_check=0.02, running_check=0.05, grace=5)
PATIENCE = 20.0


class Heard:
    """What the supervisor said, awaited line by line."""

    def __init__(self) -> None:
        self.lines: asyncio.Queue[str] = asyncio.Queue()

    def __call__(self, words: str) -> None:
        self.lines.put_nowait(words)

    async def until(self, part: str) -> str:
        async with asyncio.timeout(PATIENCE):
            while part not in (line := await self.lines.get()):
                pass
        return line


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture
def ended() -> Iterator[list[int]]:
    """Process ids that must be gone when the test is over."""
    pids: list[int] = []
    yield pids
    for pid in pids:
        assert is_gone(pid), f"process {pid} outlived the test"


def fake(port: int, *options: str, name: str = "fake", stops_first: bool = False) -> Program:
    command = (sys.executable, str(FAKE), str(port), *options)
    return Program(name, command, f"http://127.0.0.1:{port}/", dict(os.environ), stops_first)


def failing(code: str) -> Program:
    return Program("broken", (sys.executable, "-c", code), "http://127.0.0.1:1/")


def is_gone(pid: int) -> bool:
    """Wait for the end of any process, also one that is not our child."""
    try:
        end = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    with closing(os.fdopen(end, "rb", buffering=0)):
        return bool(select.select([end], [], [], PATIENCE)[0])


async def test_a_program_is_ready_when_it_answers(tmp_path: Path, heard: Heard, port: int, ended: list[int]) -> None:
    async with Supervisor(tmp_path, tmp_path / "log", heard, QUICK) as supervisor:
        supervisor.start(fake(port))
        await asyncio.wait_for(supervisor.all_ready(), PATIENCE)
        ended += supervisor.pids().values()
        assert "starting" in await heard.until("fake")
        assert "ready in" in await heard.until("ready")


async def test_a_killed_program_is_started_again_and_said_so(
    tmp_path: Path, heard: Heard, port: int, ended: list[int]
) -> None:
    async with Supervisor(tmp_path, tmp_path / "log", heard, QUICK) as supervisor:
        supervisor.start(fake(port))
        await heard.until("ready in")
        first = supervisor.pids()["fake"]
        os.kill(first, signal.SIGKILL)
        assert "restarting in 0.01 s (ended by SIGKILL)" in await heard.until("restarting")
        await heard.until("ready in")
        ended += [first, supervisor.pids()["fake"]]
        assert ended[0] != ended[1]


async def test_delays_double_up_to_a_bound_and_the_reason_is_told(tmp_path: Path, heard: Heard) -> None:
    async with Supervisor(tmp_path, tmp_path / "log", heard, QUICK) as supervisor:
        supervisor.start(failing("print('no such table'); raise SystemExit(3)"))
        for delay in ("0.01", "0.02", "0.04", "0.04"):
            line = await heard.until("restarting")
            assert f"restarting in {delay} s (ended with status 3: no such table)" in line


async def test_delays_begin_anew_once_a_program_has_settled(tmp_path: Path, heard: Heard, port: int) -> None:
    pace = Pace(first_delay=0.01, starting_check=0.02, settled=0)
    async with Supervisor(tmp_path, tmp_path / "log", heard, pace) as supervisor:
        supervisor.start(fake(port))
        for _ in range(3):
            await heard.until("ready in")
            os.kill(supervisor.pids()["fake"], signal.SIGKILL)
            assert "restarting in 0.01 s" in await heard.until("restarting")


async def test_a_program_that_no_longer_answers_is_started_again(tmp_path: Path, heard: Heard, port: int) -> None:
    pace = Pace(first_delay=0.01, starting_check=0.02, running_check=0.05, answer_within=0.2, hung=0.4, grace=0.2)
    async with Supervisor(tmp_path, tmp_path / "log", heard, pace) as supervisor:
        supervisor.start(fake(port))
        await heard.until("ready in")
        os.kill(supervisor.pids()["fake"], signal.SIGSTOP)
        assert "(no answer for 0.4 s)" in await heard.until("restarting")
        await heard.until("ready in")


async def test_a_renewed_program_stops_in_its_own_time_and_starts_at_once(
    tmp_path: Path, heard: Heard, port: int, ended: list[int]
) -> None:
    async with Supervisor(tmp_path, tmp_path / "log", heard, QUICK) as supervisor:
        supervisor.start(fake(port))
        await asyncio.wait_for(supervisor.all_ready(), PATIENCE)
        ended += supervisor.pids().values()
        supervisor.renew("fake", "new model")
        await asyncio.wait_for(supervisor.all_ready(), PATIENCE)
        assert "starting again (new model)" in await heard.until("again")
        assert supervisor.pids()["fake"] not in ended
    assert "asked to stop" in (tmp_path / "log/fake.log").read_text()


async def test_a_missing_program_is_told_and_tried_again(tmp_path: Path, heard: Heard) -> None:
    async with Supervisor(tmp_path, tmp_path / "log", heard, QUICK) as supervisor:
        supervisor.start(Program("lost", ("/nowhere/program",), "http://127.0.0.1:1/"))
        for _ in range(2):
            assert "cannot be started: No such file or directory" in await heard.until("restarting")


async def test_errors_reach_the_terminal_and_everything_reaches_the_log(
    tmp_path: Path, heard: Heard, port: int
) -> None:
    async with Supervisor(tmp_path, tmp_path / "log", heard, QUICK) as supervisor:
        supervisor.start(fake(port))
        await asyncio.wait_for(supervisor.all_ready(), PATIENCE)  # said before or after the error
        assert "error: fake_error" in await heard.until("error")
    log = (tmp_path / "log/fake.log").read_text()
    assert "fake_started" in log and "fake_error" in log and "asked to stop" in log
    assert all("fake_started" not in heard.lines.get_nowait() for _ in range(heard.lines.qsize()))


async def test_a_program_that_will_not_stop_is_killed_after_the_grace(
    tmp_path: Path, heard: Heard, port: int, ended: list[int]
) -> None:
    pace = Pace(starting_check=0.02, grace=0.2)
    async with Supervisor(tmp_path, tmp_path / "log", heard, pace) as supervisor:
        supervisor.start(fake(port, "stubborn"))
        await heard.until("ready in")
        ended += supervisor.pids().values()
    assert "asked to stop" in (tmp_path / "log/fake.log").read_text()


async def test_the_public_program_stops_while_the_others_still_run(tmp_path: Path, heard: Heard) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as a, closing(socket.create_server(("127.0.0.1", 0))) as b:
        public, inner = int(a.getsockname()[1]), int(b.getsockname()[1])
    async with Supervisor(tmp_path, tmp_path / "log", heard, QUICK) as supervisor:
        supervisor.start(fake(public, name="public", stops_first=True))
        supervisor.start(fake(inner, name="inner"))
        await asyncio.wait_for(supervisor.all_ready(), PATIENCE)
    stopped = {name: (tmp_path / f"log/{name}.log").stat().st_mtime_ns for name in ("public", "inner")}
    assert stopped["public"] < stopped["inner"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children of a killed parent")
def test_nothing_outlives_a_supervisor_killed_by_kill_9(tmp_path: Path, port: int) -> None:
    code = (
        "import asyncio, os, pathlib, sys\n"
        "from bot.operations.supervisor import Program, Supervisor\n"
        "async def main():\n"
        "    here = pathlib.Path(sys.argv[1])\n"
        "    async with Supervisor(here, here / 'log', lambda words: None) as supervisor:\n"
        "        command = (sys.executable, *sys.argv[2:])\n"
        "        supervisor.start(Program('fake', command, f'http://127.0.0.1:{sys.argv[3]}/'))\n"
        "        await supervisor.all_ready()\n"
        "        print(supervisor.pids()['fake'], flush=True)\n"
        "        await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path), str(FAKE), str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as supervisor:
        assert supervisor.stdout is not None
        child = int(supervisor.stdout.readline())
        supervisor.kill()
    assert is_gone(child)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ('{"level": "error", "event": "turn_failed"}', "turn_failed"),
        ('{"level": "error", "event": "Unclosed session\\nsession: <…>"}', "Unclosed session session: <…>"),
        ('{"level": "warning", "event": "slow"}', None),
        ("2026-01-01 12:00:00 ERROR    rasa.core  - No model.", "rasa.core - No model."),
        (
            "2026-01-01 12:00:00,123 ERROR nlu.answers answer.blank",
            "nlu.answers answer.blank (`make doctor` names file and line)",
        ),
        ("the word ERROR far behind in a line says nothing about the level of that line, ERROR or not", None),
        ("{not json", None),
    ],
)
def test_only_lines_of_level_error_are_shown(line: str, shown: str | None) -> None:
    assert error_in(line) == shown
