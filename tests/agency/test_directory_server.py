"""The service directory: an HSDS 3 API over a folder that a person edits."""

import json
import os
import shutil
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from jsonschema import Draft202012Validator

from agency.directory.api import HsdsApi
from agency.directory.seed import SeedError, load_seed
from agency.settings import Settings

HSDS = Path(os.environ.get("SHARED_DATA", Path(__file__).parents[3] / "shared" / "data")) / "hsds"
CITY = Path(__file__).parents[2] / "city.yml"
Client = TestClient[web.Request, web.Application]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("directory") / "directory.db"


@pytest.fixture
async def client(data: Path) -> AsyncIterator[Client]:
    api = HsdsApi(data, Settings().directory, CITY, lambda: date(2026, 11, 23))
    app = web.Application()
    app.add_routes(api.routes())
    async with TestClient(TestServer(app)) as client:
        yield client
    api.close()


async def get(client: Client, path: str, language: str = "", **query: Any) -> Any:
    headers = {"Accept-Language": language} if language else {}
    async with client.get(f"/hsds/v3/{path}", params=query, headers=headers) as response:
        assert response.status == 200, await response.text()
        return await response.json()


async def names(client: Client, search: str, language: str = "") -> list[str]:
    page = await get(client, "services", language, search=search)
    return [service["name"] for service in page["contents"]]


def examples(name: str) -> Any:
    path = HSDS / name
    if not path.exists():
        pytest.skip(f"{path} is not here: the standard's own description is not part of the project")
    return json.loads(path.read_text("utf-8"))


async def test_every_list_of_the_standard_is_served_with_its_paging_fields(client: Client) -> None:
    openapi = examples("schema/openapi.json")
    page_schema = openapi["components"]["schemas"]["Page"]
    lists = [path for path, methods in openapi["paths"].items() if "{id}" not in path and path != "/"]
    for path in lists:
        page = await get(client, path.strip("/"), per_page=2)
        Draft202012Validator({**page_schema, "required": list(page_schema["properties"])}).validate(page)
        assert page["size"] == len(page["contents"]) > 0 and page["first_page"], path
        one = await get(client, f"{path.strip('/')}/{page['contents'][0]['id']}")
        assert one["id"] == page["contents"][0]["id"], path


async def test_a_service_has_only_fields_that_the_standard_has_and_of_the_same_type(client: Client) -> None:
    known = examples("service_full.json")
    for service in (await get(client, "services", full="true", per_page=100))["contents"]:
        assert_like(service, known, "service")


def assert_like(ours: Any, standard: Any, where: str) -> None:
    if isinstance(ours, dict):
        assert isinstance(standard, dict) and set(ours) <= set(standard), f"{where}: {set(ours) - set(standard)}"
        for name, value in ours.items():
            assert_like(value, standard[name], f"{where}.{name}")
    elif isinstance(ours, list):
        for item in ours:
            assert_like(item, standard[0], f"{where}[]")
    elif isinstance(ours, int | float):
        assert isinstance(standard, int | float), where
    else:
        assert isinstance(ours, str), f"{where} is {ours!r}"


async def test_pages_hold_every_service_once(client: Client) -> None:
    seen: list[str] = []
    for number in range(1, 20):
        page = await get(client, "services", page=number, per_page=7)
        seen += [service["id"] for service in page["contents"]]
        if page["last_page"]:
            break
    assert len(seen) == len(set(seen)) == page["total_items"] >= 40
    beyond = await get(client, "services", page=number + 1, per_page=7)
    assert beyond["empty"] and beyond["contents"] == []


@pytest.mark.parametrize(
    "search", ["food box", "FOOD BOXES", "foood bank", "despensa", "caja de comida", "groceries free"]
)
async def test_a_food_box_is_found_by_many_names(client: Client, search: str) -> None:
    assert "Alder Street Food Box" in (await names(client, search))[:4]


