"""The report form, message by message, through the action server and a real agency."""

import json
import urllib.request
from typing import Any

from tests.actions.caller import Caller
from tests.actions.conftest import Server


def known(caller: Caller) -> dict[str, Any]:
    """What the form knows, by field."""
    values: dict[str, Any] = caller.slots["report"]["values"]
    return values


def to_review(caller: Caller, words: str = "a pothole at 21 Elm Street, it broke my bicycle wheel") -> None:
    caller.open("report_form", words)
    caller.press("Yes, that is it")
    said = caller.press("Like a car tire")
    assert said == ["utter_report_review"], caller.words


def test_the_first_message_fills_type_place_and_description(caller: Caller) -> None:
    to_review(caller)
    report = known(caller)
    assert (report["problem"], report["place"]) == ("POTHOLE", "21 Elm Street")
    assert report["description"] == "a pothole at 21 Elm Street, it broke my bicycle wheel"


def test_spanish_words_find_the_type_and_get_spanish_buttons(caller: Caller) -> None:
    caller.language = "es"
    assert caller.open("report_form", "hay un vache enorme") == ["utter_report_confirm_problem"]
    assert "Bache" in caller.words and set(caller.choices) == {"Sí, es eso", "Otra cosa"}


def test_something_else_leads_to_groups_and_their_types(caller: Caller) -> None:
    caller.open("report_form", "graffiti")
    assert caller.press("Something else") == ["utter_report_choose_group"]
    assert caller.press("Animals and pests") == ["utter_report_choose_problem"]
    assert "Rats or pests" in caller.choices


def test_groups_are_offered_in_the_language_that_is_spoken_now(caller: Caller) -> None:
    caller.open("report_form", "graffiti")
    caller.press("Something else")
    caller.language = "es"
    assert caller.say("asdf asdf asdf")[-1] == "utter_report_choose_group" and "Animales y plagas" in caller.choices
    assert caller.press("Animales y plagas") == ["utter_report_choose_problem"]
    assert "Ratas o plagas" in caller.choices


def test_a_correction_before_the_type_is_confirmed_is_one(caller: Caller) -> None:
    caller.open("report_form", "a pothole")
    assert caller.say("in front of 12 elm street")[-1] == "utter_report_confirm_problem"
    caller.say("no wait, 21 elm street", "deny")
    assert "21 Elm Street" in caller.words and caller.slots["report"]["values"]["place"] == "21 Elm Street"
    assert "description" not in caller.slots["report"]["values"]
    assert caller.say("skip", "skip") == ["utter_forms_needed", "utter_report_confirm_problem"]
    assert caller.say("no photo") == ["utter_forms_unclear_choice", "utter_report_confirm_problem"]


def test_a_question_that_nobody_can_answer_is_not_taken_for_an_answer(caller: Caller) -> None:
    caller.open("report_form", "a pothole")
    caller.press("Yes, that is it")
    assert caller.say("what happens with my data") == ["utter_forms_no_answer", "utter_report_ask_attribute"]
    assert caller.say("purple")[0] == "utter_forms_unclear_choice"


def test_going_back_asks_the_previous_question_again_and_again(caller: Caller) -> None:
    caller.open("report_form", "a pothole")
    caller.press("Yes, that is it")
    assert caller.press("Like a plate") == ["utter_report_ask_place"]
    assert caller.say("5th and Main") == ["utter_report_ask_description"]
    assert caller.say("back", "go_back") == ["utter_report_ask_place"]
    assert caller.say("back", "go_back") == ["utter_report_ask_attribute"]
    assert caller.say("back", "go_back") == ["utter_report_ask_problem"]
    assert caller.say("back", "go_back") == ["utter_forms_first_question", "utter_report_ask_problem"]


def test_a_side_question_rejects_the_form_and_the_form_asks_again_after_the_answer(caller: Caller) -> None:
    caller.open("report_form", "a pothole")
    caller.press("Yes, that is it")
    assert caller.say("what does a parking ticket cost?", "faq") == []
    assert caller.events[-1]["event"] == "action_execution_rejected"
    assert caller.run("validate_report_form", "what does a parking ticket cost?", "faq", same_turn=True) == [
        "utter_report_ask_attribute"
    ]


