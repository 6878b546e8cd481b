"""Consultations, meetings, a comment and a poll: through the action server and a real agency."""

import json
import urllib.request
from datetime import date
from typing import Any

import pytest

from actions.agencies.participation import Body, Consultation
from actions.participation.matching import find_body, find_consultation, find_days
from tests.actions.caller import Caller
from tests.actions.conftest import Server


def asked_of(environment: dict[str, str], path: str) -> Any:
    url = f"http://127.0.0.1:{environment['AGENCY_PORT']}/participation/v1/{path}"
    with urllib.request.urlopen(url, timeout=5) as answer:
        return json.load(answer)


def open_now(environment: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = asked_of(environment, "consultations?status=open")[0]
    return found


def comments_on(environment: dict[str, str], consultation: str) -> int:
    return int(asked_of(environment, f"consultations/{consultation}/comments")["count"])


def to_review(caller: Caller, consultation: str, words: str = "Please keep the old trees.") -> None:
    caller.form = "comment_form"
    opened = caller.run(
        "validate_comment_form", "", "leave_comment", choice=f"consultation:participation/{consultation}", opened=True
    )
    assert opened == ["utter_comment_ask_comment"]
    assert caller.say(words) == ["utter_comment_ask_area"]
    assert caller.press("Skip") == ["utter_comment_ask_name"]
    assert caller.say("i'd rather not say", "skip") == ["utter_comment_review"]


def test_what_is_open_is_listed_with_its_last_day_and_a_button_each(
    caller: Caller, environment: dict[str, str]
) -> None:
    titles = [item["title"] for item in asked_of(environment, "consultations?status=open")]
    assert caller.run("action_open_consultations", "what can i comment on") == ["utter_meetings_open_consultations"]
    assert all(title in caller.words for title in titles[:6])
    assert caller.words.count("/consultation_details") == min(len(titles), 6)


def test_one_is_told_in_its_own_sentences_and_remembered(caller: Caller, environment: dict[str, str]) -> None:
    item = open_now(environment)
    assert caller.run("action_consultation_details", item["title"].lower()) == ["utter_meetings_about"]
    assert item["summary"] in caller.words and "/leave_comment" in caller.words
    assert caller.run("action_consultation_details", "tell me more about it") == ["utter_meetings_about"]
    assert item["title"] in caller.words


def test_the_plans_to_comment_on_are_offered_in_the_language_that_is_spoken_now(caller: Caller) -> None:
    caller.form = "comment_form"
    assert caller.run("validate_comment_form", "i want to comment", "leave_comment", opened=True)
    assert "Quiet hours at night" in caller.choices
    caller.language = "es"
    caller.say("qqq")
    assert "Horas de silencio" in caller.choices and "Quiet hours at night" not in caller.choices


def test_a_spanish_reader_gets_spanish_words(caller: Caller) -> None:
    caller.language = "es"
    caller.run("action_open_consultations", "sobre qué puedo opinar")
    assert "Carril bici" in caller.words or "Presupuesto" in caller.words or "Rentas" in caller.words
    assert caller.run("action_next_meetings", "cuándo se reúne el concejo") == ["utter_meetings_next_online"]
    assert "Concejo Municipal" in caller.words and "p.m." in caller.words


def test_the_second_one_on_the_list_is_told_and_so_is_the_next_list(
    caller: Caller, environment: dict[str, str]
) -> None:
    caller.run("action_open_consultations", "what can i comment on", "open_consultations")
    second = list(asked_of(environment, "consultations?status=open"))[1]
    assert caller.run("action_open_consultations", "the second one", "choose") == ["utter_meetings_about"]
    assert second["summary"] in caller.words
    assert caller.run("action_consultation_details", "what is the last one about")[0] == "utter_meetings_about"
    caller.run("action_next_meetings", "public meetings", "next_meetings")
    first = asked_of(environment, "events")[0]
    assert caller.run("action_next_meetings", "1", "choose")[0].startswith("utter_meetings_next")
    assert first["name"] in caller.words


def test_another_plan_than_the_one_spoken_of_is_never_told_instead(caller: Caller, environment: dict[str, str]) -> None:
    caller.run("action_consultation_details", open_now(environment)["title"])
    said = caller.run("action_consultation_details", "what is the swimming pool proposal", "consultation_details")
    assert said == ["utter_meetings_which_consultation"]


def test_nobody_guesses_which_plan_is_meant(caller: Caller) -> None:
    assert caller.run("action_consultation_details", "what is that one about") == ["utter_meetings_which_consultation"]
    assert caller.slots["awaiting"] == "action_consultation_details"


def test_the_next_meeting_of_a_body_and_how_to_speak_there(caller: Caller) -> None:
    assert caller.run("action_next_meetings", "when is the next city council meeting") == ["utter_meetings_next_online"]
    assert "City Hall, Room 200" in caller.words and "7 p.m." in caller.words
    assert caller.run("action_next_meetings", "next park board meeting") == ["utter_meetings_next"]
    assert caller.run("action_speak_at_meeting", "how do i speak at it") == ["utter_meetings_speak"]
    assert "Park Board" in caller.words and "3 minutes" in caller.words


def test_meetings_of_some_days_are_listed_or_honestly_missing(caller: Caller) -> None:
    assert caller.run("action_next_meetings", "any public meetings this month or next")[0] in (
        "utter_meetings_then",
        "utter_meetings_none_then",
    )
    assert caller.run("action_next_meetings", "list of public meetings") == ["utter_meetings_list"]
    assert caller.run("action_next_meetings", "is there a meeting on sunday") == ["utter_meetings_none_then"]
    assert caller.run("action_next_meetings", "city council on sunday") == ["utter_meetings_not_then"]


def test_a_comment_is_reviewed_sent_once_and_has_a_receipt(caller: Caller, environment: dict[str, str]) -> None:
    consultation = open_now(environment)["id"]
    before = comments_on(environment, consultation)
    to_review(caller, consultation)
    assert "Please keep the old trees." in caller.words
    assert comments_on(environment, consultation) == before
    slots = dict(caller.slots)
    assert caller.press("Send it") == ["utter_comment_sent"]
    assert '"receipt": "C' in caller.words
    caller.slots = slots  # the same turn once more, as after a crash
    caller.form = "comment_form"
    caller.run("validate_comment_form", "", "choose", choice="send", same_turn=True)
    assert comments_on(environment, consultation) == before + 1
    assert caller.said == ["utter_comment_sent"]


def test_a_long_comment_is_kept_whole_and_may_sound_like_anything(caller: Caller, environment: dict[str, str]) -> None:
    caller.form = "comment_form"
    consultation = open_now(environment)["id"]
    caller.run(
        "validate_comment_form", "", "leave_comment", choice=f"consultation:participation/{consultation}", opened=True
    )
    words = ("Why does the city never ask when the trash is picked up? Stop this plan. " * 40)[:2000].strip()
    assert caller.say(words, "collection_day") == ["utter_comment_ask_area"]
    assert caller.slots["comment"]["values"]["comment"] == words


def test_a_question_in_the_middle_is_answered_and_a_short_wish_leaves(caller: Caller) -> None:
    caller.open("comment_form", "i want to comment on a plan", "leave_comment")
    assert caller.say("is my comment public?", "faq") == []
    assert caller.events[-1]["event"] == "action_execution_rejected"
    assert caller.say("forget it", "cancel") == ["utter_forms_cancelled"]
    assert caller.slots["comment"] is None


def test_what_is_said_with_the_first_words_is_the_comment(caller: Caller, environment: dict[str, str]) -> None:
    words = f"i want to comment on {open_now(environment)['title']}, it should run later because i work nights"
    assert caller.open("comment_form", words, "leave_comment") == ["utter_comment_ask_area"]
    assert caller.slots["comment"]["values"]["comment"] == "it should run later because i work nights"


def test_words_that_come_before_the_plan_is_clear_are_kept(caller: Caller) -> None:
    assert caller.open("comment_form", "leave a comment", "leave_comment") == ["utter_comment_ask_consultation"]
    words = "My kids would love it, so please do not wait"
    assert caller.say(words) == ["utter_forms_noted", "utter_comment_ask_consultation"]
    assert caller.press(next(iter(caller.choices))) == ["utter_comment_ask_area"]
    assert caller.slots["comment"]["values"]["comment"] == words


def test_a_plan_that_takes_no_comments_now_is_not_silently_another(caller: Caller, environment: dict[str, str]) -> None:
    shut = next(item for item in asked_of(environment, "consultations") if item["status"] != "open")
    assert caller.open("comment_form", f"comment on {shut['title']}", "leave_comment") == [
        "utter_comment_not_open",
        "utter_comment_ask_consultation",
    ]
    assert shut["title"] in caller.words


def test_no_name_is_no_name_and_send_it_is_sent_whatever_it_sounds_like(
    caller: Caller, environment: dict[str, str]
) -> None:
    caller.language = "es"
    item = open_now(environment)["id"]
    caller.form = "comment_form"
    caller.run("validate_comment_form", "", "leave_comment", choice=f"consultation:participation/{item}", opened=True)
    caller.say("No estoy de acuerdo con esto")
    assert caller.say("anónimo por favor") == ["utter_comment_ask_name"]
    assert caller.say("no quiero dar mi nombre", "faq") == ["utter_comment_review"]
    assert caller.slots["comment"]["values"]["name"] == ""
    assert caller.say("mándelo", "cancel") == ["utter_comment_sent"]


def test_wanting_to_comment_is_not_yet_a_comment(caller: Caller, environment: dict[str, str]) -> None:
    caller.open("comment_form", f"comment on {open_now(environment)['title']}", "leave_comment")
    assert caller.say("i want to leave a comment", "leave_comment") == ["utter_comment_ask_comment"]


def test_a_plan_is_chosen_by_words_and_changed_at_the_end(caller: Caller, environment: dict[str, str]) -> None:
    first, second = asked_of(environment, "consultations?status=open")[:2]
    assert caller.open("comment_form", f"i want to comment on {first['title']}", "leave_comment") == [
        "utter_comment_ask_comment"
    ]
    caller.say("I like it very much")
    caller.press("Skip")
    caller.press("Skip")
    assert caller.press("Change something") == ["utter_forms_ask_change"]
    assert caller.press("Plan") == ["utter_comment_ask_consultation"]
    assert caller.press(second["title"])[-1] == "utter_comment_review"
    assert second["title"] in caller.words and "I like it very much" in caller.words


def test_a_comment_waits_while_the_agency_is_down_and_arrives_once(
    caller: Caller, environment: dict[str, str], agency: Server
) -> None:
    consultation = open_now(environment)["id"]
    before = comments_on(environment, consultation)
    to_review(caller, consultation, "I wrote this while it was down")
    agency.stop()
    try:
        assert caller.press("Send it") == ["utter_comment_kept"]
        assert caller.effects[0]["follow_up"]["action"] == "action_send_kept_comments"
        assert caller.run("action_send_kept_comments") == []
        assert len(caller.slots["kept_comments"]) == 1 and caller.effects
    finally:
        agency.start()
    assert caller.run("action_send_kept_comments") == ["utter_comment_sent_later"]
    assert comments_on(environment, consultation) == before + 1
    assert caller.slots["kept_comments"] == []


def test_a_poll_is_answered_by_number_or_words_once_and_can_be_changed(caller: Caller) -> None:
    assert caller.open("poll_form", "take the poll", "take_poll") == ["utter_poll_ask_option"]
    titles = list(caller.choices)
    assert caller.say("banana") == ["utter_forms_unclear_choice", "utter_poll_ask_option"]
    assert caller.say("the second one", "choose") == ["utter_poll_counted"]
    assert titles[1] in caller.words
    poll = next(key for key in caller.words.split('"') if key.startswith("change:")).rstrip("\\")
    caller.form = "poll_form"
    assert caller.run("validate_poll_form", "", "take_poll", choice=poll, opened=True) == ["utter_poll_ask_option"]
    assert caller.say(titles[0]) == ["utter_poll_counted"]
    assert titles[0] in caller.words


def test_who_has_voted_everywhere_sees_how_it_stands(caller: Caller) -> None:
    for _ in range(3):
        if caller.open("poll_form", "take the poll", "take_poll") != ["utter_poll_ask_option"]:
            break
        caller.press(next(iter(caller.choices)))
    assert caller.said == ["utter_poll_voted"] and "take_poll" in caller.words


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("what about the bike lane", "Bike lane on Lake Drive"),
        ("tell me about lake dr", "Bike lane on Lake Drive"),
        ("the parck plan", "New plan for Eastside Park"),
        ("whats in the budget", "Next year's city budget"),
        ("are you taking out the tennis courts", "New plan for Eastside Park"),
        ("what is the plan about", ""),
        ("the library", ""),
    ],
)
def test_a_plan_is_found_by_what_people_call_it(words: str, title: str) -> None:
    plans = [
        ("Bike lane on Lake Drive", "Lake Drive", "60 parking spaces would go away."),
        ("New plan for Eastside Park", "Eastside", "The old tennis courts would be taken out."),
        ("Next year's city budget", "the whole city", "Parks and street repair would get more."),
    ]
    found = [Consultation("a", t, t, s, where, "open", date.max, date.max, "", "") for t, where, s in plans]
    named = find_consultation(words, found)
    assert (named.title if named else "") == title


def test_the_longest_name_of_a_body_counts() -> None:
    bodies = [
        Body("council", "City Council", ("council",)),
        Body("school", "School Board", ("schools", "junta escolar")),
        Body("parks", "Park Board", ("parks",)),
    ]
    for words, found in [
        ("when does the council meet", "council"),
        ("próxima junta escolar", "school"),
        ("schol board", "school"),
        ("any meeting", None),
    ]:
        body = find_body(words, bodies)
        assert (body.id if body else None) == found, words


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("is there one tonight", ("2026-11-25", "2026-11-25")),
        ("meetings this week", ("2026-11-25", "2026-11-29")),
        ("la próxima semana", ("2026-11-30", "2026-12-06")),
        ("on mondays", ("2026-11-30", "2026-11-30")),
        ("el miércoles", ("2026-11-25", "2026-11-25")),
        ("next month", ("2026-12-01", "2026-12-31")),
        ("when is the next one", None),
    ],
)
def test_days_are_read_as_people_say_them(words: str, days: tuple[str, str] | None) -> None:
    found = find_days(words, date(2026, 11, 25), "en")
    assert (found and tuple(day.isoformat() for day in found)) == days
