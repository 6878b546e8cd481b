"""A new content person's first topic: written in two languages, tested, approved by somebody else, live in the chat."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.resident import a_resident
from tests.stack import ROOT, Stack, free_ports, running_stack

pytestmark = [pytest.mark.browser, pytest.mark.rasa, pytest.mark.asyncio(loop_scope="session")]

A_WHILE = 300_000  # ms; something new is learned meanwhile, on a machine that does other things, too
PASSWORD = "three unrelated words by chance"
TOPIC = {
    "Title in English": "Borrow a telescope",
    "Title in Spanish": "Pedir prestado un telescopio",
    "Example questions in English": """\
        can i borrow a telescope
        do you lend telescopes
        i want to look at the stars, can i get a telescope
        telescope loan
        how do i check out the telescope
        is there a telescope i could take home
        borrow teleskope for the weekend
        my kid needs a telescope for school
        who lends out a telescope around here
        how long may i keep the telescope
        renting a telescope from the library
        where do i pick up the telescope""",
    "Example questions in Spanish": """\
        puedo pedir prestado un telescopio
        prestan telescopios
        quiero ver las estrellas, me prestan un telescopio
        préstamo de telescopio
        cómo saco el telescopio
        hay un telescopio que me pueda llevar a casa
        telescopio para el fin de semana
        mi hijo necesita un telescopio para la escuela
        quién presta un telescopio por aquí
        cuánto tiempo puedo tener el telescopio
        alquilar un telescopio de la biblioteca
        dónde recojo el telescopio""",
    "Owner": "library-team",
    "Source": "https://brightwater.example/library/telescope",
    "Review by": "2099-03-01",
    "Somebody says in English": "could the telescope be mine for a weekend?",
    "Somebody says in Spanish": "¿me puedo llevar el telescopio unos días?",
}
ANSWERS = {
    ("English", "en"): "Yes. Any library lends you its telescope for a week, free, with a library card.",
    ("Spanish", "es"): "Sí. Cada biblioteca le presta su telescopio una semana, gratis, con la tarjeta.",
}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The whole assistant with its studio, in a checkout of its own: here people really write into the files."""
    folder = tmp_path_factory.mktemp("newcomer")
    root = folder / "city"
    subprocess.run(["git", "clone", "--quiet", "--local", str(ROOT), str(root)], check=True)
    for made in (".venv", "nlu/.venv"):
        (root / made).symlink_to(ROOT / made)
    (root / "models").mkdir(exist_ok=True)
    for model in (ROOT / "models").glob("assistant.*"):
        shutil.copy(model, root / "models")
    if (ROOT / ".rasa").is_dir():
        shutil.copytree(ROOT / ".rasa", root / ".rasa", dirs_exist_ok=True, copy_function=os.link)
    (port,) = free_ports(1)
    with running_stack(folder / "var", root, STUDIO_PORT=str(port), STUDIO_LIMIT="100000/minute") as running:
        yield running


@pytest.fixture
def studio(city: Stack) -> str:
    """Where the studio is."""
    return f"http://127.0.0.1:{city.environment['STUDIO_PORT']}"


async def newcomer(browser: Browser, link: str) -> Page:
    """Somebody with a browser of their own who follows a link and chooses a password."""
    page = await (await browser.new_context(locale="en-US")).new_page()
    page.set_default_timeout(60_000)
    await page.goto(link)
    return page


async def joins(page: Page, button: str) -> None:
    await page.get_by_label("New password").fill(PASSWORD)
    await page.get_by_label("The same password again").fill(PASSWORD)
    await page.get_by_role("button", name=button).click()


async def invited(admin: Page, studio: str, name: str, role: str) -> str:
    """The link for somebody new."""
    await admin.goto(f"{studio}/people")
    await admin.get_by_label("Name", exact=True).fill(name)
    await admin.get_by_label("E-mail address").fill(f"{name.split()[0].lower()}@city.example")
    await admin.get_by_role("radio", name=re.compile(f"^{role}:")).check()
    await admin.get_by_role("button", name="Make the invitation").click()
    return await admin.locator("input#link").input_value()


async def follow_job(page: Page) -> None:
    """Wait until the work that this page tells of has ended well, and go on."""
    on = page.get_by_role("link", name="Continue")
    await expect(on).to_be_visible(timeout=A_WHILE)
    await expect(page.locator("#progress .note.good")).to_be_visible()
    await on.click()


async def writes_the_topic(page: Page, studio: str) -> None:
    await page.goto(f"{studio}/topics")
    await page.get_by_role("link", name="New topic").first.click()
    for label, text in TOPIC.items():
        await page.get_by_label(label).first.fill("\n".join(map(str.strip, text.splitlines())))
    for (language, tag), text in ANSWERS.items():
        web, sms = page.locator(f"#f-text-{tag}-"), page.locator(f"#f-text-{tag}-sms")
        await expect(web, f"the answer in {language}").to_be_visible()
        await web.fill(text)
        await sms.fill(text)
    await page.get_by_role("button", name="Make it").click()
    await expect(page.get_by_text("It is made.")).to_be_visible()


async def test_a_newcomer_s_topic_goes_live_without_touching_a_file(
    browser: Browser, city: Stack, studio: str
) -> None:
    link = f"{studio}/begin/{(city.data_dir / 'studio-first-account').read_text().strip()}"
    admin = await newcomer(browser, link)
    await admin.get_by_label("Name", exact=True).fill("Ada Admin")
    await admin.get_by_label("E-mail address").fill("ada@city.example")
    await joins(admin, "Make the account")
    nora = await newcomer(browser, await invited(admin, studio, "Nora Newcomer", "Editor"))
    await joins(nora, "Save and sign in")
    rita = await newcomer(browser, await invited(admin, studio, "Rita Reviewer", "Reviewer"))
    await joins(rita, "Save and sign in")

    await writes_the_topic(nora, studio)
    await nora.goto(f"{studio}/tests")
    await nora.get_by_role("link", name="Borrow a telescope").click()
    of_topic = nora.url
    await nora.get_by_role("button", name="Play these tests").click()
    await follow_job(nora)
    await nora.goto(of_topic)
    await expect(nora.get_by_text("Green", exact=True)).to_have_count(2)
    await nora.goto(f"{studio}/publishing")
    await nora.get_by_label("What changes for residents").first.fill("Libraries lend telescopes.")
    await nora.get_by_role("button", name="Ask for a review").click()

    await rita.goto(f"{studio}/publishing")
    await expect(rita.get_by_text("Libraries lend telescopes.")).to_be_visible()
    await rita.get_by_role("button", name="Approve").click()

    await admin.goto(f"{studio}/publishing")
    await admin.get_by_role("button", name="Publish now").click()
    await follow_job(admin)

    async with a_resident(browser, city.url) as resident:
        await resident.open()
        await resident.ask("hi, could i get a telescope for my daughter?", ANSWERS["English", "en"])
    async with a_resident(browser, city.url) as resident:
        await resident.open()
        await resident.ask("¿me prestan un telescopio?", ANSWERS["Spanish", "es"])
