"""Every answer reads easily: sentences of 20 words at most and no word of data/words/hard.<language>.yml."""

import re
from functools import cache
from typing import cast

import pytest

from tests.house.topics import ROOT, Variation, filled, languages, questions, read, variations

SENTENCE_WORDS = 20
HARD_WORDS = 250

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_ABBREVIATION = re.compile(r"\b(a\.m|p\.m|Jr|Tel|St|Ave)\.(?= [a-z0-9(])")
_SPANISH_ENDINGS = {
    "ar": "ar|arlo|arla|arlos|arlas|arse|a|an|amos|e|en|emos|ó|aron|ado|ada|ados|adas|ando|ará|arán|aremos",
    "er": "er|erlo|erla|erlos|erlas|erse|e|en|emos|a|an|amos|ió|ieron|ido|ida|idos|idas|iendo|erá|erán|eremos",
    "ir": "ir|irlo|irla|irlos|irlas|irse|e|en|imos|a|an|amos|ió|ieron|ido|ida|idos|idas|iendo|irá|irán|iremos",
}
_STEM = 5  # a shorter Spanish verb is found as it stands: "instar" is not "instalar"


@cache
def hard_words(language: str) -> dict[str, str]:
    """The hard words and phrases of a language, each with the plain one."""
    return cast(dict[str, str], read(ROOT / "data" / "words" / f"hard.{language}.yml")["words"])


@cache
def patterns(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """A pattern for each hard word in all its endings, and the plain word."""
    endings = _spanish if language == "es" else _english
    return tuple((re.compile(rf"\b(?:{endings(hard)})\b"), plain) for hard, plain in hard_words(language).items())


def _english(word: str) -> str:
    if " " in word:
        return re.escape(word)
    if word.endswith("e"):
        return rf"{word[:-1]}(?:e|es|ed|ing)"
    if word.endswith("y"):
        return rf"{word[:-1]}(?:y|ies|ied|ying)"
    return rf"{word}(?:s|es|{word[-1]}?ed|{word[-1]}?ing)?"


def _spanish(word: str) -> str:
    endings, stem = _SPANISH_ENDINGS.get(word[-2:]), word[:-2]
    if " " in word or (endings and len(stem) < _STEM):
        return re.escape(word)
    return rf"{stem}(?:{endings})" if endings else rf"{word}(?:s|es)?"


def hard(text: str, language: str) -> list[str]:
    """What to write instead of what, for each hard word of a text."""
    said = text.lower()
    return [f"“{found[0]}” → “{plain}”" for pattern, plain in patterns(language) if (found := pattern.search(said))]


def long_sentences(text: str) -> list[str]:
    """The sentences of more than 20 words; a colon ends no sentence."""
    sentences = _SENTENCE_END.split(_ABBREVIATION.sub(r"\1", text))
    return [sentence for sentence in sentences if len(sentence.split()) > SENTENCE_WORDS]


def test_sentences_are_short() -> None:
    problems = [
        f"{item}: a sentence of {len(sentence.split())} words, at most {SENTENCE_WORDS}: “{sentence}”"
        for item in variations()
        for sentence in long_sentences(filled(item.text))
    ]
    assert not problems, "\n" + "\n".join(problems)


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
        words = hard_words(language)
        assert len(words) >= HARD_WORDS, language
        circular = [f"{word} → {plain}" for word, plain in words.items() if not plain or hard(plain, language)]
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
