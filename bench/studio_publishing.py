"""From a click in the studio until residents hear it: `python -m bench.studio_publishing [--full]`.

Runs the whole assistant, a second Rasa server and the studio on a copy of this project in git; asks for a review,
approves it, publishes a change of words, switches an answer off and on, and goes a step back, over HTTP. With `--full`
it adds an example question and publishes it while five conversations a second go on, and then takes so many examples
away that the gate has to refuse it.
"""

import argparse
import asyncio
import html
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import httpx

from bench.publishing import ANSWERS, ASKED, Desk, crowd
from bot.city import load_city
from bot.operations import programs
from bot.operations.keys import with_secrets
from bot.settings import Settings
from bot.store import open_store
from studio.publishing import snapshot
from studio.publishing.git import Author, commit
from studio.publishing.place import Place
from studio.publishing.release import FINGERPRINT, MODELS, Release
from studio.publishing.servers import until_taken
from studio.web.accounts import sessions, staff
from studio.web.accounts.roles import Role
from tests.stack import ROOT, Stack, free_ports, running_stack

HERE = "/publishing"
FARE, TAKEN = "/topics/buses/faq~buses_fare", "data/topics/collection/questions.en.yml"
SECONDS_AFTER = 15.0  # people go on talking while the servers load the model


class Browser:
    """Somebody signed in to the studio."""

    def __init__(self, url: str, token: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=60)
        self._http.cookies.set("studio-session", token, domain="127.0.0.1", path="/")

    def open(self, path: str, action: str = "") -> dict[str, str]:
        """The hidden fields of a page, or of its first form with that action; opening it comes before the click."""
        return dict(re.findall(r'name="(csrf|digest|review|number|version)" value="([^"]+)"', self.read(path, action)))

    def read(self, path: str, action: str = "") -> str:
        """The source of a page, or of its first form with that action."""
        page = self._http.get(path).raise_for_status().text
        return page[page.index(f'action="{action}"') :].split("</form>")[0] if action else page

    def send(self, path: str, fields: Mapping[str, str | list[str]]) -> str:
        """Press the button: where it leads."""
        answer = self._http.post(path, data=fields)
        if answer.status_code != 303:
            raise RuntimeError(f"{path}: {answer.status_code} {' / '.join(words_of(answer.text))[:3000]}")
        return answer.headers["location"]

    def wait(self, job: str) -> str:
        """The page of some work once it is over."""
        while 'data-running="yes"' in (page := self._http.get(job).text):
            time.sleep(0.1)
        return page


def words_of(page: str) -> list[str]:
    """What people read on a page, line by line, without the navigation."""
    lines = re.sub(r"<[^>]+>", " ", page[page.find("<main") :]).splitlines()
    return [html.unescape(" ".join(line.split())) for line in lines if line.strip()]


class Servers:
    """Both Rasa servers, asked directly."""

    def __init__(self, urls: list[str], secret: str) -> None:
        self.urls = urls
        self._http = httpx.Client(headers={"Authorization": f"Bearer {secret}"}, timeout=30)

    def say(self, url: str) -> str:
        """What a new conversation hears from one of them."""
        name = uuid.uuid4().hex
        body = {"message_id": name, "sender": name, "channel": "web", "language": "en", "text": ASKED, "metadata": {}}
        answer = self._http.post(f"{url}/webhooks/assistant/messages", json=body)
        return " ".join(str(each.get("text", "")) for each in answer.raise_for_status().json()["replies"])

    def until(self, wanted: Callable[[str], bool], started: float) -> list[float]:
        """Seconds from `started` until each of them says it."""
        found: dict[str, float] = {}
        while len(found) < len(self.urls) and time.monotonic() < started + 60:
            for url in self.urls:
                if url not in found and wanted(self.say(url)):
                    found[url] = round(time.monotonic() - started, 2)
        return [found[url] for url in self.urls]


