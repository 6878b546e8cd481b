"""A half-done form is kept for 7 days and offered again; nothing is dropped without a word."""

import pytest

from actions.forms.resuming import OfferForm, ResumeForm
from tests.actions.visitor import Visitor


@pytest.fixture
async def visitor() -> Visitor:
    """Somebody who has chosen a garden and is asked how many come."""
    visitor = Visitor()
    assert await visitor.open(choice="garden:lake") == ["utter_garden_ask_people"]
    return visitor


@pytest.mark.parametrize("words", ["not now", "later", "i'll do it later", "ahora no", "luego", "tengo que irme"])
async def test_later_closes_the_form_and_keeps_it(visitor: Visitor, words: str) -> None:
    assert await visitor.say(words) == ["utter_forms_kept"]
    assert visitor.is_closed and visitor.values == {"garden": "lake"}


async def test_who_asks_for_the_form_again_is_offered_what_was_kept(visitor: Visitor) -> None:
    await visitor.say("not now")
    visitor.wait(days=6)
    assert await visitor.open("i want to visit a garden") == ["utter_forms_offer"]
    assert visitor.replies[0]["title"] == "Lake garden"
    assert await visitor.press("go_on") == ["utter_garden_ask_people"]
    assert await visitor.say("3") == ["utter_garden_ask_name"]


@pytest.mark.parametrize("words", ["go on", "Continue", "1", "the first one"])
async def test_the_offer_is_answered_in_words_and_numbers(visitor: Visitor, words: str) -> None:
    visitor.wait(hours=3)
    assert await visitor.say("hello") == ["utter_forms_offer"]
    intent = "resume_form" if words == "Continue" else "nlu_fallback"
    assert await visitor.say(words, intent) == ["utter_garden_ask_people"]


async def test_a_fresh_start_reads_what_was_said_when_it_was_offered(visitor: Visitor) -> None:
    visitor.wait(hours=3)
    assert await visitor.say("we want to see the north garden", "visit_garden") == ["utter_forms_offer"]
    assert await visitor.press("start_over") == ["utter_forms_started_over", "utter_garden_ask_people"]
    assert visitor.values == {"garden": "north"}


async def test_dropping_it_says_so(visitor: Visitor) -> None:
    visitor.wait(hours=3)
    await visitor.say("hello")
    assert await visitor.say("no", "deny") == ["utter_forms_cancelled"]
    assert visitor.slots["garden"] is None and visitor.is_closed


async def test_an_answer_after_a_pause_simply_counts(visitor: Visitor) -> None:
    visitor.wait(hours=20)
    assert await visitor.say("we are 4") == ["utter_garden_ask_name"]


async def test_a_question_after_a_pause_is_answered_before_the_offer_and_the_next_one_without(visitor: Visitor) -> None:
    visitor.wait(hours=3)
    assert await visitor.say("where can i park?", "faq") == [] and visitor.was_left_to_others
    assert await visitor.back("where can i park?") == ["utter_forms_offer"]
    assert await visitor.say("and how much is it?", "faq") == [] and visitor.was_left_to_others
    assert await visitor.back("and how much is it?") == []
    assert visitor.is_closed and visitor.values == {"garden": "lake"}


async def test_what_was_left_is_offered_in_the_next_visit_and_not_before(visitor: Visitor) -> None:
    await visitor.say("later")
    await visitor.run(OfferForm(), "hello", "greet")
    assert visitor.events == []
    visitor.wait(hours=3)
    await visitor.run(OfferForm(), "hello", "greet")
    assert visitor.events[0]["name"] == "garden_form"
    assert await visitor.open("hello", "greet") == ["utter_forms_offer"]


async def test_asked_for_in_words_it_goes_on_at_once(visitor: Visitor) -> None:
    await visitor.say("later")
    await visitor.run(ResumeForm(), "go on with my visit", "resume_form")
    assert visitor.events[0]["name"] == "garden_form"
    said = await visitor.open("go on with my visit", "resume_form")
    assert said == [
        "utter_forms_resumed",
        "utter_garden_ask_people",
    ]


async def test_nothing_to_go_on_with_is_said() -> None:
    assert await Visitor().run(ResumeForm(), "go on", "resume_form") == ["utter_forms_nothing_kept"]


async def test_after_seven_days_it_is_dropped_with_a_word(visitor: Visitor) -> None:
    await visitor.say("later")
    visitor.wait(days=8)
    said = await visitor.open("a visit to the north garden please")
    assert said == [
        "utter_forms_expired",
        "utter_garden_ask_people",
    ]
    assert visitor.values == {"garden": "north"}


async def test_a_form_that_stayed_open_too_long_answers_the_question_first(visitor: Visitor) -> None:
    visitor.wait(days=8)
    assert await visitor.say("where can i park?", "faq") == [] and visitor.was_left_to_others
    assert await visitor.back("where can i park?") == ["utter_forms_expired"]
    assert visitor.slots["garden"] is None and visitor.is_closed


async def test_a_draft_of_an_earlier_version_is_read_as_far_as_it_is_known(visitor: Visitor) -> None:
    visitor.slots["garden"] = {**visitor.slots["garden"], "color_of_the_moon": 3}
    del visitor.slots["garden"]["waiting"]
    assert await visitor.say("4") == ["utter_garden_ask_name"]
