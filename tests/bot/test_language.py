"""The language of a conversation: heard early, kept through names and numbers, left on good evidence only."""

import pytest

from bot.language import decide

BOTH = ("en", "es")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("hola", "es"),
        ("basura", "es"),
        ("pothole", "en"),
        ("quiero reportar un bache en la 5 y Main", "es"),
        ("k onda necesito pagar mi agua", "es"),
        ("la library no abre hoy?", "es"),
        ("when is my trash picked up", "en"),
    ],
)
def test_the_first_message_sets_the_language(text, language):
    other = "en" if language == "es" else "es"
    assert decide(text, other, False, BOTH) == language


@pytest.mark.parametrize("text", ["12 Elm St", "no", "ok", "Casa Grande Avenue", "26-000123", "👍", ""])
@pytest.mark.parametrize("current", BOTH)
def test_names_numbers_and_short_words_keep_the_language(text, current):
    assert decide(text, current, True, BOTH) == current


PLACES = ["Main Street & 5th", "5th and main street", "oak street near library", "St. Mary School"]


@pytest.mark.parametrize("place", PLACES)
def test_a_place_in_the_middle_of_a_spanish_chat_stays_spanish(place):
    assert decide(place, "es", True, BOTH) == "es"


def test_a_whole_sentence_in_the_other_language_switches():
    assert decide("how much is the library card", "es", True, BOTH) == "en"
    assert decide("cuando pasa la basura por mi calle", "en", True, BOTH) == "es"


def test_a_city_with_one_language_never_switches():
    assert decide("cuando pasa la basura", "en", False, ("en",)) == "en"
