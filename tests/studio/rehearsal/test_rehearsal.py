"""What a rehearsal says of small projects: answers that read badly, red conversations, accepted words, comparisons."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from bot.store import open_store
from bot.store.schema import heard as table
from studio.publishing import gate
from studio.publishing.git import Author
from studio.publishing.place import Place
from studio.rehearsal.comparing import Count, weighed
from studio.rehearsal.gatekeeping import judged
from studio.rehearsal.questions import Asked, folders_of, heard
from studio.rehearsal.rendering import rendered
from studio.rehearsal.results import keep, results
from studio.rehearsal.script import BadScript, Line, Script, script_of, scripts
from studio.rehearsal.verdict import Heard, Problem, Verdict, diff_words
from studio.rehearsal.verdict import judged as judged_line
from studio.rehearsal.writing import CannotAccept, accepted, add_conversation
from tests.studio.content.good_topics import GOOD_TOPICS

ANSWERS, TESTS = "data/topics/parks/answers.yml", "data/topics/parks/tests.yml"
SWIM = 'text: "You can swim in the lake."'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    for path, text in {"config.yml": "recipe: default.v1\n", **GOOD_TOPICS}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def edit(root: Path, old: str, new: str, path: str = ANSWERS, count: int = 1) -> None:
    text = (root / path).read_text()
    assert old in text
    (root / path).write_text(text.replace(old, new, count))


def test_answers_that_read_badly_are_named_with_language_and_channel(root: Path) -> None:
    assert rendered(root).faults == ()
    assert rendered(root).wordings["utter_faq/parks_hours", "en", "web"] == "Parks open at 8. Call 555-0100."
    edit(root, SWIM, 'text: "Hello {first_name}, swim { here }."')
    edit(root, "Abren a las 8.", "Abren a las None.")
    edit(root, '  - metadata: {language: es}\n    text: "Puede nadar en el lago."\n', "")
    edit(root, '  - metadata: {language: es}\n    channel: sms\n    text: "Puede nadar en el lago."\n', "")
    edit(root, "/faq/parks_swim", "/faq/parks_swum")
    found = [str(each) for each in rendered(root).faults]
    for words in (
        "utter_faq/parks_swim (en, web): people would get “utter_default” instead: {first_name} is not known yet",
        "utter_faq/parks_swim (en, web): “{ here }” is read as it stands",
        "utter_faq/parks_hours (es, web): “None” is read where a value should stand",
        "utter_faq/parks_swim (es, sms): people get it in “en”",
        "utter_faq/parks_hours (en, web): the button “Swim” leads to “faq/parks_swum”, which is not there",
    ):
        assert words in found, found


def test_tests_are_read_with_all_they_may_say(root: Path) -> None:
    step = {"press": "1", "answer": ["utter_a", "utter_b"], "not_says": "x", "buttons": ["Yes"], "max_segments": 2}
    script = script_of("parks", {"name": "n", "language": "es", "channel": "sms", "must": True, "steps": [step]})
    assert script == Script("parks", "n", "es", "sms", True, (
        Line("1", True, ("utter_a", "utter_b"), not_says=("x",), buttons=("Yes",), max_segments=2),
    ))  # fmt: skip
    for wrong, words in (({"user": "a", "anser": "b"}, "anser"), ({"answer": "b"}, "either user")):
        with pytest.raises(BadScript, match=words):
            script_of("parks", {"name": "n", "steps": [wrong]})
    with pytest.raises(BadScript, match="no topic nowhere"):
        scripts(root, ("nowhere",))


def test_a_turn_is_judged_by_everything_that_is_asked_of_it() -> None:
    line = Line("?", answers=("utter_a",), says=("blue",), not_says=("red",), buttons=("Yes",), max_segments=1)
    good = Heard(("utter_x", "utter_a"), "it is blue", ("Yes", "No"), 1)
    assert judged_line(line, good, {}) == ()
    bad = Heard(("utter_b",), "it is red", ("No",), 2)
    found = [each.words for each in judged_line(line, bad, {"utter_a": "it is blue"})]
    assert found == [
        "expected utter_a, got utter_b", "“blue” is not said", "“red” is said",
        "no button “Yes”; there are: No", "2 segments, at most 1",
    ]  # fmt: skip
    assert diff_words("it is blue", "it is red") == (("same", "it is "), ("gone", "blue"), ("new", "red"))


def test_what_is_heard_becomes_right_in_one_line_and_nothing_else_changes(root: Path) -> None:
    (script,) = scripts(root)
    heard = Heard(("utter_faq/parks_swim",), "You can swim in the lake.", ())
    red = Verdict(script, 1, (Problem("another answer"),), heard)
    before = "# kept\n" + (root / TESTS).read_text()
    after = accepted(before, red)
    assert after == before.replace("utter_faq/parks_hours", "utter_faq/parks_swim")
    with pytest.raises(CannotAccept, match="nothing was heard"):
        accepted(before, replace(red, heard=None))
    with pytest.raises(CannotAccept, match="has changed"):
        accepted(before.replace("open now", "open today"), red)


def test_a_conversation_is_added_at_the_end_and_found_again(root: Path) -> None:
    before = (root / TESTS).read_text()
    steps = [{"user": "swimming?", "says": "lake"}]
    told: dict[str, Any] = {"name": "swim", "language": "en", "must": True, "steps": steps}
    add_conversation(root, "parks", told, Author("Ada"))
    assert (root / TESTS).read_text().startswith(before)
    assert scripts(root)[1] == Script("parks", "swim", "en", "web", True, (Line("swimming?", says=("lake",)),))
    with pytest.raises(BadScript, match="already"):
        add_conversation(root, "parks", told, Author("Ada"))
    add_conversation(root, "finding", told, Author("Ada"))
    assert [each.topic for each in scripts(root)] == ["finding", "parks", "parks"]


def test_results_are_kept_until_the_step_is_written_anew(root: Path, tmp_path: Path) -> None:
    place = Place(root, tmp_path / "published", 3, Path("python"))
    found = scripts(root)
    red = Verdict(found[0], 1, (Problem("no", "a b", "a c"),), Heard(("utter_x",), "a c", ()))
    keep(place, [red], 5.0, "another content")
    (kept,) = results(place, found).values()
    assert kept.verdict == red and kept.at == 5.0 and not kept.fresh
    edit(root, "open now", "open today", TESTS)
    assert results(place, scripts(root)) == {}


def test_a_candidate_is_compared_by_what_is_right(root: Path) -> None:
    hours, swim, none = "faq/parks_hours", "faq/parks_swim", "nlu_fallback"
    told = {
        "open?": (("parks",), hours, swim),  # another question of the right topic
        "swim?": ((swim,), none, swim),
        "bye": (("none",), none, hours),
        "lake": ((), hours, swim),
        "same": ((swim,), swim, swim),
    }
    asked = [Asked(text, "en", "held out", right) for text, (right, _, _) in told.items()]
    before, now = (
        [{"intent": one[side], "known": 0.1 - (one[side] == none)} for one in told.values()] for side in (1, 2)
    )
    result = weighed(asked, (before, now), folders_of(root), {"parks"})
    assert result.words == "4 messages now get another answer: 1 better, 1 worse, 2 to look at."
    assert {each.asked.text: each.judgement for each in result.changes} == {
        "open?": "look", "swim?": "better", "bye": "worse", "lake": "look",
    }  # fmt: skip
    assert (result.held_out.before, result.held_out.now, result.held_out.of) == (3, 3, 4)
    assert result.worse_topics == () and judged(result)[0] == "passed"
    worse = replace(result, topics={"parks": Count(2, 1, 3)})
    assert judged(worse)[0] == "failed" and "parks" in judged(worse)[1]
    assert judged(replace(result, held_out=Count(100, 98, 100)))[0] == "failed"
    assert judged(replace(result, held_out=Count(100, 99, 100)))[0] == "passed"


async def test_real_messages_come_with_what_was_decided(tmp_path: Path) -> None:
    store = await open_store(f"sqlite:///{tmp_path / 'store.db'}")
    decided = (("a", None, None), ("b", "other", "faq/parks_swim"), ("c", "not_for_us", None), ("d", "deleted", None))
    async with store.begin() as connection:
        for number, (text, decision, topic) in enumerate(decided):
            row = {"id": f"{number}", "text": text, "language": "en", "channel": "web", "why": "close", "at": -number}
            await connection.execute(insert(table).values(**row, decision=decision, decided_topic=topic))
    found = await heard(store)
    await store.close()
    assert [(each.text, each.right) for each in found] == [("a", ()), ("b", ("faq/parks_swim",)), ("c", ("none",))]


def test_the_gate_keeps_what_was_looked_at_for_this_very_content(root: Path, tmp_path: Path) -> None:
    place = Place(root, tmp_path / "published", 3, Path("python"))
    assert gate.looked_at(place) == ()
    steps = list(gate.look(place))
    assert [(each.name, each.state) for each in steps] == [
        ("check", "passed"), ("render", "passed"), ("tests", "skipped"), ("held out", "skipped"),
    ]  # fmt: skip
    assert gate.looked_at(place) == tuple(steps)
    edit(root, "swim in the lake.", "swim in the None.")
    assert gate.looked_at(place) == ()
    render = next(each for each in gate.look(place) if each.name == "render")
    assert render.state == "failed" and "“None” is read" in render.details[0]
