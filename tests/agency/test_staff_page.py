"""The staff page as a browser without JavaScript uses it."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from agency.georeport.catalog import Catalog
from agency.georeport.store import Store
from agency.server import build_app
from agency.settings import Settings
from tests.agency.rig import Agency


class Browser:
    """Keeps cookies and sends forms with the token of the page that was seen last."""

    def __init__(self, origin: str, session: aiohttp.ClientSession) -> None:
        self.origin, self.session = origin, session
        self.status, self.text, self.path = 0, "", ""
        self.headers: Any = None

    async def open(self, path: str) -> None:
        await self._send("GET", path, None)

    async def submit(self, path: str, headers: dict[str, str] | None = None, **fields: str) -> None:
        token = re.search(r'name="csrf" value="([^"]+)"', self.text)
        await self._send("POST", path, {**({"csrf": token[1]} if token else {}), **fields}, headers)

    async def log_in(self, password: str = "pässword") -> None:
        await self.submit("/staff/login", who="Dana", password=password)

    async def _send(
        self, method: str, path: str, form: dict[str, str] | None, headers: dict[str, str] | None = None
    ) -> None:
        async with self.session.request(method, self.origin + path, data=form, headers=headers) as response:
            self.status, self.path, self.headers = response.status, response.url.path, response.headers
            self.text = await response.text()


@pytest.fixture
async def browser(agency: Agency) -> AsyncIterator[Browser]:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        yield Browser(agency.url.removesuffix("/open311/v2"), session)


async def test_nothing_is_shown_without_the_password(agency: Agency, browser: Browser) -> None:
    number = await agency.report()
    for path in ("/staff", f"/staff/requests/{number}", "/staff/requests/none"):
        await browser.open(path)
        assert browser.path == "/staff/login"
    await browser.submit(f"/staff/requests/{number}", status="closed")
    assert browser.path == "/staff/login"
    assert agency.store.get(number).status == "open"
    await browser.log_in("wrong")
    assert browser.status == 403 and "not right" in browser.text
    await browser.open("/staff")
    assert browser.path == "/staff/login"


async def test_a_request_is_found_closed_and_seen_closed_by_everybody(agency: Agency, browser: Browser) -> None:
    number = await agency.report(description="<script>alert(1)</script>", phone="555-0199")
    other = await agency.report(address_string="9 Elm Street")
    await browser.log_in()
    assert browser.path == "/staff"
    assert number in browser.text and other in browser.text
    await browser.open("/staff?words=oak&status=open&service=POTHOLE")
    assert number in browser.text and other not in browser.text
    await browser.open(f"/staff/requests/{number}")
    assert "&lt;script&gt;" in browser.text and "<script" not in browser.text
    assert "Bigger than a tire" in browser.text and "555-0199" in browser.text
    await browser.submit(f"/staff/requests/{number}", status="closed", note="Filled & checked.")
    assert browser.status == 200 and "Saved." in browser.text
    assert "Filled &amp; checked." in browser.text and "Dana" in browser.text
    (shown,) = (await agency.get(f"requests/{number}")).content
    assert (shown["status"], shown["status_notes"]) == ("closed", "Filled & checked.")
    (move,) = agency.store.moves(number)
    assert (move.who, move.old_status, move.new_status) == ("Dana", "open", "closed")


async def test_a_form_sent_twice_is_one_move(agency: Agency, browser: Browser) -> None:
    number = await agency.report()
    await browser.log_in()
    await browser.open(f"/staff/requests/{number}")
    for _ in range(2):
        await browser.submit(f"/staff/requests/{number}", status="closed", note="Filled.")
        assert "Saved." in browser.text
    assert len(agency.store.moves(number)) == 1
    await browser.submit(f"/staff/requests/{number}", status="closed", note="Filled well.")
    assert len(agency.store.moves(number)) == 2


async def test_a_form_without_the_pages_token_changes_nothing(agency: Agency, browser: Browser) -> None:
    number = await agency.report()
    await browser.log_in()
    for csrf in ("", "x", "é"):
        await browser.submit(f"/staff/requests/{number}", csrf=csrf, status="closed")
        assert browser.status == 403
    assert agency.store.get(number).status == "open"


async def test_a_login_from_another_site_is_refused(browser: Browser) -> None:
    await browser.submit("/staff/login", headers={"Origin": "https://evil.example"}, who="x", password="pässword")
    assert browser.status == 403
    await browser.open("/staff")
    assert browser.path == "/staff/login"


async def test_the_cookie_cannot_be_read_or_sent_by_other_sites(browser: Browser) -> None:
    form = {"who": "Dana", "password": "pässword"}
    async with browser.session.post(f"{browser.origin}/staff/login", data=form, allow_redirects=False) as response:
        cookie = response.cookies["agency_staff"]
    assert cookie["httponly"] and cookie["samesite"] == "Strict" and cookie["path"] == "/staff"


async def test_pages_allow_no_script_and_no_frame(browser: Browser) -> None:
    await browser.open("/staff")
    policy = browser.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
    assert " style=" not in browser.text and "<script" not in browser.text


async def test_logging_out_ends_the_session(browser: Browser) -> None:
    await browser.log_in()
    await browser.submit("/staff/logout")
    assert browser.path == "/staff/login"
    await browser.open("/staff")
    assert browser.path == "/staff/login"


async def test_many_wrong_passwords_close_the_door_for_a_while(browser: Browser) -> None:
    for _ in range(10):
        await browser.log_in("wrong")
    await browser.log_in()
    assert browser.status == 429 and "Wait five minutes" in browser.text


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"status": "lost"}, "Choose a status."), ({"status": "open", "note": "x" * 1001}, "longer than 1000")],
)
async def test_a_mistake_is_told_and_the_note_kept(
    agency: Agency, browser: Browser, fields: dict[str, str], words: str
) -> None:
    number = await agency.report()
    await browser.log_in()
    await browser.submit(f"/staff/requests/{number}", **{"note": "kept", **fields})
    assert browser.status == 400 and words in browser.text
    assert fields.get("note", "kept") in browser.text
    assert agency.store.moves(number) == []


@pytest.mark.parametrize("query", ["page=0", "page=-1", "page=x", "page=99999999999", "status=%ff", "page=%C2%B2"])
async def test_odd_filters_do_no_harm(agency: Agency, browser: Browser, query: str) -> None:
    await agency.report()
    await browser.log_in()
    await browser.open(f"/staff?{query}")
    assert browser.status == 200


async def test_more_than_a_page_has_links_that_keep_the_filter(agency: Agency, browser: Browser) -> None:
    for _ in range(26):
        await agency.report()
    await browser.log_in()
    await browser.open("/staff?status=open")
    assert "/staff?status=open&amp;page=2" in browser.text
    await browser.open("/staff?status=open&page=2")
    assert "page 2 of 2" in browser.text and ">Newer<" in browser.text


async def test_what_is_missing_or_too_large_is_a_page_too(browser: Browser) -> None:
    await browser.log_in()
    await browser.open("/staff/requests/none")
    assert browser.status == 404 and "<h1>Not found</h1>" in browser.text
    await browser.open("/staff")
    await browser.submit("/staff/requests/none", status="open", note="x" * 300_000)
    assert browser.status == 413 and "<h1>Too large</h1>" in browser.text


async def test_without_a_password_there_is_no_staff_page(tmp_path: Path, catalog: Catalog) -> None:
    settings = Settings(data=tmp_path / "agency.db")
    app = build_app(settings, catalog, Store(settings.data))
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        for path in ("/staff", "/staff/login"):
            async with session.get(server.make_url(path)) as response:
                assert response.status == 404
