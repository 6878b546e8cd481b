"""Servers follow what is published: words at once, a model without losing a turn, and what is switched off."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.rasa
PYTHON = Path(__file__).resolve().parents[2] / "nlu" / ".venv" / "bin" / "python"
WITHIN = 30.0
HOURS = "when are you open?"


@dataclass
class City:
    """Two servers that follow one folder."""

    folder: Path
    project: Path
    servers: tuple[Any, Any]
    told: int = 0

    def publish(self, number: int, model: str, changes: dict[str, str], base: Path | None = None) -> Path:
        """Makes a release, as a copy of the project with some texts replaced in the greeting topic's answers."""
        release = self.folder / str(number)
        shutil.copytree(base or self.project, release, ignore=shutil.ignore_patterns("*.db*", "*.log", ".rasa"))
        answers = release / "data/topics/hello/answers.yml"
        text = answers.read_text()
        for old, new in changes.items():
            assert old in text
            text = text.replace(old, new)
        answers.write_text(text)
        (release / "release.json").write_text(json.dumps({"number": number, "model": model}))
        return release

    def go(self, number: int | str) -> None:
        self.write("current", f"{number}\n")

    def write(self, name: str, text: str) -> None:
        (self.folder / "next").write_text(text)
        os.replace(self.folder / "next", self.folder / name)

    def hear(self, text: str, server: int = 0, **more: Any) -> dict[str, Any]:
        self.told += 1
        status, body = self.servers[server].say(f"m{self.told}", more.pop("sender", f"s{self.told}"), text=text, **more)
        assert status == 200, body
        reply: dict[str, Any] = body["replies"][0]
        return reply

    def health(self, server: int = 0) -> dict[str, Any]:
        told: dict[str, Any] = self.servers[server].ask("GET", "/")[1]
        return told


def until(true: Callable[[], bool], seconds: float = WITHIN) -> float:
    """Seconds until it was true on a machine that may be busy; fails after `seconds`."""
    started = time.monotonic()
    while not true():
        assert time.monotonic() < started + seconds, "it never became so"
        time.sleep(0.02)
    return time.monotonic() - started


@pytest.fixture(scope="module")
def city(rasa: Any) -> Iterator[City]:
    """The session's server and another one that starts when there is a release; this is the last module to use it."""
    folder = Path(rasa.environment["PUBLISHED_DIR"])
    folder.mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        other = type(rasa)(rasa.project, rasa.environment, int(probe.getsockname()[1]))
    yield City(folder, rasa.project, (rasa, other))
    for server in (rasa, other):
        server.kill()  # there is no way back to the working folder, so that a draft is never live by accident


def test_without_a_release_the_working_folder_is_live(city: City) -> None:
    assert city.hear("hello")["release"] is None
    assert city.health() == {"status": "ok", "release": None, "loading": None, "refused": None}


def test_the_first_release_is_loaded_and_replies_carry_its_number(city: City) -> None:
    city.publish(1, "first", {})
    city.go(1)
    city.servers[1].start()
    until(lambda: city.health()["release"] == 1)
    assert [city.hear("hello", server)["release"] for server in (0, 1)] == [1, 1]


def test_a_release_of_words_is_live_on_every_server_and_a_repeated_message_keeps_its_own(city: City) -> None:
    before = city.servers[0].say("again", "abe", text="hello")
    city.publish(2, "first", {"Hello from": "Welcome to"})
    city.go(2)
    for server in (0, 1):
        until(lambda server=server: city.hear("hello", server)["text"] == "Welcome to Brightwater.")  # type: ignore[misc]
        assert city.hear("hello", server)["release"] == 2
    assert city.servers[0].say("again", "abe", text="hello") == before
    (city.project / "data/topics/hello/answers.yml").touch()  # the working folder is a draft now
    assert city.hear("hello")["release"] == 2


