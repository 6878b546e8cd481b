"""The widget is a good guest on a city's page: small, silent until it is used, strict about what it shows."""

import gzip

import pytest
from playwright.async_api import expect

from tests.browser.fake_web_api import ASSETS, FakeWebApi
from tests.browser.resident import Resident

LIMIT = 20 * 1024  # bytes, compressed
SCRIPT = ASSETS / "assistant.js"

browser_test = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def test_the_widget_is_one_small_file() -> None:
    assert len(gzip.compress(SCRIPT.read_bytes())) <= LIMIT


def test_both_languages_have_the_same_words() -> None:
    source = SCRIPT.read_text(encoding="utf-8")
    english, spanish = (source.split(f"    {lang}: {{\n")[1].split("\n    },\n")[0] for lang in ("en", "es"))
    keys = [[line.split(":")[0].strip() for line in block.splitlines()] for block in (english, spanish)]
    assert len(keys[0]) > 40
    assert keys[0] == keys[1]


def test_no_markup_is_ever_parsed() -> None:
    source = SCRIPT.read_text(encoding="utf-8")
    for sink in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "DOMParser", "eval("):
        assert sink not in source


async def continues_by_text(resident: Resident, api: FakeWebApi) -> None:
    """In a city that texts: after the first message, from the menu."""
    api.texting = True
    await resident.open()
    await resident.ask("hello", "You wrote: hello")
    await resident.press("Chat menu")
    await resident.press("Continue by text message")


class TestInABrowser:
    pytestmark = browser_test

    async def test_nothing_is_asked_or_stored_before_the_first_open(self, resident: Resident, api: FakeWebApi) -> None:
        await expect(resident.launcher).to_be_visible()
        assert [line for line in api.requests if "/v1/" in line] == []
        assert api.requests.count("GET /assets/assistant.js") == 1
        assert await resident.stored() == {}
        assert await resident.page.context.cookies() == []

    async def test_nobody_else_is_asked_for_anything(self, resident: Resident, api: FakeWebApi) -> None:
        asked: list[str] = []
        resident.page.on("request", lambda request: asked.append(request.url))
        await resident.page.reload()
        await resident.open()
        await resident.ask("Hello", "You wrote: Hello")
        assert [url for url in asked if not url.startswith((api.url, "data:"))] == []

    async def test_markup_in_a_message_is_shown_as_text(self, resident: Resident, api: FakeWebApi) -> None:
        markup = '<img src="x" onerror="document.title=1"> <b>bold</b> javascript:alert(1) http://plain.example'
        await resident.open()
        await resident.ask(markup, f"You wrote: {markup}")
        assert await resident.said.locator("img, b, a").count() == 0
        assert await resident.page.title() == "City of Brightwater"

    async def test_an_https_address_becomes_a_link_without_its_full_stop(
        self, resident: Resident, api: FakeWebApi
    ) -> None:
        await resident.open()
        await api.say("See https://www.brightwater.example/carts?x=1 (or https://www.brightwater.example/a).")
        links = resident.said.get_by_role("link")
        await expect(links).to_have_text(
            ["https://www.brightwater.example/carts?x=1", "https://www.brightwater.example/a"]
        )
        assert await links.first.get_attribute("rel") == "noopener noreferrer"

    async def test_a_source_that_is_not_https_is_not_shown(self, resident: Resident, api: FakeWebApi) -> None:
        await resident.open()
        await api.say("Odd", source="javascript:alert(1)")
        await resident.hears("Odd")
        await expect(resident.panel.get_by_text("Source")).to_have_count(0)

    async def test_a_tile_of_the_page_opens_the_chat_with_its_question(self, resident: Resident) -> None:
        tile = resident.page.get_by_role("link", name="Parking tickets")
        await tile.click()
        await resident.hears("You wrote: How do I pay a parking ticket?")
        await resident.page.keyboard.press("Escape")
        await expect(tile).to_be_focused()

    async def test_moved_on_the_page_it_goes_on_where_it_was(self, resident: Resident) -> None:
        await resident.open()
        await resident.ask("Hello", "You wrote: Hello")
        move = "() => document.querySelector('main').append(document.querySelector('city-assistant'))"
        await resident.page.evaluate(move)
        await resident.ask("Again", "You wrote: Again")
        assert await resident.transcript() == ["Hello", "You wrote: Hello", "Again", "You wrote: Again"]

    async def test_the_page_leads_to_the_plain_version_without_javascript(
        self, resident: Resident, api: FakeWebApi
    ) -> None:
        browser = resident.page.context.browser
        assert browser
        profile = await browser.new_context(java_script_enabled=False)
        page = await profile.new_page()
        await page.goto(api.url)
        link = page.get_by_role("link", name="plain version of the assistant")
        assert await link.get_attribute("href") == "/v1/web/city/plain"
        await profile.close()


class TestWhatIsKept:
    pytestmark = browser_test

    async def test_it_is_told_only_where_anything_is_kept(self, resident: Resident, api: FakeWebApi) -> None:
        kept = resident.panel.get_by_text("What I get wrong is kept")
        await resident.open()
        await resident.ask("hello", "You wrote: hello")
        await expect(kept).to_be_hidden()
        api.kept = True
        await resident.press("Chat menu")
        await resident.press("End and clear chat")
        await resident.press("End and clear")
        await resident.ask("hello", "You wrote: hello")
        await expect(kept).to_be_visible()
        await resident.page.reload()
        await expect(kept).to_be_visible()


class TestGoingOnByText:
    pytestmark = browser_test

    async def test_the_menu_offers_it_only_where_texts_are_on(self, resident: Resident, api: FakeWebApi) -> None:
        await resident.open()
        await resident.ask("hello", "You wrote: hello")
        await resident.press("Chat menu")
        await expect(resident.button("Continue by text message")).to_have_count(0)

    async def test_it_shows_the_code_and_opens_the_texting_app(self, resident: Resident, api: FakeWebApi) -> None:
        await continues_by_text(resident, api)
        link = resident.panel.get_by_role("link", name="Open texting app")
        await expect(link).to_be_focused()
        await expect(link).to_have_attribute("href", "sms:+13125550100?body=CHAT%20123456")
        await expect(resident.panel.get_by_role("alertdialog")).to_contain_text("send CHAT 123456 to (312) 555-0100")
        assert await resident.barriers() == ""
        await resident.press("Keep chatting")
        await expect(resident.input).to_be_focused()

    async def test_the_code_goes_away_once_the_phone_has_joined(self, resident: Resident, api: FakeWebApi) -> None:
        await continues_by_text(resident, api)
        await expect(resident.panel.get_by_role("alertdialog")).to_be_visible()
        await api.say("You are in the same chat now.", type="notice", **{"from": "system"})
        await resident.hears("You are in the same chat now.")
        await expect(resident.panel.get_by_role("alertdialog")).to_be_hidden()
        await expect(resident.input).to_be_focused()
