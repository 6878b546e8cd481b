"""What people are told without having written just now: by day, after the answers, and never against their wish."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from time import time
from typing import Any

from bot.city import load_city
from bot.operations.texts import notify
from bot.settings import ROOT
from tests.channels.sms.test_handover import joined
from tests.fakes.rasa import say
from tests.fakes.texting import Texting, texting

NEWS = {"effects": [{"follow_up": {"action": "action_tell_news", "after": 0}}]}


def asks(body: dict[str, Any]) -> dict[str, Any]:
    """A Rasa that promises news to who says "tell me", and has them at once."""
    if body["action"]:
        return say("Your report is closed.")
    return say("I will tell you.") | NEWS if body["text"] == "tell me" else say(f"echo: {body['text']}")


def city_with_quiet_hours(folder: Path, when: Callable[[datetime], tuple[datetime, datetime]]) -> Path:
    text = (ROOT / "city.yml").read_text("utf-8")
    now = datetime.now(load_city(ROOT / "city.yml").time_zone)
    hours = "-".join(moment.strftime("%H:%M") for moment in when(now))
    path = folder / "city.yml"
    path.write_text(text.replace("quiet_hours: 21:00-08:00", f"quiet_hours: {hours}"), "utf-8")
    return path


def now_is_day(now: datetime) -> tuple[datetime, datetime]:
    return now + timedelta(hours=8), now + timedelta(hours=10)


def now_is_night(now: datetime) -> tuple[datetime, datetime]:
    return now - timedelta(hours=2), now + timedelta(hours=2)


async def test_news_are_texted_by_day(tmp_path: Path) -> None:
    async with texting(tmp_path, city_file=city_with_quiet_hours(tmp_path, now_is_day)) as city:
        city.rasa.answer = asks
        await city.text("tell me")
        assert [sent.body for sent in await city.sent(2)] == ["I will tell you.", "Your report is closed."]
        assert [row.kind for row in await city.rows()] == ["reply", "notice"]


async def test_at_night_news_wait_for_the_morning_and_answers_do_not_wait_for_them(tmp_path: Path) -> None:
    async with texting(tmp_path, city_file=city_with_quiet_hours(tmp_path, now_is_night)) as city:
        city.rasa.answer = asks
        await city.text("tell me")
        rows = await city.until(lambda rows: len(rows) == 2 and rows[1].due_at > rows[1].created_at + 60)
        assert (rows[1].kind, rows[1].status) == ("notice", "queued")
        await city.text("are you awake")
        assert [sent.body for sent in await city.sent(2)] == ["I will tell you.", "echo: are you awake"]
        await city.text("STOP")
        assert (await city.until(lambda rows: rows[1].status != "queued"))[1].status == "cancelled"


async def test_news_asked_for_by_phone_in_a_web_chat_go_to_the_phone_and_those_of_the_web_stay_there(
    tmp_path: Path,
) -> None:
    async with texting(tmp_path, city_file=city_with_quiet_hours(tmp_path, now_is_day)) as city:
        web = await joined(city)
        city.rasa.answer = asks
        await web.send("tell me")
        assert [event["text"] for event in await web.events(4)][2:] == ["I will tell you.", "Your report is closed."]
        assert len(city.twilio.sent) == 1
        await city.text("tell me")
        assert (await city.sent(3))[2].body == "Your report is closed."
        assert (await web.events(7))[6]["text"] == "Your report is closed."


async def test_a_phone_that_has_stopped_gets_no_news(city: Texting) -> None:
    def slow(body: dict[str, Any]) -> dict[str, Any]:
        return say("Your report is closed.") if body["action"] else say("I will tell you.") | later

    later = {"effects": [{"follow_up": {"action": "action_tell_news", "after": 1}}]}
    city.rasa.answer = slow
    await city.text("tell me")
    await city.sent(1)
    await city.text("STOP")
    rows = await city.until(lambda rows: len(rows) == 2 and rows[1].status != "queued")
    assert rows[1].status == "suppressed" or rows[1].due_at > rows[1].created_at
    assert len(city.twilio.sent) == 1


async def test_an_agency_s_event_lets_who_waits_hear_at_once_and_nobody_else_may_send_one(tmp_path: Path) -> None:
    later = {"effects": [{"follow_up": {"action": "action_tell_news", "after": 3600}}]}
    clock = city_with_quiet_hours(tmp_path, now_is_day)
    async with texting(tmp_path, city_file=clock, agency_events_token="agency") as city:
        city.rasa.answer = lambda body: say("Closed.") if body["action"] else say("I will tell you.") | later
        await city.text("tell me")
        await city.sent(1)
        call = city.gateway.call
        for headers in ({}, {"Authorization": "Bearer guess"}):
            assert (await call("POST", "/v1/agency/events", headers=headers))[0] == 403
        told = await call("POST", "/v1/agency/events", json={}, headers={"Authorization": "Bearer agency"})
        assert told == (202, {"waiting": 1})
        assert (await city.sent(2))[1].body == "Closed."
        assert await notify(city.settings, time) == 0
