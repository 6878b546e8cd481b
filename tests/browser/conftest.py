"""Gives browser tests a Chromium, a web API with scripted replies, and a resident in front of it."""

import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Error, async_playwright, expect

from tests.browser.fake_web_api import FakeWebApi, serve
from tests.browser.resident import Resident, a_resident

CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""Programs that will do. The first is the same browser without windows, which halves what a page costs."""
expect.set_options(timeout=20_000)  # ms; a busy machine is slow, and a wait that succeeds costs nothing
FLAGS = [
    "--no-sandbox",  # tests may run as root in a container
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The system's Chromium, or the one Playwright has installed."""
    found = next((path for path in map(shutil.which, CHROMIUM) if path), None)
    async with async_playwright() as playwright:
        try:
            chromium = await playwright.chromium.launch(executable_path=found, args=FLAGS)
        except Error as error:
            pytest.skip(f"no Chromium could be started: {error.message.splitlines()[0]}")
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="session")
async def api() -> AsyncIterator[FakeWebApi]:
    async with serve() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def resident(browser: Browser, api: FakeWebApi) -> AsyncIterator[Resident]:
    """Somebody who has the demo page open and has not touched the assistant yet."""
    async with a_resident(browser, api.url) as somebody:
        yield somebody
