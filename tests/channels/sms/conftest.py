"""A gateway that can be texted."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.texting import Texting, texting


@pytest.fixture
async def city(tmp_path: Path) -> AsyncIterator[Texting]:
    """The city's number, over a simulated Twilio and a small Rasa that echoes."""
    async with texting(tmp_path) as running:
        yield running
