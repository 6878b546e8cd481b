"""What a report promises: sent once, kept when the agency is away, followed only with the right code."""

import json
import re
import time
import urllib.request
from collections.abc import Callable
from urllib.error import URLError

import pytest

from tests.journeys.conversation import Resident, names, words
from tests.stack import Stack

pytestmark = pytest.mark.rasa


def ready_to_send(stack: Stack, street: str) -> Resident:
    resident = Resident(stack)
    resident.write(f"graffiti on the wall at {street}, red letters on a church")
    replies = resident.press("Yes, that is it")
    for _ in range(4):
        if "utter_report_review" in names(replies):
            return resident
        titles = [title for title in resident.buttons if title != "Skip"]
        replies = resident.press(titles[0] if titles else "Skip")
    raise AssertionError(words(replies))


def reference_and_code(said: str) -> tuple[str, str]:
    found = re.search(r"reference ([\w-]+)\..*code(?: too)?: (\d{3} \d{3})", said)
    assert found, said
    return found.group(1), found.group(2)


def wait_until(happened: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "It did not happen in time."
        time.sleep(0.02)


def agency_is_up(stack: Stack) -> bool:
    try:
        with urllib.request.urlopen(stack.agency_url.replace("/open311/v2", "/healthz"), timeout=2):
            return True
    except (URLError, OSError):
        return False


def requests_at(stack: Stack, street: str) -> int:
    with urllib.request.urlopen(f"{stack.agency_url}/requests.json?status=open", timeout=5) as response:
        return sum(request["address"] == street for request in json.load(response))


def test_a_repeated_message_sends_no_second_report(stack: Stack) -> None:
    resident = ready_to_send(stack, "301 Birch Street")
    first = resident.press("Send it")
    assert reference_and_code(words(first)) == reference_and_code(words(resident.again()))
    assert requests_at(stack, "301 Birch Street") == 1


def test_a_report_is_kept_while_the_agency_is_down_and_sent_once_when_it_is_back(stack: Stack) -> None:
    resident = ready_to_send(stack, "302 Birch Street")
    stack.kill("agency")
    wait_until(lambda: not agency_is_up(stack))
    replies = resident.press("Send it")
    assert names(replies) == ["utter_report_kept"], words(replies)
    assert "NOT sent" in words(replies)
    assert resident.effects[0]["follow_up"]["action"] == "action_send_kept_reports"
    wait_until(lambda: agency_is_up(stack))  # the supervisor starts it again
    replies = resident.due("action_send_kept_reports")
    assert names(replies)[0] == "utter_report_sent_later", words(replies)
    assert reference_and_code(words(replies))
    assert resident.due("action_send_kept_reports") == []
    assert requests_at(stack, "302 Birch Street") == 1


def test_a_report_is_followed_from_another_conversation_with_its_code_only(stack: Stack) -> None:
    sender = ready_to_send(stack, "303 Birch Street")
    reference, code = reference_and_code(words(sender.press("Send it")))
    other = Resident(stack)
    assert names(other.write(f"track report {reference}")) == ["utter_follow_ask_code"]
    wrong = other.write("111 111" if code != "111 111" else "222 222")
    assert names(wrong) == ["utter_follow_not_found"]
    assert names(other.write(f"#{reference}")) == ["utter_follow_ask_code"]
    assert names(other.write(f"the code is {code}"))[0] == "utter_follow_open"
    assert names(other.write("any news about my report"))[0] == "utter_follow_open"


def test_guessing_codes_ends_after_five_tries(stack: Stack) -> None:
    guesser = Resident(stack)
    guesser.write("track a report")
    answers = [names(guesser.write(f"26999999 code {number:06d}"))[0] for number in range(6)]
    assert answers == ["utter_follow_not_found"] * 5 + ["utter_follow_too_many"]


def test_a_report_left_for_another_question_goes_on_where_it_was(stack: Stack) -> None:
    resident = ready_to_send(stack, "304 Birch Street")
    assert names(resident.write("where is my other report, reference 26999998")) == ["utter_follow_ask_code"]
    replies = resident.write("forget it")
    assert names(replies) == ["utter_follow_cancelled", "utter_forms_resumed", "utter_report_review"]
    assert "304 Birch Street" in words(replies)
