"""Signing in and out, as a browser does it: passwords, second steps, sessions, limits."""

import re
from collections.abc import Iterator

import httpx
import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from bot import audit
from bot.operations.first_account import first_link
from bot.store.schema import staff as table
from bot.store.schema import staff_sessions
from studio.web.accounts import links, staff
from studio.web.accounts.passwords import Passwords, weakness
from studio.web.accounts.person import Person
from studio.web.routing import local
from tests.studio.web.house import Running, csrf_of, page_of, post, running_studio

GOOD = "correct horse battery"
COOKIE = "studio-session"


@pytest.fixture(scope="module")
def ida(studio: Running) -> Person:
    """Somebody with a password."""
    return with_password(studio, "Ida Ink", "ida@example.gov")


def with_password(house: Running, name: str, email: str) -> Person:
    async def make() -> Person:
        store, act = house.studio.store, staff.Act("tests", house.clock())
        person = await staff.add(store, staff.Newcomer(name, email, "editor"), act)
        quick = Passwords(PasswordHasher(time_cost=1, memory_cost=32))
        await staff.change(store, person, "account.password", {"password": await quick.hash(GOOD)}, act)
        return person

    return house.run(make())


def sign_in(client: httpx.Client, email: str = "ida@example.gov", password: str = GOOD, **more: str) -> httpx.Response:
    return post(client, "/sign-in", email=email, password=password, **more)


def test_a_password_opens_a_session_with_a_token_of_its_own_that_the_store_does_not_know(
    studio: Running, ida: Person
) -> None:
    client = studio.visitor()
    client.cookies.set(COOKIE, "chosen by somebody else", domain="127.0.0.1", path="/")
    opened = sign_in(client, "IDA@example.gov ", next="/people?x=1")
    assert (opened.status_code, opened.headers["Location"]) == (303, "/people?x=1")
    token = client.cookies.get(COOKIE, domain="127.0.0.1") or ""
    assert len(token) > 40, "session fixation: the browser's own token must not live on"
    given = next(each for each in opened.headers.get_list("Set-Cookie") if each.startswith(COOKIE))
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(given.split("; "))

    async def kept() -> str:
        async with studio.studio.store.read() as connection:
            return str((await connection.execute(select(staff_sessions))).all())

    assert token not in studio.run(kept())
    row = studio.run(staff.secrets_of(studio.studio.store, ida.id))
    assert "m=64,t=1" in row.password, "made anew with the work that is usual now"
    first = token
    again = post(client, "/sign-in", "/", email="ida@example.gov", password=GOOD)
    assert again.status_code == 303
    second = client.cookies.get(COOKIE, domain="127.0.0.1") or ""
    assert second != first
    old = studio.visitor()
    old.cookies.set(COOKIE, first, domain="127.0.0.1", path="/")
    assert old.get("/").status_code == 303, "signing in again ends the session before"


def test_wrong_unknown_and_disabled_look_the_same(studio: Running, ida: Person) -> None:
    gone = with_password(studio, "Gus Gone", "gus@example.gov")
    studio.run(staff.disable(studio.studio.store, gone, staff.Act("tests", 0)))
    pages = set()
    for email, password in (("ida@example.gov", "wrong"), ("nobody@example.gov", GOOD), ("gus@example.gov", GOOD)):
        answer = sign_in(studio.visitor(), email, password)
        assert answer.status_code == 422 and COOKIE not in answer.cookies
        pages.add(re.sub(r'name="csrf" value="\w+"', "", answer.text).replace(email, ""))
    assert len(pages) == 1


def test_after_five_wrong_guesses_even_the_right_one_waits_and_others_go_on(studio: Running) -> None:
    with_password(studio, "Lou Locked", "lou@example.gov")
    client = studio.visitor()
    for _ in range(5):
        assert sign_in(client, "lou@example.gov", "wrong").status_code == 422
    locked = sign_in(client, "lou@example.gov")
    assert locked.status_code == 429 and "Wait 15 minutes" in locked.text
    assert sign_in(studio.visitor()).status_code == 303, "another account at the same address"


