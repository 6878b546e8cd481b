"""Likeness: what is one question stands together, quickly, and what is another does not."""

import time
from random import Random

from studio.inbox.grouping import grouped, thinned
from studio.inbox.messages import Message


def message(number: int, text: str, language: str = "en", topic: str | None = None) -> Message:
    nothing = (None, None, None, None, False)
    return Message(
        f"{number:032x}", text, language, "web", "close", None, None, topic, 0.3, None, float(number), *nothing
    )


def texts(*said: str, language: str = "en") -> list[list[str]]:
    groups = grouped([message(number, text, language) for number, text in enumerate(said)])
    return [[each.text for each in group.messages] for group in groups]


def test_the_same_question_in_other_words_and_with_slips_is_one_group() -> None:
    said = ("how do i register my llama", "can i register a llama", "I want to rejister my llama!", "llama register")
    assert texts(*said) == [list(said)]
    assert len(texts("my llama is loose", "im [name], [phone], my llama is loose at [address]")) == 1
    spanish = ("¿Cómo registro mi llama?", "quiero registrar una llama", "como registro una yama")
    assert len(texts(*spanish, language="es")) == 1


def test_other_questions_and_other_languages_stand_apart() -> None:
    assert len(texts("where is the skating rink", "who fixes my street light", "is the pool heated")) == 3
    mixed = grouped([message(1, "taxi permit", "en"), message(2, "taxi permit", "es")])
    assert len(mixed) == 2


def test_the_largest_group_comes_first_and_is_named_by_its_oldest_message_and_its_usual_topic() -> None:
    messages = [
        message(1, "ice rink"),
        message(2, "my llama", topic="faq/dog"),
        message(3, "my llama", topic="faq/dog"),
    ]
    first = grouped(messages)[0]
    assert (first.id, len(first.messages), first.topic) == (messages[1].id, 2, "faq/dog")


def test_a_decision_thins_groups_and_a_new_message_needs_new_ones() -> None:
    messages = [message(1, "my llama"), message(2, "a llama"), message(3, "ice rink"), message(4, "the llama")]
    groups = grouped(messages)
    left = thinned(groups, messages[1:3])
    assert left is not None and [[each.id for each in group.messages] for group in left] == [
        [messages[1].id], [messages[2].id],
    ]  # fmt: skip
    assert thinned(groups, [*messages, message(5, "llama")]) is None and thinned([], messages) is None


def test_five_thousand_messages_are_grouped_in_a_moment() -> None:
    chance = Random(7)
    asked = (
        "register llama,ice rink hours,taxi permit cost,street light broken,noise at night,swim lessons,bike lane map"
    )
    more = "please where how much does it my new old city near today tomorrow need want house street".split()
    said = [[*chance.choice(asked.split(",")).split(), *chance.sample(more, 3)] for _ in range(5000)]
    messages = [message(number, " ".join(chance.sample(words, 4))) for number, words in enumerate(said)]
    began = time.process_time()
    groups = grouped(messages)
    assert sum(len(group.messages) for group in groups) == 5000
    assert time.process_time() - began < 3.0