def test_what_is_switched_off_is_not_said_anywhere(city: City) -> None:
    assert city.hear(HOURS, 1)["answer"] == "utter_faq/hello_hours"
    city.write("off.json", json.dumps({"answers": {"utter_faq/hello_hours": {"reason": "wrong hours"}}, "topics": {}}))
    for server in (0, 1):
        until(lambda server=server: city.hear(HOURS, server)["answer"] == "utter_switched_off")  # type: ignore[misc]
        assert city.hear(HOURS, server)["text"] == "I cannot answer that right now. Call 555-0100."
        assert city.hear("hello", server)["answer"] == "utter_greet"
    assert city.hear(HOURS, language="es", channel="sms")["text"] == "Ahora no puedo responder. Llame al 555-0100."
    city.write("off.json", "{")  # half a list changes nothing
    time_to_look = [city.hear(HOURS)["answer"] for _ in range(40)]
    assert set(time_to_look) == {"utter_switched_off"}
    city.write("off.json", json.dumps({"answers": {}, "topics": {"hello": {}}}))
    until(lambda: city.hear("hello")["answer"] == "utter_switched_off")
    city.write("off.json", json.dumps({}))
    until(lambda: city.hear(HOURS)["answer"] == "utter_faq/hello_hours")


def test_a_release_that_cannot_be_loaded_is_refused_and_the_one_before_goes_on(city: City) -> None:
    broken = city.publish(3, "broken", {})
    (broken / "models/assistant.tar.gz").unlink()
    (broken / "models/assistant.tar.gz").write_bytes(b"not a model")
    city.go(3)
    until(lambda: city.health()["refused"] is not None)
    told = city.health()
    assert told["release"] == 2 and told["refused"]["release"] == 3 and told["refused"]["why"]
    assert city.hear("hello")["release"] == 2
    city.go(2)
    until(lambda: city.health()["refused"] is None)
    city.go("no number")
    until(lambda: city.health()["refused"] is not None)
    assert city.hear("hello")["release"] == 2
    city.go(2)


def test_another_model_is_swapped_in_without_losing_a_turn_and_old_conversations_go_on(city: City) -> None:
    assert city.hear("start the form", sender="fay")["text"] == "What is your name?"
    assert city.hear(HOURS, sender="gus")["buttons"]
    release = city.publish(4, "other", {"utter_faq/hello_hours": "utter_faq/hello_times"})
    topic = release / "data/topics/hello"
    for file in topic.glob("questions.*.yml"):
        file.write_text(file.read_text().replace("faq/hello_hours", "faq/hello_times"))
    shutil.rmtree(release / "data/topics/naming")
    environment = city.servers[0].environment
    trained = subprocess.run([PYTHON, "-m", "nlu", "train"], cwd=release, env=environment, capture_output=True)
    assert trained.returncode == 0, trained.stderr.decode()[-2000:]

    stop, served = False, []

    def ask(server: int) -> None:
        while not stop:
            served.append(
                city.servers[server].say(f"r{server}-{len(served)}-{time.monotonic()}", f"r{server}", text=HOURS)
            )

    with ThreadPoolExecutor() as pool:
        asking = [pool.submit(ask, server) for server in (0, 1)]
        city.go(4)
        until(lambda: all(city.health(server)["release"] == 4 for server in (0, 1)))
        stop = True
        for one in asking:
            one.result()
    assert {status for status, _ in served} == {200}
    said = {(reply["release"], reply["answer"]) for _, body in served for reply in body["replies"]}
    assert said == {(2, "utter_faq/hello_hours"), (4, "utter_faq/hello_times")}
    assert city.hear("hello", sender="fay")["answer"] == "utter_greet"  # the form of release 2 is gone
    assert city.hear("1", 1, sender="gus")["answer"] == "utter_faq/hello_pay"  # a button of release 2


def test_a_step_back_needs_no_training(city: City) -> None:
    city.go(2)
    until(lambda: city.hear(HOURS)["answer"] == "utter_faq/hello_hours")
    until(lambda: city.hear(HOURS, 1)["release"] == 2)
