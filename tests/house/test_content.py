"""Every topic in data/topics is complete, readable and leads somewhere; a failure names the file and what to mend."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date

from tests.house.topics import (
    BLANK,
    ROOT,
    TOPICS,
    Question,
    Variation,
    city,
    city_value,
    content,
    conversations,
    filled,
    known_blanks,
    languages,
    name,
    plain,
    questions,
    read,
    segments,
    variations,
)

CHANNELS = ("web", "sms")
WEB_CHARACTERS = 320
SMS_SEGMENTS = 2
EXAMPLES = 10
BUTTONS = 3
BUTTON_CHARACTERS = 30
RESERVED = ("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "yes", "help", "info", "start", "unstop")
"""Words that carriers answer over us (CTIA messaging principles): never ask for them."""


def report(problems: list[str]) -> str:
    return "\n" + "\n".join(problems)


def test_every_question_has_examples_and_a_title_in_every_language() -> None:
    counts = {(question.intent, question.language): question for question in questions()}
    problems = []
    for intent in sorted({question.intent for question in questions()}):
        for language in languages():
            question = counts.get((intent, language))
            if question is None:
                problems.append(f"{intent}: there are no example questions in {language}.")
            elif len(question.examples) < EXAMPLES:
                problems.append(f"{question.file}: {intent} has {len(question.examples)} examples, needs {EXAMPLES}.")
            elif intent.startswith("faq/") and not question.title:
                problems.append(f"{question.file}: {intent} needs a title under metadata, for “Did you mean …?”.")
    assert questions() and not problems, report(problems)


def test_every_question_has_an_answer_and_the_reverse() -> None:
    asked = {question.intent for question in questions() if "/" in question.intent}
    answered = {item.answer.removeprefix("utter_") for item in variations() if "/" in item.answer}
    problems = [f"{intent}: has example questions but no answer utter_{intent}." for intent in sorted(asked - answered)]
    problems += [f"utter_{intent}: is an answer, but no example question asks for it." for intent in answered - asked]
    assert not problems, report(problems)


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


def test_web_answers_are_short() -> None:
    problems = [
        f"{item}: {len(filled(item.text))} characters, at most {WEB_CHARACTERS}."
        for item in variations()
        if item.channel == "web" and len(filled(item.text)) > WEB_CHARACTERS
    ]
    assert not problems, report(problems)


def test_text_messages_fit_in_two_segments() -> None:
    problems = [
        f"{item}: {segments(filled(item.text))} segments, at most {SMS_SEGMENTS}."
        for item in variations()
        if item.channel == "sms" and not _fits_sms(item)
    ]
    assert not problems, report(problems)


def test_segments_are_counted_as_carriers_count() -> None:
    assert [segments("a" * length) for length in (160, 161, 306, 307)] == [1, 2, 2, 3]
    assert [segments("€" * length) for length in (80, 81)] == [1, 2]
    assert [segments("ж" * length) for length in (70, 71, 134, 135)] == [1, 2, 2, 3]
    assert segments("¿Cómo está? Está aquí, señora." + "á" * 130) == 1


def test_every_answer_has_an_owner_a_source_and_a_review_date_that_is_not_over() -> None:
    problems = [problem for item in variations() if item.first for problem in _provenance(item)]
    assert not problems, report(problems)


def _provenance(item: Variation) -> Iterator[str]:
    if not item.metadata.get("owner"):
        yield f"{item}: needs an owner (a team)."
    source = item.metadata.get("source", "" if item.informs else "https://")
    if not str(source).startswith("https://"):
        yield f"{item}: needs a source, an official page that begins with https://."
    review_by = item.metadata.get("review_by")
    if not isinstance(review_by, date):
        yield f"{item}: needs review_by, a date such as 2027-05-01."
    elif review_by < date.today():
        yield f"{item}: its review was due on {review_by}; check the text with its owner and set a new date."


def test_every_blank_is_known_and_no_other_brace_stands_in_an_answer() -> None:
    filled_by_code = known_blanks()
    problems = [
        f"{item}: nobody fills the blank {{{blank}}}."
        for item in variations()
        for blank in BLANK.findall(item.text)
        if (city_value(blank) is None if blank.startswith("city.") else blank not in filled_by_code)
    ]
    problems += [
        f"{item}: a brace that is not part of a blank."
        for item in variations()
        if set("{}") & set(BLANK.sub("", item.text))
    ]
    assert not problems, report(problems)


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


def test_buttons_lead_somewhere() -> None:
    intents = {question.intent for question in questions()} | _intents_of_the_domain()
    problems = []
    for item in variations():
        if "/" in item.answer and len(item.buttons) > BUTTONS:
            problems.append(f"{item}: {len(item.buttons)} buttons, at most {BUTTONS}.")
        for button in item.buttons:
            target = str(button.get("payload", "")).partition("{")[0]
            if not target.startswith("/") or target[1:] not in intents:
                problems.append(f"{item}: the button “{button.get('title')}” leads to {target}, which does not exist.")
            if not 0 < len(button.get("title", "")) <= BUTTON_CHARACTERS:
                problems.append(
                    f"{item}: the button “{button.get('title')}” needs 1 to {BUTTON_CHARACTERS} characters."
                )
    assert not problems, report(problems)


def _intents_of_the_domain() -> set[str]:
    listed = read(ROOT / "domain.yml").get("intents", []) if (ROOT / "domain.yml").exists() else []
    return {intent if isinstance(intent, str) else next(iter(intent)) for intent in listed}


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


def test_no_example_stands_twice() -> None:
    seen: dict[str, Question] = {}
    problems = []
    for question in questions():
        for example in question.examples:
            other = seen.setdefault(plain(example), question)
            if other is not question and other.intent != question.intent:
                problems.append(f"{question.file}: “{example}” is in {question.intent} and in {other.intent}.")
        for example, times in Counter(map(str.casefold, question.examples)).items():
            if times > 1:
                problems.append(f"{question.file}: “{example}” stands {times} times in {question.intent}.")
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


def test_conversations_expect_answers_that_exist() -> None:
    answers = {item.answer for item in variations()}
    problems = [
        f"{conversation.file}: “{conversation.name}” expects {answer}, which does not exist."
        for conversation in conversations()
        for _, expected in conversation.steps
        for answer in expected
        if answer.startswith("utter_") and answer not in answers
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


def test_no_answer_asks_for_a_word_that_carriers_answer() -> None:
    asks = re.compile(
        rf"\b(?:text|reply|send|write|type|envíe|mande|escriba|responda|conteste)\s+(?:with\s+|con\s+)?"
        rf"[\"'“«]?(?:{'|'.join(RESERVED)}|alto|cancelar|ayuda|sí|si)\b",
        re.IGNORECASE,
    )
    shouted = re.compile(rf"\b(?:{'|'.join(RESERVED)})\b".upper())
    problems = [
        f"{item}: asks for a word that carriers answer over us; ask for a digit."
        for item in variations()
        if asks.search(item.text) or shouted.search(item.text)
    ]
    assert not problems, report(problems)
