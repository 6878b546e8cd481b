"""How quick the studio is with a thousand topics: its start, and its pages while somebody clicks through them.

    python -m bench.studio [--topics 1000] [--rounds 5]

Makes a project of that size in a temporary folder, starts `assistant studio serve` as a process of its own, makes the
first account with the link that it leaves, starts it again, and asks for pages one after the other over HTTP.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from bot.operations.first_account import first_link, first_token
from tests.stack import free_ports

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "a bench needs a long one"
QUESTIONS = """\
version: "3.1"

nlu:
- intent: faq/{name}_main
  metadata: {{title: %s {number}}}
  examples: |
{%s}"""
TOPIC = {
    "questions.en.yml": QUESTIONS % ("About matter", "en"),
    "questions.es.yml": QUESTIONS % ("Sobre el asunto", "es"),
    "answers.yml": """\
responses:
  utter_faq/{name}_main:
  - text: Matter {number} is at City Hall.
    metadata: {{language: en, owner: City Hall, source: "https://example.gov/{number}", review_by: 2027-06-01}}
  - text: El asunto {number} está en el Ayuntamiento.
    metadata: {{language: es, owner: City Hall, source: "https://example.gov/{number}", review_by: 2027-06-01}}
""",
    "tests.yml": """\
- name: about {name}
  language: en
  steps:
  - {{user: tell me of matter {number}, answer: utter_faq/{name}_main}}
