"""Keeps the assistant's processes running: starts, watches, restarts with backoff, stops in order."""

import asyncio
import contextlib
import json
import logging
import logging.handlers
import re
import signal
import time
from asyncio.subprocess import Process
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import aiohttp

from bot.operations import children

Say = Callable[[str], None]
"""Tells the person at the terminal one line."""
_RASA_ERROR = re.compile(r"\d{4}-\d\d-\d\d \S+ (?:ERROR|CRITICAL) (.+)")
_SAID_AGAIN = 60.0
"""Seconds before the terminal hears of the same error again; the log has each."""
_SLIPS = ("content.unreadable", "answer.blank", "answer.missing")
"""Errors that somebody who writes content has made and can mend."""


@dataclass(frozen=True)
class Program:
    """One process: its command, and the URL that answers 200 when it is ready."""

    name: str
    command: tuple[str, ...]
    health: str
    environment: Mapping[str, str] = field(default_factory=dict)
    stops_first: bool = False
    """The public one: it stops taking messages and finishes what it has while the others still run."""


@dataclass(frozen=True)
class Pace:
    """All times in seconds."""

    first_delay: float = 0.2
    longest_delay: float = 10.0
    settled: float = 10.0
    """Ready for this long, a process starts again with the first delay."""
    starting_check: float = 0.1
    running_check: float = 5.0
    answer_within: float = 5.0
    hung: float = 45.0
    """Without any answer for this long, a running process is taken for hung and started anew."""
    grace: float = 22.0
    """Between asking a process to stop and killing it."""


class Supervisor:
    """Runs programs until left: `async with Supervisor(...) as supervisor: supervisor.start(program)`."""

    def __init__(self, folder: Path, logs: Path, say: Say, pace: Pace | None = None) -> None:
        self._folder, self._logs, self._say, self._pace = folder, logs, say, pace or Pace()
        self._kept: dict[str, tuple[_Keeper, asyncio.Task[None]]] = {}
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "Supervisor":
        self._logs.mkdir(parents=True, exist_ok=True)
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self._pace.answer_within))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop_all()
        assert self._http is not None
        await self._http.close()

    def start(self, program: Program) -> None:
        """Start this program and keep it running."""
        assert self._http is not None, "start programs inside `async with`"
        log = rotating_log(self._logs / f"{program.name}.log")
        keeper = _Keeper(program, self._folder, log, self._say, self._pace, self._http)
        self._kept[program.name] = (keeper, asyncio.create_task(keeper.run()))

    def renew(self, name: str, why: str) -> None:
        """Let a program end in its own time and start it again at once."""
        self._kept[name][0].renew(why)

    async def all_ready(self) -> None:
        """Wait until every started program is ready."""
        await asyncio.gather(*(keeper.ready.wait() for keeper, _ in self._kept.values()))

    def pids(self) -> dict[str, int]:
        """The process ids of the programs that run now."""
        return {name: k.process.pid for name, (k, _) in self._kept.items() if k.process is not None}

    def kill_all(self) -> None:
        """End everything at once, for a person who presses Ctrl-C twice."""
        for keeper, _ in self._kept.values():
            if keeper.process is not None:
                children.kill(keeper.process)

    async def _stop_all(self) -> None:
        for first in (True, False):
            group = [task for keeper, task in self._kept.values() if keeper.program.stops_first is first]
            for task in group:
                task.cancel()
            await asyncio.gather(*group, return_exceptions=True)


