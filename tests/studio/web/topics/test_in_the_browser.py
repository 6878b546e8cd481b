"""Topics in a real browser: nothing that axe finds, narrow screens, and what the script adds."""

import re

import pytest
from playwright.async_api import Browser, expect

from tests.studio.web.house import Running, post, signed_in, too_wide, violations

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOURS = "/topics/parks/faq~parks_hours"
EXAMPLE = "/topics/finding/find_park/example?language=en&text=where is [park a](place)"


def pages_of(studio: Running) -> list[str]:
    """Every page of the screen, each in a state with something on it."""
    commit = studio.studio.draft.history("parks")[0].commit
    return [
        "/topics?q=swim", "/topics/new-topic", "/topics/what-is-due?days=365", "/topics/practice-topic",
        "/topics/parks", HOURS, EXAMPLE, f"{HOURS}/rename", "/topics/parks/faq~parks_swim/remove",
        "/topics/parks/history", f"/topics/parks/history/{commit}",
    ]  # fmt: skip


async def test_every_page_is_accessible_and_fits_a_small_screen(studio: Running, chromium: Browser) -> None:
    post(studio.session("editor"), "/topics/practice-topic")
    found: list[str] = []
    page = await signed_in(chromium, studio, "editor", javascript=True, width=320)
    dark = await signed_in(chromium, studio, "editor", javascript=True, width=1280, dark=True)
    for path in pages_of(studio):
        await page.goto(path)
        found += await violations(page)
        found += [f"{path} is wider than the screen"] * await too_wide(page)
    await dark.goto(HOURS)
    found += await violations(dark)
    assert not found, "\n".join(found)


async def test_a_page_with_mistakes_and_questions_is_accessible_too(studio: Running, chromium: Browser) -> None:
    page = await signed_in(chromium, studio, "editor", javascript=True, width=320)
    await page.goto(HOURS)
    await page.locator("#examples-en textarea").fill("may i swim a 1")
    await page.locator("#examples-en").get_by_role("button", name="Add them (English)").click()
    await expect(page.get_by_role("button", name="Add them all the same")).to_be_visible()
    assert not await violations(page)
    await page.locator("#f-w0-text").fill("")
    await page.locator("#f-source").fill("example.gov")  # the studio says what to do, not the browser
    await page.get_by_role("button", name="Save", exact=True).last.click()
    await expect(page.locator("#mistakes")).to_contain_text("begins with https://")
    assert not await violations(page)
    await page.goto("/topics/new-topic")
    await page.get_by_role("button", name="Make it").click()
    await expect(page.locator("#mistakes")).to_be_visible()
    assert not await violations(page)


async def test_the_script_shows_what_is_written_while_it_is_written(studio: Running, chromium: Browser) -> None:
    page = await signed_in(chromium, studio, "editor", javascript=True, width=1280)
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    await page.goto(HOURS)
    part = page.locator('.wording[data-language="en"][data-channel="sms"]')
    await part.locator("textarea").fill("word " * 40 + "{city.phones.main}")
    await expect(part.locator("[data-shown]")).to_contain_text("Costs 2 texts")
    await expect(part.locator("[data-shown]")).to_contain_text("555-0100")
    web = page.locator('.wording[data-language="en"][data-channel=""]')
    await web.locator("textarea").fill("")
    await web.locator("textarea").focus()
    await page.get_by_text("Blanks to use").click()
    await page.get_by_role("button", name="{city.name}", exact=True).click()
    await expect(web.locator(".bubble")).to_have_text("Brightwater")
    await page.locator("#examples-en textarea").fill("may i swim a 1")
    await expect(page.locator("#examples-en .similar")).to_contain_text("the same as")
    assert not broken


async def test_on_a_small_screen_the_whole_title_stands_below_where_a_button_leads(
    studio: Running, chromium: Browser
) -> None:
    title = "Libros electrónicos, audiolibros y películas en línea"
    page = await signed_in(chromium, studio, "editor", javascript=True, width=320)
    await page.goto(HOURS)
    to = page.get_by_label("leads to").first
    await to.fill(title)
    assert await to.evaluate("each => each.scrollWidth > each.clientWidth"), "too long for its field"
    whole = page.locator(".whole", has_text=title)
    await expect(whole).to_be_visible()
    assert await whole.evaluate("each => each.scrollWidth <= each.clientWidth") and not await too_wide(page)
    await page.set_viewport_size({"width": 1280, "height": 800})
    await expect(whole).to_be_hidden()
    assert await to.evaluate("each => each.scrollWidth <= each.clientWidth")


async def test_a_label_is_marked_by_selecting_text(studio: Running, chromium: Browser) -> None:
    page = await signed_in(chromium, studio, "editor", javascript=True, width=1280)
    await page.goto(HOURS)
    await page.get_by_role("link", name="when does the park open b 2").click()
    await page.evaluate(
        """() => {
        const words = document.querySelectorAll('.pickable [data-word]');
        document.getSelection().setBaseAndExtent(words[2].firstChild, 1, words[3].firstChild, 2);
    }"""
    )
    await expect(page.locator(".chosen")).to_have_text("Chosen: the park")
    await page.locator("#f-label").select_option("place")
    await page.get_by_role("button", name="Mark these words").click()
    await expect(page.locator("#sentence mark")).to_have_text(re.compile("^the park"))
    assert "when does [the park](place) open b 2" in (studio.root / "data/topics/parks/questions.en.yml").read_text()


async def test_a_newcomer_follows_the_guide_without_scripts(studio: Running, chromium: Browser) -> None:
    page = await signed_in(chromium, studio, "editor", width=1280)
    await page.goto("/topics")
    await page.get_by_role("link", name="New topic").click()
    for language, title, asked, told in (
        ("English", "Ice rink", "can i skate\nis the ice rink open", "Skate from 9 to 5."),
        ("Spanish", "Pista de hielo", "puedo patinar\nestá abierta la pista", "Puede patinar de 9 a 5."),
    ):
        await page.get_by_label(f"Title in {language}").fill(title)
        await page.get_by_label(f"Example questions in {language}").fill(asked)
        await page.get_by_role("group", name="Web chat").get_by_label(language).fill(told)
        await page.get_by_role("group", name="Text message").get_by_label(language).fill(told)
        await page.get_by_label(f"Somebody says in {language}").fill(f"skating, {language}?")
    await page.get_by_label("Owner").fill("parks")
    await page.get_by_label("Source").fill("https://www.example.gov/ice")
    await page.get_by_role("button", name="Make it").click()
    await expect(page.get_by_role("heading", name="Ice rink", level=1)).to_be_visible()
    await expect(page.get_by_role("status").first).to_contain_text("It is made")
    await page.get_by_label("Button 1").first.fill("Park hours")
    await page.get_by_label("leads to").first.fill("Hours")
    await page.get_by_role("button", name="Save", exact=True).last.click()
    await expect(page.get_by_role("status").first).to_contain_text("Saved")
    assert "/faq/parks_hours" in (studio.root / "data/topics/ice_rink/answers.yml").read_text()
