"""Whatever an agency does: an honest sentence within five seconds, nothing lost and nothing doubled."""

import asyncio
import json
import time
import urllib.request
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.actions.caller import Caller
from tests.actions.conftest import Server, free_port
from tests.fakes.agency import TROUBLES, TroubledAgency, passing_to

PROMISED = 5.0  # seconds to a sentence


class Troubled:
    """An action server of its own whose agencies are all behind one server that misbehaves."""

    def __init__(self, agency: TroubledAgency, url: str, healthy: str) -> None:
        self.agency, self.healthy = agency, healthy
        self.caller = Caller(url)
        self.seconds = 0.0

    async def do(self, what: Callable[[], list[str]]) -> list[str]:
        """One call of an action, its time measured."""
        began = time.monotonic()
        said = await asyncio.to_thread(what)
        self.seconds = time.monotonic() - began
        return said

    def reports(self) -> int:
        """How many reports the agency has."""
        with urllib.request.urlopen(f"{self.healthy}/open311/v2/requests.json", timeout=5) as answer:
            return len(json.load(answer))


@pytest.fixture
async def troubled(environment: dict[str, str], agency: Server, tmp_path: Path) -> AsyncIterator[Troubled]:
    healthy = f"http://127.0.0.1:{environment['AGENCY_PORT']}"
    async with TroubledAgency(passing_to(healthy)).running() as running:
        (tmp_path / "agencies.yml").write_text(
            f"requests: {{kind: open311, url: '{running.url}/open311/v2', key: AGENCY_API_KEY}}"
        )
        port = free_port()
        own = {**environment, "AGENCIES_FILE": str(tmp_path / "agencies.yml"), "ACTIONS_PORT": str(port)}
        server = Server(["actions"], f"http://127.0.0.1:{port}/health", own)
        await asyncio.to_thread(server.start)
        yield Troubled(running, f"http://127.0.0.1:{port}", healthy)
        running.trouble = ""
        await asyncio.to_thread(server.stop)


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_a_report_that_cannot_begin_says_so(troubled: Troubled, trouble: str) -> None:
    troubled.agency.trouble = trouble
    said = await troubled.do(lambda: troubled.caller.open("report_form", "pothole at 21 Elm Street"))
    assert said == ["utter_report_unavailable"]
    assert troubled.seconds < PROMISED


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_a_report_is_kept_and_sent_once(troubled: Troubled, trouble: str) -> None:
    caller, before = troubled.caller, troubled.reports()
    street = f"{TROUBLES.index(trouble) + 100} Elm Street"
    await troubled.do(lambda: caller.open("report_form", f"tree branch down at {street}, it blocks the sidewalk"))
    for _ in range(8):
        if "utter_report_review" in caller.said:
            break
        title = next(iter(caller.choices), "")
        await troubled.do(lambda: caller.press(title) if title else caller.say("a long thick branch"))  # noqa: B023
    troubled.agency.trouble = trouble
    said = await troubled.do(lambda: caller.say("send it", "affirm"))
    assert said[0] in ("utter_report_kept", "utter_report_unsure"), said
    assert troubled.seconds < PROMISED
    troubled.agency.trouble = ""
    said = await troubled.do(lambda: caller.run("action_send_kept_reports"))
    assert "utter_report_sent_later" in said
    assert troubled.reports() == before + 1
