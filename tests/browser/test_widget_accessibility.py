"""Everybody can use the widget: by keyboard, by ear, on a tiny screen, enlarged, in their colours and language."""

from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.browser.fake_web_api import FakeWebApi
from tests.browser.resident import Resident, a_resident

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LOOKS: list[dict[str, Any]] = [
    {"color_scheme": "light", "forced_colors": "none"},
    {"color_scheme": "dark", "forced_colors": "none"},
    {"color_scheme": "light", "forced_colors": "active"},
]
TINY = {"width": 320, "height": 256}  # what 400 % zoom leaves of 1280 x 1024


async def has_no_barriers(resident: Resident) -> None:
    """In no look; the second and third differ from the first in colours alone."""
    for look in LOOKS:
        await resident.page.emulate_media(**look)
        assert not await resident.barriers(only="cat.color" if look is not LOOKS[0] else None), look


async def answered(resident: Resident) -> None:
    await expect(resident.panel.get_by_role("link", name="brightwater.example").last).to_be_visible()


@pytest.mark.parametrize("locale", ["en-US", "es-MX"])
async def test_axe_finds_nothing_in_any_state(browser: Browser, api: FakeWebApi, locale: str) -> None:
    async with a_resident(browser, api.url, locale=locale) as resident:
        # The page is English; whoever prefers Spanish has switched.
        await has_no_barriers(resident)  # closed
        await resident.open()
        if locale.startswith("es"):
            await resident.press("Español")
        await has_no_barriers(resident)  # open

        await resident.send("quiet")
        await expect(resident.messages).to_have_count(1)
        await api.show_typing()
        await expect(resident.typing).not_to_be_empty()
        await has_no_barriers(resident)  # typing

        await resident.send("Hola" if locale.startswith("es") else "Hello")
        await answered(resident)
        await resident.send("choices")
        await expect(resident.panel.locator(".msg .choice:enabled")).to_have_count(2)
        await has_no_barriers(resident)  # buttons

        api.failures = [500, 500]
        await resident.send("Oops")
        await expect(resident.panel.locator(".failed")).to_be_visible()
        await has_no_barriers(resident)  # error


async def test_axe_finds_nothing_on_a_tiny_screen(browser: Browser, api: FakeWebApi) -> None:
    async with a_resident(browser, api.url, viewport=TINY) as resident:
        await resident.open()
        await resident.send("choices")
        await resident.hears("Is this right?")
        await resident.press("Chat menu")
        await has_no_barriers(resident)
        await resident.press("End and clear chat")
        await has_no_barriers(resident)


async def test_a_conversation_works_by_keyboard_alone(resident: Resident) -> None:
    keyboard = resident.page.keyboard
    await resident.launcher.focus()
    await keyboard.press("Enter")
    await expect(resident.input).to_be_focused()
    await keyboard.type("choices")
    await keyboard.press("Shift+Enter")
    await keyboard.press("Backspace")
    await keyboard.press("Enter")
    await resident.hears("Is this right?")
    await keyboard.press("Shift+Tab")
    await expect(resident.button("No, change it")).to_be_focused()
    await keyboard.press("Shift+Tab")
    await keyboard.press("Enter")
    await resident.hears("You wrote: Yes, that is right")
    await expect(resident.input).to_be_focused()
    for _ in range(3):  # thumbs down, thumbs up, source
        await keyboard.press("Shift+Tab")
    await expect(resident.panel.get_by_role("link", name="Source: brightwater.example")).to_be_focused()
    await keyboard.press("Escape")
    await expect(resident.panel).to_be_hidden()
    await expect(resident.launcher).to_be_focused()


async def test_escape_closes_the_innermost_thing_first(resident: Resident) -> None:
    await resident.open()
    await resident.press("Chat menu")
    await resident.page.keyboard.press("Escape")
    await expect(resident.button("End and clear chat")).to_be_hidden()
    await expect(resident.button("Chat menu")).to_be_focused()
    await resident.press("Chat menu")
    await resident.press("End and clear chat")
    await expect(resident.button("Keep chatting")).to_be_focused()
    await resident.page.keyboard.press("Escape")
    await expect(resident.input).to_be_focused()


async def test_what_arrives_never_moves_the_focus(resident: Resident, api: FakeWebApi) -> None:
    await resident.open()
    menu = resident.button("Chat menu")
    await menu.focus()
    await api.show_typing()
    await api.say("News", buttons=[{"title": "Fine", "token": "choose-Fine"}])
    await resident.hears("News")
    await expect(menu).to_be_focused()
    await resident.page.keyboard.press("Escape")
    await api.say("More news")
    await expect(resident.launcher).to_have_accessible_name("Ask the assistant. New messages: 1")
    await expect(resident.launcher).to_be_focused()


