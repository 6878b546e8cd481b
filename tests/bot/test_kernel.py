"""Settings, city profile, ids and logs."""

import json
import logging
from datetime import UTC, datetime

import pytest

from bot.city import load_city
from bot.errors import SettingError
from bot.ids import new_id, six_digits
from bot.logs import JsonFormatter
from bot.settings import ROOT, Settings


def test_every_wrong_setting_is_named_with_its_reason_at_once():
    with pytest.raises(SettingError) as error:
        Settings.from_env({"ASSISTANT_PORT": "eighty", "GATEWAY_RUNS_WORKER": "maybe", "LOG_LEVEL": "LOUD"})
    for name in ("ASSISTANT_PORT", "GATEWAY_RUNS_WORKER", "LOG_LEVEL"):
        assert name in str(error.value)


def test_an_empty_setting_means_its_default():
    assert Settings.from_env({"ASSISTANT_PORT": ""}).port == Settings().port


def test_an_office_is_closed_on_holidays_and_opens_the_next_working_day():
    city = load_city(ROOT / "city.yml")
    hall = next(office for office in city.offices if office.id == "city_hall")
    thanksgiving = datetime(2026, 11, 26, 18, 0, tzinfo=UTC)
    assert city.open_until(hall.hours, thanksgiving) is None
    opens = city.opens_next(hall.hours, thanksgiving)
    assert opens is not None and opens.date().isoformat() == "2026-11-27"
    assert city.open_until(hall.hours, datetime(2026, 11, 25, 16, 0, tzinfo=UTC)) is not None


@pytest.mark.parametrize(
    "change", [("time_zone: America/Chicago", "time_zone: Mars/Base"), ("mon: 08:", "monday: 08:")]
)
def test_a_mistake_in_the_city_profile_is_one_sentence_with_the_file(tmp_path, change):
    path = tmp_path / "city.yml"
    path.write_text((ROOT / "city.yml").read_text("utf-8").replace(*change), "utf-8")
    with pytest.raises(SettingError, match=r"city\.yml"):
        load_city(path)


def test_ids_sort_by_time_and_are_version_7():
    ids = [new_id() for _ in range(50)]
    assert len(set(ids)) == 50 and all(one[12] == "7" and one[16] in "89ab" for one in ids)
    assert ids[0][:8] <= ids[-1][:8]


def test_a_code_depends_on_every_part_and_their_borders():
    codes = {six_digits("k", "ab", "c"), six_digits("k", "a", "bc"), six_digits("other", "ab", "c")}
    assert len(codes) == 3 and all(len(code) == 6 and code.isdigit() for code in codes)


def test_a_log_line_has_event_and_fields_and_never_the_errors_text():
    try:
        raise ValueError("my phone is 312-555-0199")
    except ValueError:
        import sys

        record = logging.LogRecord("bot", logging.ERROR, __file__, 1, "turn_failed", (), sys.exc_info())
    record.turn = "abc"
    line = json.loads(JsonFormatter().format(record))
    assert (line["event"], line["turn"], line["error"]) == ("turn_failed", "abc", "ValueError")
    assert "312" not in json.dumps(line)


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ("2026-11-23 20:59", "2026-11-23 20:59"),
        ("2026-11-23 21:00", "2026-11-24 08:00"),
        ("2026-11-24 03:00", "2026-11-24 08:00"),
        ("2026-11-24 08:00", "2026-11-24 08:00"),
        ("2026-10-31 22:00", "2026-11-01 08:00"),  # the clock is set back that night
    ],
)
def test_nobody_is_disturbed_at_night(local, expected):
    city = load_city(ROOT / "city.yml")
    moment, free = (datetime.fromisoformat(text).replace(tzinfo=city.time_zone) for text in (local, expected))
    assert city.may_disturb_at(moment.timestamp()) == free.timestamp()
