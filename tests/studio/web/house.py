"""A running studio for tests: a real server, a small project in git, and somebody of each role."""

import asyncio
import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import time
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import httpx
from argon2 import PasswordHasher
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page
from playwright.async_api import Route as Request

from bot.settings import Settings
from bot.store import open_store
from studio.publishing import git
from studio.publishing.git import Author
from studio.publishing.place import Place
from studio.web.accounts import sessions, staff
from studio.web.accounts.passwords import Passwords
from studio.web.accounts.person import Person
from studio.web.accounts.roles import ROLES, Role
from studio.web.routing import Route
from studio.web.screens import NAMES, load_screens
from studio.web.server import make_studio, running
from studio.web.studio import Studio
from tests.studio.content.good_topics import GOOD_TOPICS

ROOT = Path(__file__).parents[3]
T = TypeVar("T")
WITHOUT_SCRIPTS: "WeakKeyDictionary[BrowserContext, bool]" = WeakKeyDictionary()
"""Browsers in which no script runs, and whether they are dark."""
TWINS: "WeakKeyDictionary[Browser, dict[tuple[int, bool], Page]]" = WeakKeyDictionary()
"""Pages that run axe for those without scripts, by width and whether they are dark: axe is three times as quick where
it ran before."""
PEOPLE: dict[Role, str] = {
    "viewer": "Vera Viewer", "editor": "Ed Editor", "reviewer": "Rita Reviewer",
    "publisher": "Paul Publisher", "agent": "Agnes Agent", "admin": "Ada Admin",
}  # fmt: skip
QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=64))
"""What a password costs is another test's to look at."""
TRAINED = """#!/bin/sh
cat config.yml data/topics/*/questions* | cksum > models/new && mv models/new models/assistant.fingerprint
echo "a model" > models/new && mv models/new models/assistant.tar.gz
"""
"""Learning is what other tests pay for: a short script stands in its place."""


@dataclass
class Ahead:
    """A clock that tests move."""

    ahead: float = 0.0

    def __call__(self) -> float:
        return time() + self.ahead


@dataclass
class Running:
    """The studio under test."""

    studio: Studio
    url: str
    root: Path
    clock: Ahead
    loop: asyncio.AbstractEventLoop
    people: dict[Role, Person] = field(default_factory=dict)

    @property
    def routes(self) -> list[Route]:
        """What this studio serves."""
        return [route for screen in self.studio.screens for route in screen.routes]

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Let the server's own loop do something."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    def token(self, person: Person) -> str:
        """A new session of somebody."""
        return self.run(sessions.open_session(self.studio.store, person, self.clock(), 12 * 3600))

    def session(self, role: Role) -> httpx.Client:
        """A browser in which somebody of that role is signed in."""
        client = self.visitor()
        client.cookies.set("studio-session", self.token(self.people[role]), domain="127.0.0.1", path="/")
        return client

    def visitor(self) -> httpx.Client:
        """A browser in which nobody is signed in."""
        return httpx.Client(base_url=self.url, timeout=30, follow_redirects=False)


@contextmanager
def running_studio(
    folder: Path, screens: tuple[str, ...] = NAMES, *, everybody: bool = True, **settings: Any
) -> Iterator[Running]:
    """A studio on a free port, over a small project."""
    root = make_project(folder / "project")
    given = {
        "data_dir": folder / "data", "secret": "known to the tests", "studio_limit": "100000/minute",
        "city_file": root / "city.yml", **settings,
    }  # fmt: skip
    python = folder / "python"
    python.write_text(TRAINED)
    python.chmod(0o755)
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    told = Settings(**{"studio_port": port, **given})
    place = Place(root, folder / "published", 3, python)
    ready, stop, found = threading.Event(), asyncio.Event(), []

    async def work() -> None:
        clock = Ahead()
        store = await open_store(told.store_url)
        studio = replace(make_studio(told, place, store, load_screens(screens), clock), passwords=QUICK)
        try:
            async with running(studio, listener):
                house = Running(studio, f"http://127.0.0.1:{port}", root, clock, asyncio.get_running_loop())
                if everybody:
                    house.people = {role: await _person(studio, role, clock()) for role in ROLES}
                found.append(house)
                ready.set()
                await stop.wait()
        finally:
            await store.close()

    thread = threading.Thread(target=lambda: asyncio.run(work()), daemon=True)
    thread.start()
    while not ready.wait(0.05):
        assert thread.is_alive(), "the studio did not start"
    house = found[0]
    try:
        yield house
    finally:
        house.loop.call_soon_threadsafe(stop.set)
        thread.join(20)


