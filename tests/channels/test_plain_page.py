"""The page without JavaScript, used as a browser would: read the form, post it, follow the redirect."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser

import aiohttp
import pytest
import pytest_asyncio

from tests.fakes.gateway import Gateway, gateway_running, gateway_settings
from tests.fakes.rasa import say

pytestmark = pytest.mark.asyncio(loop_scope="module")
PLAIN = "/v1/web/city/plain"


class Page(HTMLParser):
    """The parts of a page that tests look at."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html, self.tags, self.fields, self.buttons = html, [], {}, {}
        self.texts: list[str] = []
        self._button: str | None = None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag == "input":
            self.fields[given["name"]] = given["value"]
        if tag == "button" and given.get("name"):
            self._button = f"{given['name']}={given['value']}"

    def handle_data(self, data):
        if self._button and data.strip():
            name, _, value = self._button.partition("=")
            self.buttons[data.strip()] = {name: value}
            self._button = None
        if data.strip():
            self.texts.append(data.strip())

    def has(self, tag, **attributes):
        return any(tag == name and attributes.items() <= given.items() for name, given in self.tags)


@dataclass
class Browser:
    """A browser with cookies and without JavaScript."""

    gateway: Gateway
    http: aiohttp.ClientSession
    page: Page | None = None
    status: int = 0
    url: str = ""
    headers: dict = field(default_factory=dict)

    async def visit(self, query=""):
        async with self.http.get(f"{self.gateway.url}{PLAIN}{query}") as response:
            return await self._take(response)

    async def submit(self, changes, headers=None):
        """Post the page's form with these fields; redirects are followed."""
        data = {**self.page.fields, **changes}
        async with self.http.post(f"{self.gateway.url}{PLAIN}", data=data, headers=headers) as response:
            return await self._take(response)

    async def press(self, title):
        return await self.submit(self.page.buttons[title])

    async def _take(self, response):
        self.status, self.url, self.headers = response.status, str(response.url), response.headers
        self.page = Page(await response.text())
        return self.page


@asynccontextmanager
async def browsing(gateway, **headers):
    jar = aiohttp.CookieJar(unsafe=True)  # cookies for an address without a name
    async with aiohttp.ClientSession(cookie_jar=jar, headers=headers) as http:
        browser = Browser(gateway, http)
        await browser.visit()
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def browser(gateway):
    async with browsing(gateway) as opened:
        yield opened


async def test_of_a_long_conversation_the_end_is_shown_and_said_so(browser, monkeypatch):
    monkeypatch.setattr("channels.web.plain.MOST_SHOWN", 2)
    await browser.submit({"text": "the first words"})
    page = await browser.submit({"text": "the last words"})
    assert page.texts.index("the last words") < page.texts.index("echo: the last words")
    assert "the first words" not in page.html and "Earlier messages are not shown." in page.html


async def test_a_message_is_answered_on_the_next_page(browser):
    page = await browser.submit({"text": "When is my collection day?"})
    assert (browser.status, browser.url.partition("#")[0]) == (200, f"{browser.gateway.url}{PLAIN}?lang=en")
    assert page.texts.index("When is my collection day?") < page.texts.index("echo: When is my collection day?")
    assert page.has("li", id="m2", **{"class": "assistant"})


async def test_the_page_needs_no_script_and_no_inline_style(browser):
    page = await browser.submit({"text": "hello"})
    assert not page.has("script") and not page.has("style")
    assert not any(name.startswith("on") or name == "style" for _, given in page.tags for name in given)
    assert not page.has("meta", **{"http-equiv": "refresh"})


async def test_the_page_says_what_is_what(browser):
    page = await browser.submit({"text": "hello"})
    ids = {given["id"] for _, given in page.tags if "id" in given}
    assert page.has("html", lang="en") and page.has("main") and page.has("h1")
    assert page.has("a", href="#write") and {"write", "text", "hint"} <= ids
    assert page.has("label", **{"for": "text"}) and page.has("textarea", id="text")
    assert page.has("p", lang="en")


async def test_the_session_is_a_cookie_of_this_page_that_scripts_cannot_read(gateway):
    async with browsing(gateway) as browser:
        data = {**browser.page.fields, "text": "hello"}
        async with browser.http.post(f"{gateway.url}{PLAIN}", data=data, allow_redirects=False) as response:
            assert response.status == 303
            cookie = response.headers["Set-Cookie"]
            assert "secret" not in response.headers["Location"]
    assert cookie.startswith("chat=")
    for part in ("HttpOnly", "SameSite=Strict", f"Path={PLAIN}"):
        assert part in cookie


