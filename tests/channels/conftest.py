"""Fixtures of the public edge: a real gateway and a resident who uses it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.fakes.gateway import Gateway, Resident, gateway_running, gateway_settings


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[Gateway]:
    async with gateway_running(gateway_settings(tmp_path)) as running:
        yield running


@pytest.fixture
async def resident(gateway: Gateway) -> Resident:
    return await gateway.resident(lang="en")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_gateway(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gateway]:
    """One gateway for all tests of a module that leave nothing behind."""
    async with gateway_running(gateway_settings(tmp_path_factory.mktemp("gateway"))) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def guest(shared_gateway: Gateway) -> Resident:
    """A new conversation with the shared gateway."""
    return await shared_gateway.resident(lang="en")
