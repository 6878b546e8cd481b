"""Appointments as a conversation: found, held, booked, shown, moved and cancelled, and never lost or doubled."""

import json
import urllib.request
from typing import Any

import pytest

from bench.appointments import in_a_conversation, race, rig
from tests.actions.caller import Caller

FORM, MINE = "appointments_form", "my_appointment_form"


def start(caller: Caller, words: str = "i need help with my passport") -> list[str]:
    return caller.open(FORM, words, "book_appointment")


def times(caller: Caller) -> list[str]:
    return [title for title, choice in caller.choices.items() if choice.startswith("when:")]


def at_the_review(caller: Caller, words: str = "i need help with my passport", number: int = 0) -> str:
    """Everything but the confirmation; the time that was chosen."""
    start(caller, words)
    title = times(caller)[number]
    caller.press(title)
    caller.say("my name is Rosa Diaz")
    caller.say("skip", "skip")
    assert caller.said == ["utter_appointments_review"]
    return title


def test_a_plain_no_leaves_out_what_may_be_left_out(caller: Caller) -> None:
    start(caller)
    caller.press(times(caller)[0])
    assert caller.say("my name is Rosa Diaz") == ["utter_appointments_ask_contact"]
    assert caller.say("no", "deny") == ["utter_appointments_review"]


def book(caller: Caller, words: str = "i need help with my passport") -> dict[str, Any]:
    at_the_review(caller, words)
    caller.say("yes", "affirm")
    assert caller.said[0] == "utter_appointments_booked", caller.said
    mine: dict[str, Any] = caller.slots["my_appointments"][-1]
    return mine


def ask_agency(environment: dict[str, str], step: str, number: str, key: str) -> str:
    """Talk to the agency behind the conversation's back; the status after it."""
    url = f"http://127.0.0.1:{environment['AGENCY_PORT']}/appointments/v1/{step}-appointment/"
    body = json.dumps({"processId": int(number), "authKey": key}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=5) as response:
        return str(json.load(response)["status"])


@pytest.mark.parametrize(
    ("language", "words", "asked"),
    [
        ("en", "I need an appointment for a building permit", "utter_appointments_ask_when"),
        ("es", "necesito cita para un permiso de construcción", "utter_appointments_ask_when"),
        ("en", "pasport apointment pls", "utter_appointments_ask_when"),
        ("en", "an appointment about a permit", "utter_appointments_ask_which"),
        ("en", "i'd like an appointment", "utter_appointments_ask_service"),
        ("en", "notary appointment", "utter_appointments_ask_office"),
        ("es", "ocupo un notario en el ayuntamiento", "utter_appointments_ask_when"),
    ],
)
def test_the_first_words_may_tell_what_it_is_for(caller: Caller, language: str, words: str, asked: str) -> None:
    caller.language = language
    assert start(caller, words)[-1] == asked


def test_a_whole_booking_says_how_long_the_time_is_held_and_ends_with_number_and_code(caller: Caller) -> None:
    start(caller, "passport please, in two weeks, in the afternoon")
    assert len(times(caller)) in range(1, 5) and all("PM" in title for title in times(caller))
    caller.press(times(caller)[0])
    assert caller.said == ["utter_appointments_held", "utter_appointments_ask_name"]
    assert '"minutes": "10"' in caller.words
    assert caller.say("Rosa Diaz, and my phone is 555-010-0123") == ["utter_appointments_review"]
    assert "555-010-0123" in caller.words and "Rosa Diaz" in caller.words
    said = caller.say("book it", "affirm")
    assert said == ["utter_appointments_booked", "utter_appointments_bring"]
    mine = caller.slots["my_appointments"][-1]
    assert mine["id"] in caller.words and f"{mine['key'][:3]} {mine['key'][3:]}" in caller.words
    assert caller.slots["appointments"] is None


