"""How fast the service directory is with 2,000 services: `python -m bench.directory`.

Measures a search in the agency over HTTP, the action with its client (nothing kept from an earlier search), and whole
turns from widget to widget. `--agency-only` leaves out the turns, which need a trained model.
"""

import argparse
import asyncio
import itertools
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
from ruamel.yaml import YAML

from bench.resident import Resident
from bench.turns import summary
from tests.stack import ROOT, running_stack

SEED = ROOT / "agency" / "directory" / "seed"
NEEDS = (
    "food box", "foood bank", "despensa", "dentist", "dolor de muelas", "shleter", "rent help", "light bill", "lawyer",
    "clases de ingles", "swimming pool", "diapers", "job", "wifi", "tax return", "food for seniors", "clinic",
    "therapy",    "ride to the doctor", "wheelchair to borrow", "ropa", "perro", "veterans", "after school",
)  # fmt: skip
STREETS = ("Alder Street", "Elm Street", "4th Street", "Lake Drive", "Hill Road", "Oak Street")
WHEN = ("", " on Saturday", " tomorrow", " right now", " tonight")


def write_seed(folder: Path, services: int) -> None:
    """The seed's services again and again, at invented places, under names of their own."""
    read = YAML(typ="safe")
    for name in ("taxonomy.yml", "organizations.yml"):
        (folder / name).write_text((SEED / name).read_text("utf-8"), "utf-8")
    own = read.load((SEED / "services.yml").read_text("utf-8"))
    places = read.load((SEED / "places.yml").read_text("utf-8"))
    chance = random.Random(3)
    spread: list[dict[str, Any]] = []
    for number in range(services // 2):
        base = places["places"][number % len(places["places"])]
        shift = {axis: round(base[axis] + chance.uniform(-0.02, 0.02), 5) for axis in ("latitude", "longitude")}
        words = {language: f"{text} {number}" for language, text in base["name"].items()}
        spread.append({**base, **shift, "id": f"{base['id']}_{number}", "name": words})
    copies: list[dict[str, Any]] = []
    for number in range(services):
        base = own["services"][number % len(own["services"])]
        words = {language: f"{text} {number}" for language, text in base["name"].items()}
        at = [
            {**item, "place": spread[(number + shift) % len(spread)]["id"]}
            for shift, item in enumerate(base.get("at", ()))
        ]
        copies.append({**base, "id": f"{base['id']}_{number}", "name": words, "at": at})
    (folder / "places.yml").write_text(json.dumps({**places, "places": spread}), "utf-8")
    (folder / "services.yml").write_text(json.dumps({**own, "services": copies}), "utf-8")


@contextmanager
def agency(folder: Path, data: Path) -> Iterator[str]:
    """The agency server with that directory; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ, "AGENCY_PORT": str(port), "AGENCY_DATA": str(data / "agency.db"), "AGENCY_DIRECTORY": str(folder),
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "agency", "serve"], cwd=ROOT, env=environment, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        process.stdout.readline()  # "Agency ready at …"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


async def searches(url: str, count: int, per_page: int, full: bool) -> list[float]:
    """Seconds of each search over HTTP."""
    taken: list[float] = []
    needs = itertools.cycle(NEEDS)
    async with aiohttp.ClientSession() as http:
        for _ in range(count):
            query = f"search={quote(next(needs))}&per_page={per_page}&full={str(full).lower()}"
            started = time.perf_counter()
            async with http.get(f"{url}/hsds/v3/services?{query}") as response:
                await response.read()
                assert response.status == 200
            taken.append(time.perf_counter() - started)
    return taken


def questions() -> Iterator[str]:
    """Questions of which none is asked twice."""
    for when, street, need in itertools.product(WHEN, STREETS, NEEDS):
        yield f"where can i get help with {need} near {street}{when}"


async def timed(count: int, ask: Callable[[str], Awaitable[Any]]) -> list[float]:
    """Seconds of each question."""
    taken: list[float] = []
    for text in itertools.islice(questions(), count):
        started = time.perf_counter()
        await ask(text)
        taken.append(time.perf_counter() - started)
    return taken


async def actions(url: str, count: int) -> list[float]:
    """Seconds of hearing the question, searching and choosing, with a client that keeps nothing."""
    from datetime import UTC, datetime

    from actions.agencies.hsds import Directory
    from actions.base import Turn, city
    from actions.directory.asking import read_wish
    from actions.directory.matching import find
    from bot.agencies import Agency

    client = Directory(Agency("directory", "hsds", f"{url}/hsds/v3", embedded=True))
    client._searches.fresh = 0
    now = datetime.now(UTC).astimezone(city().time_zone)

    async def ask(text: str) -> None:
        turn = Turn("s", "m", 1, "web", "en", text, "find_service", 1.0)
        await find([client], read_wish(turn, city(), now), "en", city(), now)

    taken = await timed(count, ask)
    await client.close()
    return taken


async def turns(url: str, count: int) -> list[float]:
    """Seconds from pressing Send to having the answer."""
    async with aiohttp.ClientSession() as http:
        resident = await Resident(http, url).open()
        taken = await timed(count, resident.ask)
        await resident.close()
    return taken


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--services", type=int, default=2_000)
    parser.add_argument("--searches", type=int, default=300)
    parser.add_argument("--turns", type=int, default=100)
    parser.add_argument("--agency-only", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, data = Path(name) / "seed", Path(name) / "data"
        folder.mkdir()
        data.mkdir()
        write_seed(folder, options.services)
        started = time.perf_counter()
        with agency(folder, data) as url:
            print(
                f"{'first start with ' + str(options.services) + ' services':36} {time.perf_counter() - started:.1f} s"
            )
            with urllib.request.urlopen(f"{url}/hsds/v3/services?per_page=1", timeout=5) as page:
                assert json.load(page)["total_items"] == options.services
            asyncio.run(searches(url, 30, 20, False))
            print(f"{'search, 20 a page':36} {summary(asyncio.run(searches(url, options.searches, 20, False)))}")
            print(f"{'search, 100 full ones':36} {summary(asyncio.run(searches(url, options.searches, 100, True)))}")
            print(f"{'action: hear, search, choose':36} {summary(asyncio.run(actions(url, options.searches)))}")
        if options.agency_only:
            return
        stack_data = Path(name) / "stack"
        stack_data.mkdir()
        for file in data.glob("directory.db*"):  # so that the stack's agency need not read the seed again
            shutil.copy(file, stack_data)
        with running_stack(stack_data, AGENCY_DIRECTORY=str(folder)) as stack:
            asyncio.run(turns(stack.url, 5))
            print(f"{'whole turn':36} {summary(asyncio.run(turns(stack.url, options.turns)))}")


if __name__ == "__main__":
    main()
