"""What a resident sees and does in a browser; fails when the page breaks its own content security policy."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT, AxeResults  # type: ignore[import-untyped]
from playwright.async_api import Browser, Locator, Page, expect


class Resident:
    """One person with one page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.problems: list[str] = []  # policy violations and errors of our script
        widget = page.locator("city-assistant")
        self.launcher = widget.locator(".launch")
        self.panel = widget.locator("dialog")
        self.input = widget.locator("textarea")
        self.log = widget.get_by_role("log")
        self.messages = widget.locator(".msg")
        self.said = self.messages.locator(".text")
        # What came after the resident's last message.
        self.answers = widget.locator(".msg.resident:not(:has(~ .msg.resident)) ~ .msg .text")
        self.typing = widget.locator(".typing")
        self.spoken = widget.locator(".vh[role=status]")
        self.banner = widget.locator(".banner")

    async def open(self) -> None:
        await self.launcher.click()
        await expect(self.input).to_be_focused()

    async def send(self, text: str) -> None:
        await self.input.fill(text)
        await self.input.press("Enter")

    async def ask(self, text: str, answer: str) -> None:
        """Send a text and wait for an answer that contains `answer`."""
        await self.send(text)
        await self.is_answered(answer)

    async def choose(self, name: str, answer: str) -> None:
        """Press a button and wait for an answer that contains `answer`."""
        await self.press(name)
        await self.is_answered(answer)

    async def is_answered(self, answer: str) -> None:
        await expect(self.answers.filter(has_text=answer).last).to_be_visible()

    async def hears(self, text: str) -> None:
        """Some message, of whatever age, contains `text`."""
        await expect(self.said.filter(has_text=text).last).to_be_visible()

    async def press(self, name: str) -> None:
        """Press the button of this name that can be pressed; wait for it."""
        await self.panel.get_by_role("button", name=name, exact=True, disabled=False).last.click()

    def button(self, name: str) -> Locator:
        return self.panel.get_by_role("button", name=name, exact=True)

    async def transcript(self) -> list[str]:
        return await self.said.all_inner_texts()

    async def stored(self) -> dict[str, str]:
        """Everything the page keeps in the browser."""
        storage: dict[str, str] = await self.page.evaluate("() => ({...sessionStorage, ...localStorage})")
        return storage

    async def barriers(self, only: str | None = None) -> str:
        """What axe finds wrong with the page as it stands, widget included; empty if nothing. `only`: a tag."""
        if not await self.page.evaluate("() => 'axe' in window"):
            await self.page.evaluate(AXE_SCRIPT)
        options = {"resultTypes": ["violations"], **({"runOnly": [only]} if only else {})}
        results = AxeResults(await self.page.evaluate("(options) => axe.run(options)", options))
        return str(results.generate_report()) if results.violations_count else ""


@asynccontextmanager
async def a_resident(browser: Browser, url: str, **context: Any) -> AsyncIterator[Resident]:
    """A resident in a fresh browser profile, looking at `url`. `context`: viewport, locale, color_scheme, …"""
    settings = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce", **context}
    profile = await browser.new_context(**settings)
    profile.set_default_timeout(10_000)
    page = await profile.new_page()
    resident = Resident(page)
    page.on("pageerror", lambda error: resident.problems.append(str(error)))
    page.on(
        "console",
        lambda message: resident.problems.append(message.text) if "Content Security" in message.text else None,
    )
    try:
        await page.goto(url)
        yield resident
        assert resident.problems == []
    finally:
        await profile.close()