def test_what_is_said_to_the_times_leads_to_other_times(caller: Caller) -> None:
    start(caller)
    first = times(caller)
    assert caller.say("later") == ["utter_appointments_ask_when"] and times(caller) != first
    assert caller.say("mornings only") == ["utter_appointments_ask_when"]
    assert all("AM" in title for title in times(caller))
    assert caller.say("another day") == ["utter_appointments_ask_day"]
    assert caller.say("the second one") == ["utter_appointments_ask_when"]
    assert len({title.split(",")[1] for title in times(caller)}) == 1
    assert caller.say("banana bread") == ["utter_appointments_unclear_when", "utter_appointments_ask_when"]
    assert caller.say("2")[0] == "utter_appointments_held"
    assert caller.say("can we do another day")[0] == "utter_appointments_ask_day"


def test_a_name_is_corrected_in_one_sentence_and_a_yes_is_no_name(caller: Caller) -> None:
    at_the_review(caller)
    said = caller.say("sorry, it's Rosa Diaz Lopez")
    assert said[-1] == "utter_appointments_review" and "Name: Rosa Diaz Lopez" in caller.words
    assert caller.say("yes", "affirm")[0] == "utter_appointments_booked"


def test_two_people_never_get_one_slot_and_the_later_one_is_offered_others(caller: Caller) -> None:
    other = Caller(caller.url)
    start(caller, "property tax")
    start(other, "property tax")  # one desk
    wanted = times(caller)[0]
    assert caller.press(wanted)[0] == "utter_appointments_held"
    said = other.press(wanted)
    assert said == ["utter_appointments_taken", "utter_appointments_ask_when"]
    assert wanted not in times(other)
    assert other.press(times(other)[0])[0] == "utter_appointments_held"


def test_leaving_gives_the_time_back_at_once(caller: Caller) -> None:
    other = Caller(caller.url)
    wanted = at_the_review(caller, "property tax")
    assert caller.press("Leave without booking") == ["utter_appointments_left"]
    start(other, "property tax")
    assert wanted in times(other)


def test_another_time_instead_keeps_the_name_and_gives_the_first_time_back(caller: Caller) -> None:
    other = Caller(caller.url)
    wanted = at_the_review(caller, "property tax")
    caller.say("another day")
    caller.say("2")
    caller.press(times(caller)[0])
    assert caller.said == ["utter_appointments_held", "utter_appointments_review"]
    assert "Rosa Diaz" in caller.words
    start(other, "property tax")
    assert wanted in times(other)


def test_a_hold_that_is_over_is_renewed_if_nobody_took_the_time(caller: Caller, environment: dict[str, str]) -> None:
    at_the_review(caller, "property tax")
    held = caller.slots["appointments"]["held"]
    assert ask_agency(environment, "cancel", held["id"], held["key"]) == "deleted"  # as if its minutes were over
    assert caller.say("yes", "affirm")[0] == "utter_appointments_booked"


def test_a_hold_that_is_over_and_taken_says_so_and_keeps_the_answers(
    caller: Caller, environment: dict[str, str]
) -> None:
    other = Caller(caller.url)
    wanted = at_the_review(caller, "property tax")
    held = caller.slots["appointments"]["held"]
    ask_agency(environment, "cancel", held["id"], held["key"])
    start(other, "property tax")
    other.press(wanted)
    said = caller.say("yes", "affirm")
    assert said == ["utter_appointments_hold_over", "utter_appointments_ask_when"]
    caller.press(times(caller)[0])
    assert caller.said[-1] == "utter_appointments_review" and "Rosa Diaz" in caller.words


def test_a_repeated_turn_books_once(caller: Caller) -> None:
    at_the_review(caller)
    before = json.loads(json.dumps(caller.slots))
    caller.say("yes", "affirm")
    number = caller.slots["my_appointments"][-1]["id"]
    caller.slots = before  # the turn's end was not stored, so it runs again
    caller.run(f"validate_{FORM}", "yes", "affirm", same_turn=True)
    assert caller.said[0] == "utter_appointments_booked"
    assert caller.slots["my_appointments"][-1]["id"] == number