async def test_over_https_the_cookie_is_for_https_only(tmp_path):
    settings = gateway_settings(tmp_path, public_url="https://chat.brightwater.example")
    async with gateway_running(settings) as gateway, gateway.http.get(gateway.url + PLAIN) as response:
        assert "Secure" in response.headers["Set-Cookie"]


async def test_looking_at_the_page_opens_no_conversation(gateway):
    async with gateway.http.get(gateway.url + PLAIN) as response:
        assert [cookie.split("=")[0] for cookie in response.headers.getall("Set-Cookie")] == ["chat_form"]


async def test_a_form_sent_twice_is_one_message(browser):
    await browser.submit({"text": "hello"})
    form = dict(browser.page.fields)
    await browser.submit({"text": "once"})
    browser.page.fields = form
    page = await browser.submit({"text": "once"})
    assert page.texts.count("once") == 1
    browser.page.fields = form
    page = await browser.submit({"text": "another text from the same page"})
    assert page.texts.count("another text from the same page") == 1


async def test_choices_are_buttons_that_send_their_choice(browser):
    browser.gateway.rasa.answer = lambda body: say(
        body["choice"] or "Which?", buttons=[] if body["choice"] else [{"title": "Paper", "payload": "/paper"}]
    )
    await browser.submit({"text": "recycling"})
    page = await browser.press("Paper")
    assert page.texts.count("/paper") == 1
    assert "Paper" not in page.buttons, "what was asked before is no longer a choice"


async def test_a_thumb_is_thanked(browser):
    await browser.submit({"text": "hello"})
    page = await browser.press("Yes, this helped")
    assert page.has("li", id="m3", **{"class": "system"})


async def test_the_source_is_a_link_only_if_it_is_a_web_address(browser):
    browser.gateway.rasa.answer = lambda body: say("Here", source=body["text"])
    page = await browser.submit({"text": "https://www.brightwater.example/trash"})
    assert page.has("a", href="https://www.brightwater.example/trash")
    page = await browser.submit({"text": "javascript:alert(1)"})
    assert not page.has("a", href="javascript:alert(1)")


async def test_markup_in_a_message_stays_text(browser):
    page = await browser.submit({"text": "<img src=x onerror=alert(1)></p><script>alert(2)</script>"})
    assert not page.has("img") and not page.has("script")
    page = await browser.submit({"text": '</textarea><script>alert("x")</script>' + "x" * 2000})
    assert browser.status == 400 and not page.has("script")


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "The message is empty."), (" \n ", "The message is empty."), ("x" * 2001, "The message is too long.")],
)
async def test_a_text_that_cannot_be_taken_is_given_back_with_the_problem(browser, text, words):
    page = await browser.submit({"text": text})
    assert browser.status == 400
    assert page.has("div", role="alert") and page.has("textarea", **{"aria-invalid": "true"})
    assert any(line.startswith(words) for line in page.texts)
    assert any(line.startswith("Problem:") for line in page.texts)
    if text.strip():
        assert text in page.html
    await browser.submit({"text": "shorter"})
    assert browser.status == 200 and "echo: shorter" in browser.page.texts


async def test_a_form_from_elsewhere_is_refused_and_the_text_is_kept(browser):
    for changes, headers in (({"form": "guess"}, None), ({"form": ""}, None), ({}, {"Origin": "https://evil.example"})):
        await browser.visit()
        page = await browser.submit({"text": "keep me", **changes}, headers)
        assert browser.status == 403
        assert headers or "keep me" in page.html
    assert browser.gateway.rasa.asked == []


async def test_a_form_of_an_allowed_other_site_is_refused_and_one_of_the_public_address_is_taken(tmp_path):
    public, other = "http://chat.brightwater.example", "https://www.brightwater.example"
    settings = gateway_settings(tmp_path, public_url=public, web_origins=(other,))
    async with gateway_running(settings) as gateway, browsing(gateway) as browser:
        await browser.submit({"text": "from elsewhere"}, {"Origin": other})
        assert (browser.status, gateway.rasa.asked) == (403, [])
        await browser.submit({"text": "from here"}, {"Origin": public})
        assert (browser.status, len(gateway.rasa.asked)) == (200, 1)


