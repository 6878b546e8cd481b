"""The conversations that the topics promise (data/topics/*/tests.yml), word for word, as `content test` plays them."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.settings import Settings
from studio.rehearsal.gatekeeping import in_words
from studio.rehearsal.performing import perform, performance
from studio.rehearsal.script import Script, scripts
from studio.rehearsal.stage import Stage
from studio.rehearsal.verdict import Verdict
from tests.stack import Stack

ROOT = Path(__file__).parents[2]
SCRIPTS = scripts(ROOT)


@pytest.fixture(scope="module")
def verdicts(stack: Stack, request: pytest.FixtureRequest) -> Mapping[str, Verdict]:
    """All that were chosen, played several at a time."""
    chosen = {
        item.callspec.params["script"].id: item.callspec.params["script"]
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.path == request.path and "script" in item.fixturenames
    }
    return asyncio.run(_played(stack, list(chosen.values())))


async def _played(stack: Stack, chosen: list[Script]) -> Mapping[str, Verdict]:
    stage = Stage(stack.url, Settings.from_env(stack.environment))
    async with performance(stage, ("en", "es")) as on:
        return {verdict.script.id: verdict async for verdict in perform(chosen, on)}


@pytest.mark.rasa
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.id)
def test_a_promised_conversation_still_works(verdicts: Mapping[str, Verdict], script: Script) -> None:
    verdict = verdicts[script.id]
    assert verdict.passed, f"{in_words(verdict)} {verdict.heard}"