async def test_only_finished_messages_are_in_the_log(resident: Resident, api: FakeWebApi) -> None:
    await resident.open()
    await expect(resident.log).to_have_attribute("aria-live", "polite")
    await resident.ask("Hello", "You wrote: Hello")
    await api.show_typing()
    await expect(resident.typing).to_have_text("The assistant is writing…")
    assert await resident.typing.get_attribute("role") == "status"
    assert await resident.log.locator(".typing").count() == 0
    await api.say("Done")
    await resident.hears("Done")
    await expect(resident.typing).to_be_empty()


async def test_a_replay_is_not_read_out_again(resident: Resident, api: FakeWebApi) -> None:
    await resident.open()
    await resident.ask("Hello", "You wrote: Hello")
    await resident.page.add_init_script(
        """window.live = [];
        const attach = Element.prototype.attachShadow;
        Element.prototype.attachShadow = function (options) {
          const root = attach.call(this, options);
          new MutationObserver((changes) => changes.forEach((change) => {
            if (change.addedNodes[0]?.classList?.contains("msg")) live.push(change.target.getAttribute("aria-live"));
          })).observe(root, { childList: true, subtree: true });
          return root;
        };"""
    )
    await resident.page.reload()
    await resident.hears("You wrote: Hello")
    assert await resident.page.evaluate("() => live") == ["off", "off"]
    await expect(resident.log).to_have_attribute("aria-live", "polite")


async def test_a_conversation_fits_a_tiny_screen(browser: Browser, api: FakeWebApi) -> None:
    async with a_resident(browser, api.url, viewport=TINY) as resident:
        await resident.open()
        assert await resident.panel.bounding_box() == {"x": 0, "y": 0, **TINY}
        await resident.ask("choices", "Is this right?")
        await resident.button("No, change it").scroll_into_view_if_needed()
        await resident.press("No, change it")
        await resident.hears("You wrote: No, change it")
        await expect(resident.input).to_be_in_viewport(ratio=1)
        assert await resident.page.evaluate("() => document.documentElement.scrollWidth") <= TINY["width"]
        log = await resident.log.bounding_box()
        assert log and log["height"] >= 120
        await resident.press("Close chat")
        await expect(resident.launcher).to_be_focused()


async def test_the_page_behind_a_full_screen_chat_cannot_take_the_focus(browser: Browser, api: FakeWebApi) -> None:
    async with a_resident(browser, api.url, viewport=TINY) as resident:
        await resident.open()
        for _ in range(20):
            await resident.page.keyboard.press("Tab")
            inside = "() => ['CITY-ASSISTANT', 'BODY'].includes(document.activeElement.tagName)"
            assert await resident.page.evaluate(inside)


async def test_turning_the_phone_keeps_text_focus_and_place(browser: Browser, api: FakeWebApi) -> None:
    async with a_resident(browser, api.url) as resident:
        await resident.open()
        await resident.input.fill("half a sentence")
        for size in ({"width": 390, "height": 844}, {"width": 844, "height": 390}, {"width": 1280, "height": 800}):
            await resident.page.set_viewport_size(size)  # type: ignore[arg-type]
            await expect(resident.input).to_be_focused()
            await expect(resident.input).to_be_in_viewport(ratio=1)
            await expect(resident.input).to_have_value("half a sentence")


async def test_everything_that_can_be_pressed_is_large_enough(browser: Browser, api: FakeWebApi) -> None:
    async with a_resident(browser, api.url, viewport={"width": 390, "height": 844}) as resident:
        await resident.open()
        await resident.ask("Hello", "You wrote: Hello")
        await resident.ask("choices", "Is this right?")
        await resident.press("Chat menu")
        small = await resident.page.evaluate(
            """() => [...document.querySelector("city-assistant").shadowRoot
              .querySelectorAll("dialog button, .menu a, .source")]
              .map((node) => [node.className, node.getBoundingClientRect()])
              .filter(([, box]) => box.height && (box.height < 43.9 || box.width < 43.9)).map(([name]) => name)"""
        )
        assert small == []


async def test_nothing_moves_for_those_who_asked_for_less_motion(resident: Resident, api: FakeWebApi) -> None:
    await resident.open()
    await resident.ask("Hello", "You wrote: Hello")
    await api.show_typing()
    await expect(resident.typing).not_to_be_empty()
    moving = "() => document.querySelector('city-assistant').shadowRoot.getAnimations().length"
    assert await resident.page.evaluate(moving) == 0


async def test_the_launcher_and_the_panel_have_names(resident: Resident) -> None:
    await expect(resident.launcher).to_have_accessible_name("Ask the assistant")
    await resident.open()
    await expect(resident.panel).to_have_accessible_name("Brightwater assistant")
    await expect(resident.log).to_have_accessible_name("Conversation")
    await expect(resident.panel.get_by_text("I am an automated assistant, not a person.")).to_be_visible()
    await expect(resident.panel.get_by_text("In an emergency, call 911.")).to_be_visible()
    await expect(resident.panel.get_by_role("link", name="Want to talk to a person? Call 555-0100")).to_be_visible()
    await expect(resident.panel.get_by_role("link", name="Use the version without JavaScript")).to_be_visible()