@pytest.mark.parametrize(
    ("search", "best"),
    [
        ("dentist", "Oak Street Dental Clinic"),
        ("dolor de muelas", "Oak Street Dental Clinic"),
        ("shleter", "Family Shelter Line"),
        ("help with my rent", "Rent Help Fund"),
        ("light bill", "Energy Bill Help"),
        ("learn english", "Evening English Classes"),
        ("clases de ingles", "Evening English Classes"),
        ("abogado de inmigracion", "Immigration Legal Help"),
        ("pool", "Lake Drive Pool"),
        ("pañales", "Birch Street Diaper Bank"),
        ("panales", "Birch Street Diaper Bank"),
        ("food for my dog", "Pet Pantry"),
        ("somewhere warm", "Warming Center"),
        ("food for seniors", "Meals at Your Door"),
        ("wheelchair to borrow", "Wheelchair and Walker Loans"),
        ("Grace Hall Pantry", "Grace Hall Pantry"),
    ],
)
async def test_the_best_match_comes_first(client: Client, search: str, best: str) -> None:
    assert best in (await names(client, search))[:2]


@pytest.mark.parametrize("search", ["unicorn", "horse", "asdf qwer", '" OR 1=1 --', "NEAR(", "*", "'"])
async def test_what_nobody_offers_finds_nothing_and_breaks_nothing(client: Client, search: str) -> None:
    assert await names(client, search) == []


async def test_texts_come_in_the_language_asked_for(client: Client) -> None:
    assert (await names(client, "food box", "es-MX,es;q=0.9,en;q=0.5"))[0].startswith(("Caja", "Despensa"))
    async with client.get("/hsds/v3/services", headers={"Accept-Language": "fr"}) as response:
        assert response.headers["Content-Language"] == "en" and response.headers["Vary"] == "Accept-Language"


async def test_a_kind_of_help_finds_the_kinds_below_it(client: Client) -> None:
    terms = {term["code"]: term for term in (await get(client, "taxonomy_terms", per_page=200))["contents"]}
    pantry = await get(client, "services", taxonomy_term_id=terms["food_pantry"]["id"])
    food = await get(client, "services", taxonomy_term_id=terms["food"]["id"])
    assert 0 < pantry["total_items"] < food["total_items"]
    below = await get(client, "taxonomy_terms", parent_id=terms["food"]["id"])
    assert "food_pantry" in {term["code"] for term in below["contents"]}
    leaves = await get(client, "taxonomy_terms", top_only="true", per_page=200)
    assert "food" not in {term["code"] for term in leaves["contents"]}


async def test_lists_are_narrowed_as_the_standard_says(client: Client) -> None:
    everything = (await get(client, "services"))["total_items"]
    taxonomy = (await get(client, "taxonomies"))["contents"][0]["id"]
    assert (await get(client, "services", taxonomy_id=taxonomy))["total_items"] == everything
    assert (await get(client, "services", taxonomy_id="other"))["total_items"] == 0
    organization = (await get(client, "organizations", search="legal aid"))["contents"][0]
    own = await get(client, "services", organization_id=organization["id"])
    assert own["total_items"] == 2
    assert (await get(client, "services", modified_after="2100-01-01"))["empty"]
    minimal = await get(client, "services", minimal="true")
    assert len(minimal["contents"]) == everything and set(minimal["contents"][0]) == {"id", "modified_date"}
    full = await get(client, f"organizations/{organization['id']}", full_service="true")
    assert full["services"][0]["service_at_locations"]


async def test_places_are_found_by_postcode_and_distance(client: Client) -> None:
    inside = await get(client, "service_at_locations", postcode="62402")
    near = await get(client, "service_at_locations", postcode="62402", proximity=600)
    far = await get(client, "service_at_locations", postcode="62402", proximity=100000)
    assert 0 < near["total_items"] < inside["total_items"] < far["total_items"]