def test_sessions_end_after_silence_and_in_any_case(studio: Running) -> None:
    settings = studio.studio.settings
    client = studio.session("viewer")
    try:
        for _ in range(3):
            studio.clock.ahead += settings.studio_idle_hours * 3600 - 60
            assert client.get("/").status_code == (303 if studio.clock.ahead > 12 * 3600 else 200)
        client = studio.session("viewer")
        for _ in range(4):
            studio.clock.ahead += 3 * 3600
            last = client.get("/").status_code
        assert last == 303, "twelve hours, however busy"
        client = studio.session("viewer")
        studio.clock.ahead += settings.studio_idle_hours * 3600 + 1
        assert client.get("/").status_code == 303, "silence"
    finally:
        studio.clock.ahead = 0


def test_the_second_step(studio: Running) -> None:
    with_password(studio, "Sue Second", "sue@example.gov")
    client, other = studio.visitor(), studio.visitor()
    sign_in(client, "sue@example.gov")
    sign_in(other, "sue@example.gov")
    shown = page_of(client, "/account/second-step")
    key = re.search(r'class="key">([A-Z2-7 ]+)<', shown)[1].replace(" ", "")  # type: ignore[index]
    sealed = re.search(r'name="key" value="([^"]+)"', shown)[1]  # type: ignore[index]
    assert key not in sealed and client.get("/account/second-step/picture", params={"key": sealed}).status_code == 200
    assert other.get("/account/second-step/picture", params={"key": sealed[:-4]}).status_code == 404
    app = pyotp.TOTP(key)
    wrong = post(client, "/account/second-step", key=sealed, code="000000", current=GOOD)
    assert wrong.status_code == 422
    now = studio.clock()
    told = post(client, "/account/second-step", key=sealed, code=app.at(int(now)), current=GOOD)
    codes = re.findall(r"<code>(\w{5}-\w{5})</code>", told.text)
    assert len(codes) == 10
    assert other.get("/").status_code == 303, "sessions of before end"
    assert client.get("/").status_code == 200, "this one goes on under a new token"

    half = studio.visitor()
    assert sign_in(half, "sue@example.gov", next="/account").headers["Location"] == "/sign-in/code?next=%2Faccount"
    assert half.get("/").status_code == 303, "half open is not open"
    token = half.cookies.get(COOKIE, domain="127.0.0.1")
    used = post(half, "/sign-in/code", code=app.at(int(now)), next="/account")
    assert used.status_code == 422, "a code works once, also the one of the set-up"
    later = int(now) + 30
    opened = post(half, "/sign-in/code", code=app.at(later), next="/account")
    assert (opened.status_code, opened.headers["Location"]) == (303, "/account")
    assert half.cookies.get(COOKIE, domain="127.0.0.1") != token
    again = studio.visitor()
    sign_in(again, "sue@example.gov")
    assert post(again, "/sign-in/code", code=codes[0].lower().replace("-", " ")).status_code == 303
    once = studio.visitor()
    sign_in(once, "sue@example.gov")
    assert post(once, "/sign-in/code", code=codes[0]).status_code == 422

    assert post(half, "/account/second-step/off", "/account", off_password="x", off_code=codes[1]).status_code == 422
    off = post(half, "/account/second-step/off", "/account", off_password=GOOD, off_code=codes[1])
    assert off.status_code == 303
    assert sign_in(studio.visitor(), "sue@example.gov").headers["Location"] == "/"


def test_another_password_ends_all_other_sessions(studio: Running) -> None:
    with_password(studio, "Pat Pass", "pat@example.gov")
    here, there = studio.visitor(), studio.visitor()
    for client in (here, there):
        sign_in(client, "pat@example.gov")
    token = here.cookies.get(COOKIE, domain="127.0.0.1")
    new = {"password": "another good long one", "again": "another good long one"}
    assert post(here, "/account/password", "/account", current="wrong", **new).status_code == 422
    assert post(here, "/account/password", "/account", current=GOOD, **new | {"again": "x"}).status_code == 422
    assert post(here, "/account/password", "/account", current=GOOD, **new).status_code == 303
    assert here.get("/").status_code == 200 and here.cookies.get(COOKIE, domain="127.0.0.1") != token
    assert there.get("/").status_code == 303
    assert sign_in(studio.visitor(), "pat@example.gov").status_code == 422


