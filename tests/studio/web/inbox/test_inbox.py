"""The inbox: what waits is decided on by forms, audited, measured with, and made an example; nobody else may."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from secrets import token_hex
from typing import Any

import pytest
from sqlalchemy import delete, select

from bot import audit
from bot.store.schema import heard, tallies
from studio.publishing import git
from studio.rehearsal.questions import heard as asked
from studio.rehearsal.results import comparison, keep_comparison
from tests.studio.web.house import Running, page_of, post

XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def put(studio: Running, *texts: str, **more: Any) -> list[str]:
    """Messages that wait."""
    given = {
        "language": "en",
        "channel": "web",
        "why": "not_understood",
        "topic": "faq/parks_swim",
        "score": 0.31,
        **more,
    }
    rows = [{"id": token_hex(16), "text": text, "at": studio.clock() - 60, "used": False, **given} for text in texts]

    async def insert() -> None:
        async with studio.studio.store.begin() as connection:
            await connection.execute(heard.insert(), rows)

    studio.run(insert())
    return [row["id"] for row in rows]


def state(studio: Running, ids: Sequence[str]) -> list[tuple[str | None, str | None]]:
    """What was decided on these, and which topic."""

    async def read() -> list[Any]:
        async with studio.studio.store.read() as connection:
            return list((await connection.execute(select(heard).where(heard.c.id.in_(ids)))).all())

    found = {row.id: (row.decision, row.decided_topic) for row in studio.run(read())}
    return [found[each] for each in ids]


@pytest.fixture(autouse=True)
def _empty(studio: Running) -> Iterator[None]:
    yield

    async def clear() -> None:
        async with studio.studio.store.begin() as connection:
            await connection.execute(delete(heard))
            await connection.execute(delete(tallies))

    studio.run(clear())


def test_alike_messages_stand_together_and_are_decided_on_together(studio: Running) -> None:
    ids = put(studio, "can i swim in the lake today", "may i swim in the lake today?", "is swim in lake today ok")
    agent = studio.session("agent")
    page = page_of(agent, "/inbox")
    assert page.count('role="group"') == 1 and "3 messages" in page and "Right: Swim" in page
    told = post(
        agent, "/inbox/decide", "/inbox", id=ids[:2], group=ids[0], decision="right", next="/inbox?why=close#g-1"
    )
    assert told.status_code == 303 and told.headers["Location"] == "/inbox?why=close#g-1"
    assert state(studio, ids) == [("right", "faq/parks_swim")] * 2 + [(None, None)]
    [entry] = studio.run(audit.entries(studio.studio.store, what="inbox.", limit=1))
    assert (entry.who, entry.what, entry.details["messages"]) == ("Agnes Agent", "inbox.right", 2)


def test_a_large_group_is_decided_on_whole_without_listing_it_whole(studio: Running) -> None:
    ids = put(studio, *(f"when does the ice rink open {number}" for number in range(30)))
    agent = studio.session("agent")
    page = page_of(agent, "/inbox")
    [rest] = re.findall(r'name="rest" value="([0-9a-f,]+)"', page)
    shown = re.findall(r'name="id" value="([0-9a-f]{32})"', page)
    assert len(shown) == 20 and "10 more that are alike" in page and {*shown, *rest.split(",")} == set(ids)
    post(agent, "/inbox/decide", "/inbox", id=shown, rest=rest, group=shown[0], decision="not_for_us", next="/inbox")
    assert {decision for decision, _ in state(studio, ids)} == {"not_for_us"}


def test_another_topic_is_named_by_its_title_or_its_name_and_a_slip_is_asked_about(studio: Running) -> None:
    [one] = put(studio, "closing time of the garden")
    agent = studio.session("agent")
    fields = {"id": [one], "group": one, "decision": "other", "next": "/inbox"}
    again = post(agent, "/inbox/decide", "/inbox", topic="Houers", **fields)
    assert again.status_code == 422 and "Did you mean “Hours”?" in again.text and 'value="Houers"' in again.text
    assert state(studio, [one]) == [(None, None)]
    assert post(agent, "/inbox/decide", "/inbox", topic="hours", **fields).status_code == 303
    assert state(studio, [one]) == [("other", "faq/parks_hours")]
    nothing = post(agent, "/inbox/decide", "/inbox", **{**fields, "id": []}, topic="Hours")
    assert nothing.status_code == 422 and "Tick at least one" in nothing.text


def test_the_last_decision_can_be_taken_back_by_whoever_made_it(studio: Running) -> None:
    ids = put(studio, "delete this one", "ice rink")
    agent, editor = studio.session("agent"), studio.session("editor")
    post(agent, "/inbox/decide", "/inbox", id=ids[0], group=ids[0], decision="deleted", next="/inbox")
    assert "delete this one" not in page_of(agent, "/inbox") + page_of(agent, "/inbox/decided")
    post(editor, "/inbox/undo", "/inbox", next="/inbox")
    assert state(studio, ids)[0] == ("deleted", None)
    post(agent, "/inbox/undo", "/inbox", next="/inbox")
    assert state(studio, ids)[0] == (None, None)


def test_decided_messages_measure_first_and_an_example_question_measures_no_longer(studio: Running) -> None:
    ids = put(studio, "is bathing in the lake allowed", "who won the game", "taxi medallions")
    editor = studio.session("editor")
    for one, decision in zip(ids, ("right", "not_for_us", "new"), strict=True):
        post(editor, "/inbox/decide", "/inbox", id=one, group=one, decision=decision, next="/inbox")
        studio.clock.ahead += 1
    measured = {each.text: each.right for each in studio.run(asked(studio.studio.store))}
    assert measured["is bathing in the lake allowed"] == ("faq/parks_swim",)
    assert measured["who won the game"] == ("none",) and measured["taxi medallions"] == ()
    assert "/topics/new-topic?example=taxi+medallions" in page_of(editor, "/inbox/decided")
    before = git.head(studio.root)
    assert post(editor, "/inbox/example", "/inbox/decided", id=ids[0]).status_code == 303
    assert "- is bathing in the lake allowed" in (studio.root / "data/topics/parks/questions.en.yml").read_text()
    assert git.head(studio.root) != before
    assert "is bathing in the lake allowed" not in [each.text for each in studio.run(asked(studio.studio.store))]


def test_a_masked_message_is_no_example_as_it_is(studio: Running) -> None:
    [one] = put(studio, "im [name] can i swim")
    editor = studio.session("editor")
    post(editor, "/inbox/decide", "/inbox", id=one, group=one, decision="right", next="/inbox")
    assert "Add as example question" not in page_of(editor, "/inbox/decided")
    post(editor, "/inbox/example", "/inbox/decided", id=one)
    assert "[name]" not in (studio.root / "data/topics/parks/questions.en.yml").read_text()


def test_who_only_reads_decides_nothing(studio: Running) -> None:
    [one] = put(studio, "ice rink")
    viewer = studio.session("viewer")
    assert 'value="not_for_us"' not in page_of(viewer, "/inbox")
    fields = {"id": one, "group": one, "decision": "deleted", "next": "/inbox"}
    assert post(viewer, "/inbox/decide", "/inbox", **fields).status_code == 403
    assert post(viewer, "/inbox/undo", "/inbox").status_code == 403
    assert post(studio.session("agent"), "/inbox/example", "/inbox", id=one).status_code == 403
    assert state(studio, [one]) == [(None, None)]


def test_what_somebody_wrote_runs_nowhere_and_leads_nowhere(studio: Running) -> None:
    [one] = put(studio, XSS, topic=XSS, runner_up=XSS, answer=XSS, why="thumbs_down")
    editor = studio.session("editor")
    for page in (
        page_of(editor, "/inbox"),
        page_of(editor, "/inbox?why=<script>&since=x&page=-1"),
        page_of(editor, "/insights"),
    ):
        assert "<script>alert" not in page and "<img src=x" not in page
    again = post(
        editor, "/inbox/decide", "/inbox", id=one, group=one, decision="other", topic=XSS, next="https://evil.example/"
    )
    assert again.status_code == 422 and "<script>alert" not in again.text and "<img src=x" not in again.text
    away = post(editor, "/inbox/decide", "/inbox", id=one, group=one, decision="not_for_us", next="//evil.example/")
    assert away.headers["Location"] == "/inbox"
    assert "<script>alert" not in page_of(editor, "/inbox/decided")


def test_filters_narrow_the_list_and_the_spreadsheet(studio: Running) -> None:
    put(studio, "ice rink", language="en", channel="sms", why="close")
    put(studio, "pista de hielo", language="es")
    client = studio.session("viewer")
    assert "ice rink" not in page_of(client, "/inbox?language=es") and "pista" in page_of(client, "/inbox?language=es")
    assert "pista" not in page_of(client, "/inbox?channel=sms&why=close&since=7")
    sheet = client.get("/inbox.csv?language=es")
    assert (
        sheet.headers["Content-Type"].startswith("text/csv")
        and "pista de hielo" in sheet.text
        and "ice" not in sheet.text
    )


def test_insights_are_counts_that_agree_with_their_table_and_their_spreadsheet(studio: Running) -> None:
    today = datetime.fromtimestamp(studio.clock(), studio.studio.city.time_zone).date().isoformat()

    async def fill() -> None:
        given = {"day": today, "language": "en", "channel": "web", "settled": False}
        rows = [
            {"topic": "faq/parks_swim", "outcome": "understood", "count": 6},
            {"topic": "", "outcome": "not_understood", "count": 3},
            {"topic": "", "outcome": "close", "count": 1},
            {"topic": "", "outcome": "form", "count": 50},
            {"topic": "faq/parks_swim", "outcome": "down", "count": 2},
        ]
        async with studio.studio.store.begin() as connection:
            await connection.execute(tallies.insert(), [{"id": token_hex(16), **given, **row} for row in rows])

    studio.run(fill())
    client = studio.session("viewer")
    page = page_of(client, "/insights?days=7")
    assert "60 %" in page and "30 %" in page and "10 %" in page
    assert "Swim" in page and 'role="img"' in page
    assert f"{today},faq/parks_swim,en,web,understood,6" in client.get("/insights.csv?days=7").text
    assert client.get("/insights?days=tomorrow").status_code == 200


def test_what_is_deleted_goes_from_the_latest_comparison_too(studio: Running) -> None:
    place, now = studio.studio.place, studio.clock()
    ids = put(studio, "where is my aunt's house", "ice rink")
    changes = [
        {"asked": {"text": text, "kind": "heard"}, "before": "a", "now": "b", "judgement": "look"}
        for text in ("where is my aunt's house", "ice rink")
    ]
    keep_comparison(place, {"asked": 2, "words": "2 messages …", "changes": changes}, now)
    agent = studio.session("agent")
    post(agent, "/inbox/decide", "/inbox", id=ids[1], group=ids[1], decision="not_for_us", next="/inbox")
    assert len(comparison(place, now)["changes"]) == 2
    post(agent, "/inbox/decide", "/inbox", id=ids[0], group=ids[0], decision="deleted", next="/inbox")
    assert [each["asked"]["text"] for each in comparison(place, now)["changes"]] == ["ice rink"]
    assert all("aunt" not in file.read_text() for file in place.published.glob("*.json"))