async def test_ndjson_streams_everything(client: Client) -> None:
    async with client.get("/hsds/v3/services", params={"format": "ndjson", "full": "true"}) as response:
        lines = (await response.text()).splitlines()
    assert len(lines) >= 40 and all(json.loads(line)["id"] for line in lines)


@pytest.mark.parametrize(
    ("path", "status"), [("services/nothing", 404), ("services?page=0", 400), ("services?per_page=x", 400)]
)
async def test_a_wrong_request_is_told_so(client: Client, path: str, status: int) -> None:
    async with client.get(f"/hsds/v3/{path}") as response:
        assert response.status == status and (await response.json())["error"]


async def test_a_season_is_the_one_that_runs_or_comes_next(client: Client) -> None:
    page = await get(client, "services", search="warming center", full="true")
    seasons = {
        (schedule["valid_from"], schedule["valid_to"])
        for at in page["contents"][0]["service_at_locations"]
        for schedule in at["schedules"]
        if "opens_at" in schedule
    }
    assert seasons == {("2026-11-01", "2027-03-31"), ("2027-11-01", "2028-03-31")}


MISTAKES = [
    ("services.yml", "organization: food_network", "organization: food_netwrk", "organization names 'food_netwrk'"),
    ("services.yml", "place: alder_hall", "place: alder_hal", "place names 'alder_hal'"),
    ("services.yml", 'wed: "16:00-18:30"', 'wed: "16:00-15:30"', "is not a span of hours"),
    ("services.yml", "wed: ", "wednesday: ", "is not a day"),
    ("services.yml", "terms: [food_pantry]", "terms: [food_pantri]", "terms names 'food_pantri'"),
    ("services.yml", "    cost: free\n    bring", "    price: free\n    bring", "price is wrong"),
    ("services.yml", "{en: Alder Street Food Box, es:", "{en: Alder, Street Food Box, es:", "quotation marks"),
    ("services.yml", "name: {en: Alder", 'name: {en: "Alder', "not YAML"),
    ("places.yml", "latitude: 41.", "latitude: 141.", "latitude is wrong"),
    ("places.yml", "id: eastside_library", "id: alder_hall", "stands twice"),
    ("taxonomy.yml", "parent: food", "parent: foods", "no term 'foods'"),
]


@pytest.mark.parametrize(("file", "right", "wrong", "reason"), MISTAKES)
def test_a_mistake_in_the_files_is_told_with_file_and_line(
    tmp_path: Path, file: str, right: str, wrong: str, reason: str
) -> None:
    folder = Path(shutil.copytree(Settings().directory, tmp_path / "seed"))
    text = (folder / file).read_text("utf-8")
    (folder / file).write_text(text.replace(right, wrong, 1), "utf-8")
    with pytest.raises(SeedError) as caught:
        load_seed(folder, CITY)
    line = text[: text.index(right)].count("\n") + 1
    assert reason in str(caught.value)
    told = int(str(caught.value).split("line ")[1].split(":")[0])
    assert str(folder / file) in str(caught.value) and abs(told - line) <= 3, str(caught.value)


def test_the_seed_offers_enough() -> None:
    seed = load_seed(Settings().directory, CITY)
    assert len(seed.services) >= 40 and len(seed.places) >= 25 and seed.holidays
    assert {term for service in seed.services for term in service.terms} >= {"food_pantry", "shelter", "dental", "pets"}
    assert all("es" in service.name and "es" in service.description for service in seed.services)


async def test_a_changed_file_is_served_after_a_restart(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(Settings().directory, tmp_path / "seed"))
    for name in ("Alder Street Food Box", "Saturday Box"):
        path = folder / "services.yml"
        path.write_text(path.read_text("utf-8").replace("Alder Street Food Box", name), "utf-8")
        api = HsdsApi(tmp_path / "directory.db", folder, CITY, lambda: date(2026, 11, 23))
        app = web.Application()
        app.add_routes(api.routes())
        async with TestClient(TestServer(app)) as client:
            assert name in await names(client, "food box")
        api.close()
