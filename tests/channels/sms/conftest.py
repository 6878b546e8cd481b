"""A gateway that can be texted."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.texting import Texting, texting


@pytest.fixture
async def city(tmp_path: Path, store_url: str) -> AsyncIterator[Texting]:
    """The city's number, over a simulated Twilio, a small Rasa that echoes, and SQLite or PostgreSQL."""
    async with texting(tmp_path, database_url=store_url) as running:
        yield running
