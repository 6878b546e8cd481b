"""Collection days and bins: a real action server, the city's own calendars, a day that the test sets."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from actions.agencies.street_table import read_stretches
from actions.collection.question import Question, read_question
from agency.calendars.zones import load_zones
from agency.settings import Settings as AgencySettings
from bot.city import load_city
from tests.actions.caller import Caller
from tests.actions.conftest import ROOT, Server, free_port

CHICAGO = ZoneInfo("America/Chicago")
CITY = load_city(ROOT / "city.yml")


def moment(day: str, hour: int = 10) -> float:
    return datetime.fromisoformat(f"{day}T{hour:02}:00").replace(tzinfo=CHICAGO).timestamp()


@dataclass
class Resident:
    """Asks about collection on a day that the test sets (the Monday before Thanksgiving unless told)."""

    caller: Caller

    def asks(self, text: str, intent: str = "collection_day", **labels: str) -> str:
        """What they hear: the answer's name and all blanks, in one line."""
        actions = {"collection_day": "action_collection_day", "collection_which_bin": "action_which_bin"}
        self.caller.run(actions.get(intent, f"action_{intent}"), text, intent, labels=labels)
        return self.caller.words

    def presses(self, choice: str, action: str = "action_collection_day") -> str:
        self.caller.run(action, "", "", choice=choice)
        return self.caller.words


@pytest.fixture
def resident(caller: Caller) -> Resident:
    caller.at = moment("2026-11-23")
    return Resident(caller)


def test_the_day_of_an_address_is_told_with_what_comes_next(resident: Resident) -> None:
    heard = resident.asks("when is trash day at 12 Oak Street")
    assert "utter_collection_next" in heard and "12 Oak Street" in heard
    assert "trash, recycling, and yard waste on Wednesday, November 25" in heard


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ("trash day 12 oak st", "12 Oak Street"),
        ("garbage on mapel av", "Maple Avenue"),
        ("when do they come on elm", "Elm Street"),
        ("trash day at 30 hill rd", "30 Hill Road"),
        ("pickup for 9 first street", "9 1st Street"),
        ("trash at 5th & pine", "5th Street & Pine Street"),
        ("basura en la calle oak 12", "12 Oak Street"),
        ("i live at 7 n. cedar street apt 4", "7 Cedar Street"),
    ],
)
def test_an_address_is_understood_as_people_write_it(resident: Resident, said: str, where: str) -> None:
    assert f'"where": "{where}"' in resident.asks(said)


def test_words_that_only_look_like_a_street_are_none(resident: Resident) -> None:
    for said in ("when do you empty the bins in the park and at the lake", "when is garden waste picked up"):
        assert "utter_collection_ask_street" in resident.asks(said)


def test_the_house_number_is_asked_for_only_where_a_street_has_several_days(resident: Resident) -> None:
    assert "utter_collection_ask_number" in resident.asks("trash day on Oak Street")
    assert "300 Oak Street" in resident.asks("300", "fallback")
    assert "Friday, November 27" in resident.asks("trash day") and resident.caller.slots["awaiting"] is None
    assert "utter_collection_moved" in resident.asks("trash day on Cedar Street")


def test_a_corner_with_two_days_and_unknown_places_are_asked_back(resident: Resident) -> None:
    assert "utter_collection_ask_corner" in resident.asks("trash at cedar and pine")
    assert "utter_collection_unknown_street" in resident.asks("trash at 9 Nowhere Blvd", place="9 Nowhere Blvd")


def test_the_address_and_the_question_are_remembered_and_changed(resident: Resident) -> None:
    assert "utter_collection_ask_street" in resident.asks("is recycling next week?")
    assert "utter_collection_no_week" in resident.asks("12 oak street", "give_place")
    assert "Wednesday, December 9" in resident.caller.words
    assert "trash on Wednesday, December 2" in resident.asks("and the trash next week?", "follow_on")
    assert "utter_collection_no_day" in resident.asks("what about tomorrow?", "follow_on")
    assert "40 Maple Avenue" in resident.asks("no, at 40 Maple Avenue", "give_place")
    assert "utter_collection_yes" in resident.caller.words, "the question about tomorrow is asked again"
    assert "recycling on Tuesday, December 1" in resident.asks("and recycling?", "follow_on")


def test_nothing_follows_where_nothing_was_asked(resident: Resident) -> None:
    assert "utter_not_understood" in resident.asks("and tomorrow?", "follow_on")
    assert "utter_place_for_what" in resident.asks("12 oak street", "give_place")


def test_a_holiday_shift_is_explained_and_an_unchanged_week_too(resident: Resident) -> None:
    heard = resident.asks("did they skip us because of thanksgiving? 12 alder street")
    assert "utter_collection_moved" in heard and "Thanksgiving Day" in heard
    assert "Friday, November 27 (not Thursday, November 26)" in heard
    assert "utter_collection_holiday_same" in resident.asks("does thanksgiving change pickup at 3 Pine Street")
    heard = resident.asks("is there trash on christmas at 4 lake drive")
    assert "Saturday, December 26 (not Friday, December 25)" in heard
    assert "Labor Day" in resident.asks("what about labor day", "follow_on")


