"""Emergencies are heard in both languages, misspelt too; look-alikes are left alone."""

import random
import re
from pathlib import Path
from time import process_time

import pytest
from ruamel.yaml import YAML

from bot.emergency import load_emergency
from bot.errors import SettingError
from bot.settings import ROOT


@pytest.fixture(scope="module")
def emergency():
    return load_emergency(ROOT / "data" / "emergency.yml")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("my house is on fire", "danger"),
        ("theres a fire in my kitchen help", "danger"),
        ("hay un incendo en mi casa", "danger"),
        ("my dad is having a hart attack", "danger"),
        ("he isn't breathing", "danger"),
        ("my boyfreind is hitting me", "danger"),
        ("mi esposo me pega", "danger"),
        ("someone has a gun outside", "danger"),
        ("i smell gas", "gas"),
        ("SMELL GASS in the basement!!", "gas"),
        ("huele mucho a gas en mi casa", "gas"),
        ("i want to kill myself", "crisis"),
        ("i dont want to live anymore", "crisis"),
        ("no quiero vivir más", "crisis"),
        ("me quiero suicidar", "crisis"),
        ("i smel gas", "gas"),
        ("huele a gaz", "gas"),
        ("uele a gas en mi casa", "gas"),
        ("FIRE!!", "danger"),
        ("fuego", "danger"),
        ("ay un insendio", "danger"),
        ("my house is on fier", "danger"),
        ("hes unconcious", "danger"),
        ("i need an ambulance", "danger"),
        ("estan disparando en mi calle", "danger"),
        ("i wanna kil my self", "crisis"),
        ("me kiero morir", "crisis"),
    ],
)
def test_an_emergency_is_heard(emergency, text, kind):
    assert emergency.kind_of(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "do i need a permit for a fire pit in the yard",
        "how do i pay my gas bill",
        "where is the fire station",
        "a fire hydrant is leaking on elm",
        "these taxes are killing me",
        "the deadline to appeal",
        "my neighbor's tree fell on my house",
        "i hit a pothole and got a flat",
        "permiso para una fogata",
        "cuánto debo del recibo de gas",
        "fuegos artificiales del 4 de julio",
        "dead raccoon on the street",
        "fier pit permt",
        "ticket at a fire hydrant",
        "se quemó el foco de la calle",
        "where can i recycle a fire extinguisher",
        "flu shots",
        "violaron la ley de estacionamiento",
    ],
)
def test_a_look_alike_is_left_alone(emergency, text):
    assert emergency.kind_of(text) is None


MEASURED: dict[str, list[str]] = YAML(typ="safe").load((Path(__file__).parent / "emergencies.yml").read_text("utf-8"))


def test_nearly_every_measured_emergency_is_heard(emergency):
    said = [text for kind, texts in MEASURED.items() if kind != "none" for text in texts]
    missed = [text for text in said if emergency.kind_of(text) is None]
    assert len(missed) <= 0.01 * len(said), missed


def test_nearly_every_emergency_gets_the_advice_for_its_kind(emergency):
    said = [(kind, text) for kind, texts in MEASURED.items() if kind != "none" for text in texts]
    wrong = [(text, kind) for kind, text in said if emergency.kind_of(text) not in (kind, None)]
    assert len(wrong) <= 0.02 * len(said), wrong


def slips(word: str, chance: random.Random) -> tuple[str, ...]:
    """The word with a letter less, one more, and two swapped, after its first letter."""
    at = chance.randrange(1, len(word) - 1)
    less, more = word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:]
    return less, more, word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def test_an_emergency_is_still_heard_with_one_word_misspelt(emergency):
    chance, heard = random.Random(1), []
    for text in (text for kind, texts in MEASURED.items() if kind != "none" for text in texts):
        words = text.split()
        places = [place for place, word in enumerate(words) if len(word) >= 4 and word.isalpha()]
        if not places or emergency.kind_of(text) is None:
            continue
        place = chance.choice(places)
        for slip in slips(words[place], chance):
            heard.append(emergency.kind_of(" ".join([*words[:place], slip, *words[place + 1 :]])) is not None)
    assert sum(heard) >= 0.95 * len(heard), f"{sum(heard)} of {len(heard)}"


def test_look_alikes_are_left_alone(emergency):
    false = [text for text in MEASURED["none"] if emergency.kind_of(text)]
    assert len(false) <= 0.01 * len(MEASURED["none"]), false


def test_hardly_an_example_question_of_a_topic_is_taken_for_an_emergency(emergency):
    files = sorted((ROOT / "data" / "topics").glob("*/questions.*.yml"))
    examples = [line for file in files for line in re.findall(r"^\s+- (.*)$", file.read_text("utf-8"), re.M)]
    false = [text for text in examples if emergency.kind_of(text)]
    assert len(examples) > 1000
    assert len(false) <= 0.001 * len(examples), false


def test_listening_takes_less_than_a_millisecond_a_message(emergency):
    texts = [text for texts in MEASURED.values() for text in texts]
    best = 1.0
    for _ in range(3):  # the first round reads each word for the first time
        started = process_time()
        for text in texts:
            emergency.kind_of(text)
        best = min(best, (process_time() - started) / len(texts))
    assert best <= 0.001


@pytest.mark.parametrize("words", ["he", "no se", "el", "want to not be", ". ", "x", "someone is going to", "every"])
def test_a_long_message_costs_a_few_milliseconds_whatever_it_repeats(emergency, words):
    said = [word for texts in MEASURED.values() for text in texts for word in text.split()]
    random.Random(2).shuffle(said)
    text = " ".join(said)[:2000] if words == "every" else f"{words} " * (2000 // (len(words) + 1))
    best = 1.0
    for _ in range(3):
        started = process_time()
        emergency.kind_of(text)
        best = min(best, process_time() - started)
    assert best <= 0.03


def test_danger_in_the_middle_of_another_question_is_heard(emergency):
    assert emergency.kind_of("when is trash day on elm? also my dad isnt breething") == "danger"
    assert emergency.kind_of("quiero pagar mi multa pero se esta quemando mi cocina") == "danger"


def test_an_unreadable_idea_is_one_sentence_with_the_remedy(tmp_path: Path):
    path = tmp_path / "emergency.yml"
    path.write_text("danger: {always: ['{nobody} on_fire'], usually: []}")
    with pytest.raises(SettingError, match="Restore the file"):
        load_emergency(path)


def test_a_missing_file_is_one_sentence_with_the_remedy(tmp_path: Path):
    with pytest.raises(SettingError, match="Restore the file"):
        load_emergency(tmp_path / "nowhere.yml")
