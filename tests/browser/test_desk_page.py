"""The simulated phone's page: everybody can use it, on the smallest screen, under its own strict policy."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.resident import a_resident
from tests.fakes.desk import ServedDesk, desk_served
from tests.fakes.rasa import say

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def served(tmp_path: Path) -> AsyncIterator[ServedDesk]:
    async with desk_served(tmp_path) as running:
        running.city.rasa.answer = lambda body: say(
            "Which one?", buttons=[{"title": "Pothole", "payload": "/a"}, {"title": "Broken light", "payload": "/b"}]
        )
        yield running


async def test_texting_choosing_and_stopping_have_no_barriers(browser: Browser, served: ServedDesk) -> None:
    async with a_resident(browser, served.url, viewport={"width": 320, "height": 640}) as somebody:
        page = somebody.page
        await page.get_by_label("Your text").fill("report")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("status")).to_contain_text("Which one?")
        await page.get_by_role("button", name="2 Broken light").click()
        await expect(page.locator(".resident .text")).to_have_text(["report", "2"])
        await expect(page.get_by_label("Your text")).to_be_focused()
        await page.get_by_role("button", name="STOP", exact=True).click()
        await page.get_by_label("The city's next text meets").select_option("429")
        await page.get_by_role("button", name="Set").click()
        await expect(page.locator(".state")).to_have_count(2)
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            assert not await somebody.barriers(), scheme
        assert await page.evaluate("document.documentElement.scrollWidth") == 320
