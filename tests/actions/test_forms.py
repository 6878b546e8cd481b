"""What every form can do, shown with a small one: a visit to a garden."""

import pytest

from tests.actions.visitor import Visitor


@pytest.fixture
def visitor() -> Visitor:
    return Visitor()


async def test_a_form_asks_one_question_after_the_other_and_sends_what_was_reviewed(visitor: Visitor) -> None:
    assert await visitor.open() == ["utter_garden_ask_garden"]
    assert await visitor.press("garden:lake") == ["utter_garden_ask_people"]
    assert await visitor.say("we are 4") == ["utter_garden_ask_name"]
    assert await visitor.say("Ana Ruiz") == ["utter_garden_review"]
    assert visitor.replies[0]["items"] == "• Garden: Lake garden\n• People: 4\n• Name: Ana Ruiz"
    assert await visitor.press("send") == ["utter_garden_booked"]
    assert visitor.slots["garden"] is None and visitor.is_closed


async def test_a_button_opens_the_form_with_something_chosen(visitor: Visitor) -> None:
    assert await visitor.open(choice="garden:north") == ["utter_garden_ask_people"]


async def test_the_first_message_and_each_answer_may_hold_several_facts(visitor: Visitor) -> None:
    assert await visitor.open("i want to see the lake garden") == ["utter_garden_ask_people"]
    visitor = Visitor()
    await visitor.open()
    assert await visitor.say("the second one") == ["utter_garden_ask_people"]
    assert visitor.values == {"garden": "lake"}


@pytest.mark.parametrize("words", ["i don't know", "no sé", "not sure", "idk", "N/A", "no idea, sorry", "nose"])
async def test_not_knowing_is_fine_where_the_field_is_optional_only(visitor: Visitor, words: str) -> None:
    await visitor.open(choice="garden:north")
    assert await visitor.say(words) == ["utter_forms_needed", "utter_garden_ask_people"]
    await visitor.say("3")
    assert await visitor.say(words) == ["utter_garden_review"]
    assert visitor.values["name"] == ""


@pytest.mark.parametrize("words", ["no, the North garden", "sorry, i meant the north garden", "wait, north garden"])
async def test_an_earlier_answer_is_corrected_in_one_sentence(visitor: Visitor, words: str) -> None:
    await visitor.open(choice="garden:lake")
    assert await visitor.say(words) == ["utter_forms_changed", "utter_garden_ask_people"]
    assert visitor.replies[0]["fact"] == "Garden: North garden"


async def test_the_button_of_an_earlier_question_corrects_it(visitor: Visitor) -> None:
    await visitor.open(choice="garden:lake")
    assert await visitor.press("garden:north") == ["utter_forms_changed", "utter_garden_ask_people"]


async def test_a_question_beside_an_answer_is_answered_and_the_answer_is_kept(visitor: Visitor) -> None:
    await visitor.open(choice="garden:lake")
    assert await visitor.say("we are 4. where can i park?", "faq") == []
    assert visitor.was_left_to_others
    assert await visitor.back("we are 4. where can i park?") == ["utter_garden_ask_name"]
    assert visitor.values["people"] == "4"


@pytest.mark.parametrize("words", ["skip", "1"])
async def test_an_optional_question_is_left_out_by_button_word_or_number(visitor: Visitor, words: str) -> None:
    await visitor.open(choice="garden:lake")
    await visitor.say("4")
    assert await visitor.press("skip") == ["utter_garden_review"]
    await visitor.say("back", "go_back")
    assert await visitor.say(words, "skip" if words == "skip" else "nlu_fallback") == ["utter_garden_review"]


async def test_back_start_over_and_leave(visitor: Visitor) -> None:
    await visitor.open(choice="garden:lake")
    await visitor.say("4")
    assert await visitor.say("back", "go_back") == ["utter_garden_ask_people"]
    assert await visitor.say("start over", "start_over") == ["utter_forms_started_over", "utter_garden_ask_garden"]
    assert await visitor.say("never mind", "cancel") == ["utter_forms_cancelled"]


async def test_a_yes_at_the_review_sends_and_changes_nothing(visitor: Visitor) -> None:
    await visitor.open(choice="garden:lake")
    await visitor.say("4")
    await visitor.say("Ana")
    assert await visitor.say("yes", "affirm") == ["utter_garden_booked"]


async def test_everything_can_be_changed_at_the_review(visitor: Visitor) -> None:
    await visitor.open(choice="garden:lake")
    await visitor.say("4")
    await visitor.say("Ana")
    assert await visitor.press("change") == ["utter_forms_ask_change"]
    assert await visitor.say("2") == ["utter_garden_ask_people"]
    assert await visitor.say("five") == ["utter_garden_review"]
    assert await visitor.say("the number of visitors is 6") == ["utter_forms_changed", "utter_garden_review"]
    assert visitor.values == {"garden": "lake", "people": "6", "name": "Ana"}


@pytest.mark.parametrize(
    "words", ["no, thanks", "actually no", "wait, what is this for?", "sorry, i don't know", "it got worse later"]
)
async def test_words_that_correct_nothing_change_nothing(visitor: Visitor, words: str) -> None:
    """The name is given and the notes are open, so that any words could be taken for either."""
    await visitor.open(choice="garden:lake")
    await visitor.say("4")
    await visitor.say("Ana")
    await visitor.press("item:notes")
    assert "utter_forms_changed" not in await visitor.say(
        words, "deny" if "no" in words.split()[-1:] else "nlu_fallback"
    )
    assert visitor.values["name"] == "Ana" and not visitor.is_closed


async def test_what_answers_nothing_is_kept_as_a_note(visitor: Visitor) -> None:
    await visitor.open()
    assert await visitor.say("by the big old tree") == ["utter_forms_noted", "utter_garden_ask_garden"]
    assert visitor.values == {"notes": "by the big old tree"}


@pytest.mark.parametrize(
    ("words", "people"),
    [("sorry, i meant 5", "5"), ("no, son dos", "2"), ("not 4, 6", "6"), ("me equivoqué, somos 7", "7")],
)
async def test_the_latest_answer_is_meant_where_nothing_else_can_be(visitor: Visitor, words: str, people: str) -> None:
    await visitor.open(choice="garden:lake")
    await visitor.say("4")
    assert await visitor.say(words) == ["utter_forms_changed", "utter_garden_ask_name"]
    assert visitor.values["people"] == people
