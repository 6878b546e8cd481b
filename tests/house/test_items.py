"""The list of things and their bins (data/topics/collection/items.yml) is complete, and every answer is short."""

from collections import Counter
from typing import Any

import pytest

from studio.content.checks.house import SMS_SEGMENTS, WEB_CHARACTERS, segments
from tests.house.test_content import report
from tests.house.topics import TOPICS, city_value, filled, languages, plain, read, variations

PATH = TOPICS / "collection" / "items.yml"
SENTENCE_WORDS = 20
ANSWER = "utter_collection_bin_{}"


@pytest.fixture(scope="module")
def listed() -> dict[str, Any]:
    content: dict[str, Any] = read(PATH)
    return content


def test_there_are_enough_things_with_names_in_every_language(listed: dict[str, Any]) -> None:
    problems = [
        f"{item}: needs names in {language}."
        for item in listed["items"]
        for language in languages()
        if not item.get(language) or not all(isinstance(name, str) and name.strip() for name in item[language])
    ]
    assert len(listed["items"]) >= 150 and not problems, report(problems)


def test_every_thing_has_a_bin_that_has_a_note_and_an_answer(listed: dict[str, Any]) -> None:
    answers = {item.answer for item in variations()}
    problems = [
        f"{item['en'][0]}: {item['bin']} is no bin." for item in listed["items"] if item["bin"] not in listed["bins"]
    ]
    problems += [f"the bin {bin} has no answer." for bin in listed["bins"] if ANSWER.format(bin) not in answers]
    problems += [
        f"the note {note} has no text in {language}."
        for note in [*listed["bins"].values(), *(item["note"] for item in listed["items"] if "note" in item)]
        for language in languages()
        if not note.get(language)
    ]
    assert not problems, report(problems)


def test_no_name_stands_for_two_things(listed: dict[str, Any]) -> None:
    for language in languages():
        names = Counter(plain(name) for item in listed["items"] for name in item[language])
        assert not [name for name, times in names.items() if times > 1]


def test_a_note_holds_no_phone_and_no_blank(listed: dict[str, Any]) -> None:
    """Notes are put into answers as they stand: a blank in them would never be filled."""
    notes = [text for item in listed["items"] for text in item.get("note", {}).values()]
    phone = city_value("city.phones.collection")
    assert not [note for note in notes if "{" in note or (phone and phone in note)]


def test_every_answer_with_its_note_fits_the_limits(listed: dict[str, Any]) -> None:
    problems = []
    for item in listed["items"]:
        note = item.get("note") or listed["bins"][item["bin"]]
        for wording in variations():
            if wording.answer == ANSWER.format(item["bin"]):
                name = max(item[wording.language], key=len)
                text = filled(wording.text.replace("{item}", name).replace("{note}", note[wording.language]))
                if len(text) > WEB_CHARACTERS or segments(text) > SMS_SEGMENTS:
                    problems.append(f"{item['en'][0]} ({wording.language}): {len(text)} characters.")
        problems += [
            f"{item['en'][0]}: a sentence of more than {SENTENCE_WORDS} words: {text}"
            for text in note.values()
            if any(len(sentence.split()) > SENTENCE_WORDS for sentence in text.split(". "))
        ]
    assert not problems, report(problems)
