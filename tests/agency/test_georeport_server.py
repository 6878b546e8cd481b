"""The GeoReport methods over HTTP, each in XML and in JSON."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlencode

import pytest
from yarl import URL

from agency.georeport.requests import Arrival, Content, Filter, Move
from tests.agency.rig import POTHOLE, Agency


@pytest.fixture(params=["json", "xml"], autouse=True)
def _format(request: pytest.FixtureRequest, agency: Agency) -> Iterator[None]:
    agency.format = request.param
    yield


async def test_documents_say_what_they_are(agency: Agency) -> None:
    answer = await agency.get("services")
    kind = {"json": "application/json", "xml": "text/xml"}[agency.format]
    assert answer.headers["Content-Type"] == f"{kind}; charset=utf-8"
    if agency.format == "xml":
        assert answer.body.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<services><service>')


async def test_discovery_names_the_endpoint_and_its_formats(agency: Agency) -> None:
    content = (await agency.get("discovery")).content
    (endpoint,) = content["endpoints"]
    assert endpoint["url"] == agency.url
    assert endpoint["formats"] == ["text/xml", "application/json"]


async def test_the_service_list_has_every_field_and_every_type(agency: Agency) -> None:
    services = (await agency.get("services")).content
    assert len(services) >= 18
    fields = {"service_code", "service_name", "description", "metadata", "type", "keywords", "group"}
    assert all(service.keys() == fields and all(service.values()) for service in services)
    assert {service["type"] for service in services} == {"realtime", "batch", "blackbox"}
    assert {service["metadata"] for service in services} == {"true", "false"}


async def test_definitions_use_every_datatype_and_have_lists_with_values(agency: Agency) -> None:
    datatypes, informs = set(), False
    for service in (await agency.get("services")).content:
        definition = (await agency.get(f"services/{service['service_code']}")).content
        assert definition["service_code"] == service["service_code"]
        for order, attribute in enumerate(definition["attributes"] or [], 1):
            assert attribute["order"] == str(order)
            assert bool(attribute["values"]) == attribute["datatype"].endswith("list")
            datatypes.add(attribute["datatype"])
            informs |= attribute["variable"] == "false"
    assert datatypes == {"string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"}
    assert informs


@pytest.mark.parametrize(
    ("locale", "accept", "name", "language"),
    [
        ("", "", "Pothole", "en"),
        ("es", "", "Bache", "es"),
        ("es-MX", "en", "Bache", "es"),
        ("", "es-US,es;q=0.9,en;q=0.8", "Bache", "es"),
        ("", "fr, es;q=0.1, en;q=0.5", "Pothole", "en"),
        ("xx", "es", "Pothole", "en"),
        ("", "es;q=abc", "Pothole", "en"),
    ],
)
async def test_the_language_is_the_one_asked_for(
    agency: Agency, locale: str, accept: str, name: str, language: str
) -> None:
    answer = await agency.get("services", headers={"Accept-Language": accept}, locale=locale)
    assert answer.content[0]["service_name"] == name
    assert answer.headers["Content-Language"] == language


async def test_questions_are_asked_in_spanish_with_the_same_keys(agency: Agency) -> None:
    english = (await agency.get("services/POTHOLE")).content["attributes"][0]
    spanish = (await agency.get("services/POTHOLE", locale="es")).content["attributes"][0]
    assert spanish["description"] == "¿Qué tan grande es el hoyo?"
    assert [value["key"] for value in english["values"]] == [value["key"] for value in spanish["values"]]


async def test_a_report_is_accepted_and_shown_without_who_sent_it(agency: Agency) -> None:
    form = {
        **POTHOLE,
        "description": "Línea <uno>\n& dos",
        "lat": "41.88",
        "long": "-87.63",
        "first_name": "Ana",
        "email": "ana@example.org",
        "phone": "555-0199",
        "media_url": "https://pictures.example/1.jpg",
    }
    answer = await agency.post(form)
    assert answer.status == 201
    (receipt,) = answer.content
    assert receipt["service_notice"] and "token" not in receipt
    (shown,) = (await agency.get(f"requests/{receipt['service_request_id']}")).content
    assert shown["description"] == "Línea <uno>\n& dos"
    assert (shown["status"], shown["service_name"], shown["service_code"]) == ("open", "Pothole", "POTHOLE")
    assert (shown["address"], shown["lat"], shown["long"]) == ("12 Oak Street", "41.88", "-87.63")
    assert shown["agency_responsible"] == "Public Works"
    assert shown["media_url"] == "https://pictures.example/1.jpg"
    assert datetime.fromisoformat(shown["requested_datetime"]).tzinfo is not None
    assert not {"first_name", "email", "phone"} & shown.keys()


async def test_every_kind_of_attribute_is_accepted(agency: Agency) -> None:
    several = [*POTHOLE.items(), ("attribute[WHERE][]", "lane"), ("attribute[WHERE][]", "curb")]
    answer = await agency.post([*several, ("attribute[DEPTH]", "3.5")])
    stored = agency.store.get(answer.content[0]["service_request_id"])
    assert stored.content.attributes == {"SIZE": "large", "WHERE": ["lane", "curb"], "DEPTH": "3.5"}
    leak = {"service_code": "WATER_LEAK", "address_id": "7", "attribute[FLOW]": "drip", "api_key": "key"}
    assert (await agency.post({**leak, "attribute[SINCE]": "2026-11-20"})).status == 201


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"service_code": ""}, "service_code"),
        ({"attribute[SIZE]": ""}, "attribute SIZE is missing"),
        ({"attribute[SIZE]": "huge"}, "small, medium, large"),
        ({"attribute[DEPTH]": "deep"}, "number"),
        ({"attribute[DEPTH]": "nan"}, "number"),
        ({"attribute[NOPE]": "1"}, "NOPE does not belong"),
        ({"address_string": " "}, "place is missing"),
        ({"lat": "41.8"}, "together"),
        ({"lat": "91", "long": "0"}, "degrees"),
        ({"lat": "inf", "long": "x"}, "degrees"),
        ({"description": "x" * 4001}, "4000"),
        ({"email": "x" * 501}, "email"),
        ({"media_url": "javascript:alert(1)"}, "media_url"),
        ({"media_url": "http://[bad"}, "media_url"),
        ({"service_code": "WATER_LEAK", "attribute[FLOW]": "drip", "attribute[SINCE]": "soon"}, "date"),
        ({"service_code": "VEHICLE", "attribute[LOOKS]": "red\ncar"}, "one line"),
    ],
)
async def test_a_report_with_a_mistake_is_refused_with_its_name(
    agency: Agency, change: dict[str, str], words: str
) -> None:
    answer = await agency.post({**POTHOLE, **change})
    assert answer.status == 400
    assert words in answer.messages
    assert all(error["code"] == "400" for error in answer.content)


async def test_all_mistakes_are_told_at_once(agency: Agency) -> None:
    answer = await agency.post({"service_code": "POTHOLE", "api_key": "key", "media_url": "x"})
    assert len(answer.content) == 3


async def test_two_values_for_one_answer_are_refused(agency: Agency) -> None:
    answer = await agency.post([*POTHOLE.items(), ("attribute[SIZE]", "small")])
    assert answer.status == 400 and "one value" in answer.messages


@pytest.mark.parametrize("key", ["", "wrong", "Key", "kéy"])
async def test_without_a_known_api_key_nothing_is_accepted(agency: Agency, key: str) -> None:
    answer = await agency.post({**POTHOLE, "api_key": key})
    assert answer.status == 403
    assert answer.content[0]["code"] == "403"
    assert (await agency.get("requests")).content in ([], None)


@pytest.mark.parametrize("path", ["services", "services/POTHOLE", "requests", "requests/1", "tokens/1"])
async def test_another_jurisdiction_is_not_found(agency: Agency, path: str) -> None:
    answer = await agency.get(path, jurisdiction_id="elsewhere.example")
    assert answer.status == 404 and "jurisdiction_id" in answer.messages


async def test_our_jurisdiction_and_an_empty_one_are_the_same(agency: Agency) -> None:
    ours = await agency.get("services", jurisdiction_id="brightwater.example")
    assert ours.body == (await agency.get("services", jurisdiction_id="")).body
    assert (await agency.post({**POTHOLE, "jurisdiction_id": "elsewhere.example"})).status == 404


@pytest.mark.parametrize("path", ["services/NOPE", "requests/NOPE", "tokens/NOPE", "nothing", "requests/%00"])
async def test_what_does_not_exist_is_an_error_list_with_404(agency: Agency, path: str) -> None:
    answer = await agency.get(path)
    assert answer.status == 404
    assert answer.content[0]["code"] == "404"
    assert (await agency.post({**POTHOLE, "service_code": "NOPE"})).status == 404


async def test_a_batch_service_gives_a_token_and_the_id_later(agency: Agency) -> None:
    form = {"service_code": "RATS", "address_string": "1 Elm", "attribute[PEST]": "rats", "api_key": "key"}
    (receipt,) = (await agency.post(form)).content
    assert "service_request_id" not in receipt
    path = f"tokens/{receipt['token']}"
    assert (await agency.get(path)).content == [{"service_request_id": None, "token": receipt["token"]}]
    assert not (await agency.get("requests", service_code="RATS")).content
    agency.clock.time += timedelta(seconds=5)
    (resolved,) = (await agency.get(path)).content
    (shown,) = (await agency.get(f"requests/{resolved['service_request_id']}")).content
    assert shown["service_code"] == "RATS"


async def test_a_blackbox_service_gives_no_number_and_shows_nothing(agency: Agency) -> None:
    form = {"service_code": "NOISE", "address_string": "1 Elm", "attribute[KIND]": "music", "api_key": "key"}
    (receipt,) = (await agency.post(form)).content
    assert not {"service_request_id", "token"} & receipt.keys()
    assert receipt["service_notice"]
    assert not (await agency.get("requests")).content
    hidden = agency.store.find(Filter())[0]
    assert (await agency.get(f"requests/{hidden.id}")).status == 404
    assert not (await agency.get("requests", service_request_id=hidden.id)).content


async def test_the_same_key_is_the_same_report_even_at_the_same_time(agency: Agency) -> None:
    answers = await asyncio.gather(*(agency.post(POTHOLE, key="k1") for _ in range(12)))
    assert sorted(answer.status for answer in answers) == [200] * 11 + [201]
    assert len({answer.content[0]["service_request_id"] for answer in answers}) == 1
    assert len((await agency.get("requests")).content) == 1


async def test_a_key_belongs_to_one_client_and_one_content(agency: Agency) -> None:
    first = (await agency.post(POTHOLE, key="k1")).content
    assert (await agency.post({**POTHOLE, "description": "other"}, key="k1")).status == 400
    assert (await agency.post({**POTHOLE, "api_key": "other"}, key="k1")).content != first
    assert (await agency.post(POTHOLE, key="k" * 201)).status == 400


async def test_the_same_token_comes_back_for_the_same_key(agency: Agency) -> None:
    form = {"service_code": "RATS", "address_string": "1 Elm", "attribute[PEST]": "rats", "api_key": "key"}
    assert (await agency.post(form, key="k1")).content == (await agency.post(form, key="k1")).content


async def numbers(agency: Agency, **query: str) -> list[str]:
    answer = await agency.get("requests", **query)
    assert answer.status == 200, answer.body
    return [request["service_request_id"] for request in answer.content or []]


async def test_requests_are_found_by_type_status_and_id(agency: Agency) -> None:
    hole = await agency.report()
    light = await agency.report(
        **{"service_code": "STREETLIGHT", "attribute[SIZE]": "", "attribute[PROBLEM]": "out", "description": "dark"}
    )
    agency.store.move(Move(light, agency.clock(), "Dana", "", "closed", "Fixed."))
    assert await numbers(agency) == [light, hole]
    assert await numbers(agency, service_code="POTHOLE") == [hole]
    assert await numbers(agency, service_code="POTHOLE, STREETLIGHT") == [light, hole]
    assert await numbers(agency, status="closed") == [light]
    assert await numbers(agency, status="open,CLOSED") == [light, hole]
    assert await numbers(agency, service_request_id=f"{hole},{light},NOPE") == [light, hole]
    assert await numbers(agency, service_request_id=hole, status="closed", start_date="nonsense") == [hole]
    (shown,) = (await agency.get(f"requests/{light}")).content
    assert (shown["status"], shown["status_notes"]) == ("closed", "Fixed.")


async def test_dates_limit_the_list_to_ninety_days_at_most(agency: Agency) -> None:
    today = agency.clock.time
    agency.clock.time = today - timedelta(days=120)
    old = await agency.report()
    agency.clock.time = today - timedelta(days=50)
    middle = await agency.report()
    agency.clock.time = today
    new = await agency.report()

    def day(days: float) -> str:
        return f"{today - timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"

    assert await numbers(agency) == [new, middle]
    assert await numbers(agency, start_date="", end_date="") == [new, middle]
    assert await numbers(agency, start_date=day(130)) == [middle, old]
    assert await numbers(agency, end_date=day(60)) == [old]
    assert await numbers(agency, start_date=day(121), end_date=day(119)) == [old]
    assert await numbers(agency, start_date=f"{today - timedelta(days=51):%Y-%m-%d}") == [new, middle]
    assert (await agency.get("requests", start_date=day(91), end_date=day(0))).status == 400


async def test_at_most_a_thousand_requests_are_listed(agency: Agency) -> None:
    now = agency.clock()
    arrival = Arrival("realtime", now, None, now, "test", "")
    agency.store._db.execute("PRAGMA synchronous = OFF")
    for _ in range(1001):
        agency.store.add(Content("POTHOLE"), arrival)
    assert len(await numbers(agency)) == 1000


@pytest.mark.parametrize(
    "query",
    [
        {"start_date": "yesterday"},
        {"start_date": "2026-13-01T00:00:00Z"},
        {"start_date": "2026-01-01T00:00:00"},
        {"end_date": "0001-01-01T00:00:00+14:00"},
        {"end_date": "0001-01-02"},
        {"start_date": "9999-12-31T00:00:00Z"},
        {"start_date": "2026-02-01", "end_date": "2026-01-01"},
        {"status": "lost"},
    ],
)
async def test_a_bad_question_is_an_error_list(agency: Agency, query: dict[str, str]) -> None:
    answer = await agency.get("requests", **query)
    assert answer.status == 400
    assert answer.content[0]["description"]


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe",
        b"service_code=%ff%fe&api_key=key",
        b"&".join(b"a%d=1" % number for number in range(600)),
        b"",
        b"&&&===%%%",
    ],
)
async def test_a_body_that_is_no_form_is_refused(agency: Agency, body: bytes) -> None:
    answer = await agency.post(body, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status in (400, 403)
    assert answer.content[0]["description"]


async def test_another_content_type_is_refused(agency: Agency) -> None:
    answer = await agency.post(b"{}", headers={"Content-Type": "application/json"})
    assert answer.status == 400 and "form" in answer.messages


async def test_too_large_a_body_is_refused(agency: Agency) -> None:
    answer = await agency.post({**POTHOLE, "description": "x" * (256 * 1024)})
    assert answer.status == 413 and "256 KB" in answer.messages


async def test_a_full_disk_is_told_and_over_when_there_is_room_again(agency: Agency) -> None:
    database = agency.store._db  # a disk is not easily filled
    (pages,) = database.execute("PRAGMA page_count").fetchone()
    database.execute(f"PRAGMA max_page_count = {pages}")
    answers = [await agency.post({**POTHOLE, "description": "x" * 4000}) for _ in range(5)]
    assert answers[-1].status == 503 and "busy" in answers[-1].messages
    database.execute("PRAGMA max_page_count = 100000")
    assert await agency.report()


async def test_control_characters_do_not_break_the_document(agency: Agency) -> None:
    number = await agency.report(description="a\x00b\x0b\ufffec\td")
    (shown,) = (await agency.get(f"requests/{number}")).content
    assert shown["description"] == "abc\td"


async def test_what_staff_paste_into_a_note_does_not_break_the_document(agency: Agency) -> None:
    number = await agency.report()
    agency.store.move(Move(number, agency.clock(), "staff", "", "closed", "done\x0b\x00."))
    (shown,) = (await agency.get(f"requests/{number}")).content
    assert shown["status_notes"].startswith("done")


async def test_the_name_of_a_field_does_not_break_the_list_of_errors(agency: Agency) -> None:
    form = urlencode({**POTHOLE, "attribute[x\x00y]": "1"})
    answer = await agency.post(form, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status == 400 and "attribute x" in answer.messages


@pytest.mark.parametrize("path", ["requests/%ff", "services/%ed%a0%80", "tokens/%ff", "requests"])
async def test_bytes_that_are_no_text_in_a_url_harm_nothing(agency: Agency, path: str) -> None:
    url = URL(f"{agency.url}/{path}.{agency.format}?status=%ff&service_request_id=%ed%a0%80", encoded=True)
    async with agency.session.get(url) as response:
        assert response.status in (200, 400, 404)


async def test_a_method_that_is_not_offered_is_an_error_list(agency: Agency) -> None:
    async with agency.session.delete(f"{agency.url}/requests.{agency.format}") as response:
        assert response.status == 405
        assert "POST" in response.headers["Allow"]
        assert b"DELETE is not possible here." in await response.read()