@contextmanager
def program(command: list[str], environment: dict[str, str], health: str) -> Iterator[None]:
    """A program that runs until left."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            for _ in range(600):
                try:
                    urllib.request.urlopen(health, timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield
        finally:
            process.terminate()
            process.wait(20)


async def tokens(settings: Settings, *roles: Role) -> list[str]:
    """Sessions of new people of these roles."""
    store, found = await open_store(settings.store_url), []
    for role in roles:
        newcomer = staff.Newcomer(f"Bench {role}", f"{role}@example.gov", role)
        person = await staff.add(store, newcomer, staff.Act("bench", time.time()))
        found.append(await sessions.open_session(store, person, time.time(), 3600))
    await store.close()
    return found


def measure(stack: Stack, folder: Path, full: bool) -> None:
    """Print each figure as it comes."""
    environment = with_secrets(dict(stack.environment), stack.data_dir, make=False)
    settings = Settings.from_env(environment)
    rasa, port = free_ports(2)
    urls = [settings.rasa_url, f"http://127.0.0.1:{rasa}"]
    desk = Desk(folder, stack)
    subprocess.run(["git", "-C", str(desk.root), "init", "--quiet"], check=True)
    commit(desk.root, ["."], Author("Bench"), "content: Begin.")
    child = programs.child_environment(settings, environment, ROOT, load_city(settings.city_file))
    second = programs.rasa_program(replace(settings, rasa_url=urls[1]), child, ROOT)
    studio = {**environment, "RASA_URL": ",".join(urls), "STUDIO_PORT": str(port), "PYTHONPATH": str(ROOT)}
    serve = [sys.executable, "-m", "studio", "studio", "serve", "--project", str(desk.root)]
    with ExitStack() as running:
        running.enter_context(program(list(second.command), dict(second.environment), second.health or ""))
        running.enter_context(program(serve, studio, f"http://127.0.0.1:{port}/healthz"))
        found = asyncio.run(tokens(settings, "editor", "reviewer", "publisher"))
        editor, reviewer, publisher = (Browser(f"http://127.0.0.1:{port}", token) for token in found)
        servers = Servers(urls, environment["RASA_SECRET"])
        print("first release:", begin(Place.of(settings, desk.root), urls), flush=True)
        fare = next(line for line in (desk.root / ANSWERS).read_text().splitlines() if "$" in line and "text:" in line)
        desk.edit(ANSWERS, fare, fare.replace('text: "', 'text: "New fares. ', 1))
        reviewed(editor, reviewer, "New fares.")
        new, off = "New fares", "I cannot answer"
        history, switch = f"{HERE}/history", f"{HERE}/off"
        for what, who, page, path, fields, wanted in (
            ("words", publisher, HERE, f"{HERE}/publish", {"why": "New fares."}, lambda text: text.startswith(new)),
            ("off", reviewer, switch, switch, {"name": "buses_fare", "reason": "bench"},
             lambda text: text.startswith(off)),
            ("on", reviewer, switch, f"{HERE}/on", {"name": "utter_faq/buses_fare"},
             lambda text: text.startswith(new)),
            ("rollback", publisher, history, f"{HERE}/rollback", {"reason": "bench"},
             lambda text: not text.startswith((new, off))),
        ):  # fmt: skip
            sealed, started = who.open(page), time.monotonic()
            led = who.send(path, {**sealed, **fields})
            print(what, {"clicked_s": round(time.monotonic() - started, 2), "said_s": servers.until(wanted, started)},
                  flush=True)  # fmt: skip
            if led.startswith("/jobs/"):
                page = who.wait(led)
                print("   servers that say so on the page:", page.count("says it now"), flush=True)
        if full:
            desk.edit(ANSWERS, "New fares. ", "")  # the step back left it in the draft
            print("a new question:", asyncio.run(talked_through(stack.url, (editor, reviewer, publisher))), flush=True)
            print("many examples less:", *refused((editor, reviewer, publisher)), sep="\n   ", flush=True)


def begin(place: Place, urls: list[str]) -> list[str]:
    """A first release with the model that there is: learning it is what another bench measures."""
    folder = place.releases.folder(1)
    snapshot.copy(place.root, folder)
    shutil.copytree(ROOT / MODELS, folder / MODELS)
    model, digest = (folder / MODELS / FINGERPRINT).read_text().strip(), snapshot.digest(folder)
    place.releases.write(Release(1, "full", "Bench", time.time(), model, digest))
    place.releases.go_live(1)
    return [each.state for each in until_taken(urls, 1)]


async def talked_through(url: str, team: tuple[Browser, Browser, Browser]) -> dict[str, object]:
    """Lost messages and errors while a new question is written, approved, learned and published."""
    stop = asyncio.Event()
    people = asyncio.create_task(crowd(url, stop))
    try:
        told = await asyncio.to_thread(new_question, *team)
        await asyncio.sleep(SECONDS_AFTER)
    finally:
        stop.set()
    return {**told, **await people}


def new_question(editor: Browser, reviewer: Browser, publisher: Browser) -> dict[str, object]:
    """All of it by forms; the first look at the draft learns its model."""
    form = {
        **editor.open(FARE, f"{FARE}/examples"),
        "language": "en",
        "examples": "whats the damage for one ride on the bus",
    }
    editor.send(f"{FARE}/examples", form)
    started = time.monotonic()
    print(*reviewed(editor, reviewer, "One more way to ask for the fare."), sep="\n   ", flush=True)
    checked, started = time.monotonic() - started, time.monotonic()
    page = publisher.wait(publisher.send(f"{HERE}/publish", {**publisher.open(HERE), "why": "One more way to ask."}))
    clicked = time.monotonic() - started
    return {"checked_s": round(checked, 1), "published_s": round(clicked, 1), "servers": page.count("says it now")}


def refused(team: tuple[Browser, Browser, Browser]) -> list[str]:
    """What is read where the questions kept aside are understood worse: the check's words, and the publisher's page."""
    editor, reviewer, publisher = team
    for question in re.findall(r"^- intent: (\S+)", (ROOT / TAKEN).read_text(), re.MULTILINE):
        page = f"/topics/collection/{question.replace('/', '~')}"
        take = f"{page}/take-out"
        shown = re.findall(r'name="example" value="([^"]+)"', editor.read(page, take))
        ticked = [html.unescape(each) for each in shown[1:]]
        editor.send(take, {**editor.open(page, take), "language": "en", "example": ticked})
    told, page = reviewed(editor, reviewer, "Fewer examples."), words_of(publisher.read(HERE))
    at = next(number for number, words in enumerate(page) if words.startswith("3."))
    return [*told, "The publisher's page:", *page[at : at + 6]]


def reviewed(editor: Browser, reviewer: Browser, message: str) -> list[str]:
    """Asked for, looked at and checked, so that only the click is left; what the check said."""
    editor.send(f"{HERE}/ask", {**editor.open(HERE), "message": message})
    reviewer.send(f"{HERE}/approve", {**reviewer.open(HERE), "note": ""})
    return words_of(editor.wait(editor.send(f"{HERE}/prepare", editor.open(HERE))))


def main() -> None:
    """Everything in a folder that is gone afterwards."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="learn and publish a new question, too: some minutes")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, running_stack(Path(name) / "var") as stack:
        measure(stack, Path(name), chosen.full)


if __name__ == "__main__":
    main()
