"""Try it: talking with what is live and with the draft, why each answer came, tests from it, and guest links."""

import re
import shutil
from collections.abc import Iterator
from contextlib import nullcontext
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.async_api import Browser

from bot import audit
from bot.settings import Settings
from studio.rehearsal.stage import Stage
from studio.web.trying.chats import furnish
from studio.web.trying.draft_bot import DraftBot
from tests.stack import ROOT, Stack
from tests.studio.web.conftest import SCREENS
from tests.studio.web.house import Running, page_of, post, running_studio, signed_in, too_wide, violations

PAY = "what's the best way to pay my parking ticket"


@pytest.fixture(scope="module")
def studio(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A studio whose live assistant is the session's, and whose draft bot is the same one: one Rasa is enough."""
    folder, live = tmp_path_factory.mktemp("trying"), Settings.from_env(stack.environment)
    given = {
        "port": live.port, "rasa_url": live.rasa_url, "rasa_secret": live.rasa_secret, "database_url": live.store_url,
    }  # fmt: skip
    with running_studio(folder, tuple(dict.fromkeys((*SCREENS, "accounts", "working"))), **given) as house:
        bot = DraftBot(
            house.studio.draft, folder / "models", lambda _root, _models: nullcontext(Stage(stack.url, live))
        )
        house.loop.call_soon_threadsafe(furnish, house.studio, bot)
        yield house
        house.run(bot.end())


@pytest.fixture
def editor(studio: Running) -> Iterator[httpx.Client]:
    with studio.session("editor") as client:
        yield client


def begin(client: httpx.Client, text: str, **more: str) -> str:
    told = {"with": "live", "channel": "web", "language": "en", **more}
    sent = post(client, "/try", text=text, **told)
    assert sent.status_code == 303, sent.text
    return str(urlsplit(sent.headers["location"]).path)


def wake(studio: Running, client: httpx.Client) -> None:
    job = post(client, "/try/draft", "/try").headers["location"].rpartition("/")[2]
    assert studio.run(studio.studio.jobs.end(job)).went_well


def test_a_live_answer_comes_through_the_gateway_and_tells_why(editor: httpx.Client) -> None:
    page = page_of(editor, begin(editor, PAY))
    assert "Parking tickets pay" in page
    assert re.search(r"\d+ % sure", page)
    assert re.search(r'by the rule <a href="/paths/parks/rules/\w+">answer</a>', page)
    assert "nothing is published yet" in page


def test_a_conversation_goes_on_with_words_and_buttons_and_becomes_a_test(
    studio: Running, editor: httpx.Client
) -> None:
    at = begin(editor, PAY)
    title = re.search(r'name="press" value="([^"]+)"', page_of(editor, at))
    assert title
    pressed = post(editor, at, press=title[1].replace("&#39;", "'"))
    assert pressed.headers["location"] == f"{at}#t2"
    assert post(editor, at, text=" ").status_code == 422
    name = 'a person pays: and then "asks"'
    assert post(editor, f"{at}/test", at, name=name, topic="parks").status_code == 303
    written = (studio.root / "data/topics/parks/tests.yml").read_text()
    assert written.startswith("- name: hours\n")
    assert "answer: utter_faq/parking_tickets_pay" in written
    assert f"press: {title[1]}" in written or f'press: "{title[1]}"' in written
    twice = post(editor, f"{at}/test", at, name=name, topic="parks")
    assert twice.status_code == 422
    assert "already" in twice.text
    assert post(editor, f"{at}/test", at, name="x", topic="../parks").status_code == 422


def test_the_draft_is_started_when_asked_for_and_answers_by_text_with_segments(
    studio: Running, editor: httpx.Client
) -> None:
    post(editor, "/try/draft/stop", "/try")
    asleep = post(editor, "/try", text="hola", **{"with": "draft", "channel": "sms", "language": "es"})
    assert asleep.status_code == 422
    assert "Start it first" in asleep.text
    wake(studio, editor)
    at = begin(editor, "cómo pago una multa de estacionamiento", channel="sms", language="es", **{"with": "draft"})
    page = page_of(editor, at)
    assert re.search(r"\d segments?, GSM-7", page)
    assert 'lang="es"' in page
    assert "as it is in the draft" in page
    shutil.copy(ROOT / "data/emergency.yml", studio.root / "data/emergency.yml")
    fire = page_of(editor, begin(editor, "my house is on fire", channel="sms", **{"with": "draft"}))
    assert "words of danger" in fire


def test_nothing_that_is_said_becomes_part_of_the_page(editor: httpx.Client) -> None:
    page = page_of(editor, begin(editor, "<script>alert(1)</script> \"'><img src=x onerror=alert(1)>"))
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;" in page
    assert "<script>" not in page_of(editor, "/try?say=<script>alert(1)</script>&language=xx&with=draft")


def test_a_conversation_is_its_own_person_s(studio: Running, editor: httpx.Client) -> None:
    at = begin(editor, "hello")
    with studio.session("viewer") as viewer:
        assert viewer.get(at).status_code == 404
        assert post(viewer, at, "/account", text="hi").status_code == 404
        assert post(viewer, f"{at}/test", "/account", name="x", topic="parks").status_code == 403
        assert post(viewer, "/try/guests", "/account", name="x").status_code == 403


def test_a_guest_talks_with_the_draft_until_the_link_is_taken_back_or_runs_out(
    studio: Running, editor: httpx.Client
) -> None:
    wake(studio, editor)
    assert post(editor, "/try/guests", "/try", name="", days="1").status_code == 422
    assert post(editor, "/try/guests", "/try", name="Parks <b>team</b>", days="1").status_code == 303
    front = page_of(editor, "/try")
    assert "<b>team" not in front
    link = re.search(r'value="(http[^"]+/try/guest/[^"]+)"', front)
    guest_id = re.search(r'name="guest" value="([^"]+)"', front)
    assert link
    assert guest_id
    path = urlsplit(link[1]).path
    with studio.visitor() as guest, studio.visitor() as other:
        page = page_of(guest, path)
        assert "This is a draft, not the city" in page
        assert "Ed Editor invited you" in page
        assert post(guest, path, text="hello").status_code == 303
        page = page_of(guest, path)
        assert "try-reply" in page
        assert "Why this answer" not in page
        assert "Save as a test" not in page
        assert "try-reply" not in page_of(other, path)  # another browser, another conversation
        assert guest.get("/try").status_code == 303
        assert guest.get(path[:-4] + "AAAA").status_code == 404
        for _ in range(25):
            refused = post(guest, path, text="hi") if guest.get(path).status_code == 200 else None
            if refused is not None and refused.status_code == 429:
                break
        else:
            raise AssertionError("a guest may write without end")
        assert post(editor, "/try/guests/take-back", "/try", guest=guest_id[1]).status_code == 303
        assert guest.get(path).status_code == 404
        post(editor, "/try/guests", "/try", name="for a day", days="1")
        again = re.search(r'value="http[^"]+(/try/guest/[^"]+)"', page_of(editor, "/try"))
        assert again
        assert guest.get(again[1]).status_code == 200
        studio.clock.ahead = 86400 + 60.0
        try:
            assert guest.get(again[1]).status_code == 404
        finally:
            studio.clock.ahead = 0.0
    kinds = [each.what for each in studio.run(audit.entries(studio.studio.store, limit=20))]
    assert "guest.invited" in kinds
    assert "guest.taken_back" in kinds


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(("width", "dark"), [(320, True), (1280, False)])
async def test_the_pages_are_accessible_and_fit(chromium: Browser, studio: Running, width: int, dark: bool) -> None:
    with studio.session("editor") as client:
        wake(studio, client)
        at = begin(client, PAY)
        text = begin(client, PAY, channel="sms", **{"with": "draft"})
        post(client, "/try/guests", "/try", name=f"seen at {width}", days="3")
        link = re.search(r'value="http[^"]+(/try/guest/[^"]+)"', page_of(client, "/try"))
        assert link
    page = await signed_in(chromium, studio, "editor", javascript=True, width=width, dark=dark)
    found: list[str] = []
    for path in ("/try", at, text, link[1]):
        await page.goto(path)
        if "guest" in path:
            await page.get_by_label("Your message").fill("hello")
            await page.get_by_role("button", name="Send").click()
            await page.locator(".try-reply").first.wait_for()
        await page.evaluate("document.querySelectorAll('details').forEach((each) => each.open = true)")
        found += await violations(page)
        assert not await too_wide(page), path
    await page.context.close()
    assert found == []
