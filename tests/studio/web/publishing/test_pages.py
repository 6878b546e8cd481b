"""The pages of review and publish in a browser: accessible, on a phone, without JavaScript, in both languages."""

import asyncio
import os
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from studio.publishing import git, switch
from studio.publishing.git import Author
from studio.publishing.publish import Wish, publish
from tests.studio.web.house import Running, signed_in, too_wide, violations

ANSWERS = "data/topics/parks/answers.yml"
QUESTIONS = "data/topics/parks/questions.en.yml"
PAGES = (
    *("/publishing", "/publishing/history", "/publishing/releases/1", "/publishing/releases/2"),
    *("/publishing/off?q=parks", "/publishing/said?answer=utter_faq/parks_hours&release=2"),
)
PICTURES = os.environ.get("PICTURES")


@pytest.fixture(scope="module", autouse=True)
def some_history(studio: Running) -> None:
    """Two releases, something off, and a draft with other words and another question."""
    place = studio.studio.place
    list(publish(place, Wish(Author("Paul Publisher"), "Begin.", "Rita Reviewer")))
    _edit(studio, ANSWERS, "Parks open at 8.", "Parks open at 9.")
    list(publish(place, Wish(Author("Ada Admin"), "A flood.", urgent=True)))
    _edit(studio, ANSWERS, "Parks open at 9.", "In summer, parks open at 7 <i>sharp</i>.")
    _edit(studio, QUESTIONS, "    - may i swim a 1\n", "    - may i bathe in the lake\n")
    switch.off(place, "utter_faq/parks_swim", "Rita Reviewer", "The lake is closed.")


def _edit(studio: Running, path: str, old: str, new: str) -> None:
    text = (studio.root / path).read_text()
    assert old in text
    (studio.root / path).write_text(text.replace(old, new))
    git.commit(studio.root, [path], Author("Ed Editor"), "content: Change words.")


def all_ended(studio: Running) -> None:
    for job in studio.studio.jobs.running():
        studio.run(studio.studio.jobs.end(job.id))


async def picture(page: Page, name: str) -> None:
    if PICTURES:
        await page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(("role", "width", "dark", "spanish"), [
    ("admin", 1280, False, False), ("publisher", 320, True, True), ("viewer", 320, False, False),
])  # fmt: skip
async def test_each_page_is_accessible_and_fits(
    chromium: Browser, studio: Running, role: str, width: int, dark: bool, spanish: bool
) -> None:
    page = await signed_in(chromium, studio, role, width=width, dark=dark, javascript=True)  # type: ignore[arg-type]
    titles = set()
    pages = PAGES if role != "viewer" else ("/publishing", "/publishing/off")  # what a viewer sees otherwise
    for path in pages:
        await page.goto(path)
        if spanish and await page.locator("html").get_attribute("lang") == "en":
            await page.get_by_role("button", name="Español").click()
            await page.goto(path)
        assert await violations(page) == [] and not await too_wide(page), path
        titles.add(await page.title())
        await picture(page, f"{role}-{width}-{path.split('/')[-1].split('?')[0]}-{len(titles)}")
    assert len(titles) == len(pages)
    assert await page.locator("html").get_attribute("lang") == ("es" if spanish else "en")
    if spanish:
        await page.get_by_role("button", name="English").click()
    await page.context.close()


@pytest.mark.asyncio(loop_scope="session")
async def test_from_a_request_to_live_and_back_without_javascript(chromium: Browser, studio: Running) -> None:
    editor, reviewer, publisher = [
        await signed_in(chromium, studio, role) for role in ("editor", "reviewer", "publisher")
    ]
    other = await signed_in(chromium, studio, "admin", javascript=True)  # axe needs it
    await editor.goto("/publishing")
    assert "<i>sharp</i>" in await editor.locator(".side.new").first.inner_text()
    await editor.get_by_label("What changes for residents").fill("Summer hours.")
    await editor.get_by_role("button", name="Ask for a review").click()
    assert await editor.get_by_role("status").inner_text() != ""

    await reviewer.goto("/")
    await reviewer.get_by_role("link", name="Review the draft").click()
    await reviewer.get_by_role("button", name="Return with the note").click()
    await reviewer.get_by_role("alert").wait_for()
    await other.goto("/publishing")
    await other.get_by_role("button", name="Return with the note").click()
    await other.get_by_role("alert").wait_for()
    assert await violations(other) == []
    await picture(other, "mistake")
    await reviewer.get_by_role("button", name="Approve").click()

    await publisher.goto("/publishing")
    await publisher.get_by_role("button", name="Publish now").click()
    await publisher.wait_for_url("**/jobs/*")
    await asyncio.to_thread(all_ended, studio)
    await publisher.reload()
    await publisher.get_by_text("Release 3 is live.").wait_for()
    await other.goto(publisher.url)
    assert await violations(other) == []
    await picture(other, "job")

    await publisher.goto("/publishing/history")
    await publisher.get_by_text("Go one step back, to release 2").click()
    await publisher.get_by_label("Why", exact=True).fill("Too early.")
    await publisher.get_by_role("button", name="Go back to release 2").click()
    await publisher.wait_for_url("**/jobs/*")
    await asyncio.to_thread(all_ended, studio)
    await publisher.goto("/publishing/history")
    await publisher.get_by_text("Went back to release 2").wait_for()

    await reviewer.goto("/publishing/off")
    await reviewer.get_by_label("Find an answer or a topic").fill("parks open")
    await reviewer.get_by_role("button", name="Find").click()
    await reviewer.get_by_role("link", name="Hours").click()
    await reviewer.get_by_label("Why").fill("They change on Monday.")
    await reviewer.get_by_role("button", name="Switch off at once").click()
    await reviewer.get_by_role("cell", name="They change on Monday.").wait_for()
    await reviewer.get_by_role("button", name="Say it again Hours").click()
    assert await reviewer.get_by_role("cell", name="They change on Monday.").count() == 0
    for page in (editor, reviewer, publisher, other):
        await page.context.close()
