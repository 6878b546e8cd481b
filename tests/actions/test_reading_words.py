"""Places, values, dates, streets and references as people write them."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from actions.agencies.open311 import Attribute, Service
from actions.follow.form import read_reference, spellings
from actions.forms.values import Locale, position_in
from actions.offices import day_answer, hours_answer, offices_named
from actions.report.attributes import read_answer
from actions.report.matching import best_matches, is_clear, says_enough
from actions.report.places import Places
from bot.city import load_city

ROOT = Path(__file__).parents[2]
CITY = load_city(ROOT / "city.yml")
PLACES = Places(street.name for street in CITY.streets)
HERE = Locale("en", CITY.time_zone)
AQUI = Locale("es", CITY.time_zone)
LIGHT = Service("L", "Streetlight out", "A lamp does not work.", keywords=("street light", "lamp post"))
SIGNAL = Service("T", "Traffic light problem", "A signal fails.", keywords=("traffic light", "red light stuck"))
HOLE = Service("B", "Bache", "Un hoyo en la calle.", keywords=("bache", "hoyo en la calle"))


def question(datatype: str, *names: str) -> Attribute:
    values = tuple((name[:3].upper(), name) for name in names)
    return Attribute("Q", True, datatype, True, "Which?", 1, values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("pothole on 5th and Main, pretty deep", "5th and Main"),
        ("huge hole at 12 elm street", "12 Elm Street"),
        ("100 Main Street Apt 4", "100 Main Street Apt 4"),
        ("esquina de Oak y 2nd", "Oak y 2nd"),
        ("calle Roble 123", "calle Roble 123"),
        ("there are 3 potholes on Hill Road", ""),
        ("i have 2 dogs on the street", ""),
        ("fuga de agua en la calle", ""),
    ],
)
def test_an_address_or_a_crossing_is_found_in_a_longer_text(words: str, place: str) -> None:
    assert PLACES.find(words) == place


@pytest.mark.parametrize("words", ["", "!!!", "idk", "here", "no sé", "mi casa", "12345", "aaaa", "yes", "x" * 300])
def test_what_is_no_place_is_refused(words: str) -> None:
    assert PLACES.read(words) == ""


def test_a_landmark_is_a_place_in_the_persons_own_words() -> None:
    assert PLACES.read("Lincoln Park near the playground") == "Lincoln Park near the playground"


@pytest.mark.parametrize(
    ("answer", "place"),
    [
        ("40", "40 Oak Street"),
        ("at 2nd Street", "Oak Street & 2nd Street"),
        ("no sé", "Oak Street"),
        ("12 Elm St", "12 Elm St"),
    ],
)
def test_a_number_or_a_crossing_completes_a_street(answer: str, place: str) -> None:
    assert PLACES.on("Oak Street", answer) == place


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("no, it's 12 Elm, not 21", "12 Elm Street"),
        ("es el 12 de Elm, no el 21", "12 Elm Street"),
        ("no, it's 40 Oak Street, not 14", "40 Oak Street"),
        ("change the address to 33 Birch", "33 Birch Street"),
        ("yes", ""),
    ],
)
def test_a_correction_changes_what_it_names_and_keeps_the_rest(words: str, place: str) -> None:
    assert PLACES.correct("21 Elm Street", words) == place


def test_the_type_is_found_in_own_words_with_mistakes() -> None:
    assert next(m.service.code for m in best_matches("the street lamp is broken", (LIGHT, SIGNAL))) == "L"
    assert is_clear(best_matches("street light out", (LIGHT, SIGNAL)))

    assert not is_clear(best_matches("light", (LIGHT, SIGNAL)))
    assert best_matches("un vache", (HOLE,))[0].service.code == "B"
    assert best_matches("I want to report a problem", (LIGHT, SIGNAL)) == []


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "there is a big pothole, really deep"), ("es", "hay un bache enorme en la calle Elm")],
)
def test_how_big_a_problem_is_says_nothing_about_its_type(language: str, words: str) -> None:
    raw = YAML(typ="safe").load((ROOT / "agency/georeport/seed/services.yml").read_text("utf-8"))["services"]
    offered = tuple(
        Service(
            item["code"],
            item["name"][language],
            item["description"][language],
            keywords=tuple(item["keywords"][language].split(", ")),
        )
        for item in raw
    )
    matches = best_matches(words, offered)
    assert is_clear(matches) and matches[0].service.code == "POTHOLE"


def test_only_words_that_tell_more_than_the_type_become_the_description() -> None:
    assert not says_enough("there is a streetlight out", (LIGHT, SIGNAL))
    assert says_enough("streetlight out, children cross in the dark", (LIGHT, SIGNAL))


@pytest.mark.parametrize(
    ("datatype", "words", "locale", "value"),
    [
        ("number", "about 3", HERE, "3"),
        ("number", "1,500", HERE, "1500"),
        ("number", "dos", AQUI, "2"),
        ("number", "many", HERE, None),
        ("singlevaluelist", "blinking", HERE, "BLI"),
        ("singlevaluelist", "the second one", HERE, "OFF"),
        ("singlevaluelist", "purple", HERE, None),
        ("multivaluelist", "off and blinking", HERE, ["OFF", "BLI"]),
        ("string", "  ABC 123 ", HERE, "ABC 123"),
        ("string", "??", HERE, None),
        ("datetime", "banana", HERE, None),
    ],
)
def test_an_answer_is_read_by_its_datatype(datatype: str, words: str, locale: Locale, value: object) -> None:
    values = ("Blinking", "Off all night") if datatype.endswith("list") else ()
    assert read_answer(question(datatype, *values), words, locale) == value


@pytest.mark.parametrize(
    ("words", "locale"), [("yesterday at 3 pm", HERE), ("ayer a las 3 pm", AQUI), ("desde ayer a las 15:00", AQUI)]
)
def test_a_day_is_read_in_the_persons_language_and_time_zone(words: str, locale: Locale) -> None:
    value = read_answer(question("datetime"), words, locale)
    assert isinstance(value, str)
    moment = datetime.fromisoformat(value)
    assert (moment.hour, moment.utcoffset()) == (15, moment.astimezone(CITY.time_zone).utcoffset())


def test_places_in_a_list_are_understood_in_both_languages() -> None:
    assert [position_in(words, 3) for words in ("2", "number 3", "la primera", "the last one", "4", "hello")] == [
        1, 2, 0, 2, None, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "reference", "code"),
    [
        ("26000123 code 482 913", "26-000123", "482913"),
        ("#26-000123, 482913", "26-000123", "482913"),
        ("my reference is SR-1234", "SR-1234", ""),
        ("I have no idea", "", ""),
    ],
)
def test_reference_and_code_are_read_in_loose_forms(words: str, reference: str, code: str) -> None:
    assert read_reference(words) == (reference, code)


def test_a_reference_stands_for_every_way_to_write_it() -> None:
    assert spellings("26-123") == ["26-123", "26-000123", "26123", "26000123"]


def test_offices_are_named_in_both_languages_or_share_a_word() -> None:
    assert [office.id for office in offices_named("is city hall open", CITY)] == ["city_hall"]
    assert [office.id for office in offices_named("horario de la biblioteca central", CITY)] == ["central_library"]
    assert {office.id for office in offices_named("libary hours", CITY)} == {"central_library", "eastside_library"}
    assert offices_named("are you open", CITY) == []


def test_hours_are_said_for_now_and_for_another_day() -> None:
    hall = CITY.offices[0].hours
    noon = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)  # Monday, noon in Chicago
    is_open, words = hours_answer(CITY, hall, noon, "es")
    assert is_open and words == {"until": "5:00 p.m."}
    before_holiday = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)  # Wednesday evening
    is_open, words = hours_answer(CITY, hall, before_holiday, "en")
    assert not is_open and words["opens"] == "Friday, November 27 at 8:30 AM"
    assert day_answer(CITY, hall, date(2026, 11, 26), "en")[0] is False
