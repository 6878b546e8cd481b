"""The smaller actions, and the server they run in."""

import json
import urllib.error
import urllib.request

import pytest

from tests.actions.caller import Caller
from tests.actions.conftest import Server


def test_the_server_lists_the_actions_of_the_domain(environment: dict[str, str], action_server: Server) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{environment['ACTIONS_PORT']}/actions", timeout=5) as response:
        names = {item["name"] for item in json.load(response)}
    assert {"validate_report_form", "validate_follow_form", "action_send_kept_reports", "action_fallback"} <= names


def test_an_unknown_action_is_a_404(caller: Caller) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404"):
        caller.run("action_nobody_wrote")


def test_a_language_is_switched_for_the_rest_of_the_conversation(caller: Caller) -> None:
    assert caller.run("action_switch_language", "hablo español", "switch_to_spanish") == ["utter_language_switched"]
    assert caller.effects == [{"language": "es"}] and caller.slots["language"] == "es"


def test_the_opening_hours_of_a_named_office_are_told(caller: Caller) -> None:
    assert caller.run("action_opening_hours", "city hall")[0] in ("utter_hours_open", "utter_hours_closed")
    assert caller.run("action_opening_hours", "library") == ["utter_hours_which_office"]
    assert caller.words.count("opening_hours{") == 2
    assert caller.run("action_opening_hours", "the central one")[0] in ("utter_hours_open", "utter_hours_closed")
    assert "Central Library" in caller.words


def test_a_person_is_offered_with_the_hours_of_the_city_line(caller: Caller) -> None:
    assert caller.run("action_talk_to_person")[0] in ("utter_person_open", "utter_person_closed")


def test_a_batch_service_promises_a_number_and_tells_it_later(caller: Caller) -> None:
    caller.open("report_form", "rats behind 12 Elm Street, many every night")
    caller.press("Yes, that is it")
    caller.press("Rats or mice")
    assert caller.press("Send it") == ["utter_report_number_follows"]
    assert caller.effects[0]["follow_up"]["action"] == "action_send_kept_reports"
    assert caller.run("action_send_kept_reports") == ["utter_report_sent_later"]
    assert caller.slots["kept_reports"] == []


def test_a_blackbox_service_says_that_there_is_no_number(caller: Caller) -> None:
    caller.open("report_form", "loud party music at 12 Elm Street, every single night")
    said = caller.press("Yes, that is it")
    while "utter_report_review" not in said:
        said = caller.press(next(iter(caller.choices)))
    assert caller.press("Send it")[0] == "utter_report_no_number"
    assert caller.slots.get("my_requests") is None


def test_a_wrong_code_and_an_unknown_reference_get_the_same_words(caller: Caller) -> None:
    caller.open("follow_form", "follow 26000001", "follow_request")
    assert caller.say("000000") == ["utter_follow_not_found"]
    assert caller.say("99123456 000000") == ["utter_follow_not_found"]
    assert caller.say("26000001") == ["utter_follow_ask_code"]
    assert caller.say("no, it's 26000002", "change_item") == ["utter_forms_changed", "utter_follow_ask_code"]
    assert caller.say("go back", "go_back") == ["utter_follow_ask_reference"]
    assert caller.say("cancel", "cancel") == ["utter_follow_cancelled"]


def test_a_reference_in_use_is_limited_however_many_people_try(caller: Caller) -> None:
    answers = set()
    for number in range(21):
        guesser = Caller(caller.url)
        guesser.open("follow_form", f"26777777 code {number:06d}", "follow_request")
        answers.add((number < 20, *guesser.said))
    assert answers == {(True, "utter_follow_not_found"), (False, "utter_follow_too_many")}
