"""Looking for services in the chat: the real action server with the embedded directory."""

import json

import pytest

from tests.actions.caller import Caller


@pytest.mark.parametrize(
    ("text", "language", "named"),
    [
        ("where can i get a food box near Alder Street on Saturday?", "en", "Alder Street Food Box"),
        ("dónde hay una despensa cerca de la calle Alder el sábado", "es", "Caja de Comida Alder Street"),
        ("cheap dentist", "en", "Oak Street Dental Clinic"),
        ("busco abogado de inmigración que hable polaco", "es", "Ayuda Legal de Inmigración"),
        ("where can i sleep tonight", "en", "Harbor House Night Shelter"),
        ("english classes in the evening", "en", "Evening English Classes"),
        ("wheelchair accessible pool", "en", "Lake Drive Pool"),
    ],
)
def test_the_best_place_is_named_first(caller: Caller, text: str, language: str, named: str) -> None:
    caller.language = language
    said = caller.run("action_find_service", text, "find_service")
    assert said[0] in ("utter_services_found", "utter_services_found_more")
    assert named in caller.words, caller.words


def test_the_answer_tells_distance_hours_phone_and_what_to_bring(caller: Caller) -> None:
    caller.run("action_find_service", "where can i get a food box near Alder Street on Saturday?", "find_service")
    for part in (
        "512 Alder Street",
        "Saturday, 9 AM to 12 PM",
        "Phone 555-0101",
        "Bring bags or a cart",
        "Free",
    ):
        assert part in caller.words, caller.words


def test_questions_about_what_was_found_are_answered(caller: Caller) -> None:
    caller.run("action_find_service", "food box near Alder Street on Saturday", "find_service")
    for intent, text, answer, part in (
        ("service_languages", "and who speaks Spanish there?", "utter_services_languages", "Spanish"),
        ("service_documents", "what do i need to bring", "utter_services_documents", "bags or a cart"),
        ("service_hours", "when are they open", "utter_services_hours", "Sat 9 AM-12 PM"),
        ("service_hours", "is it open on sunday", "utter_services_day", "Closed on Sunday"),
        ("opening_hours", "is it open on saturday", "utter_services_day", "9 AM to 12 PM"),
        ("service_phone", "phone number?", "utter_services_phone", "555-0101"),
        ("service_place", "how do i get there", "utter_services_place", "Bus 3"),
        ("service_cost", "is it free?", "utter_services_cost", "Free"),
    ):
        assert caller.run("action_find_service", text, intent) == [answer], text
        assert part in caller.words, (text, caller.words)


def test_the_second_one_is_the_second_that_was_told(caller: Caller) -> None:
    caller.run("action_find_service", "food box near Alder Street", "find_service")
    second = json.loads(caller.words)[0]["buttons"][0]["title"]
    assert caller.run("action_find_service", "tell me about the second one", "service_choose") == [
        "utter_services_found"
    ]
    assert second in caller.words
    assert caller.run("action_find_service", "", "service_choose", choice="service:1") == ["utter_services_found"]
    assert "Alder Street Food Box" in caller.words


def test_another_day_or_place_searches_again(caller: Caller) -> None:
    caller.run("action_find_service", "food box near Alder Street on Saturday", "find_service")
    caller.run("action_find_service", "any that are open on friday?", "service_other")
    assert "Grace Hall Pantry" in caller.words and "Friday" in caller.words
    caller.run("action_find_service", "what about near Elm Street", "service_other")
    assert "Grace Hall Pantry" in caller.words and "230 Elm Street" in caller.words


def test_more_places_come_until_there_are_none(caller: Caller) -> None:
    caller.run("action_find_service", "where is food", "find_service")
    for _ in range(10):
        if caller.run("action_find_service", "anything else", "service_other") == ["utter_services_no_more"]:
            return
    raise AssertionError("there is no end of places")


def test_when_nothing_fits_the_closest_is_told_honestly(caller: Caller) -> None:
    said = caller.run("action_find_service", "dentist on sunday", "find_service")
    assert said == ["utter_services_closest", "utter_services_found"]
    assert "Closed on Sunday. Opens" in caller.words
    said = caller.run("action_find_service", "food pantry that speaks chinese", "find_service")
    assert said[0] == "utter_services_closest"


def test_what_nobody_offers_is_said_so(caller: Caller) -> None:
    assert caller.run("action_find_service", "where can i rent a unicorn costume zzz", "find_service")[0] in (
        "utter_services_none",
        "utter_services_found",
    )
    assert caller.run("action_find_service", "where can i buy plutonium", "find_service") == ["utter_services_none"]


def test_a_place_that_nobody_knows_is_told(caller: Caller) -> None:
    said = caller.run("action_find_service", "dentist near Sprinfield Avenue", "find_service")
    assert said[0] == "utter_services_place_unknown" and "Oak Street Dental" in caller.words


def test_a_question_without_a_need_is_asked_back(caller: Caller) -> None:
    assert caller.run("action_find_service", "can you help me find something", "find_service") == [
        "utter_services_ask_need"
    ]
    assert caller.run("action_find_service", "a dentist", "nlu_fallback")[0].startswith("utter_services_found")


def test_a_question_about_nothing_found_is_asked_back(caller: Caller) -> None:
    assert caller.run("action_find_service", "do they speak spanish there", "service_languages") == [
        "utter_services_ask_need"
    ]
