"""The whole assistant under attack: killed processes, a hanging agency; nothing is lost and the truth is told."""

import asyncio
import json
import os
import re
import signal
import urllib.request
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bench.resident import Resident
from tests.stack import Stack

pytestmark = pytest.mark.rasa
REFERENCE = re.compile(r"\b\d{8}\b")


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session:
        yield session


async def to_the_review(resident: Resident, marker: str) -> dict[str, str]:
    """A pothole report up to its review; gives the review's buttons as title -> token."""
    answer = await resident.ask(f"there is a pothole at 12 Elm Street, {marker}")
    while "Send it" not in (titles := {button["title"]: button["token"] for button in answer["buttons"]}):
        token = titles.get("Yes, that is it") or next(iter(titles.values()))
        answer = await resident.ask("", token=token)
    return titles


def reports_with(stack: Stack, marker: str) -> int:
    with urllib.request.urlopen(f"{stack.agency_url}/requests.json", timeout=10) as response:
        return sum(marker in (request["description"] or "") for request in json.load(response))


async def test_a_report_to_a_hanging_agency_is_not_sent_then_sent_once_and_told(
    stack: Stack, http: aiohttp.ClientSession
) -> None:
    resident = await Resident(http, stack.url).open()
    buttons = await to_the_review(resident, "children fall into marker hanging")
    agency = stack.pids()["agency"]
    os.kill(agency, signal.SIGSTOP)
    try:
        kept = await resident.ask("", token=buttons["Send it"])
    finally:
        os.kill(agency, signal.SIGCONT)
    assert "not" in kept["text"].lower() and not REFERENCE.search(kept["text"])
    told = await resident.answer_after(kept["number"])
    assert REFERENCE.search(told["text"])
    assert reports_with(stack, "marker hanging") == 1
    await resident.close()


async def test_killing_every_process_loses_nothing_doubles_nothing_and_keeps_the_order(
    stack: Stack, http: aiohttp.ClientSession
) -> None:
    resident = await Resident(http, stack.url).open()
    asked = 0
    for name in ("rasa", "gateway", "actions", "agency"):
        for text in ("how do i get a library card", "can i appeal a parking ticket"):
            await resident.send(text)
            asked += 1
        stack.kill(name)
    await resident.settle(asked)
    buttons = await to_the_review(resident, "nobody lost marker killing")
    before = len(resident.answers())
    number = await resident.send("", token=buttons["Send it"])
    for name in ("actions", "gateway", "rasa"):
        stack.kill(name)
    sent = await resident.answer_after(number)
    while not REFERENCE.search(sent["text"]):
        sent = await resident.answer_after(sent["number"])
    answers = resident.answers()
    assert [("card" in answer["text"], "ppeal" in answer["text"]) for answer in answers[:asked]] == [
        (True, False),
        (False, True),
    ] * (asked // 2)
    assert sorted(resident.transcript) == list(range(1, len(resident.transcript) + 1))
    assert len([answer for answer in answers[before:] if REFERENCE.search(answer["text"])]) == 1
    assert reports_with(stack, "marker killing") == 1
    await resident.close()


async def test_a_person_is_told_within_three_seconds_that_rasa_is_away_and_answered_later(
    stack: Stack, http: aiohttp.ClientSession
) -> None:
    resident = await Resident(http, stack.url).open()
    rasa = stack.pids()["rasa"]
    os.kill(rasa, signal.SIGSTOP)
    try:
        number = await resident.send("how do i get a library card")
        async with asyncio.timeout(3):
            notice = await resident.event(number + 1)
    finally:
        os.kill(rasa, signal.SIGCONT)
    assert (notice["type"], notice["from"]) == ("notice", "system")
    assert "card" in (await resident.answer_after(number))["text"]
    await resident.close()