""",
}


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--topics", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5, help="how often each page is asked for")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(Place(make_project(Path(folder) / "project", arguments.topics), Path(folder)), arguments.rounds)


def measure(place: Place, rounds: int) -> None:
    """Start twice: the first compiles every program, libraries too, and makes the store; the second is as usual."""
    print(f"{len(list((place.root / 'data/topics').iterdir()))} topics, {os.cpu_count()} cores, load {load():.1f}")
    with started(place) as running:
        print(f"first start of all              {running.words}")
        join(running.client, first_link(place.address, place.data).removeprefix(place.address))
        assert not first_token(place.data)
        cookies = running.client.cookies
    with started(place) as running:
        print(f"start until it answers          {running.words}, load {load():.1f}")
        running.client.cookies = cookies
        soon = {path: timed(running.client, path) for path in ("/", "/topics")}
        print("right after the start           " + ", ".join(f"{path} {ms:.0f} ms" for path, ms in soon.items()))
        pages = paths(running.client)
        first = {path: timed(running.client, path) for path in pages}
        again = {path: sorted(timed(running.client, path) for _ in range(rounds)) for path in pages}
        everything = sorted(each for times in again.values() for each in times)
        p50, p95 = at(everything, 0.5), at(everything, 0.95)
        print(f"{len(pages)} pages x {rounds}: p50 {p50:.0f} ms, p95 {p95:.0f} ms, load {load():.1f}")
        print(f"first time each, slowest        {max(first.values()):6.0f} ms")
        for path, times in sorted(again.items(), key=lambda pair: -first[pair[0]])[:12]:
            print(
                f"  {path[:60]:<60} first {first[path]:6.0f}  median {at(times, 0.5):6.0f}  slowest {times[-1]:6.0f} ms"
            )
        print(f"memory                          {resident(running.pid):6.0f} MB")


class Place:
    """A project, and the folder in which the studio keeps its data; its programs are compiled there, too."""

    def __init__(self, root: Path, folder: Path) -> None:
        (port,) = free_ports(1)
        self.root, self.data, self.log = root, folder / "data", folder / "studio.log"
        self.address = f"http://127.0.0.1:{port}"
        self.environment = {
            **os.environ, "ASSISTANT_DATA": str(self.data), "CITY_FILE": str(root / "city.yml"),
            "STUDIO_PORT": str(port), "STUDIO_LIMIT": "1000000/minute",
            "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
        }  # fmt: skip
        self.environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installation keeps what was compiled


@dataclass(frozen=True)
class Running:
    """The studio, and what its start took until it answered."""

    client: httpx.Client
    pid: int
    seconds: float
    processor: float

    @property
    def words(self) -> str:
        """For the table."""
        return f"{self.seconds:6.2f} s, {self.processor:.2f} s of processor time by then"


@contextmanager
def started(place: Place) -> Iterator[Running]:
    """The studio as a process of its own."""
    command = [sys.executable, "-m", "studio", "studio", "serve", "--project", str(place.root)]
    begun = time.perf_counter()
    with place.log.open("wb") as log:
        process = subprocess.Popen(command, env=place.environment, stdout=log, stderr=log)
    try:
        with httpx.Client(base_url=place.address, timeout=60) as client:
            while not answers(client):
                assert process.poll() is None and time.perf_counter() - begun < 60, "the studio does not start"
                time.sleep(0.01)
            yield Running(client, process.pid, time.perf_counter() - begun, busy(process.pid))
    except AssertionError:
        print(place.log.read_text()[-3000:])
        raise
    finally:
        process.terminate()
        process.wait(30)


def make_project(root: Path, topics: int) -> Path:
    """Our own project with that many topics, 15 examples in each language, in git."""
    (root / "data").mkdir(parents=True)
    for name in ("config.yml", "domain.yml", "city.yml"):
        shutil.copy(ROOT / name, root / name)
    shutil.copytree(ROOT / "data", root / "data", dirs_exist_ok=True)
    own = len(list((root / "data/topics").iterdir()))
    for number in range(max(0, topics - own)):
        name = f"matter_{number:04}"
        blanks = {
            "name": name, "number": number,
            "en": "".join(f"    - where do I go for matter {number} in case {each}\n" for each in range(15)),
            "es": "".join(f"    - adónde voy por el asunto {number} en el caso {each}\n" for each in range(15)),
        }  # fmt: skip
        (root / "data/topics" / name).mkdir()
        for file, text in TOPIC.items():
            (root / "data/topics" / name / file).write_text(text.format(**blanks), "utf-8")
    as_bench = ("git", "-C", str(root), "-c", "user.name=Bench", "-c", "user.email=bench@example.gov")
    for command in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "--message", "content: Begin.")):
        subprocess.run([*as_bench, *command], check=True)
    return root


def answers(client: httpx.Client) -> bool:
    """Whether it is there."""
    try:
        return client.get("/healthz").status_code == 200
    except httpx.TransportError:
        return False


def join(client: httpx.Client, path: str) -> None:
    """Make the first account; the client is signed in from then on."""
    stamp = re.search(r'name="csrf" value="(\w+)"', client.get(path).text)
    assert stamp
    form = {"csrf": stamp[1], "name": "Bench", "email": "bench@example.gov", "password": PASSWORD, "again": PASSWORD}
    assert client.post(path, data=form).status_code == 303


def paths(client: httpx.Client) -> list[str]:
    """The pages of the navigation, and what the list of topics leads to."""
    found = ["/", "/account", "/people"]
    found += re.findall(r'<li><a href="(/[a-z]+)"', client.get("/").text)
    listed = client.get("/topics").text if "/topics" in found else ""
    topics = [path for path in re.findall(r'href="(/topics/[a-z0-9_]+)"', listed) if "-" not in path][:3]
    found += topics
    for topic in topics:
        found += re.findall(rf'href="({topic}/[^"?]+)"', client.get(topic).text)[:3]
    return list(dict.fromkeys(found))


def timed(client: httpx.Client, path: str) -> float:
    """Milliseconds until the whole page is there."""
    begun = time.perf_counter()
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code, answer.text)
    return (time.perf_counter() - begun) * 1000


def load() -> float:
    """How many programs wait for a core, over the last minute."""
    return os.getloadavg()[0]


def at(values: list[float], share: float) -> float:
    """The value below which that share of sorted values lies."""
    return values[min(len(values) - 1, int(len(values) * share))]


def busy(pid: int) -> float:
    """Processor time so far in seconds (proc(5), fields 14 and 15 of stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid: int) -> float:
    """Resident memory in MB."""
    found = re.search(r"^VmRSS:\s*(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    main()
