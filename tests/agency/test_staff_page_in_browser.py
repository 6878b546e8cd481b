"""The staff page in a real browser: no accessibility violations, light and dark, wide and narrow."""

import shutil
from collections.abc import AsyncIterator

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Error, Page, async_playwright

from agency.georeport.catalog import Catalog
from agency.georeport.examples import add_examples
from agency.settings import Settings
from tests.agency.rig import Agency
from tests.browser.conftest import CHROMIUM, FLAGS

pytestmark = pytest.mark.browser


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    found = next((path for path in map(shutil.which, CHROMIUM) if path), None)
    async with async_playwright() as playwright:
        try:
            browser = await playwright.chromium.launch(executable_path=found, args=FLAGS)
        except Error as error:
            pytest.skip(f"no Chromium could be started: {error.message.splitlines()[0]}")
        yield browser
        await browser.close()


async def violations(page: Page) -> list[str]:
    found = (await Axe().run(page)).response["violations"]
    return [f"{page.url}: {violation['id']}: {violation['help']}" for violation in found]


async def too_wide(page: Page) -> bool:
    return bool(await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_staff_page_is_for_everybody(
    agency: Agency, catalog: Catalog, chromium: Browser, scheme: str
) -> None:
    add_examples(Settings().examples, catalog, agency.store, agency.clock())
    # axe is put into the page by the test, which the page's own policy would (rightly) refuse
    context = await chromium.new_context(
        color_scheme=scheme,
        viewport={"width": 320, "height": 640},
        bypass_csp=True,
    )
    page = await context.new_page()
    complaints: list[str] = []
    await page.goto(agency.url.removesuffix("/open311/v2") + "/staff")
    complaints += await violations(page)
    await page.get_by_label("Your name").fill("Dana")
    await page.get_by_label("Password").fill("wrong")
    await page.get_by_role("button", name="Log in").click()
    complaints += await violations(page)
    await page.get_by_label("Password").fill("pässword")
    await page.get_by_role("button", name="Log in").click()
    complaints += await violations(page)
    assert not await too_wide(page)
    await page.get_by_role("link", name="26000001").click()
    await page.get_by_label("Closed").check()
    await page.get_by_label("Note").fill("Filled.")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("status").wait_for()
    complaints += await violations(page)
    assert not await too_wide(page)
    await page.set_viewport_size({"width": 1200, "height": 800})
    await page.get_by_role("link", name="All requests").click()
    complaints += await violations(page)
    await context.close()
    assert complaints == []
