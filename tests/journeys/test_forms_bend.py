"""People answer forms as they talk: with questions in between, corrections, several facts at once, and pauses."""

import pytest

from tests.journeys.conversation import Resident, names, words
from tests.stack import Stack

pytestmark = pytest.mark.rasa


def at_the_place(stack: Stack, language: str = "en") -> Resident:
    """Somebody whose report of a pothole waits for the place."""
    resident = Resident(stack, language)
    resident.write("i want to report a pothole" if language == "en" else "quiero reportar un bache")
    resident.write("1")
    assert names(resident.write("1")) == ["utter_report_ask_place"]
    return resident


@pytest.mark.parametrize(
    ("language", "question", "answer"),
    [
        ("en", "where can i pay my parking ticket?", "utter_faq/parking_tickets_pay"),
        ("en", "when is city hall open?", ("utter_hours_open", "utter_hours_closed")),
        ("en", "can i talk to a real person?", ("utter_person_open", "utter_person_closed")),
        ("es", "¿dónde pago mi multa de estacionamiento?", "utter_faq/parking_tickets_pay"),
        ("es", "¿a qué hora abre el ayuntamiento?", ("utter_hours_open", "utter_hours_closed")),
    ],
)
def test_a_question_in_the_middle_is_answered_and_the_form_goes_on(
    stack: Stack, language: str, question: str, answer: str | tuple[str, ...]
) -> None:
    said = names(at_the_place(stack, language).write(question))
    assert said[0] in ((answer,) if isinstance(answer, str) else answer)
    assert said[-1] == "utter_report_ask_place"


@pytest.mark.parametrize(
    ("language", "question", "street"),
    [("en", "what is my trash day?", "12 oak street"), ("es", "¿cuándo pasa la basura?", "12 oak street")],
)
def test_an_aside_may_ask_something_itself(stack: Stack, language: str, question: str, street: str) -> None:
    resident = at_the_place(stack, language)
    assert names(resident.write(question)) == ["utter_collection_ask_street"]
    said = names(resident.write(street))
    assert said[0].startswith("utter_collection_")
    assert said[-1] == "utter_report_ask_place"


def test_an_aside_may_be_a_form_itself(stack: Stack) -> None:
    resident = at_the_place(stack)
    assert names(resident.write("where is my other report, reference 26-999999")) == ["utter_follow_ask_code"]
    assert names(resident.write("forget it")) == [
        "utter_follow_cancelled",
        "utter_forms_resumed",
        "utter_report_ask_place",
    ]


@pytest.mark.parametrize(
    ("language", "message", "answer"),
    [
        ("en", "12 Oak Street. where can i pay my parking ticket?", "utter_faq/parking_tickets_pay"),
        ("es", "12 Oak Street. ¿dónde pago mi multa de estacionamiento?", "utter_faq/parking_tickets_pay"),
    ],
)
def test_an_answer_and_a_question_in_one_message(stack: Stack, language: str, message: str, answer: str) -> None:
    resident = at_the_place(stack, language)
    assert names(resident.write(message)) == [answer, "utter_report_ask_description"]
    assert "12 Oak Street" in words(resident.write("skip" if language == "en" else "omitir"))


@pytest.mark.parametrize(
    ("language", "correction", "now"),
    [
        ("en", "no, it's 12 Elm, not 21", "12 Elm Street"),
        ("en", "wait, the address is 40 Oak", "40 Oak Street"),
        ("en", "not 21, 12", "12 Elm Street"),
        ("en", "actually it's a streetlight", "Streetlight out"),
        ("es", "me equivoqué, es en la calle Pine 14", "calle Pine 14"),
        ("es", "no, es el 12, no el 21", "12 Elm Street"),
        ("es", "perdón, es una farola apagada", "Farola apagada"),
    ],
)
def test_a_correction_says_what_it_changed_and_the_open_question_stays(
    stack: Stack, language: str, correction: str, now: str
) -> None:
    resident = Resident(stack, language)
    resident.write(
        "i want to report a pothole at 21 Elm Street"
        if language == "en"
        else "quiero reportar un bache en 21 Elm Street"
    )
    resident.write("1")
    assert names(resident.write("1")) == ["utter_report_ask_description"]
    replies = resident.write(correction)
    assert names(replies)[0] == "utter_forms_changed" and now in replies[0]["text"]
    assert names(replies)[1] in ("utter_report_ask_description", "utter_report_ask_attribute")


