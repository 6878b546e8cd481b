"""Fixtures of the message path: a core over a real store, SQLite or PostgreSQL, and a small Rasa server."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.settings import Settings
from tests.fakes.core import Core, open_core
from tests.fakes.rasa import FakeRasa, running


@pytest.fixture
def settings(tmp_path: Path, store_url: str) -> Settings:
    base = Settings(data_dir=tmp_path, database_url=store_url, secret="test")
    return replace(base, rasa_secret="rasa-secret", rasa_timeout=5.0)


@pytest.fixture
async def still_core(settings: Settings) -> AsyncIterator[Core]:
    """A core whose worker does not run."""
    async with running(FakeRasa()) as rasa, open_core(settings, rasa) as core:
        yield core


@pytest.fixture
async def core(still_core: Core) -> AsyncIterator[Core]:
    """A core with one running worker."""
    async with still_core.working():
        yield still_core
