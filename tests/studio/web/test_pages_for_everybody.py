"""Signing in, accounts and people in a real browser: JavaScript off, 320 pixels, nothing for axe to complain about."""

import asyncio

import pytest
from playwright.async_api import Browser

from studio.web.jobs import Jobs
from tests.studio.web.house import Running, signed_in, too_wide, violations

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_every_page_of_accounts_is_for_everybody(studio: Running, chromium: Browser, dark: bool) -> None:
    page = await signed_in(chromium, studio, "admin", dark=dark)
    editor = studio.people["editor"].id
    complaints: list[str] = []
    for path in ("/", "/people", f"/people/{editor}", "/account", "/account/second-step", "/nothing-here"):
        await page.goto(path)
        complaints += await violations(page)
        assert not await too_wide(page), path
    visitor = await signed_in(chromium, studio, None, dark=dark)
    await visitor.goto("/sign-in")
    complaints += await violations(visitor)
    assert not await too_wide(visitor) and not complaints
    await page.context.close()
    await visitor.context.close()


async def test_accounts_work_without_javascript_and_by_keyboard(studio: Running, chromium: Browser) -> None:
    page = await signed_in(chromium, studio, "admin")
    await page.goto("/people")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.className") == "skip"
    await page.get_by_label("Name", exact=True).fill("Kay Board")
    await page.get_by_label("E-mail address").fill("kay@example.gov ")
    await page.get_by_label("Reviewer:").check()
    await page.get_by_role("button", name="Make the invitation").click()
    link = await page.get_by_label("One-time link").input_value()
    assert not await violations(page) and not await too_wide(page)

    kay = await signed_in(chromium, studio, None)
    await kay.goto(link)
    await kay.get_by_label("New password").fill("a few words")
    await kay.get_by_label("The same password again").fill("a few words")
    await kay.keyboard.press("Enter")
    await kay.get_by_role("alert").wait_for()
    assert not await violations(kay) and not await too_wide(kay)
    await kay.get_by_role("link", name="The password is too short").click()
    await kay.keyboard.type("correct horse battery")
    await kay.get_by_label("The same password again").fill("correct horse battery")
    await kay.keyboard.press("Enter")
    await kay.get_by_role("heading", name="Hello, Kay Board").wait_for()
    assert await kay.get_by_role("status").inner_text() == "Welcome. Your account is ready."
    await kay.get_by_text("Kay Board", exact=True).click()
    await kay.get_by_role("button", name="Sign out").click()
    await kay.get_by_role("button", name="Español").click()
    await kay.get_by_role("heading", name="Iniciar sesión").wait_for()
    await kay.get_by_label("Correo electrónico").fill("kay@example.gov")
    await kay.get_by_label("Contraseña").fill("wrong")
    await kay.get_by_role("button", name="Iniciar sesión").click()
    await kay.get_by_role("alert").wait_for()
    assert not await violations(kay) and not await too_wide(kay)
    await kay.get_by_label("Contraseña").fill("correct horse battery")
    await kay.get_by_role("button", name="Iniciar sesión").click()
    await kay.get_by_role("heading", name="Hello, Kay Board").wait_for()
    await page.context.close()
    await kay.context.close()


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without"])
async def test_a_job_is_followed_to_its_end(studio: Running, chromium: Browser, javascript: bool) -> None:
    gate = asyncio.run_coroutine_threadsafe(_event(), studio.loop).result(5)
    job = await asyncio.to_thread(studio.run, _start(studio.studio.jobs, studio, gate))
    page = await signed_in(chromium, studio, "viewer", javascript=javascript)
    await page.goto(f"/jobs/{job}")
    await page.get_by_text("The first thing").wait_for()
    complaints = await violations(page)
    if not javascript:  # it reloads by itself, and by a link; a meta element in noscript is not for axe's scripts
        complaints = [each for each in complaints if "meta-refresh" not in each]
    assert not complaints and not await too_wide(page)
    studio.loop.call_soon_threadsafe(gate.set)
    await page.get_by_role("link", name="Continue").wait_for()
    assert not await violations(page)
    if javascript:
        assert "Done." in await page.locator("#progress-told").inner_text()
    await page.context.close()


async def _event() -> asyncio.Event:
    return asyncio.Event()


async def _start(jobs: Jobs, house: Running, gate: asyncio.Event) -> str:
    from studio.publishing.publish import Progress

    async def steps():  # type: ignore[no-untyped-def]
        yield Progress("one", "passed", "The first thing is done.")
        await gate.wait()
        yield Progress("two", "passed", "The second thing is done.")

    return jobs.start("home_nav", steps(), house.people["viewer"])