async def test_without_cookies_the_page_says_what_to_do(gateway):
    async with browsing(gateway) as browser:
        browser.http.cookie_jar.clear()
        page = await browser.submit({"text": "hello"})
    assert browser.status == 403
    assert any("cookies" in line for line in page.texts)


@pytest.mark.parametrize("data", [b"text=%ff%fe", b"text=" + b"x" * 40000, b"&".join([b"a=1"] * 50), b"\xff"])
async def test_a_form_that_cannot_be_read_is_a_page_with_the_problem(gateway, data):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    async with gateway.http.post(gateway.url + PLAIN, data=data, headers=headers) as response:
        assert response.status in (400, 413)
        assert Page(await response.text()).has("div", role="alert")


async def test_2000_emoji_are_taken(browser):
    page = await browser.submit({"text": "🗑" * 2000})
    assert browser.status == 200 and "🗑" * 2000 in page.html


async def test_the_language_is_the_browsers_until_the_person_switches(gateway):
    async with browsing(gateway, **{"Accept-Language": "es-US,es;q=0.9"}) as browser:
        assert browser.page.has("html", lang="es") and "Su mensaje" in browser.page.texts
        page = await browser.visit("?lang=en")
        assert page.has("html", lang="en") and page.has("a", **{"aria-current": "true", "lang": "en"})
        page = await browser.submit({"text": "1234"})
        assert page.has("html", lang="en")
        assert gateway.rasa.asked[0]["language"] == "en"


async def test_a_slow_answer_comes_with_a_link_to_look_again(tmp_path, monkeypatch):
    monkeypatch.setattr("channels.web.plain.ANSWER_WAIT", 0.05)
    async with gateway_running(gateway_settings(tmp_path)) as gateway, browsing(gateway) as browser:
        gateway.rasa.held = asyncio.Event()
        page = await browser.submit({"text": "hello"})
        assert "Your message was received. The answer is on its way." in page.texts
        assert page.has("a", href=f"{PLAIN}?lang=en#m2", **{"class": "check"})
        gateway.rasa.held.set()
        async with asyncio.timeout(5):
            while "echo: hello" not in (await browser.visit("?lang=en")).texts:
                pass


async def test_ending_clears_the_page_and_a_new_chat_can_start(browser):
    await browser.submit({"text": "my secret"})
    page = await browser.press("End and delete")
    assert "The chat has ended and its messages are deleted." in page.texts
    assert "my secret" not in page.html and not page.has("ol")
    page = await browser.submit({"text": "a new start"})
    assert "echo: a new start" in page.texts and "my secret" not in page.html


async def test_a_flood_is_a_page_that_says_to_wait(tmp_path):
    settings = gateway_settings(tmp_path, message_limit="1/hour")
    async with gateway_running(settings) as gateway, browsing(gateway) as browser:
        await browser.submit({"text": "one"})
        page = await browser.submit({"text": "two"})
        assert browser.status == 429 and "Retry-After" in browser.headers
        assert page.has("div", role="alert") and "two" in page.html


async def test_too_many_visits_are_a_page_that_says_to_wait(tmp_path):
    settings = gateway_settings(tmp_path, page_limit="1/hour")
    async with gateway_running(settings) as gateway, browsing(gateway) as browser:
        page = await browser.visit()
        assert browser.status == 429 and page.has("div", role="alert")


async def test_an_unknown_channel_is_a_page_too(gateway):
    async with gateway.http.get(f"{gateway.url}/v1/web/nowhere/plain") as response:
        assert response.status == 404
        assert Page(await response.text()).has("div", role="alert")


@pytest.mark.parametrize("days", [90.0, 0.0])
async def test_both_chats_say_that_messages_are_kept_only_where_they_are(tmp_path, days):
    async with gateway_running(gateway_settings(tmp_path, heard_days=days)) as gateway:
        status, opened = await gateway.call("POST", "/v1/web/city/sessions", json={})
        assert status == 201 and opened["kept"] is (days > 0)
        for language, words in (("en", "What I get wrong is kept"), ("es", "Lo que no entiendo se guarda")):
            async with browsing(gateway, **{"Accept-Language": language}) as browser:
                assert (words in browser.page.html) is (days > 0)
