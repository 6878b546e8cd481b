"""Plays conversations with a candidate, on a stage of their own."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from studio.content.reading import read_project
from studio.rehearsal.comparing import Side
from studio.rehearsal.performing import perform, performance
from studio.rehearsal.rendering import rendered
from studio.rehearsal.script import Script
from studio.rehearsal.stage import set_up
from studio.rehearsal.verdict import Verdict


async def played(side: Side, wanted: Sequence[Script]) -> list[Verdict]:
    """The verdicts of conversations with a candidate."""
    return [verdict async for verdict in plays(side.root, side.models, wanted)]


async def plays(root: Path, models: Path | None, wanted: Sequence[Script]) -> AsyncIterator[Verdict]:
    """The same as they come; starting and stopping take seconds beside what else goes on here. Raises NoStage."""
    told = await asyncio.to_thread(rendered, root)
    languages = await asyncio.to_thread(read_languages, root)
    held = ExitStack()
    try:
        stage = await asyncio.to_thread(held.enter_context, set_up(root, models))
        async with performance(stage, languages, told.wordings) as on:
            async for verdict in perform(wanted, on):
                yield verdict
    finally:
        await asyncio.to_thread(held.close)


def read_languages(root: Path) -> list[str]:
    """The languages of the city profile."""
    return read_project(root).languages or ["en"]
