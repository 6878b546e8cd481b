"""YAML as people write it."""

from datetime import date
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bot.settings import ROOT
from bot.yaml12 import YAMLError, parse, read

FILES = sorted(path for folder in ("data", "agency", "channels", "bot") for path in (ROOT / folder).rglob("*.yml"))


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("no", "no"), ("off", "off"), ("true", True), ("~", None), ("", None), ("12:30", "12:30"), ("08", 8),
        ("0x1f", 31), ("1_000", "1_000"), ("1.5", 1.5), ("2026-11-26", date(2026, 11, 26)),
        ("2026-13-01", "2026-13-01"),
        ("'5'", "5"), ("https://a.example/b?c=d", "https://a.example/b?c=d"), ("!!str 5", "5"),
    ],
)  # fmt: skip
def test_a_word_means_what_a_person_expects(text: str, meaning: object) -> None:
    assert parse(f"a: {text}") == {"a": meaning}


def test_links_and_colons_may_stand_in_a_short_list() -> None:
    assert parse("{a: https://b.example, c: [d:e, 1]}") == {"a": "https://b.example", "c": ["d:e", 1]}


def test_a_part_may_be_named_and_taken_over() -> None:
    assert parse("a: &a {b: 1, c: 2}\nd: {<<: *a, c: 3}")["d"] == {"b": 1, "c": 3}


def test_a_name_that_stands_twice_is_a_mistake_with_its_line() -> None:
    with pytest.raises(YAMLError, match=r"a stands there twice(.|\n)*line 3"):
        parse("a: 1\nb: 2\na: 3\n")


@pytest.mark.parametrize("text", ["!!python/object/apply:os.getcwd []", "!secret x"])
def test_nothing_but_data_is_made(text: str) -> None:
    with pytest.raises(YAMLError):
        parse(text)


@pytest.mark.parametrize("path", [*FILES[::12], ROOT / "city.yml", ROOT / "agencies.yml"], ids=lambda path: path.name)
def test_our_files_mean_the_same_to_another_reader(path: Path) -> None:
    assert read(path) == YAML(typ="safe").load(path.read_text(encoding="utf-8"))