def make_project(root: Path) -> Path:
    """A small project in git, in good order."""
    for path, text in {"config.yml": "recipe: default.v1\n", **GOOD_TOPICS}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    shutil.copy(ROOT / "city.yml", root / "city.yml")  # whole: a server reads more of it than the check does
    subprocess.run(["git", "-C", str(root), "init", "--quiet"], check=True)
    git.commit(root, ["."], Author("Ada Admin", "admin@example.gov"), "content: Begin.")
    return root


async def _person(studio: Studio, role: Role, now: float) -> Person:
    newcomer = staff.Newcomer(PEOPLE[role], f"{role}@example.gov", role)
    return await staff.add(studio.store, newcomer, staff.Act("tests", now))


def page_of(client: httpx.Client, path: str) -> str:
    """A page that must be there."""
    answer = client.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    return answer.text


def csrf_of(client: httpx.Client, page: str) -> str:
    """What forms of this page carry."""
    stamped = re.search(r'name="csrf" value="([0-9a-f]+)"', client.get(page).text)
    assert stamped, f"{page} has no form"
    return stamped[1]


def post(client: httpx.Client, path: str, page: str | None = None, **fields: Any) -> httpx.Response:
    """Send a form as the browser does that has `page` open (default: the form's own address)."""
    return client.post(path, data={"csrf": csrf_of(client, page or path), **fields})


async def signed_in(
    chromium: Browser,
    house: Running,
    role: Role | None,
    *,
    javascript: bool = False,
    width: int = 320,
    dark: bool = False,
) -> Page:
    """A page of a browser in which somebody is signed in; it is blank yet."""
    context = await chromium.new_context(
        base_url=house.url, viewport={"width": width, "height": 800}, java_script_enabled=javascript,
        bypass_csp=True,  # axe is put into the page by the test, which the page's own policy would (rightly) refuse
        color_scheme="dark" if dark else "light",
    )  # fmt: skip
    if not javascript:
        WITHOUT_SCRIPTS[context] = dark
    if role:
        token = await asyncio.to_thread(house.token, house.people[role])
        await context.add_cookies([{"name": "studio-session", "value": token, "url": house.url}])
    return await context.new_page()


async def violations(page: Page) -> list[str]:
    """What axe finds on the page as it stands. Without scripts axe cannot run: there it looks at a twin of the page."""
    async with asyncio.timeout(60):
        looked_at = await _twin(page) if page.context in WITHOUT_SCRIPTS else page
        found = (await Axe().run(looked_at)).response["violations"]
    places = [(each, node["html"][:120]) for each in found for node in each["nodes"][:2]]
    return [f"{page.url}: {each['id']}: {each['help']}: {html}" for each, html in places]


async def _twin(page: Page) -> Page:
    """The same document at the same address in a browser that runs axe, but no script of the page."""
    browser, size, dark = page.context.browser, page.viewport_size, WITHOUT_SCRIPTS[page.context]
    assert browser and size
    twins, document = TWINS.setdefault(browser, {}), await page.content()
    if (size["width"], dark) not in twins:
        context = await browser.new_context(viewport=size, bypass_csp=True, color_scheme="dark" if dark else "light")
        twins[size["width"], dark] = await context.new_page()
    twin = twins[size["width"], dark]

    async def answer(route: Request) -> None:
        if route.request.resource_type == "document":
            await route.fulfill(body=document, content_type="text/html; charset=utf-8")
        elif route.request.resource_type == "script":
            await route.abort()
        else:
            await route.continue_()

    await twin.unroute_all()
    await twin.route("**/*", answer)
    await twin.goto(page.url)
    return twin


async def too_wide(page: Page) -> bool:
    """Whether the page must be scrolled sideways."""
    return bool(await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