class _Keeper:
    """Keeps one program running until its task is cancelled."""

    def __init__(
        self, program: Program, folder: Path, log: logging.Logger, say: Say, pace: Pace, http: aiohttp.ClientSession
    ) -> None:
        self.ready = asyncio.Event()
        self.process: Process | None = None
        self.program, self._folder, self._log, self._pace, self._http = program, folder, log, pace, http
        self._say: Say = lambda words: say(f"  {program.name:<9}{words}")
        self._last_line = ""
        self._said: dict[str, float] = {}
        self._ready_at: float | None = None
        self._renewal: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def renew(self, why: str) -> None:
        self.ready.clear()
        if not self._renewal.done():
            self._renewal.set_result(why)

    async def run(self) -> None:
        delay = self._pace.first_delay
        self._say("starting")
        while True:
            why = await self._life()
            if self._renewal.done():
                self._renewal = asyncio.get_running_loop().create_future()
                self._say(f"starting again ({why})")
                continue
            settled = self._ready_at is not None and time.monotonic() - self._ready_at >= self._pace.settled
            delay = self._pace.first_delay if settled else delay
            self._say(f"restarting in {delay:g} s ({why})")
            await asyncio.sleep(delay)
            delay = min(delay * 2, self._pace.longest_delay)

    async def _life(self) -> str:
        """One life of the process, from start to end; returns why it ended."""
        self._ready_at, self._last_line = None, ""
        try:
            self.process = await children.spawn(self.program.command, self.program.environment, self._folder)
        except OSError as error:
            return f"{self.program.command[0]} cannot be started: {error.strerror}"
        reading = asyncio.create_task(self._read(self.process))
        watching = asyncio.create_task(self._watch())
        ending = asyncio.create_task(self.process.wait())
        try:
            endings: set[asyncio.Future[Any]] = {watching, ending, self._renewal}
            await asyncio.wait(endings, return_when=asyncio.FIRST_COMPLETED)
            if self._renewal.done():
                return self._renewal.result()
            if watching.done() and not ending.done():
                return f"no answer for {self._pace.hung:g} s"
            children.kill(self.process)  # what it left behind would hold its output open
            await asyncio.wait({reading}, timeout=1)
            return self._reason(ending.result())
        finally:
            watching.cancel()
            await children.end(self.process, self._pace.grace)
            self.process = None
            reading.cancel()

    async def _watch(self) -> None:
        """Say when the program is ready; return when it no longer answers."""
        started = answered = time.monotonic()
        while time.monotonic() - answered < self._pace.hung or self._ready_at is None:
            if await self._answers():
                answered = time.monotonic()
                if self._ready_at is None:
                    self._ready_at = answered
                    self.ready.set()
                    self._say(f"ready in {answered - started:.1f} s")
            await asyncio.sleep(self._pace.running_check if self._ready_at else self._pace.starting_check)

    async def _answers(self) -> bool:
        try:
            async with self._http.get(self.program.health) as answer:
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def _read(self, process: Process) -> None:
        """Copy the process's output to its log file, and its errors to the terminal."""
        assert process.stdout is not None
        while True:
            try:
                line = (await process.stdout.readline()).decode("utf-8", "replace")
            except ValueError:  # longer than children.LONGEST_LINE: the rest of it follows as a line of its own
                continue
            if not line:
                return
            if not line.strip():
                continue
            self._log.info(line.rstrip())
            words = error_in(line)
            if words:
                self._say_once(words)
            self._last_line = words or line.strip()

    def _say_once(self, words: str) -> None:
        now = time.monotonic()
        self._said = {error: at for error, at in self._said.items() if now - at < _SAID_AGAIN}
        if words not in self._said:
            self._said[words] = now
            self._say(f"error: {words}")

    def _reason(self, status: int) -> str:
        ended = f"ended by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
        if status <= 0 or not self._last_line:
            return ended
        return f"{ended}: {_event(self._last_line)[:200]}"


def error_in(line: str) -> str | None:
    """The event of a log line that tells of an error, else None: our own JSON lines, or Rasa's with their level."""
    if line.startswith("{"):
        with contextlib.suppress(ValueError):
            return _event(line) if json.loads(line).get("level") in ("error", "critical") else None
    told = _RASA_ERROR.match(line)
    if told is None:
        return None
    words = " ".join(told[1].split())[:200]
    return f"{words} (`make doctor` names file and line)" if any(slip in words for slip in _SLIPS) else words


def _event(line: str) -> str:
    with contextlib.suppress(ValueError, AttributeError):
        return " ".join(str(json.loads(line)["event"]).split())
    return line.strip()


def rotating_log(path: Path) -> logging.Logger:
    """A log file of at most 5 MB with three older ones beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    logger = logging.Logger(path.stem)
    logger.addHandler(logging.handlers.RotatingFileHandler(path, maxBytes=5_000_000, backupCount=3, encoding="utf-8"))
    return logger
