"""What hostile input does to the studio: nothing."""

import logging

import pytest
from sqlalchemy import text

from studio.web.accounts import staff
from tests.studio.web.house import Running, page_of, post, running_studio

NASTY = '"><img src=x onerror=alert(1)>{{191*7919}}'


def test_a_name_is_shown_as_it_is_and_never_run(studio: Running) -> None:
    newcomer = staff.Newcomer(NASTY, "nasty@example.gov", "viewer")
    person = studio.run(staff.add(studio.studio.store, newcomer, staff.Act(NASTY, 0)))
    client = studio.session("admin")
    for path in ("/people", f"/people/{person.id}"):
        page = page_of(client, path)
        assert "<img src=x" not in page and "&lt;img src=x" in page and "1512529" not in page
    reset = post(client, f"/people/{person.id}/reset", "/people")
    assert "<img src=x" not in reset.text and reset.status_code == 200
    role = post(client, f"/people/{person.id}/role", "/people", role="editor")
    assert role.status_code == 303 and "<img src=x" not in page_of(client, f"/people/{person.id}")


def test_what_was_typed_stays_and_is_not_run(studio: Running) -> None:
    client = studio.session("admin")
    answer = post(client, "/people", name=NASTY, email='x"onfocus=alert(1) y', role="<b>", language="es")
    assert answer.status_code == 422 and "<img src=x" not in answer.text and "&lt;img src=x" in answer.text
    assert "What may they do" in answer.text and 'href="#f-name"' in answer.text and 'id="f-name"' in answer.text


def test_what_is_too_large_or_no_form_is_refused_with_a_page(studio: Running) -> None:
    client = studio.session("admin")
    large = client.post("/people", data={"name": "x" * 3_000_000})
    assert large.status_code == 413 and "2 MB" in large.text
    wrong = client.post("/people", content=b"\xff\xfe{", headers={"Content-Type": "multipart/form-data"})
    assert wrong.status_code in (400, 403) and "<h1" in wrong.text
    assert client.put("/people").status_code == 405


def test_nobody_asks_without_end(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("busy")
    with running_studio(folder, ("home", "accounts"), studio_limit="5/minute") as house:
        client = house.visitor()
        answers = [client.get("/sign-in") for _ in range(6)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429]
        assert 0 < int(answers[-1].headers["Retry-After"]) <= 60 and "Please wait" in answers[-1].text
        faked = client.get("/sign-in", headers={"X-Forwarded-For": "203.0.113.9"})
        assert faked.status_code == 429, "nobody but a trusted proxy says who is behind it"


def test_logs_name_nobody(studio: Running, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = studio.session("admin")
    post(client, "/sign-in", "/", email="secret.person@example.gov", password="a secret password")
    post(client, "/people", name="Private Name", email="private@example.gov", role="viewer", language="en")
    page_of(client, "/people?q=private")
    told = [str(vars(record)) for record in caplog.records if record.name.startswith(("studio", "bot", "aiohttp"))]
    assert any("'route'" in line for line in told)
    for word in ("secret", "rivate", "Ada Admin", "127.0.0.1"):
        assert not [line for line in told if word in line], word


def test_behind_https_cookies_are_bound_to_this_host_and_https(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("https")
    with running_studio(folder, ("home", "accounts"), studio_url="https://studio.example.gov") as house:
        answer = house.visitor().get("/sign-in")
        given = answer.headers["Set-Cookie"]
        assert given.startswith("__Host-studio-visitor=") and "Secure" in given and "HttpOnly" in given
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=")


def test_a_store_that_is_away_is_said_in_plain_words(tmp_path_factory: pytest.TempPathFactory) -> None:
    with running_studio(tmp_path_factory.mktemp("away"), ("home", "accounts")) as house:
        client = house.session("viewer")

        async def break_it() -> None:
            async with house.studio.store.begin() as connection:
                await connection.execute(text("DROP TABLE staff_sessions"))

        house.run(break_it())
        answer = client.get("/")
        assert answer.status_code == 503 and "Try again" in answer.text and "SELECT" not in answer.text
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert house.visitor().get("/sign-in").status_code == 200
