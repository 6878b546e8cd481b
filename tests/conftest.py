"""Fixtures for tests that need the whole assistant."""

import asyncio
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.store import open_store
from bot.store.schema import metadata
from tests.fakes.servers import Postgres, Server, postgres_running, redis_running
from tests.stack import Stack, running_stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One running assistant for the whole test session, whose Rasa may be asked directly, too."""
    known = {"RASA_SECRET": "known to the tests", "ASSISTANT_SECRET": "known to the tests"}
    with running_stack(tmp_path_factory.mktemp("stack"), KEPT_REPORT_SECONDS="1", **known) as running:
        yield running


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One real PostgreSQL server for the whole session, with the tables of the store."""
    with postgres_running() as running:
        running.sql("CREATE DATABASE store")
        _make_tables(running.url("store"))
        yield running


@pytest.fixture(scope="session")
def new_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite store with its tables, to be copied: twenty times as quick as making them for each test."""
    path = tmp_path_factory.mktemp("store") / "assistant.db"
    _make_tables(f"sqlite:///{path}")
    return path


def _make_tables(url: str) -> None:
    async def make() -> None:
        await (await open_store(url)).close()

    with ThreadPoolExecutor(1) as elsewhere:  # where no event loop runs
        elsewhere.submit(asyncio.run, make()).result()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Server]:
    """One real Redis server for the whole session."""
    with redis_running() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store of its own: what uses this is tried on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("new_store"), tmp_path)
        return f"sqlite:///{tmp_path / 'assistant.db'}"
    return request.getfixturevalue("postgres").emptied(metadata.tables)