def test_signing_out_here_and_everywhere_else(studio: Running) -> None:
    here, there = studio.session("reviewer"), studio.session("reviewer")
    token = here.cookies.get(COOKIE, domain="127.0.0.1") or ""
    told = post(here, "/account/sign-out-elsewhere", "/account")
    assert told.status_code == 303 and there.get("/").status_code == 303 and here.get("/").status_code == 200
    assert post(here, "/sign-out", "/").status_code == 303
    stolen = studio.visitor()
    stolen.cookies.set(COOKIE, token, domain="127.0.0.1", path="/")
    assert stolen.get("/").status_code == 303, "the token is worth nothing after signing out"


def test_the_first_account_is_an_administrator_s_and_its_link_works_once(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with running_studio(tmp_path_factory.mktemp("new"), ("home", "people", "accounts"), everybody=False) as house:
        folder = house.studio.settings.data_dir
        token = links.make_first_token(folder)
        assert links.make_first_token(folder) == token and (folder / "studio-first-account").stat().st_mode & 0o77 == 0
        assert first_link(house.url, folder) == f"{house.url}/begin/{token}"
        client = house.visitor()
        assert client.get("/begin/another").status_code == 404
        mistaken = post(
            client, f"/begin/{token}", name="Ada", email="ada@example", password="tiny one", again="tiny one"
        )
        assert mistaken.status_code == 422 and 'value="Ada"' in mistaken.text and "tiny one" not in mistaken.text
        good = {"name": "Ada", "email": "ada@example.gov", "password": GOOD, "again": GOOD}
        stamp = csrf_of(client, f"/begin/{token}")
        assert client.post(f"/begin/{token}", data={"csrf": stamp, **good}).status_code == 303
        assert "Welcome" in page_of(client, "/people") and first_link(house.url, folder) == ""
        assert house.visitor().get(f"/begin/{token}").status_code == 404
        seen = [entry.what for entry in house.run(audit.entries(house.studio.store))]
        assert seen == ["session.opened", "account.first", "account.made"]
        assert house.run(audit.verify(house.studio.store)).whole


def test_what_is_kept_of_accounts_holds_no_secret_in_the_clear(studio: Running, ida: Person) -> None:
    async def everything() -> str:
        async with studio.studio.store.read() as connection:
            return str((await connection.execute(select(table))).all())

    kept = studio.run(everything())
    assert GOOD not in kept and "otpauth" not in kept


async def test_a_password_costs_64_megabytes_of_work_unless_it_is_a_test_s() -> None:
    passwords = Passwords()
    kept = await passwords.hash(GOOD)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert await passwords.fits(kept, GOOD) and not passwords.is_outdated(kept)
    assert not await passwords.fits(kept, GOOD + " ") and not await passwords.fits(None, "nobody has this password")


@pytest.mark.parametrize(
    ("password", "wrong"),
    [
        ("eleven char", "password_short"), ("a" * 201, "password_long"), ("aaaaaaaaaaaaaaa", "password_common"),
        ("Password12345!", "password_common"), ("idaink2024!!!!", "password_personal"), (GOOD, None),
    ],
)  # fmt: skip
def test_new_passwords_are_not_the_first_that_somebody_would_try(password: str, wrong: str | None) -> None:
    assert weakness(password, "idaink", "ida@example.gov") == wrong


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/ok\r\nX: y",
        "",
        "a",
        "/\t/x",
    ],
)
def test_nobody_is_sent_away_by_an_address_that_somebody_else_made(studio: Running, ida: Person, address: str) -> None:
    assert local(address) == "/" and local("/topics/a?b=c") == "/topics/a?b=c"
    client: httpx.Client = studio.visitor()
    page = client.get("/sign-in", params={"next": address}).text
    assert 'name="next" value=""' in page
    assert studio.session("viewer").get("/sign-in", params={"next": address}).headers["Location"] == "/"


def test_the_language_of_the_pages_is_the_person_s(studio: Running) -> None:
    client = studio.session("agent")
    assert post(client, "/language", "/", language="es", next="/").status_code == 303
    assert "Hola, Agnes Agent" in page_of(client, "/")
    assert "Iniciar sesión" in studio.visitor().get("/sign-in", headers={"Accept-Language": "es-MX,en;q=0.5"}).text


@pytest.fixture(autouse=True)
def fresh_limits(studio: Running) -> Iterator[None]:
    """All tests come from one address; each starts with its own guesses."""
    yield
    studio.run(studio.studio.limits.forget())
