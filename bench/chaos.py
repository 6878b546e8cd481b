"""Kills a random process every two seconds while residents talk, and counts what was lost: `python bench/chaos.py`.

Every message must be answered exactly once and in order, and every report must reach the agency exactly once.
"""

import argparse
import asyncio
import itertools
import json
import random
import re
import tempfile
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import aiohttp

from bench.resident import Event, Resident
from tests.stack import Stack, running_stack

TALK = (
    ("how do i get a library card", "card"),
    ("my trash was not picked up", "bin"),
    ("can i appeal a parking ticket", "appeal"),
)
"""What is said, and a word that its answer has: it shows which message an answer belongs to."""
REFERENCE = re.compile(r"\b\d{2}-?\d{6}\b")
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
    restarts: int = 0
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
        await asyncio.sleep(random.uniform(0.1, 0.6))
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
    tally.out_of_order += sum(a >= b for a, b in itertools.pairwise(numbers))
    tally.gaps += sorted(resident.transcript) != list(range(1, len(resident.transcript) + 1))
    await resident.close()


async def report(http: aiohttp.ClientSession, stack: Stack, marker: str, tally: Tally) -> None:
    """One resident who reports a pothole by buttons and words, and waits for the reference number."""
    resident = await Resident(http, stack.url).open()
    tally.reports_sent += 1
    answer = await resident.ask("there is a pothole")
    try:
        async with asyncio.timeout(300):
            while not REFERENCE.search(answer["text"]):
                answer = await _next_step(resident, answer, marker)
    except TimeoutError:
        print("no reference:", [event["text"] for event in resident.transcript.values()])
    await resident.close()


async def _next_step(resident: Resident, answer: Event, marker: str) -> Event:
    titles = {button["title"]: button["token"] for button in answer["buttons"]}
    for wanted in ("Send it", "Yes, that is it", "Medium"):
        if token := next((token for title, token in titles.items() if wanted.lower() in title.lower()), None):
            return await resident.ask("", token=token)
    if "where" in answer["text"].lower():
        return await resident.ask(f"{len(marker)} Elm Street")
    if "not sent" in answer["text"].lower():
        return await resident.answer_after(answer["number"], 300)
    if titles and "Skip" not in titles:
        return await resident.ask("", token=next(iter(titles.values())))
    return await resident.ask(f"It is deep. {marker}")


async def count_reports(http: aiohttp.ClientSession, stack: Stack, markers: list[str], tally: Tally) -> None:
    """Ask the agency how often each report arrived."""
    async with http.get(f"{stack.agency_url}/requests.json") as response:
        arrived = [request["description"] for request in await response.json()]
    for marker in markers:
        times = sum(marker in (text or "") for text in arrived)
        tally.reports_lost += times == 0
        tally.reports_doubled += max(0, times - 1)


async def kill_now_and_then(stack: Stack, every: float, tally: Tally) -> None:
    """kill -9 of a random process, the supervisor excepted, until cancelled."""
    while True:
        await asyncio.sleep(every)
        name = random.choice(PROCESSES)
        if stack.kill(name):
            tally.kills[name] += 1


async def run(stack: Stack, people: int, messages: int, every: float) -> Tally:
    """The whole measurement."""
    tally = Tally()
    markers = [f"Marker {uuid4().hex}" for _ in range(people)]
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=30)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as http:
        killer = asyncio.create_task(kill_now_and_then(stack, every, tally))
        sent = asyncio.Barrier(people + 1)
        talkers = [asyncio.create_task(talk(http, stack, messages // people, tally, sent)) for _ in range(people)]
        reporters = [asyncio.create_task(report(http, stack, marker, tally)) for marker in markers]
        await sent.wait()
        killer.cancel()  # all messages are accepted: now everything must come
        await asyncio.gather(*talkers, *reporters)
        await count_reports(http, stack, markers, tally)
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
        tally.restarts = sum("restarting" in line for line in stack.lines)
    print(json.dumps({**tally.__dict__, "kills": dict(tally.kills), "wrong": tally.wrong()}, indent=2))
    raise SystemExit(1 if tally.wrong() else 0)


if __name__ == "__main__":
    main()
