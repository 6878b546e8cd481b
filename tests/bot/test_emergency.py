"""Emergencies are heard in both languages, misspelt too; look-alikes are left alone."""

from pathlib import Path

import pytest

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


def test_a_missing_file_is_one_sentence_with_the_remedy(tmp_path: Path):
    with pytest.raises(SettingError, match="Restore the file"):
        load_emergency(tmp_path / "nowhere.yml")
