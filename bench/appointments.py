"""100 people race for 10 times: `python -m bench.appointments` prints who got one, and that nobody got another's.

Once straight at the agency's interface, once through the actions as conversations do, and both again while the agency
is killed (kill -9) and started anew in the middle.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from agency.appointments.store import Book
from tests.actions.caller import Caller
from tests.stack import free_ports

ROOT = Path(__file__).parents[1]
ZONE = ZoneInfo("America/Chicago")
PATIENCE = 60.0
"""Seconds that a person keeps trying while the agency is away."""
PLAN = """
languages: [en, es]
city: Brightwater
slot_minutes: 15
days_ahead: 6
lead_minutes: 0
closed: []
offices:
- {{id: 1, key: city_hall, name: {{en: City Hall, es: Ayuntamiento}}, street: Main Street, house_number: "100",
   phone: 555-0100, desks: 2, hours: {{{weekday}: "09:00-10:15"}}}}
services:
- {{id: 1, name: {{en: Notary, es: Notario}}, keywords: {{en: notary, es: notario}}, bring: {{en: "", es: ""}},
   slots: 1, offices: [1]}}
"""
"""Five quarters of an hour at two desks."""

AGENCIES = """
requests: {kind: open311, url: /open311/v2}
appointments: {kind: appointments, url: /appointments/v1}
"""


@dataclass
class Rig:
    """An agency with ten free times and an action server, each a process."""

    folder: Path
    environment: dict[str, str]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def agency(self) -> str:
        return f"http://127.0.0.1:{self.environment['AGENCY_PORT']}"

    @property
    def actions(self) -> str:
        return f"http://127.0.0.1:{self.environment['ACTIONS_PORT']}"

    def start(self, name: str) -> None:
        """Start `agency` or `actions` and wait until it answers."""
        command = {"agency": ["agency", "serve"], "actions": ["actions"]}[name]
        url = f"{self.agency}/healthz" if name == "agency" else f"{self.actions}/health"
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.processes[name] = process
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            try:
                with urllib.request.urlopen(url, timeout=2):
                    return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"{name} did not start")

    def kill_agency(self) -> None:
        """Kill it as the kernel would, and start it again."""
        self.processes["agency"].send_signal(signal.SIGKILL)
        self.processes["agency"].wait()
        self.start("agency")

    def booked(self) -> list[str]:
        """The names in the agency's book."""
        book = Book(self.folder / "appointments.db")
        found = book.confirmed(0, 2**40)
        book.close()
        return [process.contact.family_name for process in found]

    def double_booked(self) -> int:
        """Times that more people have than there are desks."""
        book = Book(self.folder / "appointments.db")
        starts = Counter(process.starts for process in book.confirmed(0, 2**40))
        book.close()
        return sum(max(0, count - 2) for count in starts.values())


@contextmanager
def rig() -> Iterator[Rig]:
    """Both processes with a data folder of their own, stopped at the end."""
    with tempfile.TemporaryDirectory() as folder:
        day = datetime.now(ZONE) + timedelta(days=3)
        while f"{day:%m-%d}" in ("11-26", "12-25", "01-01"):  # holidays of the city profile
            day += timedelta(days=1)
        plan = Path(folder) / "plan.yml"
        plan.write_text(PLAN.format(weekday=f"{day:%a}".lower()), encoding="utf-8")
        agencies = Path(folder) / "agencies.yml"
        agencies.write_text(AGENCIES, encoding="utf-8")
        ports = free_ports(2)
        made = Rig(
            Path(folder),
            {
                **os.environ,
                "AGENCY_PORT": str(ports[0]), "ACTIONS_PORT": str(ports[1]), "AGENCY_DATA": f"{folder}/agency.db",
                "AGENCY_APPOINTMENTS": str(plan), "AGENCIES_FILE": str(agencies), "ASSISTANT_SECRET": "secret",
            },
        )  # fmt: skip
        try:
            made.start("agency")
            made.start("actions")
            yield made
        finally:
            for process in made.processes.values():
                process.terminate()
                process.wait(10)


def race(people: int, person: Callable[[int], str], during: Callable[[], None] | None = None) -> list[str]:
    """What became of each person; they all begin at once, and `during` happens meanwhile."""
    begin = threading.Barrier(people + (1 if during else 0))

    def run(number: int) -> str:
        begin.wait()
        return person(number)

    with ThreadPoolExecutor(people) as pool:
        running = [pool.submit(run, number) for number in range(people)]
        if during:
            begin.wait()
            during()
        return [one.result() for one in running]


