"""The studio's whole surface in one list: every route, and who may call it; asked of the running server, too."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

import studio as workshop
from studio.web.accounts.roles import Role, may
from studio.web.routing import Route
from studio.web.screens import load_screens
from studio.web.words import load_words
from tests.studio.web.house import Running, csrf_of

EXPECTED = Path(__file__).with_name("routes.txt")
"""Method, path, and the role it needs; sorted by path."""

STRANGE = ("..%2f..%2fcity.yml", "%2e%2e", "..%5c..", "a%00b", "%2fetc%2fpasswd", ".")
ROUTES = [route for screen in load_screens() for route in screen.routes]
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+\s*=|javascript:", re.IGNORECASE)


def address(route: Route, part: str = "nothing") -> str:
    return re.sub(r"\{[^}]+\}", part, route.path)


def test_the_routes_are_exactly_these() -> None:
    served = [(route.method, route.path, route.needs or "anyone") for route in ROUTES]
    expected = [tuple(line.split()) for line in EXPECTED.read_text("utf-8").splitlines() if line]
    assert sorted(served) == sorted(expected), "who may call a new route? Write it into tests/studio/web/routes.txt"


def test_each_role_gets_what_is_listed_and_nobody_else(studio: Running) -> None:
    wrong = []
    for role in get_args(Role):
        client = studio.session(role)
        stamp = csrf_of(client, "/")
        for route in studio.routes:
            allowed = route.needs is None or may(role, route.needs)
            if route.method == "GET":
                status = client.get(address(route)).status_code
            elif allowed:
                continue  # what a form does is its own screen's to test
            else:
                status = client.post(address(route), data={"csrf": stamp}).status_code
            if (status == 403) is allowed or status >= 500:
                wrong.append((role, route.method, route.path, status))
    assert not wrong


def test_whoever_is_signed_out_is_sent_to_sign_in(studio: Running) -> None:
    client = studio.visitor()
    stamp = csrf_of(client, "/sign-in")
    for route in studio.routes:
        if route.needs is None:
            continue
        data = {"csrf": stamp}
        answer = client.get(address(route)) if route.method == "GET" else client.post(address(route), data=data)
        assert answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in"), route.path


def test_no_form_is_taken_without_the_stamp_of_this_very_session(studio: Running) -> None:
    client, other = studio.session("admin"), studio.session("admin")
    stamp, another = csrf_of(client, "/"), csrf_of(other, "/")
    assert stamp != another
    for route in (route for route in studio.routes if route.method == "POST"):
        for carried in ({}, {"csrf": ""}, {"csrf": "0" * 64}, {"csrf": another}):
            answer = client.post(address(route), data=carried)
            assert answer.status_code == 403 and "nothing was changed" in answer.text, (route.path, carried)
        foreign = client.post(address(route), data={"csrf": stamp}, headers={"Sec-Fetch-Site": "cross-site"})
        assert foreign.status_code == 403 and "another site" in foreign.text, route.path
    assert csrf_of(studio.visitor(), "/sign-in") != csrf_of(studio.visitor(), "/sign-in")


def test_no_part_of_a_path_leads_anywhere_else(studio: Running) -> None:
    client = studio.session("admin")
    stamp = csrf_of(client, "/")
    for route in (route for route in studio.routes if "{" in route.path):
        for part in STRANGE:
            way = address(route, part)
            answer = client.get(way) if route.method == "GET" else client.post(way, data={"csrf": stamp})
            assert answer.status_code in (404, 405) or part == ".", (way, answer.status_code)
            assert "root:" not in answer.text and "time_zone" not in answer.text
    for name in STRANGE:
        assert client.get(f"/assets/{name}").status_code == 404


def test_every_page_has_the_headers_a_title_of_its_own_and_nothing_inline(studio: Running) -> None:
    client, titles = studio.session("admin"), {}
    pages = [address(route) for route in studio.routes if route.method == "GET"]
    for path in (*pages, "/no-such-page", "/healthz", "/assets/studio.css"):
        answer = client.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff" and "Server" not in answer.headers
        assert answer.headers["Cache-Control"] == ("no-cache" if "assets" in path else "no-store"), path
        if answer.headers.get("Content-Type", "").startswith("text/html") and "<html" in answer.text:
            assert not INLINE.search(answer.text), (path, INLINE.search(answer.text))
            assert answer.text.count("<h1") == 1, path
            if answer.status_code == 200:
                title = re.search("<title>(.*?)</title>", answer.text)
                assert title and title[1] not in titles, (path, titles)
                titles[title[1]] = path


@pytest.mark.parametrize("language", ["en", "es"])
def test_all_words_are_there_in_every_language(studio: Running, language: str) -> None:
    for key, text in studio.studio.words.texts.items():
        assert text.get(language, "").strip(), f"{key} is not there in {language}"
        blanks = {form: set(re.findall(r"\{(\w+)\}", text[form])) for form in text}
        assert len({frozenset(found) for found in blanks.values()}) == 1, f"{key}: other blanks in another language"


def said_in_english() -> Iterator[tuple[str, str]]:
    """What changes are refused with, and what the history says: where, and the words with `x` for what varies."""
    for path in sorted((Path(workshop.__file__).parent).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "EditError" and "content/" in str(path):
                yield from ((path.name, text) for text in texts_of(node.args[0]))
            elif isinstance(node, ast.JoinedStr | ast.Constant):
                found = (text for text in texts_of(node) if text.startswith("content: ") and text.endswith("."))
                yield from ((path.name, text.removeprefix("content: ")) for text in found)


def texts_of(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)


HANDS = re.compile(
    "in this file|cannot be read as it is|reference|UTF-8|content files|cannot be a list|twice|cannot be written into a"
    "|written in a way|has no steps|used nowhere|at least one thing|any more.$|Publish release"
)
"""Only somebody who writes in the files meets these."""


VARIED = {
    "Add x example questionx to “x” (x).": "Add 1 example question to “x” (x).",
    "Remove x example questionx of “x” (x).": "Remove 2 example questions of “x” (x).",
    "Remove x.": "Remove “x”.",
    "x an example question of “x” (x).": "Label an example question of “x” (x).",
}


def test_what_other_parts_say_in_english_is_there_in_spanish() -> None:
    words = load_words()
    told = {(path, VARIED.get(text, text)) for path, text in said_in_english()}
    left = {(path, text) for path, text in told if words.retell(text, "es") == text and not HANDS.search(text)}
    assert len(told) > 30 and not left
    for key in (key for key in words.texts if key.startswith("retold_")):
        said = re.sub(r"\{\w+\}", "x", words.texts[key]["en"])
        assert words.retell(said, "en") == said, key
    several = words.retell("Add 3 example questions to “Bus” (es).", "es")
    assert several == "Añadió 3 preguntas de ejemplo a «Bus» (español)."
