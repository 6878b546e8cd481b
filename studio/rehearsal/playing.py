"""Plays conversations with a candidate, on a stage of their own."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from studio.content.reading import read_project
from studio.rehearsal.comparing import Side
from studio.rehearsal.performing import perform, performance
from studio.rehearsal.rendering import rendered
from studio.rehearsal.script import Script
from studio.rehearsal.stage import set_up
from studio.rehearsal.verdict import Verdict


async def played(side: Side, wanted: Sequence[Script]) -> list[Verdict]:
    """The verdicts of conversations with a candidate, on a stage of their own."""
    return [verdict async for verdict in plays(side.root, side.models, wanted)]


async def plays(root: Path, models: Path | None, wanted: Sequence[Script]) -> AsyncIterator[Verdict]:
    """The same as they come."""
    told, languages = rendered(root), read_languages(root)
    with set_up(root, models) as stage:
        async with performance(stage, languages, told.wordings) as on:
            async for verdict in perform(wanted, on):
                yield verdict


def read_languages(root: Path) -> list[str]:
    """The languages of the city profile."""
    return read_project(root).languages or ["en"]
