"""No button and no title has a word of data/words/hard.<language>.yml; the content check looks at the texts."""

from functools import cache

import pytest

from studio.content.checks.reading_ease import HardWords, hard_words
from tests.house.topics import ROOT, Variation, languages, questions, variations

HARD_WORDS = 250


@cache
def words(language: str) -> HardWords:
    """What finds the hard words of a language."""
    return HardWords(hard_words(ROOT, language), language)


def hard(text: str, language: str) -> list[str]:
    """What to write instead of what, for each hard word of a text."""
    return [f"“{said}” → “{plain}”" for said, plain in words(language).find(text)]


def test_answers_and_buttons_have_no_hard_words() -> None:
    problems = [f"{item}: {found}" for item in variations() for found in hard(_shown(item), item.language)]
    assert not problems, "\n" + "\n".join(problems)


def test_titles_of_questions_have_no_hard_words() -> None:
    problems = [f"{q.file}: {q.intent}: {found}" for q in questions() for found in hard(q.title, q.language)]
    assert not problems, "\n" + "\n".join(problems)


def _shown(item: Variation) -> str:
    return "\n".join([item.text, *(button.get("title", "") for button in item.buttons)])


def test_there_are_many_hard_words_in_every_language_and_each_has_a_plain_one() -> None:
    for language in languages():
        listed = hard_words(ROOT, language)
        assert len(listed) >= HARD_WORDS, language
        circular = [f"{word} → {plain}" for word, plain in listed.items() if not plain or hard(plain, language)]
        assert not circular, f"{language}: the word to write instead is hard too: {circular}"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("We utilize cameras.", "en"),
        ("Permits were submitted.", "en"),
        ("Verifying takes a day.", "en"),
        ("Call prior to your visit.", "en"),
        ("Se efectuará el pago.", "es"),
        ("Venga con el fin de pagar.", "es"),
        ("Asimismo, traiga su recibo.", "es"),
    ],
)
def test_a_hard_word_is_found_in_all_its_endings(text: str, language: str) -> None:
    assert hard(text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [("Departments sell a permit to residents.", "en"), ("Instalamos medidores en el inicio del año.", "es")],
)
def test_a_plain_word_that_looks_alike_is_left_alone(text: str, language: str) -> None:
    assert not hard(text, language)
