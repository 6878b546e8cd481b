"""The Tests screen: red and green by topic, the words that differ, "this is now correct", new tests, comparing."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.async_api import Browser

from studio.publishing import snapshot
from studio.rehearsal.results import keep, keep_comparison
from studio.rehearsal.script import scripts
from studio.rehearsal.verdict import Heard, Problem, Verdict
from tests.studio.web.house import Running, page_of, post, signed_in, too_wide, violations

FILE = "data/topics/parks/tests.yml"
COMPARED = {
    "asked": 3, "words": "1 message …", "held_out": {"before": 2, "now": 1, "of": 2}, "worse_topics": ["parks"],
    "changes": [{
        "asked": {"text": "swim?", "language": "en", "kind": "test", "right": [], "about": []},
        "before": "faq/parks_swim", "now": "nlu_fallback", "judgement": "worse",
    }],
}  # fmt: skip


@pytest.fixture
def editor(studio: Running) -> Iterator[httpx.Client]:
    with studio.session("editor") as client:
        yield client


@pytest.fixture
def red(studio: Running) -> Verdict:
    """The first conversation of the topic, red: other words came."""
    script = scripts(studio.root, ("parks",))[0]
    heard = Heard(("utter_faq/parks_swim",), "You can swim in the lake.", ())
    verdict = Verdict(script, 1, (Problem("expected another", "You can swim in the pool.", heard.text),), heard)
    place = studio.studio.place
    keep(place, [verdict], studio.clock(), snapshot.digest(studio.root))
    return verdict


def test_red_tests_come_first_with_the_words_that_differ(studio: Running, editor: httpx.Client, red: Verdict) -> None:
    assert "1 test is red" in page_of(editor, "/tests")
    assert "Red tests" in page_of(editor, "/")
    page = page_of(editor, "/tests/parks")
    assert "pool.</del>" in page and "lake.</ins>" in page
    with studio.session("viewer") as viewer:
        assert "This is now correct" not in page_of(viewer, "/tests/parks")
        assert post(viewer, "/tests/accept", "/account", topic="parks", name=red.script.name).status_code == 403


def test_what_comes_now_is_made_right_with_the_persons_name(
    studio: Running, editor: httpx.Client, red: Verdict
) -> None:
    assert post(editor, "/tests/accept", "/tests/parks", topic="parks", name=red.script.name).status_code == 303
    assert "utter_faq/parks_swim}" in (studio.root / FILE).read_text()
    again = post(editor, "/tests/accept", "/tests/parks", topic="parks", name="nobody knows it")
    assert again.status_code == 303
    assert "not red any more" in page_of(editor, again.headers["location"])


def test_a_new_test_is_written_and_mistakes_keep_what_was_typed(studio: Running, editor: httpx.Client) -> None:
    typed = {"topic": "parks", "name": "a swimmer", "language": "en", "channel": "sms", "must": "yes"}
    wrong = post(editor, "/tests/new", said1="can i go swimming", **typed)
    assert wrong.status_code == 422
    assert "can i go swimming" in wrong.text and "an answer or words" in wrong.text
    steps = {"said1": "can i go swimming", "answer1": "utter_faq/parks_swim", "said2": "and when", "says2": "8"}
    assert post(editor, "/tests/new", **typed, **steps).status_code == 303
    script = scripts(studio.root, ("parks",))[-1]
    assert (script.name, script.channel, script.must, len(script.lines)) == ("a swimmer", "sms", True, 2)
    assert "a swimmer" in page_of(editor, "/tests/parks")
    again = post(editor, "/tests/new", **typed, **steps)
    assert again.status_code == 422 and "already" in again.text


def test_playing_what_is_not_there_and_comparing_with_nothing_say_so(editor: httpx.Client) -> None:
    assert post(editor, "/tests/play", "/tests", topic="parks", name="nobody knows it").status_code == 404
    begun = post(editor, "/tests/compare")
    assert begun.status_code == 303
    for _ in range(100):
        page = page_of(editor, begun.headers["location"])
        if "Nothing is live yet" in page:
            return
    raise AssertionError(page)


@pytest.mark.asyncio(loop_scope="session")
async def test_every_page_is_accessible_and_fits_a_phone(studio: Running, chromium: Browser, red: Verdict) -> None:
    keep_comparison(studio.studio.place, COMPARED, studio.clock())
    page = await signed_in(chromium, studio, "editor", javascript=True)
    for address in ("/tests", "/tests/parks", "/tests/new?topic=parks", "/tests/compare"):
        await page.goto(address)
        assert await violations(page) == []
        assert not await too_wide(page), address
    await page.context.close()
