"""Fixtures: a running studio, and a browser in front of it."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Error, async_playwright

from studio.web.screens import NAMES
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.studio.web.house import Running, running_studio

SCREENS = tuple(os.environ.get("ONLY_SCREENS", ",".join(NAMES)).split(","))


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A studio for the tests of one file; each file has its own project."""
    with running_studio(
        tmp_path_factory.mktemp("studio"), tuple(dict.fromkeys((*SCREENS, "accounts", "working")))
    ) as house:
        yield house


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """The system's Chromium. Tests that use it are marked `@pytest.mark.asyncio(loop_scope="session")`."""
    found = next((path for path in map(shutil.which, CHROMIUM) if path), None)
    async with async_playwright() as playwright:
        try:
            browser = await playwright.chromium.launch(executable_path=found, args=FLAGS)
        except Error as error:
            pytest.skip(f"no Chromium could be started: {error.message.splitlines()[0]}")
        yield browser
        await browser.close()
