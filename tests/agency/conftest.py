"""A real agency server on a free port, with a clock that a test can set."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from agency.georeport.catalog import Catalog, load_catalog
from agency.georeport.store import Store
from agency.server import build_app
from agency.settings import Settings
from tests.agency.rig import Agency, Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load_catalog(Settings().services)


@pytest.fixture
async def agency(tmp_path: Path, clock: Clock, catalog: Catalog) -> AsyncIterator[Agency]:
    settings = Settings(
        data=tmp_path / "agency.db", api_keys=frozenset({"key", "other"}), staff_password="pässword", batch_seconds=5
    )
    store = Store(settings.data)
    app = build_app(settings, catalog, store, clock)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        yield Agency(str(server.make_url("/open311/v2")), store, clock, session)