def test_a_statement_at_the_description_is_an_answer_even_if_it_sounds_like_another_topic(caller: Caller) -> None:
    caller.open("report_form", "a pothole")
    caller.press("Yes, that is it")
    caller.press("Like a plate")
    caller.say("5th and Main")
    assert caller.say("my car was towed because of it", "faq") == ["utter_report_review"]
    assert known(caller)["description"] == "my car was towed because of it"


def test_nonsense_is_refused_kindly_and_nothing_is_lost(caller: Caller) -> None:
    caller.open("report_form", "a pothole")
    caller.press("Yes, that is it")
    assert caller.say("banana") == ["utter_forms_unclear_choice", "utter_report_ask_attribute"]
    caller.press("Like a plate")
    for nonsense in ("???", "12345", "x"):
        assert caller.say(nonsense)[0] == "utter_report_unclear_place", nonsense
    assert caller.say("idk")[0] == "utter_report_needed_place"
    assert known(caller)["problem"] == "POTHOLE"


def test_corrections_in_free_words_change_one_thing_and_come_back_to_the_review(caller: Caller) -> None:
    to_review(caller)
    assert caller.say("no, it's 12 Elm, not 21", "change_item") == ["utter_forms_changed", "utter_report_review"]
    assert known(caller)["place"] == "12 Elm Street"
    assert caller.say("add that it is next to the school") == ["utter_forms_changed", "utter_report_review"]
    assert known(caller)["description"].endswith("it is next to the school")
    assert caller.say("bigger than a tire") == ["utter_forms_changed", "utter_report_review"]
    assert caller.say("change the address", "change_item") == ["utter_report_ask_place"]
    assert caller.say("5th and Oak") == ["utter_report_review"]
    assert known(caller)["attribute:SIZE"] == "large"


def test_what_is_told_besides_an_answer_is_kept(caller: Caller) -> None:
    caller.open("report_form", "a pothole")
    caller.press("Yes, that is it")
    said = caller.say("at 33 birch st, cars swerve around it")
    assert said == ["utter_forms_noted", "utter_forms_noted", "utter_report_ask_attribute"]
    assert caller.press("Like a plate") == ["utter_report_review"]
    assert known(caller)["place"] == "33 Birch St"
    assert known(caller)["description"] == "cars swerve around it"


def test_an_address_is_corrected_while_something_else_is_asked(caller: Caller) -> None:
    caller.open("report_form", "a pothole at 12 Elm Street")
    caller.press("Yes, that is it")
    assert caller.press("Like a plate") == ["utter_report_ask_description"]
    assert caller.say("no, it's 14 elm street", "change_item") == [
        "utter_forms_changed",
        "utter_report_ask_description",
    ]
    assert known(caller)["place"] == "14 Elm Street"


def test_a_yes_answers_a_safety_question_but_send_it_does_not(caller: Caller) -> None:
    caller.open("report_form", "someone dumped tires at 12 Elm Street")
    said = caller.press("Yes, that is it")
    while "Yes" not in caller.choices:
        said = caller.press(next(iter(caller.choices)))
    assert caller.say("send it", "affirm") == ["utter_forms_unclear_choice", said[-1]]
    caller.say("yeah", "affirm")
    assert known(caller)["attribute:HAZARD"] == "yes"


def test_every_item_can_be_changed_by_button(caller: Caller) -> None:
    to_review(caller)
    assert caller.press("Change something") == ["utter_forms_ask_change"]
    assert {"Problem", "Where", "Details", "Leave without sending"} < set(caller.choices)
    assert caller.press("Details") == ["utter_report_ask_description"]
    assert caller.say("deep and full of water") == ["utter_report_review"]


def test_leaving_says_that_nothing_was_sent(caller: Caller) -> None:
    to_review(caller)
    assert caller.say("forget it", "cancel") == ["utter_forms_cancelled"]
    assert caller.slots["report"] is None and caller.slots["requested_slot"] is None


