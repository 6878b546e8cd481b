"""People who asked are told once when their report is closed or gets a note; nobody else is told anything."""

import subprocess
import sys
from time import time

from tests.actions.caller import Caller
from tests.actions.conftest import ROOT, Server

LOOK = "action_tell_news"


def move(environment: dict[str, str], number: str, *status: str) -> None:
    """What the department does with a report."""
    command = [sys.executable, "-m", "agency", "move", number, *status]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)


def reported(caller: Caller) -> str:
    """A report of this conversation; its number."""
    caller.open("report_form", "there is a deep pothole on 12 Oak Street, cars swerve around it")
    caller.press("Yes, that is it")
    while not caller.slots.get("my_requests"):
        caller.press(next(iter(caller.choices)))
    caller.form = None
    return str(caller.slots["my_requests"][-1]["id"])


def test_news_are_told_once_and_only_when_there_are_some(
    caller: Caller, environment: dict[str, str], agency: Server
) -> None:
    number = reported(caller)
    assert caller.run("action_tell_me_when_done", "tell me when it is done") == ["utter_follow_will_tell"]
    assert caller.effects == [{"follow_up": {"action": LOOK, "after": 300}}]
    assert caller.run(LOOK) == [] and caller.effects[0]["follow_up"]["after"] == 600
    move(environment, number, "open", "--note", "A crew comes on Friday.")
    assert caller.run(LOOK) == ["utter_follow_news_note", "utter_follow_note"]
    assert caller.run(LOOK) == []
    move(environment, number, "closed", "--note", "Filled.")
    assert caller.run(LOOK) == ["utter_follow_news_closed", "utter_follow_note"] and caller.effects == []
    assert caller.run(LOOK) == [] and caller.effects == []


def test_who_says_stop_is_told_no_more(caller: Caller, environment: dict[str, str], agency: Server) -> None:
    number = reported(caller)
    assert caller.run("action_stop_telling_me", "stop telling me") == ["utter_follow_tell_nothing"]
    caller.run("action_tell_me_when_done", "tell me when it is done")
    assert caller.run("action_stop_telling_me", "stop telling me") == ["utter_follow_tell_stopped"]
    move(environment, number, "closed")
    assert caller.run(LOOK) == [] and caller.effects == []


def test_asking_twice_looks_once(caller: Caller, agency: Server) -> None:
    reported(caller)
    caller.at = time()
    for effects in (1, 0):
        caller.run("action_tell_me_when_done", "tell me when it is done")
        assert len(caller.effects) == effects
    assert len(caller.slots["watched"]["items"]) == 1


def test_news_go_where_they_were_asked_for(caller: Caller, environment: dict[str, str], agency: Server) -> None:
    number = reported(caller)
    caller.channel = "sms"
    caller.run("action_tell_me_when_done", "let me know when it is fixed")
    move(environment, number, "closed")
    caller.channel = "web"
    assert caller.run(LOOK) == []
    caller.channel = "sms"
    assert caller.run(LOOK) == ["utter_follow_news_closed"]


def test_a_closed_report_is_told_at_once_and_an_unknown_one_is_asked_for(
    caller: Caller, environment: dict[str, str], agency: Server
) -> None:
    assert caller.run("action_tell_me_when_done", "tell me when it is done") == ["utter_follow_tell_what"]
    move(environment, reported(caller), "closed")
    assert caller.run("action_tell_me_when_done", "tell me when it is done")[0] == "utter_follow_closed"
    assert caller.effects == []