def test_days_weeks_and_lists_are_answered(resident: Resident) -> None:
    resident.asks("trash day 12 oak street")
    assert "utter_collection_yes" in resident.asks("is recycling this week")
    assert "utter_collection_yes" in resident.asks("do you come wednesday", weekday="wed")
    assert "utter_collection_no_day" in resident.asks("is trash today?")
    listed = resident.asks("next 3 pickups")
    assert all(day in listed for day in ("November 25", "December 2", "December 9")) and "December 16" not in listed
    assert "utter_collection_list" in resident.presses("next:3")
    assert "December 2" in resident.asks("do you pick up on december 2nd")


def test_yard_waste_out_of_season_and_large_items_have_their_own_answers(resident: Resident) -> None:
    resident.caller.at = moment("2026-12-15")
    assert "yard waste on Wednesday, April 7" in resident.asks("next yard waste pickup at 12 Oak Street")
    assert "utter_faq/bulky_waste_schedule" in resident.asks("when do you take furniture")


def test_today_counts_until_the_trucks_are_back(resident: Resident) -> None:
    resident.caller.at = moment("2026-12-02")
    assert "trash today, Wednesday, December 2" in resident.asks("trash day at 12 oak street")
    resident.caller.at = moment("2026-12-02", 19)
    assert "Wednesday, December 9" in resident.asks("trash day at 12 oak street")


def test_spanish_and_text_messages_have_their_own_words(resident: Resident) -> None:
    resident.caller.language = "es"
    heard = resident.asks("cuándo pasa la basura en el 12 de oak street")
    assert "basura, reciclaje y jardín el miércoles 25 de noviembre" in heard
    assert "hoy" in resident.asks("y hojas en 5 main street?") and "Main Street" in resident.caller.words
    resident.caller.channel = "sms"
    assert "Mié" in resident.asks("y en la 5ta calle?", "give_place") or "mié" in resident.caller.words


def test_an_unreachable_calendar_is_said_honestly_and_the_address_is_kept(environment: dict[str, str]) -> None:
    port = free_port()
    server = Server(
        ["actions"], f"http://127.0.0.1:{port}/health", {**environment, "ACTIONS_PORT": str(port), "AGENCY_PORT": "9"}
    )
    server.start()
    try:
        caller = Caller(f"http://127.0.0.1:{port}")
        assert caller.run("action_collection_day", "trash day at 12 Oak Street") == ["utter_collection_unavailable"]
        assert caller.slots["collection"]["address"]["street"] == "Oak Street"
    finally:
        server.stop()


def test_a_thing_is_told_its_bin_with_mistakes_forgiven(resident: Resident) -> None:
    assert "utter_collection_bin_trash" in resident.asks("can i recycle a greasy piza box", "collection_which_bin")
    assert "utter_collection_bin_hazardous" in resident.asks("where do batterys go", "collection_which_bin")
    assert "utter_collection_bin_recycling" in resident.asks("and glass?", "follow_on")
    resident.caller.language = "es"
    heard = resident.asks("dónde tiro las jeringas y los pañales", "collection_which_bin")
    assert "utter_collection_bin_medicine" in heard and "utter_collection_bin_trash" in heard and "Pañales" in heard


def test_an_unknown_thing_is_not_guessed(resident: Resident) -> None:
    assert "utter_collection_bin_not_listed" in resident.asks("which bin for a zeppelin", "collection_which_bin")
    heard = resident.asks("where does my bottel go", "collection_which_bin")
    assert "utter_collection_bin_unknown" in heard and "which_bin{" in heard
    assert "utter_collection_bin_ask" in resident.asks("which bin does it go in", "collection_which_bin")
    assert "utter_collection_bin_trash" in resident.presses("item:diaper", "action_which_bin")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("is trash tomorrow", ("trash", "2026-11-24", "2026-11-24")),
        ("por la mañana pasa la basura", ("trash", None, None)),
        ("recyling next wk", ("recycling", "2026-11-30", "2026-12-06")),
        ("la semana que viene hay reciclaje", ("recycling", "2026-11-30", "2026-12-06")),
        ("recolección el 2 de diciembre", (None, "2026-12-02", "2026-12-02")),
        ("do you take christmas trees", ("yard", None, None)),
        ("pickup on new years day", (None, "2026-12-28", "2027-01-03")),
    ],
)  # fmt: skip
def test_a_question_is_read_for_its_kind_and_days(text: str, expected: tuple[str | None, ...]) -> None:
    read = read_question(text, "", datetime(2026, 11, 23, tzinfo=CHICAGO).date(), CITY)
    assert (read.kind, *(day and day.isoformat() for day in (read.first, read.last))) == expected
    assert isinstance(read, Question)


def test_every_street_of_the_city_has_a_zone_with_a_calendar() -> None:
    table = read_stretches(AgencySettings().zones.with_name("streets.csv"))
    zones = load_zones(AgencySettings().zones, ROOT / "city.yml", datetime.now(CHICAGO)).zones
    assert {stretch.street for stretch in table} <= {street.name for street in CITY.streets}
    assert {stretch.zone for stretch in table} == set(zones)