def test_starting_over_forgets_the_answers(caller: Caller) -> None:
    to_review(caller)
    assert caller.say("start over", "start_over") == ["utter_forms_started_over", "utter_report_ask_problem"]
    assert known(caller) == {}


def test_a_number_chooses_from_the_list(caller: Caller) -> None:
    caller.open("report_form", "a pothole")
    caller.press("Yes, that is it")
    assert caller.say("the second one", "choose") == ["utter_report_ask_place"]
    assert known(caller)["attribute:SIZE"] == "medium"


def test_a_report_that_is_sent_can_be_followed_in_the_conversation_without_a_code(caller: Caller) -> None:
    to_review(caller)
    assert caller.press("Send it")[0] == "utter_report_sent"
    assert len(caller.slots["my_requests"]) == 1
    assert caller.open("follow_form", "where is my report", "follow_request")[0] == "utter_follow_open"


def test_photos_go_with_the_report(caller: Caller, agency: Server, environment: dict[str, str]) -> None:
    to_review(caller)
    caller.pictures = ("https://city.example/v1/pictures/one", "https://city.example/v1/pictures/two")
    assert caller.press("Send it")[0] == "utter_report_sent"
    assert caller.effects == [{"pictures": "sent"}]
    number = caller.slots["my_requests"][0]["id"]
    url = f"http://127.0.0.1:{environment['AGENCY_PORT']}/open311/v2/requests/{number}.json"
    with urllib.request.urlopen(url) as answer:
        (report,) = json.load(answer)
    assert report["media_url"] == caller.pictures[0]
    assert report["description"].endswith(caller.pictures[1])


def test_a_report_is_kept_and_sent_later_with_the_same_key(caller: Caller, agency: Server) -> None:
    to_review(caller)
    agency.stop()
    try:
        assert caller.press("Send it") == ["utter_report_kept"]
        key = caller.message_id
        assert caller.effects == [{"follow_up": {"action": "action_send_kept_reports", "after": 15}}]
        assert caller.run("action_send_kept_reports") == []
        assert caller.effects == [{"follow_up": {"action": "action_send_kept_reports", "after": 30}}]
        assert [item["key"] for item in caller.slots["kept_reports"]] == [key]
    finally:
        agency.start()
    assert caller.run("action_send_kept_reports")[0] == "utter_report_sent_later"
    assert caller.slots["kept_reports"] == [] and caller.effects == []
    assert len(caller.slots["my_requests"]) == 1


def test_going_back_after_another_problem_leads_to_the_first_question_once(caller: Caller) -> None:
    caller.open("report_form", "a pothole")
    caller.press("Yes, that is it")
    assert caller.say("no, it is graffiti", "report_problem") == ["utter_forms_changed", "utter_report_ask_attribute"]
    assert caller.say("back", "go_back") == ["utter_report_ask_problem"]
    assert caller.say("back", "go_back") == ["utter_forms_first_question", "utter_report_ask_problem"]


def test_who_does_not_know_an_answer_that_is_needed_is_told_why(caller: Caller) -> None:
    caller.open("report_form", "a pothole")
    caller.press("Yes, that is it")
    assert caller.say("idk", "skip") == ["utter_forms_needed", "utter_report_ask_attribute"]


def test_a_refusal_in_the_agency_s_language_is_told_in_ours_to_others(caller: Caller) -> None:
    to_review(caller)
    del known(caller)["attribute:SIZE"]
    assert caller.press("Send it")[0] == "utter_report_refused"
    assert "SIZE" in caller.words
    caller.language = "es"
    assert caller.press("Send it")[0] == "utter_report_refused_unexplained"
    assert "missing" not in caller.words


def test_a_long_story_at_the_review_is_added_to_the_details(caller: Caller) -> None:
    to_review(caller)
    story = "cars keep swerving around it and yesterday a kid on a bike fell, this has been going on since August"
    assert caller.say(story, "report_problem") == ["utter_forms_noted", "utter_report_review"]
    assert known(caller)["description"].endswith(story)
    assert known(caller)["problem"] == "POTHOLE"


def test_how_bad_it_is_counts_as_a_detail(caller: Caller) -> None:
    to_review(caller, "there is a pothole at 21 Elm Street and it is really deep")
