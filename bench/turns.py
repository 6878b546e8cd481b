"""How fast a turn is from widget to widget, how many turns a second, how much memory: `python bench/turns.py`.

Starts the whole assistant (durable store on) with a fresh data folder, as `make run` does.
"""

import argparse
import asyncio
import itertools
import json
import statistics
import tempfile
import time
from pathlib import Path

import aiohttp

from bench.resident import Resident
from tests.stack import Stack, running_stack

QUESTIONS = (
    "how do i pay a parking ticket",
    "when does the central library open",
    "what goes in the recycling bin",
    "my water bill is too high",
    "cuándo recogen la basura en Elm Street",
    "how do i get a library card",
    "what happens if i pay my ticket late",
    "hello",
    "quiero hablar con una persona",
    "can i appeal a parking ticket",
)
TURNS_A_CONVERSATION = 10
_numbers = itertools.count(0xA000)


async def one_person(stack: Stack, turns: int, distinct: bool) -> list[float]:
    """Seconds from pressing Send to having the answer, one after the other."""
    async with aiohttp.ClientSession() as http:
        return await _person(http, stack.url, turns, distinct)


async def many_people(url: str, people: int, turns: int, distinct: bool) -> tuple[list[float], float]:
    """The same for people at once, and the seconds it took in all."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as http:
        started = time.perf_counter()
        lists = await asyncio.gather(*(_person(http, url, turns, distinct) for _ in range(people)))
        return [seconds for each in lists for seconds in each], time.perf_counter() - started


async def _person(http: aiohttp.ClientSession, url: str, turns: int, distinct: bool) -> list[float]:
    taken: list[float] = []
    while len(taken) < turns:
        resident = await Resident(http, url).open()
        for text in QUESTIONS[: min(TURNS_A_CONVERSATION, turns - len(taken))]:
            if distinct:  # a text that was never asked before: nothing that is remembered helps
                text = f"{text} {next(_numbers):x}"
            started = time.perf_counter()
            await resident.ask(text)
            taken.append(time.perf_counter() - started)
        await resident.close()
    return taken


def summary(seconds: list[float]) -> dict[str, float]:
    """p50 and p95 in milliseconds."""
    ordered = sorted(seconds)
    return {
        "p50_ms": round(statistics.median(ordered) * 1000, 1),
        "p95_ms": round(ordered[int(len(ordered) * 0.95)] * 1000, 1),
    }


def main() -> None:
    """Print a table, or JSON with --json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=16)
    parser.add_argument("--turns", type=int, default=60, help="turns a person")
    parser.add_argument("--distinct", action="store_true", help="no text is asked twice")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running_stack(Path(folder)) as stack:
        asyncio.run(one_person(stack, 20, False))  # warm up
        alone = asyncio.run(one_person(stack, 100, options.distinct))
        before = {**stack.processor_seconds(), "residents": time.process_time()}
        together, wall = asyncio.run(many_people(stack.url, options.people, options.turns, options.distinct))
        after = {**stack.processor_seconds(), "residents": time.process_time()}
        result = {
            "seconds_to_ready": round(stack.seconds_to_ready, 1),
            "one_person": summary(alone),
            f"{options.people}_people": {**summary(together), "turns_per_second": round(len(together) / wall, 1)},
            "processor_ms_a_turn": {
                name: round((after[name] - before[name]) / len(together) * 1000, 1) for name in before
            },
            "memory_mb": {name: round(mb) for name, mb in stack.memory().items()},
        }
    result["memory_total_mb"] = sum(result["memory_mb"].values())
    if options.json:
        print(json.dumps(result))
        return
    for name, value in result.items():
        print(f"{name:20} {value}")


if __name__ == "__main__":
    main()
