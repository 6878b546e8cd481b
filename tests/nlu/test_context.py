"""Short questions after another one."""

from __future__ import annotations

import pytest

from nlu.context import Context, last_topic

EXAMPLES = [
    *[(f"{ask} the parking ticket", name, "parking_tickets", "en")
      for name, asks in (("pay", ("how do i pay", "when must i pay")), ("find", ("where is", "i lost")),
                         ("contest", ("can i contest with a meter photo", "contest by photo, the meter photo of")))
      for ask in asks],
    *[(f"{ask} library", "hours", "libraries", "en")
      for ask in ("when does it open the", "where is the", "how do i join the", "is there wifi in the")],
    *[(f"{ask} multa", name, "parking_tickets", "es")
      for name, asks in (("pay", ("cómo pago la", "cuándo pago una")), ("mine", ("perdí mi", "no es mía esta")))
      for ask in asks],
    *[(f"{ask} la perra", "get", "dogs", "es") for ask in ("registro", "vacuno", "cómo registro", "dónde vacuno")],
    ("pay the dog license", "pay", "dogs", "en"), ("how do i register my dog", "get", "dogs", "en"),
    ("when is it", "due", "dogs", "en"),
]  # fmt: skip
CONTEXT = Context(EXAMPLES)


@pytest.mark.parametrize(("text", "language", "completed"), [
    ("and how much is it?", "en", "and how much is it? parking ticket"),  # not "photo", which one question has
    ("how much", "en", "how much parking ticket"),
    ("can I do that online", "en", "can I do that online parking ticket"),
    ("and the ticket?", "en", "and the ticket? parking ticket"),  # its own topic's word
    ("¿y cuánto cuesta?", "es", "¿y cuánto cuesta? multa"),
])  # fmt: skip
def test_a_question_that_leans_on_the_last_one_gets_its_topic(text: str, language: str, completed: str) -> None:
    assert CONTEXT.completed(text, "parking_tickets", language) == completed


@pytest.mark.parametrize("text", [
    "and where is the library?",  # names another topic
    "how much does a new water meter for my house cost these days",  # long enough to speak for itself
    "",
])  # fmt: skip
def test_a_question_that_speaks_for_itself_stays_as_it_is(text: str) -> None:
    assert CONTEXT.completed(text, "parking_tickets", "en") is None


def test_a_language_without_examples_of_the_topic_is_left_alone() -> None:
    assert CONTEXT.completed("¿y los domingos?", "libraries", "es") is None


def test_a_thank_you_between_two_questions_does_not_end_the_topic() -> None:
    topics = {"faq/water_bill_pay": "water_bill", "thanks": "conversation"}
    assert last_topic(["thanks", "faq/water_bill_pay"], topics) == "water_bill"
    assert last_topic(["nlu_fallback"], topics) is None
