"""What is kept of a message names nobody: each case of privacy.yml, and what must hold for any text."""

import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.privacy import mask
from bot.privacy.masking import LONGEST, folded

CASES = yaml.safe_load(Path(__file__).with_name("privacy.yml").read_text())


def test_there_are_enough_cases_of_both_kinds() -> None:
    assert len(CASES["masked"]) + len(CASES["stays"]) >= 150
    assert len(CASES["stays"]) >= 50


@pytest.mark.parametrize(("said", "kept"), CASES["masked"])
def test_personal_data_goes(said: str, kept: str) -> None:
    assert mask(said) == kept


@pytest.mark.parametrize("said", CASES["stays"])
def test_what_names_nobody_stays(said: str) -> None:
    assert mask(said) == said


@pytest.mark.parametrize("said", [case[0] for case in CASES["masked"]])
def test_a_masked_text_is_masked_already(said: str) -> None:
    assert mask(mask(said)) == mask(said)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_any_text_can_be_masked_and_its_folded_form_is_as_long(text: str) -> None:
    assert len(folded(text)) == len(text)
    assert len(mask(text)) <= 20 * LONGEST


@pytest.mark.parametrize(
    "text",
    [
        "1" * 4000,
        "a " * 2000,
        "1 a" * 1300,
        "calle " * 600,
        "my name is " * 300,
        "@" * 4000,
        "one " * 1000,
        "1 2 3 st " * 400,
    ],
)
def test_a_hostile_text_costs_little(text: str) -> None:
    began = time.process_time()
    mask(text)
    assert time.process_time() - began < 0.25
