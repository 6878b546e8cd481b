"""What is said about a service fits its channel, whatever the entry is like."""

import re
from collections.abc import AsyncIterator
from datetime import date, datetime
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from actions.agencies.hsds import Directory
from actions.agencies.service_reading import read_service
from actions.agencies.services import Service
from actions.directory.asking import Wish
from actions.directory.matching import Match, at_place
from actions.directory.telling import Teller
from agency.directory.api import HsdsApi
from agency.settings import Settings
from bot.agencies import Agency
from bot.city import load_city
from studio.content.checks.house import segments
from tests.house.topics import variations

CITY = load_city(Path("city.yml"))
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("America/Chicago"))
STREET = next(street for street in CITY.streets if street.name == "Hill Road")
WISHES = (
    Wish(),
    Wish(near="Hill Road", begins=STREET.begins, ends=STREET.ends, day="2026-11-28", language="es", wheelchair=True),
)


@pytest.fixture
async def seed(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[str, tuple[Service, ...]]]:
    data = tmp_path_factory.mktemp("directory") / "directory.db"
    api = HsdsApi(data, Settings().directory, Path("city.yml"), lambda: date(2026, 11, 23))
    app = web.Application()
    app.add_routes(api.routes())
    async with TestServer(app) as server:
        client = Directory(Agency("directory", "hsds", str(server.make_url("/hsds/v3")), embedded=True))
        yield {language: await client.search("", language) for language in ("en", "es")}
        await client.close()
    api.close()


def filled(answer: str, language: str, channel: str, blanks: dict[str, str]) -> str:
    wordings = {(item.language, item.channel): item.text for item in variations() if item.answer == answer}
    text = wordings.get((language, channel)) or wordings[language, "web"]
    return re.sub(r"\{(\w+)\}", lambda blank: blanks[blank[1]], text).replace("{city.", "{")


def check(text: str, channel: str) -> None:
    if channel == "sms":
        assert segments(text) <= 2, (segments(text), text)
    else:
        assert len(text) <= 320, (len(text), text)
    assert "None" not in text and ".." not in text.replace("...", ""), text


def answers(
    teller: Teller, match: Match, others: list[tuple[int, Match]], wish: Wish
) -> list[tuple[str, dict[str, str]]]:
    blanks = teller.blanks(match, wish, others)
    service = teller.name(match)
    told = [("utter_services_found_more" if "others" in blanks else "utter_services_found", blanks)]
    for name, fact in (
        ("hours", teller.week(match)),
        ("day", teller.on_day(match, date(2026, 11, 28))),
        ("languages", teller.languages(match)),
        ("other_languages", teller.languages(match)),
        ("documents", teller.documents(match)),
        ("cost", teller.cost(match)),
        ("place", f"{teller.where(match)}. {teller.directions(match)}"),
        ("phone", match.phone),
    ):
        if fact:
            told.append(
                (f"utter_services_{name}", {"service": service, name.removeprefix("other_"): teller.fact(match, fact)})
            )
    return told


def all_answers(services: tuple[Service, ...], language: str) -> None:
    for channel, wish in product(("web", "sms"), WISHES):
        teller = Teller(language, channel, NOW)
        matches = [at_place(s, place.id, wish, CITY) for s in services for place in s.places]
        matches += [at_place(service, "", wish, CITY) for service in services if not service.places]
        for number, match in enumerate(matches):
            others = [(2, matches[number - 1]), (3, matches[number - 2])]
            for answer, blanks in answers(teller, match, others, wish):
                check(filled(answer, language, channel, blanks), channel)


async def test_every_entry_of_the_seed_fits_every_answer(seed: dict[str, tuple[Service, ...]]) -> None:
    for language, services in seed.items():
        assert len(services) >= 40
        all_answers(services, language)


HOSTILE = {
    "id": "x",
    "name": "A {city.phones.main} {name}\n\n<b>bold</b> " + "very long name " * 40,
    "description": "x" * 100_000,
    "fees_description": "{" * 5_000,
    "phones": [{"number": "555-0100 call now!!! {phone} " * 9}],
    "languages": [{"code": "es", "name": "{es}" * 200}] * 500,
    "required_documents": [{"document": "🎉 passport \u202e evil " * 50}] * 50,
    "service_at_locations": [
        {
            "id": "a",
            "location": {
                "id": "b",
                "name": "\u0000\u0007" + "N" * 3_000,
                "latitude": 1e999,
                "longitude": "NaN",
                "addresses": [{"address_1": "1 Main Street\r\nSTOP " * 50}],
                "transportation": "{" + "bus " * 400,
                "accessibility": [{"description": "ramp " * 500}],
            },
            "schedules": [
                {
                    "freq": "WEEKLY",
                    "byday": "SA",
                    "opens_at": "99:99",
                    "closes_at": None,
                    "description": "by 日本語 " * 99,
                },
                {"freq": 7, "byday": {"a": 1}, "interval": -5, "valid_from": "0000-00-00"},
            ],
        }
    ],
}


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_hostile_entry_breaks_no_answer(language: str) -> None:
    service = read_service(
        HOSTILE,
        "other",
    )
    assert service
    all_answers((service, service), language)


def test_a_foreign_alphabet_keeps_to_two_segments() -> None:
    tree = {
        **HOSTILE,
        "name": "Пункт продовольчої допомоги для всіх мешканців міста та околиць",
        "phones": [{"number": "555-0100"}],
    }
    service = read_service(tree, "other")
    assert service
    all_answers((service, service), "en")
