"""Kills a random process every two seconds while residents talk, and counts what was lost: `python bench/chaos.py`.

Every message must be answered exactly once and in order, and every report must reach the agency exactly once.
"""

import argparse
import asyncio
import json
import random
import tempfile
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from bench.resident import Resident
from tests.stack import Stack, running_stack

TALK = (
    ("how do i get a library card", "card"),
    ("my trash was not picked up", "trash"),
    ("can i appeal a parking ticket", "appeal"),
)
"""What is said, and a word that its answer has: it shows which message an answer belongs to."""
PROCESSES = ("gateway", "rasa", "actions", "agency")


@dataclass
class Tally:
    """What went wrong; all zeros is the bar."""

    messages: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    answered_twice: int = 0
    out_of_order: int = 0
    gaps: int = 0
    reports_sent: int = 0
    reports_lost: int = 0
    reports_doubled: int = 0

    def wrong(self) -> int:
        return (
            self.lost + self.answered_twice + self.out_of_order + self.gaps + self.reports_lost + self.reports_doubled
        )


async def talk(http: aiohttp.ClientSession, stack: Stack, messages: int, tally: Tally, sent: asyncio.Barrier) -> None:
    """One resident who sends without waiting for the answers, then checks the transcript."""
    resident = await Resident(http, stack.url).open()
    numbers = []
    for index in range(messages):
        text, _ = TALK[index % len(TALK)]
        numbers.append(await resident.send(text))
        await asyncio.sleep(random.uniform(0.1, 0.6))  # noqa: S311
    await sent.wait()
    expected = messages
    with suppress(TimeoutError):
        await resident.settle(expected, 300)
    await asyncio.sleep(2)  # a second answer would come now
    answers = resident.answers()
    tally.messages += messages
    tally.lost += max(0, expected - len(answers))
    tally.answered_twice += max(0, len(answers) - expected)
    wanted = [TALK[index % len(TALK)][1] for index in range(messages)]
    tally.out_of_order += sum(word not in answer["text"].lower() for word, answer in zip(wanted, answers, strict=False))
    tally.out_of_order += sum(a >= b for a, b in zip(numbers, numbers[1:], strict=False))
    tally.gaps += sorted(resident.transcript) != list(range(1, len(resident.transcript) + 1))
    await resident.close()


async def kill_now_and_then(stack: Stack, every: float, tally: Tally) -> None:
    """kill -9 of a random process, the supervisor excepted, until cancelled."""
    while True:
        await asyncio.sleep(every)
        name = random.choice(PROCESSES)  # noqa: S311
        if stack.kill(name):
            tally.kills[name] += 1


async def run(stack: Stack, people: int, messages: int, every: float) -> Tally:
    tally = Tally()
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=30)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as http:
        killer = asyncio.create_task(kill_now_and_then(stack, every, tally))
        sent = asyncio.Barrier(people + 1)
        talkers = [asyncio.create_task(talk(http, stack, messages // people, tally, sent)) for _ in range(people)]
        await sent.wait()
        killer.cancel()  # all messages are accepted: now everything must come
        await asyncio.gather(*talkers)
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=10)
    parser.add_argument("--messages", type=int, default=500)
    parser.add_argument("--every", type=float, default=2.0, help="seconds between kills")
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    random.seed(options.seed)
    with tempfile.TemporaryDirectory() as folder, running_stack(Path(folder)) as stack:
        tally = asyncio.run(run(stack, options.people, options.messages, options.every))
    print(json.dumps({**tally.__dict__, "kills": dict(tally.kills), "wrong": tally.wrong()}, indent=2))
    raise SystemExit(1 if tally.wrong() else 0)


if __name__ == "__main__":
    main()
