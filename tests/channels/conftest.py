"""Fixtures of the public edge: a real gateway and a resident who uses it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.fakes.gateway import Gateway, Resident, gateway_running, gateway_settings
from tests.fakes.rasa import FakeRasa


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module_gateway(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gateway]:
    async with gateway_running(gateway_settings(tmp_path_factory.mktemp("gateway"))) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def gateway(module_gateway: Gateway) -> Gateway:
    """One gateway for a whole module, since starting one takes longer than most tests; its Rasa forgets each test."""
    fresh, rasa = FakeRasa(), module_gateway.rasa
    rasa.answer, rasa.held = fresh.answer, None
    rasa.asked.clear()
    rasa.forgotten.clear()
    return module_gateway


@pytest_asyncio.fixture(loop_scope="module")
async def resident(gateway: Gateway) -> Resident:
    """A new conversation."""
    return await gateway.resident(lang="en")


@pytest_asyncio.fixture(loop_scope="module")
async def own_gateway(tmp_path: Path) -> AsyncIterator[Gateway]:
    """A gateway that the test may stop or break."""
    async with gateway_running(gateway_settings(tmp_path)) as running:
        yield running
