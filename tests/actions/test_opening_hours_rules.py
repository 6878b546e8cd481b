"""When a place is open, from the rules that directories send."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from actions.agencies.services import Schedule
from actions.directory.opening import Hours

ZONE = ZoneInfo("America/Chicago")
NINE, FIVE = time(9), time(17)
SATURDAYS = Schedule("WEEKLY", byday=((0, 5),), opens=NINE, closes=time(12))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("schedule", "open_days", "closed_days"),
    [
        (SATURDAYS, ["2026-11-28"], ["2026-11-27", "2026-11-29"]),
        (Schedule("MONTHLY", byday=((1, 5),), opens=NINE, closes=FIVE), ["2026-12-05"], ["2026-12-12", "2026-12-04"]),
        (Schedule("MONTHLY", byday=((-1, 4),), opens=NINE, closes=FIVE), ["2026-11-27"], ["2026-11-20"]),
        (
            Schedule("MONTHLY", bymonthday=(15, -1), opens=NINE, closes=FIVE),
            ["2026-11-15", "2026-11-30"],
            ["2026-11-29"],
        ),
        (
            Schedule("WEEKLY", 2, ((0, 1),), begins=date(2026, 11, 3), opens=NINE, closes=FIVE),
            ["2026-11-03", "2026-11-17"],
            ["2026-11-10", "2026-10-20"],
        ),
        (
            Schedule(
                "WEEKLY",
                byday=((0, 0),),
                valid_from=date(2026, 6, 1),
                valid_to=date(2026, 8, 31),
                opens=NINE,
                closes=FIVE,
            ),
            ["2026-06-01", "2026-08-31"],
            ["2026-05-25", "2026-09-07"],
        ),
    ],
)
def test_a_rule_meets_its_days(schedule: Schedule, open_days: list[str], closed_days: list[str]) -> None:
    hours = Hours((schedule,), ZONE)
    assert all(hours.on(date.fromisoformat(day)) for day in open_days)
    assert not any(hours.on(date.fromisoformat(day)) for day in closed_days)


def test_a_closed_day_goes_before_the_weekly_hours() -> None:
    closed = Schedule(valid_from=date(2026, 12, 26), valid_to=date(2026, 12, 26), words="Closed")
    hours = Hours((SATURDAYS, closed), ZONE)
    assert hours.on(date(2026, 12, 26)) == [] and hours.on(date(2027, 1, 2))
    span = hours.next(at("2026-12-20T10:00"))
    assert span and span[0] == at("2027-01-02T09:00")


def test_special_hours_go_before_the_weekly_ones() -> None:
    short = Schedule(valid_from=date(2026, 12, 26), valid_to=date(2026, 12, 26), opens=time(10), closes=time(11))
    assert Hours((SATURDAYS, short), ZONE).on(date(2026, 12, 26)) == [(at("2026-12-26T10:00"), at("2026-12-26T11:00"))]


def test_hours_past_midnight_belong_to_the_evening() -> None:
    night = Schedule("WEEKLY", byday=((0, 4),), opens=time(20), closes=time(2))
    hours = Hours((night,), ZONE)
    assert hours.until(at("2026-11-28T01:00")) == at("2026-11-28T02:00")
    assert hours.until(at("2026-11-28T02:00")) is None


def test_times_in_utc_are_turned_into_the_citys_clock() -> None:
    z = Schedule("WEEKLY", byday=((0, 5),), opens=time(15, tzinfo=UTC), closes=time(18, tzinfo=UTC))
    assert Hours((z,), ZONE).on(date(2026, 11, 28)) == [(at("2026-11-28T09:00"), at("2026-11-28T12:00"))]


def test_a_night_and_day_place_is_always_open() -> None:
    always = Schedule("WEEKLY", byday=tuple((0, day) for day in range(7)), opens=time(0), closes=time(0))
    hours = Hours((always,), ZONE)
    assert hours.day_and_night and hours.until(at("2026-11-28T03:00"))


def test_words_without_a_rule_are_not_hours() -> None:
    hours = Hours((Schedule(words="By appointment"),), ZONE)
    assert not hours.known and hours.words == "By appointment" and hours.next(at("2026-11-28T03:00")) is None
