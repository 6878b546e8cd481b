"""Residents get real work done in a browser with the whole assistant behind it."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.resident import Resident, a_resident
from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.rasa, pytest.mark.asyncio(loop_scope="session")]

TINY = {"width": 320, "height": 256}
PLAIN = "/v1/web/city/plain"


async def starts_a_report(resident: Resident) -> None:
    await resident.ask("There is a pothole", "Is this about “Pothole”?")
    await resident.choose("Yes, that is it", "How big is the hole?")
    await resident.choose("Like a car tire", "Where is it?")


async def sends_it(resident: Resident) -> tuple[str, str]:
    """The reference number and the code."""
    await resident.choose("Send it", "your report was sent")
    said = await resident.answers.filter(has_text="your report was sent").last.inner_text()
    match = re.search(r"reference (\d+).*code too: (\d{3} \d{3})", said)
    assert match, said
    return match[1], match[2]


async def test_a_question_in_english(browser: Browser, stack: Stack) -> None:
    async with a_resident(browser, stack.url) as resident:
        await resident.open()
        await resident.ask("When is my trash picked up on Elm Street?", "Tuesday")
        await expect(resident.panel.get_by_role("link", name="Source: brightwater.example").last).to_be_visible()
        await resident.press("Helpful")
        await expect(resident.button("Helpful").first).to_have_attribute("aria-pressed", "true")


async def test_a_question_in_spanish(browser: Browser, stack: Stack) -> None:
    async with a_resident(browser, stack.url) as resident:
        await resident.open()
        await resident.ask("¿Cuándo recogen la basura en Elm Street?", "martes")
        await expect(resident.answers.last).to_have_attribute("lang", "es")
        await expect(resident.panel).to_have_attribute("lang", "es")
        await expect(resident.input).to_have_accessible_name("Su mensaje")


async def test_a_pothole_is_reported_with_a_correction_and_followed(browser: Browser, stack: Stack) -> None:
    async with a_resident(browser, stack.url) as resident:
        await resident.open()
        await starts_a_report(resident)
        await resident.ask("100 Main Street", "Is there anything the crew should know?")
        await resident.ask("It is deep and cars swerve", "Where: 100 Main Street")
        await resident.choose("Change something", "What would you like to change?")
        await resident.choose("Where", "Where is it?")
        await resident.ask("22 Oak Street", "Where: 22 Oak Street")
        reference, code = await sends_it(resident)
        await resident.ask("What is new with my report?", f"{reference} (Pothole) is open")

    async with a_resident(browser, stack.url) as somebody_else:
        await somebody_else.open()
        await somebody_else.ask("I want to follow my report", "What is the reference number")
        await somebody_else.ask(reference, "6-digit code")
        await somebody_else.ask(code, f"{reference} (Pothole) is open")


async def test_a_reload_in_the_middle_of_a_report_loses_nothing(browser: Browser, stack: Stack) -> None:
    async with a_resident(browser, stack.url) as resident:
        await resident.open()
        await starts_a_report(resident)
        before = await resident.transcript()
        await resident.page.reload()
        await resident.is_answered("Where is it?")
        assert await resident.transcript() == before
        await resident.ask("22 Oak Street", "Is there anything the crew should know?")
        await resident.choose("Skip", "Where: 22 Oak Street")
        await sends_it(resident)


async def test_an_ended_chat_is_gone_for_good(browser: Browser, stack: Stack) -> None:
    async with a_resident(browser, stack.url) as resident:
        await resident.open()
        await resident.ask("Hello", "Hello!")
        await resident.press("Chat menu")
        await resident.press("End and clear chat")
        await resident.press("End and clear")
        await resident.hears("The chat has ended and is cleared.")
        assert await resident.stored() == {}
        await resident.page.reload()
        await resident.open()
        await resident.ask("What is new with my report?", "reference number")
        assert (await resident.transcript())[0] == "What is new with my report?"


async def test_a_message_written_while_the_gateway_restarts_is_answered_once(browser: Browser, stack: Stack) -> None:
    async with a_resident(browser, stack.url) as resident:
        await resident.open()
        await resident.ask("Hello", "Hello!")
        assert stack.kill("gateway")
        await resident.ask("When is my trash picked up on Elm Street?", "Tuesday")
        transcript = await resident.transcript()
        assert transcript.count("When is my trash picked up on Elm Street?") == 1
        assert len([text for text in transcript if "Tuesday" in text]) == 1


async def test_a_report_on_a_tiny_screen(browser: Browser, stack: Stack) -> None:
    async with a_resident(browser, stack.url, viewport=TINY) as resident:
        await resident.open()
        await starts_a_report(resident)
        await resident.ask("22 Oak Street", "Is there anything the crew should know?")
        await resident.choose("Skip", "Where: 22 Oak Street")
        await sends_it(resident)
        await expect(resident.input).to_be_in_viewport(ratio=1)


async def tabs_to(page: Page, name: str, key: str = "Tab") -> None:
    """Move the focus by keyboard alone until what has it says `name`."""
    said = """() => { const host = document.activeElement, node = host.shadowRoot?.activeElement ?? host;
                      return node.getAttribute("aria-label") ?? node.textContent }"""
    for _ in range(60):
        await page.keyboard.press(key)
        if await page.evaluate(said) == name:
            return
    raise AssertionError(f"the keyboard does not reach {name!r}")


async def test_a_report_by_keyboard_alone(browser: Browser, stack: Stack) -> None:
    async with a_resident(browser, stack.url) as resident:
        page = resident.page

        async def types(text: str, answer: str) -> None:
            await page.keyboard.type(text)
            await page.keyboard.press("Enter")
            await resident.is_answered(answer)

        async def chooses(name: str, answer: str) -> None:
            await tabs_to(page, name, "Shift+Tab")  # buttons stand right before the input
            await page.keyboard.press("Enter")
            await resident.is_answered(answer)

        await tabs_to(page, "Ask the assistant", "Shift+Tab")
        await page.keyboard.press("Enter")
        await types("There is a pothole", "Is this about “Pothole”?")
        await chooses("Yes, that is it", "How big is the hole?")
        await chooses("Like a car tire", "Where is it?")
        await types("22 Oak Street", "Is there anything the crew should know?")
        await chooses("Skip", "Where: 22 Oak Street")
        await chooses("Send it", "your report was sent")


async def test_a_report_without_javascript(browser: Browser, stack: Stack) -> None:
    profile = await browser.new_context(java_script_enabled=False)
    page = await profile.new_page()

    own = page.locator(".transcript li.resident")
    answers = page.locator(".transcript li.resident:not(:has(~ li.resident)) ~ li")

    async def types(text: str, answer: str) -> None:
        await page.get_by_role("textbox").fill(text)
        await page.get_by_role("button", name="Send", exact=True).click()
        await reads(text, answer)

    async def chooses(name: str, answer: str) -> None:
        await page.get_by_role("button", name=name, exact=True).last.click()
        await reads(name, answer)

    async def reads(said: str, answer: str) -> None:
        await expect(own.last).to_contain_text(said)
        if not await answers.filter(has_text=answer).count():  # a slow answer: the page asks to look again
            await page.locator(".check").click()
        await expect(answers.filter(has_text=answer)).not_to_have_count(0)

    await page.goto(stack.url)
    await page.get_by_role("link", name="plain version of the assistant").click()
    await types("There is a pothole", "Is this about “Pothole”?")
    await chooses("Yes, that is it", "How big is the hole?")
    await chooses("Like a car tire", "Where is it?")
    await types("22 Oak Street", "Is there anything the crew should know?")
    await chooses("Skip", "Where: 22 Oak Street")
    await chooses("Send it", "your report was sent")
    await profile.close()


@pytest.mark.parametrize(("lang", "question", "send"), [("en", "Hello", "Send"), ("es", "Hola", "Enviar")])
async def test_axe_finds_nothing_on_the_plain_page(
    browser: Browser, stack: Stack, lang: str, question: str, send: str
) -> None:
    async with a_resident(browser, f"{stack.url}{PLAIN}?lang={lang}") as resident:
        page = resident.page
        for state in ("empty", "answered"):
            if state == "answered":
                await page.get_by_role("textbox").fill(question)
                await page.get_by_role("button", name=send, exact=True).click()
                await expect(page.locator(".transcript li")).not_to_have_count(0)
            for scheme, forced in (("light", "none"), ("dark", "none"), ("light", "active")):
                await page.emulate_media(color_scheme=scheme, forced_colors=forced)  # type: ignore[arg-type]
                assert not await resident.barriers(), (state, scheme, forced)
