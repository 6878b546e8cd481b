"""Signing in with OpenID Connect, against a small real server, which also lies in every way that matters."""

from collections.abc import Iterator

import httpx
import pytest
from joserfc.jwk import RSAKey

from studio.web.accounts import staff
from tests.fakes.oidc import FakeOidc, oidc_running
from tests.studio.web.house import Running, page_of, post, running_studio


@pytest.fixture(scope="module")
def city() -> Iterator[FakeOidc]:
    with oidc_running() as running:
        yield running


@pytest.fixture(scope="module")
def house(city: FakeOidc, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    known = {"oidc_issuer": city.url, "oidc_client_id": city.client, "oidc_client_secret": city.secret}
    screens = ("home", "accounts")
    with running_studio(tmp_path_factory.mktemp("city"), screens, studio_passwords=False, **known) as running:
        yield running


@pytest.fixture(autouse=True)
def honest(city: FakeOidc) -> None:
    city.claims, city.signs_with, city.unsigned = {}, None, False


def there_and_back(client: httpx.Client, wanted: str = "") -> httpx.Response:
    """Follow the browser's way until it is back at the studio; the studio's last answer."""
    away = client.get("/sign-in/elsewhere", params={"next": wanted})
    assert away.status_code == 303, away.text
    back = httpx.get(away.headers["Location"])
    assert back.status_code == 302
    return client.get(back.headers["Location"])


def test_a_known_address_opens_the_account_and_from_then_on_the_subject_does(house: Running, city: FakeOidc) -> None:
    city.claims = {"sub": "ed-1", "email": "Editor@Example.gov", "email_verified": True}
    client = house.visitor()
    opened = there_and_back(client, "/account")
    assert (opened.status_code, opened.headers["Location"]) == (303, "/account")
    assert "Hello, Ed Editor" in page_of(client, "/")
    city.claims = {"sub": "ed-1", "email": "another@example.gov"}  # people marry, and addresses change
    again = house.visitor()
    assert there_and_back(again).status_code == 303 and "Hello, Ed Editor" in page_of(again, "/")
    city.claims = {"sub": "somebody else", "email": "editor@example.gov"}  # an address that was given to the next one
    assert there_and_back(house.visitor()).status_code == 422


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "nobody@example.gov"},
        {"email": "viewer@example.gov", "email_verified": False},
        {"email": "viewer@example.gov", "nonce": "of another sign-in"},
        {"email": "viewer@example.gov", "nonce": None},
        {"email": "viewer@example.gov", "aud": "another program"},
        {"email": "viewer@example.gov", "aud": ["studio", "other"], "azp": "other"},
        {"email": "viewer@example.gov", "iss": "https://elsewhere.example"},
        {"email": "viewer@example.gov", "exp": 1_700_000_000},
        {"email": "viewer@example.gov", "exp": None},
        {"email": "viewer@example.gov", "sub": None},
    ],
    ids=lambda claims: " ".join(map(str, claims.items()))[-40:],
)
def test_what_is_not_for_us_or_not_theirs_opens_nothing(house: Running, city: FakeOidc, claims: dict[str, str]) -> None:
    city.claims = {"sub": "v-1", **claims}
    client = house.visitor()
    refused = there_and_back(client)
    assert refused.status_code == 422 and "city" in refused.text and "studio-session" not in client.cookies
    assert client.get("/").status_code == 303


def test_a_token_of_another_key_or_of_none_opens_nothing(house: Running, city: FakeOidc) -> None:
    city.claims = {"sub": "v-1", "email": "viewer@example.gov"}
    city.unsigned = True
    assert there_and_back(house.visitor()).status_code == 422
    city.unsigned, city.signs_with = False, RSAKey.generate_key(2048, {"kid": "1"})
    assert there_and_back(house.visitor()).status_code == 422


def test_an_answer_that_nobody_asked_for_or_for_another_browser_opens_nothing(house: Running, city: FakeOidc) -> None:
    city.claims = {"sub": "v-1", "email": "viewer@example.gov"}
    assert house.visitor().get("/sign-in/elsewhere/back?code=x&state=y").status_code == 422
    mine, theirs = house.visitor(), house.visitor()
    for client in (mine, theirs):
        client.get("/sign-in/elsewhere")
    back = httpx.get(theirs.get("/sign-in/elsewhere").headers["Location"]).headers["Location"]
    assert mine.get(back).status_code == 422, "somebody else's answer"
    first = theirs.get(back)
    assert first.status_code == 303
    assert theirs.get(back).status_code == 422, "the same answer again"


def test_a_disabled_account_stays_closed_and_passwords_too(house: Running, city: FakeOidc) -> None:
    agent = house.people["agent"]
    house.run(staff.disable(house.studio.store, agent, staff.Act("tests", 0)))
    city.claims = {"sub": "a-1", "email": agent.email}
    assert there_and_back(house.visitor()).status_code == 422
    client = house.visitor()
    assert "password" not in page_of(client, "/sign-in")
    assert post(client, "/sign-in", email="viewer@example.gov", password="any").status_code == 422


def test_a_sign_in_that_is_away_is_said_so(tmp_path_factory: pytest.TempPathFactory) -> None:
    known = {"oidc_issuer": "http://127.0.0.1:9", "oidc_client_id": "studio"}
    with running_studio(tmp_path_factory.mktemp("away"), ("home", "accounts"), **known) as alone:
        answer = alone.visitor().get("/sign-in/elsewhere")
        assert answer.status_code == 422 and "does not answer" in answer.text
