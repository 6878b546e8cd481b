"""How long it takes until something published is said: `python -m bench.publishing [--full]`.

Runs the whole assistant on a copy of this project, publishes a change of words, switches an answer off and on, goes one
step back, and with `--full` publishes a new question while five conversations a second go on.
"""

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import aiohttp

from bench.resident import Resident
from tests.stack import ROOT, Stack, running_stack

ANSWERS, QUESTIONS = "data/topics/buses/answers.yml", "data/topics/buses/questions.en.yml"
ASKED = "how much is the bus"
RATE = 5.0  # conversations a second


class Desk:
    """A content person at a copy of the project."""

    def __init__(self, folder: Path, stack: Stack) -> None:
        self.root = folder / "project"
        self._environment = {**os.environ, "ASSISTANT_DATA": str(stack.data_dir), "PYTHONPATH": str(ROOT)}
        tracked = subprocess.run(["git", "ls-files", "data", "*.yml"], cwd=ROOT, capture_output=True, text=True)
        for name in {*tracked.stdout.split(), *(str(path.relative_to(ROOT)) for path in ROOT.glob("actions/**/*.py"))}:
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, self.root / name)
        (self.root / "models").symlink_to(ROOT / "models")

    def does(self, *arguments: str) -> tuple[float, Any]:
        """Seconds that a command takes, and what it says."""
        started = time.monotonic()
        options = ("--json", "--who", "Ada", "--project", str(self.root))
        command = [sys.executable, "-m", "studio", "content", *arguments, *options]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)
        return time.monotonic() - started, json.loads(done.stdout)

    def edit(self, path: str, old: str, new: str) -> None:
        """Save a change to a file of the draft."""
        text = (self.root / path).read_text()
        assert old in text
        (self.root / path).write_text(text.replace(old, new, 1))


async def until_said(url: str, wanted: Callable[[str], bool]) -> float:
    """Seconds until a new conversation gets such an answer."""
    started = time.monotonic()
    async with aiohttp.ClientSession() as http:
        while time.monotonic() < started + 60:
            resident = await Resident(http, url).open()
            said = (await resident.ask(ASKED))["text"]
            await resident.close()
            if wanted(said):
                return time.monotonic() - started
    raise TimeoutError("it was never said")


async def timed(desk: Desk, url: str, arguments: Sequence[str], wanted: Callable[[str], bool]) -> dict[str, float]:
    """Seconds from pressing Enter until a new conversation hears it, and until the command has ended."""
    doing = asyncio.create_task(asyncio.to_thread(desk.does, *arguments))
    said = await until_said(url, wanted)
    return {"said_after_s": round(said, 2), "command_s": round((await doing)[0], 2)}


async def crowd(url: str, until: asyncio.Event) -> dict[str, Any]:
    """Five conversations a second, three messages each, until told to stop; each has to hear what the first heard."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        heard = [said for said, _ in await _conversation(http, url)]
        going: list[Awaitable[list[tuple[str, float]]]] = []
        while not until.is_set():
            going.append(asyncio.ensure_future(_conversation(http, url)))
            await asyncio.sleep(1 / RATE)
        ended = await asyncio.gather(*going, return_exceptions=True)
    whole = [each for each in ended if isinstance(each, list)]
    seconds = sorted(taken for each in whole for _, taken in each)
    return {
        "conversations": len(ended),
        "messages": len(seconds),
        "lost_or_failed": len(ended) - len(whole),
        "answered_otherwise": sum([said for said, _ in each] != heard for each in whole),
        "p50_ms": round(seconds[len(seconds) // 2] * 1000),
        "p95_ms": round(seconds[int(len(seconds) * 0.95)] * 1000),
        "max_ms": round(seconds[-1] * 1000),
    }


async def _conversation(http: aiohttp.ClientSession, url: str) -> list[tuple[str, float]]:
    """Each answer, and the seconds until it was there."""
    resident, told = await Resident(http, url).open(), []
    for text in ("hello", ASKED, "how do i pay a parking ticket"):
        started = time.monotonic()
        answer = await resident.ask(text)
        told.append((str(answer["text"]), time.monotonic() - started))
    await resident.close()
    return told


async def full(desk: Desk, url: str) -> dict[str, Any]:
    """A new question, learned and swapped in while people talk."""
    first = "- intent: faq/buses_fare\n"
    text = (desk.root / QUESTIONS).read_text()
    at = text.index("    - ", text.index(first))
    (desk.root / QUESTIONS).write_text(f"{text[:at]}    - whats the damage for one ride on the bus\n{text[at:]}")
    stop = asyncio.Event()
    people = asyncio.create_task(crowd(url, stop))
    taken, release = await asyncio.to_thread(desk.does, "publish", "--approved-by", "Grace")
    await asyncio.sleep(15)  # the servers load the model; people go on talking
    stop.set()
    return {"publish_seconds": round(taken, 1), "kind": release["kind"], **await people}


def main() -> None:
    """Print each figure as it comes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, running_stack(Path(name) / "var") as stack:
        desk = Desk(Path(name), stack)
        print("first release, s", round(desk.does("publish", "--approved-by", "Grace")[0], 1), flush=True)
        asyncio.run(until_said(stack.url, bool))
        fare = next(line for line in (desk.root / ANSWERS).read_text().splitlines() if "$" in line and "text:" in line)
        desk.edit(ANSWERS, fare, fare.replace('text: "', 'text: "New fares. ', 1))
        print("check kept for the click, s", round(desk.does("prepare")[0], 2), flush=True)
        new, off = "New fares", "I cannot answer"
        for name, arguments, wanted in (
            ("words", ("publish", "--approved-by", "Grace"), lambda text: text.startswith(new)),
            ("off", ("off", "buses_fare", "--reason", "bench"), lambda text: text.startswith(off)),
            ("on", ("on", "buses_fare"), lambda text: text.startswith(new)),
            ("rollback", ("rollback",), lambda text: not text.startswith((new, off))),
        ):
            print(name, asyncio.run(timed(desk, stack.url, arguments, wanted)), flush=True)
        if chosen.full:
            print("full", asyncio.run(full(desk, stack.url)), flush=True)


if __name__ == "__main__":
    main()
