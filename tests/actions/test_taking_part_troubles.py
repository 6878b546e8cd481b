"""Whatever a participation system does: an honest sentence in time, no comment lost or doubled, no vote doubled."""

import asyncio
import json
import time
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.actions.caller import Caller
from tests.actions.conftest import Server, free_port
from tests.fakes.agency import TROUBLES, TroubledAgency, passing_to

PROMISED = 5.0  # seconds to a sentence


class Troubled:
    """An action server of its own whose participation system misbehaves on demand, or refuses with `refusal`."""

    def __init__(self, url: str, healthy: str) -> None:
        self.caller, self.healthy = Caller(url), healthy
        self.agency = TroubledAgency(self._answer)
        self.refusal: tuple[int, dict[str, Any]] | None = None
        self._pass: Callable[[web.Request], Awaitable[web.StreamResponse]] = passing_to(healthy)

    async def do(self, what: Callable[[], list[str]]) -> list[str]:
        """One call of an action; it must end in time."""
        began = time.monotonic()
        said = await asyncio.to_thread(what)
        assert time.monotonic() - began < PROMISED
        return said

    def count(self) -> int:
        """How many comments there are on everything that is open."""
        return sum(int(self._get(f"consultations/{item['id']}/comments")["count"]) for item in self.open_now())

    def open_now(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._get("consultations?status=open")
        return found

    async def to_review(self, words: str) -> None:
        caller, reference = self.caller, f"participation/{self.open_now()[0]['id']}"
        caller.form = "comment_form"
        await self.do(
            lambda: caller.run(
                "validate_comment_form", "", "leave_comment", choice=f"consultation:{reference}", opened=True
            )
        )
        await self.do(lambda: caller.say(words))
        await self.do(lambda: caller.press("Skip"))
        assert await self.do(lambda: caller.press("Skip")) == ["utter_comment_review"]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if self.refusal and request.method == "POST":
            return web.json_response(self.refusal[1], status=self.refusal[0])
        return await self._pass(request)

    def _get(self, path: str) -> Any:
        with urllib.request.urlopen(f"{self.healthy}/participation/v1/{path}", timeout=5) as answer:
            return json.load(answer)


@pytest.fixture
async def troubled(environment: dict[str, str], agency: Server, tmp_path: Path) -> AsyncIterator[Troubled]:
    port = free_port()
    made = Troubled(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{environment['AGENCY_PORT']}")
    async with made.agency.running() as running:
        (tmp_path / "agencies.yml").write_text(
            f"requests: {{kind: open311, url: /open311/v2}}\n"
            f"participation: {{kind: participation, url: '{running.url}/participation/v1', key: AGENCY_API_KEY}}"
        )
        own = {**environment, "AGENCIES_FILE": str(tmp_path / "agencies.yml"), "ACTIONS_PORT": str(port)}
        server = Server(["actions"], f"http://127.0.0.1:{port}/health", own)
        await asyncio.to_thread(server.start)
        yield made
        running.trouble = ""
        await asyncio.to_thread(server.stop)


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_nothing_is_lost_and_every_question_gets_an_honest_answer(troubled: Troubled, trouble: str) -> None:
    caller, voter, before = troubled.caller, Caller(troubled.caller.url), troubled.count()
    await troubled.to_review(f"I wrote this when the server was in trouble: {trouble}")
    await troubled.do(lambda: voter.open("poll_form", "poll", "take_poll"))
    option = next(iter(voter.choices))

    troubled.agency.trouble = trouble
    said = await troubled.do(lambda: caller.press("Send it"))
    assert said[0] in ("utter_comment_kept", "utter_comment_unsure"), said
    assert caller.effects[0]["follow_up"]["action"] == "action_send_kept_comments"
    assert await troubled.do(lambda: voter.press(option)) == ["utter_poll_not_counted", "utter_poll_ask_option"]

    troubled.agency.trouble = ""
    assert await troubled.do(lambda: caller.run("action_send_kept_comments")) == ["utter_comment_sent_later"]
    assert troubled.count() == before + 1
    assert await troubled.do(lambda: voter.press(option)) == ["utter_poll_counted"]

    troubled.agency.trouble = trouble
    assert await troubled.do(lambda: caller.run("action_open_consultations")) == ["utter_meetings_unavailable"]
    assert await troubled.do(lambda: caller.run("action_next_meetings")) == ["utter_meetings_unavailable"]
    said = await troubled.do(lambda: caller.run("action_speak_at_meeting"))
    assert said == ["utter_meetings_speak_unavailable"]
    said = await troubled.do(lambda: caller.open("comment_form", "i want to comment", "leave_comment"))
    assert said == ["utter_comment_unavailable"]
    assert await troubled.do(lambda: voter.open("poll_form", "poll", "take_poll")) == ["utter_poll_unavailable"]


async def test_a_comment_whose_answer_was_lost_is_not_doubled(troubled: Troubled) -> None:
    caller, before = troubled.caller, troubled.count()
    await troubled.to_review("My answer gets lost on the way")
    passing = troubled._pass

    async def lost(request: web.Request) -> web.StreamResponse:
        await passing(request)
        return web.Response(status=500)

    troubled._pass = lost
    assert await troubled.do(lambda: caller.press("Send it")) == ["utter_comment_unsure"]
    troubled._pass = passing
    assert await troubled.do(lambda: caller.run("action_send_kept_comments")) == ["utter_comment_sent_later"]
    assert troubled.count() == before + 1


REFUSALS = [
    (409, "closed", "utter_comment_closed"),
    (404, "not_found", "utter_comment_closed"),
    (422, "text", "utter_comment_refused"),
    (403, "key", "utter_comment_not_possible"),
    (429, "busy", "utter_comment_kept"),
]


async def test_a_refusal_is_told_in_its_own_words(troubled: Troubled) -> None:
    caller = troubled.caller
    for status, code, answer in REFUSALS:
        troubled.refusal = None
        await troubled.to_review("Some words that are refused")
        troubled.refusal = (status, {"errors": [{"code": code, "message": "We cannot take this."}]})
        assert await troubled.do(lambda: caller.press("Send it")) == [answer]
        assert caller.slots["comment"] is None


async def test_a_comment_that_is_too_long_can_be_made_shorter(troubled: Troubled) -> None:
    caller = troubled.caller
    await troubled.to_review("Many many words")
    troubled.refusal = (422, {"errors": [{"code": "too_long", "message": "text has more than 10 characters."}]})
    said = await troubled.do(lambda: caller.press("Send it"))
    assert said == ["utter_comment_too_long", "utter_comment_ask_comment"]
    troubled.refusal = None
    assert await troubled.do(lambda: caller.say("Shorter words")) == ["utter_comment_review"]
    assert await troubled.do(lambda: caller.press("Send it")) == ["utter_comment_sent"]


async def test_a_poll_that_closed_meanwhile_says_so(troubled: Troubled) -> None:
    caller = troubled.caller
    await troubled.do(lambda: caller.open("poll_form", "poll", "take_poll"))
    troubled.refusal = (409, {"errors": [{"code": "closed", "message": "The poll is closed."}]})
    assert await troubled.do(lambda: caller.press(next(iter(caller.choices)))) == ["utter_poll_closed_meanwhile"]
