"""Addresses in people's words, and the tables that tell their zones."""

from pathlib import Path

import pytest

from actions.agencies.street_table import BadTable, read_stretches
from actions.agencies.streets import Streets, bare_number

TABLE = """Street Name,From,To,Side,Route
North Oak Street,1,99,odd,1
North Oak Street,2,98,even,2
South Oak Street,,,,3
5th Street,,,,4
Main Street,,,,4
Maple Avenue,,,,5
Saint Mary's Road,,,,6
"""


@pytest.fixture
def streets(tmp_path: Path) -> Streets:
    path = tmp_path / "streets.csv"
    path.write_text(TABLE)
    return Streets(read_stretches(path))


@pytest.mark.parametrize(
    ("said", "names", "number"),
    [
        ("12 n oak st", ("North Oak Street",), 12),
        ("12 oak st", ("North Oak Street", "South Oak Street"), 12),
        ("trash day for mapel av", ("Maple Avenue",), None),
        ("I LIVE AT 7 MAPLE AVE.", ("Maple Avenue",), 7),
        ("vivo en maple 7", ("Maple Avenue",), 7),
        ("calle main #20", ("Main Street",), 20),
        ("6th street", (), None),
        ("the main thing is when", (), None),
        ("mars", (), None),
        ("9 st marys rd", (), None),
        ("9 saint marys rd", ("Saint Mary's Road",), 9),
    ],
)
def test_an_address_is_found_with_small_mistakes(
    streets: Streets, said: str, names: tuple[str, ...], number: int | None
) -> None:
    heard = streets.find(said)
    assert heard.streets == names and (not names or heard.number == number)


@pytest.mark.parametrize("said", ["5th & main", "main and 5th st", "fifth street at main", "esquina de 5ta y main"])
def test_a_corner_names_both_streets(streets: Streets, said: str) -> None:
    heard = streets.find(said)
    assert heard.corner and set(heard.streets) == {"5th Street", "Main Street"} and heard.number is None


def test_the_words_besides_the_address_are_left_for_the_question(streets: Streets) -> None:
    assert streets.find("is yard waste at 20 main street tomorrow").rest == "is yard waste at 20 tomorrow"


def test_a_zone_follows_from_the_number_and_its_side(streets: Streets) -> None:
    assert streets.zones("North Oak Street", 13) == {"1"} and streets.zones("North Oak Street", 14) == {"2"}
    assert streets.zones("North Oak Street", 200) == frozenset() and streets.zones("North Oak Street") == {"1", "2"}
    assert streets.zones("South Oak Street", 99999) == {"3"}


def test_a_table_in_yaml_and_one_with_semicolons_read_the_same(tmp_path: Path) -> None:
    listed, semicolons = tmp_path / "a.yml", tmp_path / "b.csv"
    listed.write_text("streets:\n- {street: Oak Street, from: 1, to: 9, side: odd, zone: A}\n")
    semicolons.write_text("\ufeffstreet;from;to;side;zone\nOak Street;1;9;odd;A\n")
    assert read_stretches(listed) == read_stretches(semicolons)


@pytest.mark.parametrize(
    ("name", "text"), [("a.csv", "street,zone\nOak Street,\n"), ("a.yml", "streets: 5"), ("b.yml", "{")]
)
def test_a_table_that_cannot_be_used_says_why(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(BadTable, match=name):
        read_stretches(tmp_path / name)


def test_a_bare_number_is_an_answer_to_the_question_for_it() -> None:
    assert [bare_number(said) for said in ("12", "it's 300", "el 12", "12b", "5th", "at 12 oak street")] == [
        12, 300, 12, 12, None, None,
    ]  # fmt: skip