def test_the_latest_answer_is_corrected_by_a_plain_word(stack: Stack) -> None:
    resident = Resident(stack)
    resident.write("there is an abandoned car at 33 Birch Street")
    resident.write("1")
    assert names(resident.write("a red toyota")) == ["utter_report_ask_description"]
    replies = resident.write("sorry I meant the blue car")
    assert names(replies) == ["utter_forms_changed", "utter_report_ask_description"]
    assert "blue car" in replies[0]["text"]


def test_several_facts_in_one_message_fill_several_fields(stack: Stack) -> None:
    resident = Resident(stack)
    resident.write(
        "i want to report a water leak at 12 Elm Street, it floods the street, been there 2 weeks, the basement is wet"
    )
    said = words(resident.write("1"))
    assert "12 Elm Street" in said and "It floods the street" in said and "When did you first see it?" in said
    assert names(resident.write("1"))[0].startswith("utter_report_sent")


@pytest.mark.parametrize(
    ("language", "words_"), [("en", "i dont know"), ("en", "idk"), ("es", "no se"), ("es", "ni idea")]
)
def test_not_knowing_is_fine_for_details_and_explained_for_the_place(
    stack: Stack, language: str, words_: str
) -> None:
    resident = at_the_place(stack, language)
    assert names(resident.write(words_)) == ["utter_report_needed_place", "utter_report_ask_place"]
    resident.write("5th and Main")
    assert names(resident.write(words_)) == ["utter_report_review"]


def test_a_vague_place_is_asked_once_and_a_landmark_is_enough(stack: Stack) -> None:
    resident = at_the_place(stack)
    assert names(resident.write("somewhere downtown")) == ["utter_report_place_vague"]
    assert names(resident.write("next to the big fountain in Lincoln Park")) == ["utter_report_ask_description"]
    other = at_the_place(stack)
    other.write("somewhere downtown")
    assert names(other.write("i don't know")) == ["utter_report_ask_description"]
    assert "somewhere downtown" in words(other.write("skip"))


@pytest.mark.parametrize(("language", "hello"), [("en", "hello"), ("es", "hola buenas")])
def test_who_comes_back_is_offered_what_was_half_done(stack: Stack, language: str, hello: str) -> None:
    resident = at_the_place(stack, language)
    assert names(resident.write("not now" if language == "en" else "ahora no")) == ["utter_forms_kept"]
    assert "utter_forms_offer" not in names(resident.write(hello))
    resident.wait(days=1)
    replies = resident.write(hello)
    assert names(replies)[-1] == "utter_forms_offer" and ("Pothole" if language == "en" else "Bache") in words(replies)
    assert names(resident.write("1")) == ["utter_report_ask_place"]
    resident.wait(days=8)
    assert "utter_forms_expired" in names(resident.write(hello))


def test_a_new_session_and_a_new_model_server_drop_nothing(stack: Stack) -> None:
    resident = at_the_place(stack)
    resident.write("not now")
    for _ in range(8):  # long enough for a new session (nlu/turn.py, LONG)
        resident.write("where can i pay my parking ticket?")
    assert names(resident.write("go on with my report")) == ["utter_forms_resumed", "utter_report_ask_place"]


def test_did_you_mean_does_not_ask_twice_for_the_same_words(stack: Stack) -> None:
    resident = Resident(stack)
    replies = resident.write("old car sitting on Pine Street for weeks and weeks")
    if "utter_did_you_mean" in names(replies):
        replies = resident.press("Report a problem")
    assert names(replies) == ["utter_report_confirm_problem"] and "Abandoned vehicle" in words(replies)
