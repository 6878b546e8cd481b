"""What a texter reads: one message a turn, numbered choices, no segment wasted, nothing cut inside a word or a link."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.replies import Reply
from bot.sms.composing import Style, compose, split
from bot.sms.segments import measure
from bot.sms.wording import cheapest, cleaned, folded

LINK = "https://www.brightwater.example/parking/permits/residents/how-to-renew?lang=es"
MORE = {"en": "Reply MORE for the rest.", "es": "Responda MAS para leer el resto."}
SENTENCE = "Bring an ID and a bill that shows your address to City Hall. "


def reply(text: str, *buttons: str, language: str = "en") -> Reply:
    return Reply(text, language, buttons=tuple((title, f"/{title}") for title in buttons))


def test_the_replies_of_a_turn_are_one_message() -> None:
    (message,) = compose([reply("Thank you."), reply("Where is it?")], Style())
    assert message.text == "Thank you.\nWhere is it?"


def test_the_last_reply_s_choices_are_numbered() -> None:
    (message,) = compose([reply("The fee is $10.", "More"), reply("Your report:", "Send", "Change")], Style())
    assert message.text == "The fee is $10.\nYour report:\n1 Send\n2 Change"


def test_a_single_choice_has_no_number_since_one_may_be_the_answer() -> None:
    (message,) = compose([reply("How many bins?", "Skip")], Style())
    assert message.text == "How many bins?\n(Skip)"


@pytest.mark.parametrize(
    ("asked", "title"), [("Anything else? You can skip it.", "Skip"), ("¿Algo mas? Puede omitirlo.", "Omitir")]
)
def test_a_single_choice_that_the_question_names_is_not_said_again(asked: str, title: str) -> None:
    (message,) = compose([reply(asked, title)], Style())
    assert message.text == asked


def test_marks_become_those_that_every_phone_knows() -> None:
    assert cleaned("“Don’t”\u00a0wait – see…\u200b •\tid ") == '"Don\'t" wait - see... - id'
    assert cleaned("a \n b") == "a\n b"


def test_accents_go_only_where_that_saves_a_segment() -> None:
    short = "Sí, está abierto. ¿Mañana?"
    assert cheapest(short, fold=True) == short
    long = (
        "Su cita es mañana a las 9. Traiga identificación y un recibo con su dirección. ¿Necesita algo más? Avísenos."
    )
    assert measure(long).count == 2
    assert cheapest(long, fold=True) == folded(long)
    assert measure(folded(long)).count == 1
    assert "mañana" in folded(long) and "¿" in folded(long) and "identificacion" in folded(long)
    assert cheapest(long, fold=False) == long


def test_what_cannot_be_folded_keeps_its_accents() -> None:
    dear = "Su cita está confirmada 👍. " * 4
    assert cheapest(dear, fold=True).startswith("Su cita está")


def test_a_long_answer_stops_after_a_sentence_and_offers_the_rest() -> None:
    first, *others = compose([reply(SENTENCE * 9)], Style(budget=2, more=MORE))
    assert first.text.endswith("City Hall. Reply MORE for the rest.")
    assert not first.held and all(other.held for other in others)
    assert all(message.segments <= 2 for message in (first, *others))
    (spanish, *_) = compose([reply(SENTENCE * 9, language="es")], Style(budget=2, more=MORE))
    assert spanish.text.endswith("Responda MAS para leer el resto.")


def test_a_long_question_goes_out_whole() -> None:
    messages = compose([reply(SENTENCE * 9, "Send", "Change")], Style(budget=2, more=MORE))
    assert len(messages) > 1 and not any(message.held for message in messages)
    assert messages[-1].text.endswith("1 Send\n2 Change")
    assert "MORE" not in "".join(message.text for message in messages)


def test_a_link_is_never_cut() -> None:
    for before in range(60, 160):
        parts = split("word " * (before // 5) + LINK + " and more words. " * 12, 1)
        assert any(LINK in part for part in parts), before


def test_nothing_to_say_is_no_message() -> None:
    assert compose([], Style()) == ()
    assert compose([reply("\u200b ")], Style()) == ()


@given(st.text(max_size=1200), st.integers(1, 3))
@pytest.mark.parametrize("hint", ["", " Reply MORE for the rest."])
def test_whatever_is_split_fits_and_keeps_every_word(hint: str, text: str, budget: int) -> None:
    parts = split(text, budget, hint)
    assert all(measure(part).count <= budget for part in parts)
    whole = "".join(part.removesuffix(hint) if number < len(parts) - 1 else part for number, part in enumerate(parts))
    assert "".join(whole.split()) == "".join(text.split())