def test_who_leaves_a_move_keeps_the_appointment_and_who_cancels_it_has_nothing_left_to_move(caller: Caller) -> None:
    book(caller)
    for leaves in (True, False):
        caller.open(MINE, "move my appointment", "move_appointment")
        assert caller.open(FORM, "move my appointment", "move_appointment") == ["utter_appointments_ask_when"]
        if leaves:
            assert caller.say("cancel", "cancel") == ["utter_my_appointment_stays"]
    caller.open(MINE, "cancel my appointment", "cancel_appointment")
    assert caller.say("yes", "affirm") == ["utter_my_appointment_cancelled"]
    assert caller.slots["appointments"] is None
    assert FORM not in [each.get("name") for each in caller.events if each["event"] == "followup"]


def test_an_appointment_of_this_conversation_is_shown_moved_and_cancelled_without_its_code(caller: Caller) -> None:
    mine = book(caller)
    assert caller.open(MINE, "when is my appointment", "show_appointment") == ["utter_my_appointment_shown"]
    caller.open(MINE, "move my appointment", "move_appointment")
    assert {"event": "followup", "name": FORM} in [{k: e.get(k) for k in ("event", "name")} for e in caller.events]
    assert caller.open(FORM, "move my appointment", "move_appointment") == ["utter_appointments_ask_when"]
    caller.press(times(caller)[-1])
    assert caller.said == ["utter_appointments_held", "utter_appointments_review_move"]
    assert list(caller.choices) == ["Move it", "Change something", "No, keep it"]
    assert caller.say("1")[0] == "utter_appointments_moved"
    moved = caller.slots["my_appointments"]
    assert len(moved) == 1 and moved[0]["id"] != mine["id"], "the old one is given back"
    assert caller.open(MINE, "cancel my appointment", "cancel_appointment") == ["utter_my_appointment_ask_sure"]
    assert caller.say("no", "deny") == ["utter_my_appointment_stays"]
    caller.open(MINE, "cancel my appointment", "cancel_appointment")
    assert caller.say("yes", "affirm") == ["utter_my_appointment_cancelled"]
    assert caller.open(MINE, "when is my appointment", "show_appointment") == ["utter_my_appointment_ask_number"]


def test_elsewhere_it_takes_number_and_code_however_they_are_written(caller: Caller) -> None:
    mine, other = book(caller), Caller(caller.url, "es")
    assert other.open(MINE, "cancelar mi cita", "cancel_appointment") == ["utter_my_appointment_ask_number"]
    assert other.say(f"es la {mine['id']}") == ["utter_my_appointment_ask_code"]
    key = mine["key"].lower()
    assert other.say(f"{key[:3]}-{key[3:]}") == ["utter_my_appointment_ask_sure"]
    assert other.say("2") == ["utter_my_appointment_stays"]
    said = Caller(caller.url).open(MINE, f"show appointment {mine['id']} code {mine['key']}", "show_appointment")
    assert said == ["utter_my_appointment_shown"]


def test_guessing_codes_ends_after_five_tries_and_tells_nothing(caller: Caller) -> None:
    mine, guesser = book(caller), Caller(caller.url)
    guesser.open(MINE, "show my appointment", "show_appointment")
    answers = [guesser.say(f"{mine['id']} B2C3D{digit}")[0] for digit in range(2, 7)]
    unknown = Caller(caller.url)
    unknown.open(MINE, "show my appointment", "show_appointment")
    assert set(answers) == {"utter_my_appointment_not_found"} == {unknown.say("999999 B2C3D4")[0]}
    assert guesser.say(f"{mine['id']} {mine['key']}") == ["utter_my_appointment_too_many"]


@pytest.mark.parametrize(("people", "killed"), [(100, False), (40, True)], ids=["in peace", "agency killed meanwhile"])
def test_many_people_who_race_for_ten_times_in_conversations_book_ten(people: int, killed: bool) -> None:
    with rig() as made:
        ends = race(people, lambda number: in_a_conversation(made, number), made.kill_agency if killed else None)
        assert (ends.count("booked"), ends.count("told")) == (10, people - 10), ends
        names = made.booked()
        assert len(names) == len(set(names)) == 10 and made.double_booked() == 0
