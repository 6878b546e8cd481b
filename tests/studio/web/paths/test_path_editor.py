"""The path editor: a rule and a path written by plain forms, read as a conversation, saved by version."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.async_api import Browser

from studio.web.paths.addresses import path_url
from tests.studio.web.house import Running, page_of, post, signed_in, too_wide, violations

RULE = path_url("parks", "rules", "find a park")
FILE = "data/topics/parks/rules.yml"


@pytest.fixture
def editor(studio: Running) -> Iterator[httpx.Client]:
    with studio.session("editor") as client:
        yield client


def version(client: httpx.Client, path: str) -> str:
    found = re.search(r'name="version" value="(\w+)"', page_of(client, path))
    assert found
    return found[1]


def send(client: httpx.Client, path: str, **fields: object) -> httpx.Response:
    return post(client, path, version=version(client, path), **fields)


def new_story(client: httpx.Client, name: str, question: str = "faq/parks_hours") -> str:
    made = post(
        client, "/paths/new", "/paths/new?topic=parks", topic="parks", kind="stories", name=name, choice=question
    )
    assert made.status_code == 303, made.text
    return made.headers["location"]


def test_all_paths_are_listed_and_found_by_what_happens_in_them(editor: httpx.Client) -> None:
    assert ">find a park</a>" in page_of(editor, "/paths")
    assert ">find a park</a>" in page_of(editor, "/paths?q=action+park&topic=parks")
    found = page_of(editor, "/paths?q=nothing+like+it")
    assert "find a park" not in found
    assert "Nothing fits" in found


def test_a_rule_reads_as_a_conversation_with_titles_examples_and_labels(editor: httpx.Client) -> None:
    page = page_of(editor, RULE)
    assert "The person says" in page
    assert re.search(r"<mark>park a<span class=\"paths-label\"> Place</span></mark>", page)
    assert "Find park" in page
    assert "action_find_park" not in re.sub(r'value="[^"]*"', "", page)
    spanish = page_of(editor, RULE + "?lang=es")
    assert "dónde está el" in spanish


def test_a_path_is_written_step_by_step_without_a_name_for_programs(studio: Running, editor: httpx.Client) -> None:
    at = new_story(editor, "hours, then a swim")
    assert "Hours" in page_of(editor, at + "?add=1&what=answers&q=swim")
    for number, fields in enumerate(
        (
            {"what": "answers", "choice": "utter_faq/parks_hours"},
            {"what": "says", "choice": ["faq/parks_swim", "find_park"]},
            {"what": "remembers", "slot": "confirmed", "holds": "yes"},
            {"what": "remembers", "slot": "first_name", "holds": "words", "words": "Ana: #1"},
            {"what": "acts", "choice": "action_find_park"},
            {"what": "checkpoint", "words": "a park is known"},
        ),
        start=1,
    ):
        added = send(editor, at, do="add", number=number, add=number, **fields)
        assert (added.status_code, added.headers.get("location", "")[-3:]) == (303, f"#s{number + 1}"), added.text
    written = (studio.root / "data/topics/parks/stories.yml").read_text()
    assert written.split("steps:\n")[1] == (
        "  - intent: faq/parks_hours\n  - action: utter_faq/parks_hours\n"
        "  - or:\n    - intent: faq/parks_swim\n    - intent: find_park\n"
        "  - slot_was_set:\n    - confirmed: true\n"
        '  - slot_was_set:\n    - first_name: "Ana: #1"\n'
        '  - action: action_find_park\n  - checkpoint: "a park is known"\n'
    )
    page = page_of(editor, at)
    assert "Parks open at 8." in page
    assert "Ana: #1" in page
    assert "segments" not in page
    assert "1 segment<" in page_of(editor, at + "?channel=sms")


def test_steps_move_change_and_go(studio: Running, editor: httpx.Client) -> None:
    at = new_story(editor, "moving")
    send(editor, at, do="add", number=1, add=1, what="answers", choice="utter_faq/parks_swim")
    assert send(editor, at, do="up", number=1).status_code == 303
    assert (
        send(editor, at, do="edit", number=1, edit=1, what="says", choice="find_park", label="place").status_code == 303
    )
    written = (studio.root / "data/topics/parks/stories.yml").read_text().split('- story: "moving"')[1]
    assert "  - action: utter_faq/parks_swim\n  - intent: find_park\n    entities:\n    - place\n" in written
    assert send(editor, at, do="remove", number=0).status_code == 303
    refused = send(editor, at, do="remove", number=0)
    assert refused.status_code == 422
    assert "only step" in refused.text


def test_a_rule_counts_only_when_what_was_chosen_is_so(studio: Running, editor: httpx.Client) -> None:
    made = send(editor, RULE, do="copy", name="find a park, when it is confirmed")
    at = made.headers["location"]
    assert send(editor, at, do="when", at_start="yes", slot="confirmed", holds="yes").status_code == 303
    when = "  conversation_start: true\n  condition:\n  - slot_was_set:\n    - confirmed: true\n"
    assert f"- rule: find a park, when it is confirmed\n{when}" in (studio.root / FILE).read_text()
    page = page_of(editor, at)
    assert "it is the first message of a conversation" in page
    assert send(editor, at, do="when", gone="0.0").status_code == 303
    assert "condition" not in (studio.root / FILE).read_text()
    renamed = send(editor, at, do="rename", name="find a park again")
    assert "find a park again" in page_of(editor, renamed.headers["location"])
    assert send(editor, renamed.headers["location"], do="delete").status_code == 303
    assert "again" not in (studio.root / FILE).read_text()


def test_mistakes_are_said_at_their_field_and_nothing_is_written(studio: Running, editor: httpx.Client) -> None:
    before = (studio.root / FILE).read_text()
    for fields, words in (
        ({"do": "add", "number": 1, "add": 1, "what": "answers"}, "Choose something from the list."),
        ({"do": "add", "number": 1, "add": 1, "what": "answers", "choice": "utter_nothing"}, "no longer there"),
        ({"do": "add", "number": 1, "add": 1, "what": "remembers", "slot": "nothing"}, "Choose what it is about."),
        ({"do": "rename", "name": " "}, "at most 120 characters"),
        ({"do": "copy", "name": "answer"}, "one with this name already"),
    ):
        answer = send(editor, RULE, **fields)
        assert answer.status_code == 422
        assert words in answer.text
        assert 'role="alert"' in answer.text
    assert editor.get(RULE.replace("rules", "stories")).status_code == 404
    assert send(editor, RULE, do="up", number=77).status_code == 404
    assert (studio.root / FILE).read_text() == before


def test_two_people_lose_nothing_and_see_both_where_they_clash(studio: Running, editor: httpx.Client) -> None:
    at = new_story(editor, "together", "find_park")
    send(editor, at, do="add", number=1, add=1, what="answers", choice="utter_faq/parks_swim")
    old = version(editor, at)
    with studio.session("publisher") as other:
        assert (
            send(other, at, do="edit", number=1, edit=1, what="answers", choice="utter_faq/parks_hours").status_code
            == 303
        )
    mine = {"do": "edit", "number": 1, "edit": 1, "what": "acts", "choice": "action_find_park"}
    clash = post(editor, at, version=old, **mine)
    assert clash.status_code == 409
    assert "utter_faq/parks_hours" in clash.text
    assert "action_find_park" in clash.text
    new = re.search(r'name="version" value="(\w+)"', clash.text)
    assert new
    assert post(editor, at, version=new[1], **mine).status_code == 303
    other_name = post(editor, at, version=old, do="rename", name="together again")
    assert other_name.status_code in (303, 409)


def test_what_the_check_finds_stands_at_its_step(studio: Running, editor: httpx.Client) -> None:
    file = studio.root / FILE
    before = file.read_text()
    file.write_text(before.replace("action: action_find_park", "action: action_find_prk"))
    for _ in range(400):
        if studio.studio.draft.findings("parks").fresh:
            break
        studio.run(_moment())
    page = page_of(editor, RULE)
    file.write_text(before)
    step = page.split('id="s2"')[1].split("</li>\n")[0]
    assert "action_find_prk" in step
    assert "To mend:" in step


async def _moment() -> None:
    import asyncio

    await asyncio.sleep(0.05)


def test_nothing_that_people_write_becomes_part_of_the_page(studio: Running, editor: httpx.Client) -> None:
    at = new_story(editor, "<script>alert(1)</script>\"'><img src=x>")
    assert "<script>alert" not in page_of(editor, at)
    assert "<img src=x>" not in page_of(editor, "/paths")
    file = studio.root / "data/topics/finding/questions.en.yml"
    before = file.read_text()
    file.write_text(before.replace("where is [park a](place)", "where <b onclick=x> is [park a](place)"))
    page = page_of(editor, RULE)
    file.write_text(before)
    assert "<b onclick" not in page
    assert "&lt;b onclick=x&gt;" in page


def test_viewers_read_and_change_nothing(studio: Running) -> None:
    with studio.session("viewer") as viewer:
        page = page_of(viewer, RULE)
        assert "Add a step" not in page
        assert post(viewer, RULE, "/account", do="delete").status_code == 403
        assert viewer.get("/paths/new").status_code == 403


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(("width", "dark"), [(320, True), (1280, False)])
async def test_the_pages_are_accessible_and_fit(
    chromium: Browser, studio: Running, editor: httpx.Client, width: int, dark: bool
) -> None:
    at = new_story(editor, f"seen at {width}")
    page = await signed_in(chromium, studio, "editor", javascript=True, width=width, dark=dark)
    found: list[str] = []
    for path in (
        "/paths", "/paths/new", "/paths/new?topic=parks", RULE, at + "?add=1&what=says", at + "?edit=0&what=remembers",
        RULE + "?lang=es&channel=sms",
    ):  # fmt: skip
        await page.goto(path)
        found += await violations(page)
        assert not await too_wide(page), path
    await page.context.close()
    assert found == []