def at_the_interface(made: Rig, number: int) -> str:
    """Hold and book through HTTP, trying each free time; "booked" or "told" that nothing is left."""
    deadline = time.monotonic() + PATIENCE
    key = f"person-{number}"
    first = datetime.now(ZONE).date()
    query = f"officeIds=1&serviceIds=1&serviceCounts=1&startDate={first}&endDate={first + timedelta(days=6)}"
    while time.monotonic() < deadline:
        status, calendar = _ask(f"{made.agency}/appointments/v1/available-calendar/?{query}")
        if status != 200:
            time.sleep(0.1)
            continue
        days = calendar["availableDays"]
        times = [at for day in days for office in day["offices"] for at in office["appointments"]]
        if not times:
            return "told"
        body = {"timestamp": random.choice(times), "officeId": 1, "serviceId": [1], "serviceCount": [1]}
        status, held = _until_known(f"{made.agency}/appointments/v1/reserve-appointment/", body, key, deadline)
        if status != 200:
            continue
        holder = {"processId": held["processId"], "authKey": held["authKey"]}
        steps = [("update", {**holder, "familyName": f"Person {number}"}), ("preconfirm", holder), ("confirm", holder)]
        for step, content in steps:
            status, answer = _until_known(f"{made.agency}/appointments/v1/{step}-appointment/", content, "", deadline)
        assert status == 200 and answer["status"] == "confirmed", answer
        return "booked"
    return "lost"


def in_a_conversation(made: Rig, number: int) -> str:
    """The same through the actions, as a person who presses buttons and tries again when told to."""
    caller, deadline = Caller(made.actions), time.monotonic() + PATIENCE
    caller.open("appointments_form", "i need a notary", "book_appointment")
    while time.monotonic() < deadline:
        said = set(caller.said)
        times = [title for title, choice in caller.choices.items() if choice.startswith("when:")]
        if said & {"utter_appointments_booked"}:
            return "booked"
        if "utter_appointments_nothing_free" in said:
            return "told"
        if said & {"utter_appointments_unsure", "utter_appointments_still_unsure"} or caller.effects:
            time.sleep(0.2)
            caller.run("action_finish_appointment")
            if not caller.said and not caller.effects:
                caller.run("validate_appointments_form", "book it", "affirm")
        elif said & {"utter_appointments_unavailable", "utter_appointments_unavailable_now"}:
            time.sleep(0.2)
            if caller.slots.get("appointments"):
                caller.say("the soonest")
            else:
                caller.open("appointments_form", "i need a notary", "book_appointment")
        elif times:
            caller.press(random.choice(times))
        elif "utter_appointments_ask_name" in said:
            caller.say(f"Person {number}")
        elif "utter_appointments_ask_contact" in said:
            caller.say("skip", "skip")
        elif "utter_appointments_review" in said:
            caller.say("book it", "affirm")
        else:
            return f"unexpected {sorted(said)}"
    return "lost"


def _until_known(url: str, body: Any, key: str, deadline: float) -> tuple[int, Any]:
    """Send until there is an answer: each step may be repeated."""
    while time.monotonic() < deadline:
        status, answer = _ask(url, body, key)
        if status:
            return status, answer
        time.sleep(0.1)
    return 0, None


def _ask(url: str, body: Any = None, key: str = "") -> tuple[int, Any]:
    """(status, document); status 0 if there is no answer."""
    headers = {"Content-Type": "application/json", **({"Idempotency-Key": key} if key else {})}
    data = None if body is None else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=10) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"{}")
    except (OSError, ValueError):
        return 0, None


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100)
    people = parser.parse_args().people
    print(f"{'race':34} {'booked':>6} {'told':>5} {'lost':>5} {'double':>6} {'seconds':>8}")
    for name, person in (("at the interface", at_the_interface), ("in conversations", in_a_conversation)):
        for killed in (False, True):
            with rig() as made:
                began = time.monotonic()

                def during() -> None:
                    time.sleep(0.5)
                    made.kill_agency()

                ends = Counter(race(people, lambda n: person(made, n), during if killed else None))  # noqa: B023
                names, seconds = made.booked(), time.monotonic() - began
                double = made.double_booked() + len(names) - len(set(names))
                lost = people - ends["booked"] - ends["told"]
                title = f"{name}{', agency killed' if killed else ''}"
                print(f"{title:34} {ends['booked']:6} {ends['told']:5} {lost:5} {double:6} {seconds:8.1f}", flush=True)
                if len(names) != ends["booked"]:
                    print(f"  the book has {len(names)}; {dict(ends)}")
                elif lost:
                    print(f"  {dict(ends)}")


if __name__ == "__main__":
    main()
