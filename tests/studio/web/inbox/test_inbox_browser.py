"""The inbox in a browser: nothing for axe to find, nothing too wide, and a key for each decision."""

import asyncio

import pytest
from playwright.async_api import Browser, expect

from tests.studio.web.house import Running, signed_in, too_wide, violations
from tests.studio.web.inbox.test_inbox import put, state

pytestmark = pytest.mark.asyncio(loop_scope="session")
PAGES = ("/inbox", "/inbox/decided", "/insights")


async def test_no_page_has_anything_for_axe_to_find_or_is_too_wide(chromium: Browser, studio: Running) -> None:
    await asyncio.to_thread(
        put, studio, "may i swim today", "can i swim today", "im [name], is there ice", why="thumbs_down"
    )
    page = await signed_in(chromium, studio, "editor", width=320)
    for path in PAGES:
        await page.goto(path)
        assert await violations(page) == []
        assert not await too_wide(page), path
        if path == "/inbox":
            await page.get_by_role("button", name="Not for us").first.click()
            await expect(page.get_by_role("status").first).to_contain_text("Decided")
    await page.context.close()


async def test_messages_are_decided_on_by_keys(chromium: Browser, studio: Running) -> None:
    ids = await asyncio.to_thread(put, studio, "ice rink fees", "taxi licence wait")
    page = await signed_in(chromium, studio, "agent", javascript=True, width=1280)
    await page.goto("/inbox")
    groups = {each: page.locator(f"#g-{each}") for each in ids}
    await groups[ids[0]].focus()
    await page.keyboard.press("x")
    await expect(groups[ids[0]]).to_have_count(0)
    await expect(page.locator(".group:focus")).to_have_count(1)
    assert (await asyncio.to_thread(state, studio, ids))[0] == ("not_for_us", None)
    await page.keyboard.press("u")
    await expect(groups[ids[0]]).to_have_count(1)
    await groups[ids[1]].focus()
    await page.keyboard.press("o")
    await page.keyboard.type("Hours")
    await page.keyboard.press("Enter")
    await expect(groups[ids[1]]).to_have_count(0)
    assert (await asyncio.to_thread(state, studio, ids))[1] == ("other", "faq/parks_hours")
    await page.get_by_label("Since").focus()
    await page.keyboard.press("d")  # a key in a list is the list's
    assert (await asyncio.to_thread(state, studio, ids))[0] == (None, None)
    await page.context.close()
