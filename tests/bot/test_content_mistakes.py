"""A slip in the content is told with its file, its line and the remedy."""

import asyncio
from pathlib import Path

import pytest

from bot.errors import SettingError
from bot.operations import content, training
from bot.settings import ROOT

GOOD = """\
responses:
  utter_pay:
  - metadata:
      language: en
      owner: parking
    text: "Pay at {city.website}, or call {city.phones.main}."
    buttons:
    - {title: "Pay it", payload: '/faq/pay{"street": "Elm"}'}
"""
CITY = {"website": "https://www.brightwater.example", "phones": {"main": "555-0100"}, "offices": [{"id": "hall"}]}


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    path = tmp_path / "data/topics/parking/answers.yml"
    path.parent.mkdir(parents=True)
    path.write_text(GOOD)
    return path


@pytest.mark.parametrize(
    ("written", "instead", "told"),
    [
        ('main}."', "main}.", "line 6: the quotation marks of this text do not match"),
        ("      owner", "     owner", "line 5: this line is not indented like its neighbors."),
        ("      owner", "\towner", "line 5: this line is indented with a tab. Use spaces."),
        (
            '"Pay at {city.website}, or call {city.phones.main}."',
            "Pay: at once",
            "line 6: this text has a colon in it.",
        ),
        ("owner: parking", "language: es", "line 5: language stands there twice; keep one of them."),
    ],
)
def test_a_slip_is_told_with_its_line(answers: Path, tmp_path: Path, written: str, instead: str, told: str) -> None:
    answers.write_text(GOOD.replace(written, instead, 1))
    (mistake,) = content.unreadable(tmp_path)
    assert mistake.startswith(f"data/topics/parking/answers.yml, {told}")


def test_what_is_not_utf_8_is_told(answers: Path, tmp_path: Path) -> None:
    answers.write_bytes("responses: {utter_pay: [{text: niño}]}".encode("latin-1"))
    (mistake,) = content.unreadable(tmp_path)
    assert "not saved as UTF-8" in mistake


def test_good_content_is_left_in_peace(answers: Path, tmp_path: Path) -> None:
    assert not [*content.unreadable(tmp_path), *content.wrong_blanks(tmp_path, CITY)]


@pytest.mark.parametrize("blank", ["{}", "{Mon-Fri", "{city.phone.main}", "{city.offices.library}"])
def test_a_blank_that_nothing_fills_is_told(answers: Path, tmp_path: Path, blank: str) -> None:
    answers.write_text(GOOD.replace("{city.website}", blank))
    (mistake,) = content.wrong_blanks(tmp_path, CITY)
    assert mistake.startswith("data/topics/parking/answers.yml, line 6: ") and blank in mistake


def test_a_slip_in_the_city_profile_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "city.yml"
    path.write_text('name: "Brightwater\nwebsite: https://www.brightwater.example\n')
    with pytest.raises(SettingError, match=r"city\.yml, line 1: the quotation marks"):
        content.city(path)


@pytest.mark.parametrize(
    ("written", "instead", "told"),
    [
        ("phones:", "telephones:", "`phones` is missing."),
        ("2026-12-25", "Dec 25", "a holiday needs a date such as 2026-12-25"),
        ("tue: 08:00-18:00", "tue: 8-18", "the hours '8-18' must look like 08:30-17:00"),
        ("America/Chicago", "Central", "Central"),
    ],
)
def test_a_wrong_value_in_the_city_profile_is_plain(tmp_path: Path, written: str, instead: str, told: str) -> None:
    path = tmp_path / "city.yml"
    path.write_text((ROOT / "city.yml").read_text("utf-8").replace(written, instead, 1), "utf-8")
    with pytest.raises(SettingError, match="city profile") as refused:
        content.city(path)
    assert told in str(refused.value)


def test_an_empty_city_profile_is_told(tmp_path: Path) -> None:
    (tmp_path / "city.yml").write_text("")
    with pytest.raises(SettingError, match="it is empty"):
        content.city(tmp_path / "city.yml")


def test_training_stops_at_a_slip_before_it_costs_a_minute(answers: Path, tmp_path: Path) -> None:
    python = tmp_path / "nlu/.venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text("never run")
    answers.write_text(GOOD.replace('main}."', "main}."))
    with pytest.raises(training.TrainingError, match=r"answers\.yml, line 6"):
        asyncio.run(training.train(tmp_path, tmp_path / "log", {}, print))
