"""Whatever the appointment system does: a sentence within five seconds, nothing lost and nothing doubled."""

import asyncio
import json
import time
import urllib.request
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.actions.caller import Caller
from tests.actions.conftest import Server, free_port
from tests.fakes.agency import TROUBLES, TroubledAgency, passing_to

PROMISED = 5.0  # seconds to a sentence
FORM = "appointments_form"


class Person:
    """Somebody whose appointment system may be in trouble; every answer must come in time."""

    def __init__(self, agency: TroubledAgency, url: str) -> None:
        self.agency, self.caller = agency, Caller(url)

    async def do(self, what: Callable[[], list[str]]) -> list[str]:
        began = time.monotonic()
        said = await asyncio.to_thread(what)
        assert time.monotonic() - began < PROMISED
        return said

    async def until(self, what: Callable[[], list[str]], answer: str) -> None:
        """Try again until the answer comes: after failures the system is left alone for some seconds."""
        deadline = time.monotonic() + 30
        while answer not in await self.do(what):
            assert time.monotonic() < deadline, self.caller.said
            await asyncio.sleep(0.2)

    def first_time(self) -> str:
        return next(title for title, choice in self.caller.choices.items() if choice.startswith("when:"))


@pytest.fixture
async def person(environment: dict[str, str], agency: Server, tmp_path: Path) -> AsyncIterator[Person]:
    healthy = f"http://127.0.0.1:{environment['AGENCY_PORT']}"
    async with TroubledAgency(passing_to(healthy)).running() as running:
        (tmp_path / "agencies.yml").write_text(
            f"requests: {{kind: open311, url: '{running.url}/open311/v2'}}\n"
            f"visits: {{kind: appointments, url: '{running.url}/appointments/v1', idempotency: true}}\n"
        )
        port = free_port()
        own = {**environment, "AGENCIES_FILE": str(tmp_path / "agencies.yml"), "ACTIONS_PORT": str(port)}
        server = Server(["actions"], f"http://127.0.0.1:{port}/health", own)
        await asyncio.to_thread(server.start)
        yield Person(running, f"http://127.0.0.1:{port}")
        running.trouble = ""
        await asyncio.to_thread(server.stop)


def booked_at(environment: dict[str, str], caller: Caller) -> str:
    """The status of what the conversation was given a code for, asked of the agency itself."""
    mine = caller.slots["my_appointments"][-1]
    url = f"http://127.0.0.1:{environment['AGENCY_PORT']}/appointments/v1/appointment/"
    with urllib.request.urlopen(f"{url}?processId={mine['id']}&authKey={mine['key']}", timeout=5) as answer:
        return str(json.load(answer)["status"])


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_no_trouble_loses_the_answers_or_books_twice(
    person: Person, environment: dict[str, str], trouble: str
) -> None:
    caller = person.caller
    person.agency.trouble = trouble
    assert await person.do(lambda: caller.open(FORM, "i need a notary at city hall", "book_appointment")) == [
        "utter_appointments_unavailable"
    ]
    person.agency.trouble = ""
    opens = lambda: caller.open(FORM, "i need a notary at city hall", "book_appointment")  # noqa: E731
    await person.until(opens, "utter_appointments_ask_when")
    title = person.first_time()
    choice = caller.choices[title]

    person.agency.trouble = trouble
    assert await person.do(lambda: caller.press(title)) == ["utter_appointments_unavailable_now"]
    assert caller.slots["appointments"]["values"]["service"], "the form stays"
    person.agency.trouble = ""
    await person.until(lambda: caller.say("the soonest"), "utter_appointments_ask_when")
    assert choice in caller.choices.values(), "nothing is left held"
    await person.do(lambda: caller.press(title))
    assert caller.said == ["utter_appointments_held", "utter_appointments_ask_name"]
    await person.do(lambda: caller.say("Rosa Diaz"))
    await person.do(lambda: caller.say("skip", "skip"))

    person.agency.trouble = trouble
    assert await person.do(lambda: caller.say("yes", "affirm")) == ["utter_appointments_unsure"]
    assert caller.effects[0]["follow_up"]["action"] == "action_finish_appointment"
    assert "Rosa Diaz" in json.dumps(caller.slots["appointments"])
    person.agency.trouble = ""
    await person.until(lambda: caller.run("action_finish_appointment"), "utter_appointments_booked")
    assert booked_at(environment, caller) == "confirmed"
    assert caller.run("action_finish_appointment") == [], "it is said and done once"


async def test_looking_up_and_cancelling_are_honest_while_the_system_is_down(
    person: Person, environment: dict[str, str]
) -> None:
    caller = person.caller
    for what in (
        lambda: caller.open(FORM, "i need a notary at city hall", "book_appointment"),
        lambda: caller.say("1"),
        lambda: caller.say("Rosa Diaz"),
        lambda: caller.say("skip", "skip"),
        lambda: caller.say("yes", "affirm"),
    ):
        await person.do(what)
    assert caller.said[0] == "utter_appointments_booked"
    cancels = lambda: caller.open("my_appointment_form", "cancel my appointment", "cancel_appointment")  # noqa: E731
    assert await person.do(cancels) == ["utter_my_appointment_ask_sure"]
    person.agency.trouble = "500"
    assert await person.do(lambda: caller.say("yes", "affirm")) == ["utter_my_appointment_cancel_unsure"]
    looks = lambda: caller.open("my_appointment_form", "when is my appointment", "show_appointment")  # noqa: E731
    assert await person.do(looks) == ["utter_my_appointment_unavailable"]
    person.agency.trouble = ""
    await person.until(looks, "utter_my_appointment_shown")
    assert booked_at(environment, caller) == "confirmed"
