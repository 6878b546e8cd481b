"""Every topic in data/topics is complete, readable and leads somewhere; a failure names the file and what to mend.

What `assistant content check` finds is checked by running it on our content (tests/studio/content); here is the rest.
"""

import re
from collections import Counter

from studio.content.checks.house import SMS_SEGMENTS, segments
from tests.house.topics import (
    BLANK,
    ROOT,
    TOPICS,
    Variation,
    city,
    content,
    conversations,
    filled,
    languages,
    name,
    plain,
    questions,
    variations,
)

CHANNELS = ("web", "sms")
BUTTONS = 3
BUTTON_CHARACTERS = 30


def report(problems: list[str]) -> str:
    return "\n" + "\n".join(problems)


def test_every_answer_exists_once_in_every_language_and_channel() -> None:
    """Short words of the dialogue, such as “Where is it?”, may serve both channels; answers to questions have both."""
    written = Counter((item.answer, item.language, item.channel) for item in variations())
    serves_both = {(item.answer, item.language) for item in variations() if "/" not in item.answer and _fits_sms(item)}
    problems = [
        f"{answer}: is written {written[answer, language, channel]} times for {channel} in {language}, must be once."
        for answer in sorted({item.answer for item in variations()})
        for language in languages()
        for channel in CHANNELS
        if written[answer, language, channel] != 1
        and not (channel == "sms" and not written[answer, language, "sms"] and (answer, language) in serves_both)
    ]
    problems += [f"{item}: unknown language or channel." for item in variations() if _unknown(item)]
    assert not problems, report(problems)


def _fits_sms(item: Variation) -> bool:
    return segments(filled(item.text)) <= SMS_SEGMENTS


def _unknown(item: Variation) -> bool:
    return item.language not in languages() or item.channel not in CHANNELS






def test_an_answer_has_the_same_blanks_for_a_reader_of_every_language() -> None:
    own: dict[tuple[str, str], dict[str, set[str]]] = {}
    for item in variations():
        blanks = {blank for blank in BLANK.findall(item.text) if not blank.startswith("city.")}
        own.setdefault((item.answer, item.channel), {})[item.language] = blanks
    problems = [
        f"{answer} ({channel}): the blanks differ between languages: {by_language}."
        for (answer, channel), by_language in own.items()
        if len({frozenset(blanks) for blanks in by_language.values()}) > 1
    ]
    assert not problems, report(problems)


def test_phones_and_addresses_come_from_the_city_profile() -> None:
    numbers = [str(number) for number in city()["phones"].values() if len(str(number)) > 3]
    values = {*numbers, *(office["address"] for office in city()["offices"])}
    problems = [
        f"{item}: write {value} as a blank, such as {{city.phones.main}} or {{city.offices.city_hall.address}}."
        for item in variations()
        for value in values
        if value in item.text
    ]
    assert not problems, report(problems)


def test_buttons_are_few_and_short() -> None:
    problems = []
    for item in variations():
        if "/" in item.answer and len(item.buttons) > BUTTONS:
            problems.append(f"{item}: {len(item.buttons)} buttons, at most {BUTTONS}.")
        for button in item.buttons:
            if not 0 < len(button.get("title", "")) <= BUTTON_CHARACTERS:
                problems.append(
                    f"{item}: the button “{button.get('title')}” needs 1 to {BUTTON_CHARACTERS} characters."
                )
    assert not problems, report(problems)



def test_buttons_offer_the_same_in_every_language() -> None:
    offered: dict[tuple[str, str], dict[str, list[str]]] = {}
    for item in variations():
        payloads = [button.get("payload", "") for button in item.buttons]
        offered.setdefault((item.answer, item.channel), {})[item.language] = payloads
    problems = [
        f"{answer} ({channel}): the buttons differ between languages."
        for (answer, channel), by_language in offered.items()
        if len({tuple(payloads) for payloads in by_language.values()}) > 1
    ]
    assert not problems, report(problems)


def test_no_answer_offers_the_question_just_answered() -> None:
    problems = [
        f"{item}: a button leads back to the same answer."
        for item in variations()
        for button in item.buttons
        if button.get("payload") == "/" + item.answer.removeprefix("utter_")
    ]
    assert not problems, report(problems)



def test_every_topic_has_a_conversation_in_every_language() -> None:
    written = {(conversation.file, conversation.language) for conversation in conversations()}
    problems = [
        f"{name(topic / 'tests.yml')}: needs at least one conversation in {language}."
        for topic in sorted(path for path in TOPICS.iterdir() if path.is_dir())
        for language in languages()
        if (name(topic / "tests.yml"), language) not in written
    ]
    assert not problems, report(problems)


def test_every_answered_question_occurs_in_a_conversation_in_every_language() -> None:
    tested = {
        (answer, conversation.language)
        for conversation in conversations()
        for _, answers in conversation.steps
        for answer in answers
    }
    problems = [
        f"{question.file}: no conversation in tests.yml checks utter_{question.intent} in {question.language}."
        for question in questions()
        if "/" in question.intent and (f"utter_{question.intent}", question.language) not in tested
    ]
    assert not problems, report(problems)


def test_every_action_answered_question_is_in_a_rule_or_story_of_some_topic() -> None:
    used = " ".join(path.read_text(encoding="utf-8") for path in (*content("rules.yml"), *content("stories.yml")))
    used += " ".join(path.read_text(encoding="utf-8") for path in (*content("forms.yml"), *ROOT.glob("domain.yml")))
    problems = [
        f"{question.file}: no rule or story uses {question.intent}."
        for question in questions()
        if "/" not in question.intent and not re.search(rf"\b{re.escape(question.intent)}\b", used)
    ]
    assert not problems, report(problems)



def test_conversations_do_not_repeat_an_example_word_for_word() -> None:
    taught = {plain(example) for question in questions() if "/" in question.intent for example in question.examples}
    problems = [
        f"{conversation.file}: “{said}” is also an example question; say it another way, or the test shows nothing."
        for conversation in conversations()
        for said, expected in conversation.steps
        if plain(said) in taught and any("/" in answer for answer in expected)
    ]
    assert not problems, report(problems)
