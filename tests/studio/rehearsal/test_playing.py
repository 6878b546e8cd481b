"""Conversations played against a whole assistant: green, red with the words, texts by the segment, and the command."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import Settings
from studio.rehearsal.performing import perform, performance
from studio.rehearsal.rendering import rendered
from studio.rehearsal.script import Line, Script
from studio.rehearsal.stage import Stage
from studio.rehearsal.verdict import Verdict
from tests.stack import Stack

ROOT = Path(__file__).parents[3]
PAY, APPEAL = "utter_faq/parking_tickets_pay", "utter_faq/parking_tickets_appeal"
ASKED = "what's the best way to pay my parking ticket"


def played(stack: Stack, *scripts: Script) -> dict[str, Verdict]:
    async def play() -> dict[str, Verdict]:
        stage = Stage(stack.url, Settings.from_env(stack.environment))
        async with performance(stage, ("en", "es"), rendered(ROOT).wordings) as on:
            return {verdict.script.name: verdict async for verdict in perform(scripts, on)}

    return asyncio.run(play())


def script(name: str, *lines: Line, channel: str = "web", language: str = "en") -> Script:
    return Script("parking_tickets", name, language, channel, False, lines)


@pytest.mark.rasa
def test_red_and_green_by_web_and_by_text(stack: Stack) -> None:
    told = played(
        stack,
        script("green", Line(ASKED, answers=(PAY,), says=("/parking/pay",), not_says=("None",))),
        script("wrong answer", Line("hello"), Line(ASKED, answers=(APPEAL,))),
        script("no button", Line(ASKED), Line("Nobody offers this", presses=True)),
        script("texted", Line(ASKED, answers=(PAY,), max_segments=2), channel="sms"),
        script("too long", Line(ASKED, max_segments=0), channel="sms"),
        script("spanish", Line("quiero pagar mi multa de estacionamiento", answers=(PAY,)), language="es"),
    )
    assert {name for name, verdict in told.items() if verdict.passed} == {"green", "texted", "spanish"}
    wrong = told["wrong answer"]
    assert wrong.step == 2
    assert wrong.heard is not None and PAY in wrong.heard.names
    assert {what for what, _ in wrong.problems[0].diff} >= {"gone", "new"}
    assert "there is no button" in told["no button"].problems[0].words
    assert "at most 0" in told["too long"].problems[0].words


@pytest.mark.rasa
def test_the_command_plays_against_an_assistant_that_runs(stack: Stack) -> None:
    command = [sys.executable, "-m", "studio", "content", "test"]
    environment = {**os.environ, **stack.environment}
    chosen = ["parking_tickets", "--json", "--only", "conversations", "--url", stack.url]
    done = subprocess.run([*command, *chosen], cwd=ROOT, env=environment, capture_output=True, text=True)
    told = json.loads(done.stdout)
    assert done.returncode == 0, done.stdout
    assert told["passed"] and len(told["conversations"]) >= 4
    missing = subprocess.run([*command, "nowhere"], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert missing.returncode == 2 and "no topic nowhere" in missing.stderr
