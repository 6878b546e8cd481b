"""Consultations, meetings, comments and polls: what the API promises to the assistant and to staff."""

import csv
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from agency.georeport.catalog import Catalog, CatalogError
from agency.georeport.store import Store as Requests
from agency.participation.catalog import load_catalog
from agency.participation.commands import write_csv
from agency.participation.store import Store
from agency.server import build_app
from agency.settings import Settings
from tests.agency.rig import Clock

KEY = {"Authorization": "Bearer key"}


@dataclass
class Client:
    url: str
    session: aiohttp.ClientSession
    clock: Clock
    data: Path

    async def get(self, path: str, language: str = "en", **query: str) -> Any:
        async with self.session.get(self.url + path, params=query, headers={"Accept-Language": language}) as response:
            return await response.json()

    async def post(self, path: str, body: Any, key: str = "", **headers: str) -> tuple[int, Any]:
        sent = {**KEY, **({"Idempotency-Key": key} if key else {}), **headers}
        async with self.session.post(self.url + path, json=body, headers=sent) as response:
            return response.status, await response.json()

    async def first_open(self) -> str:
        return str((await self.get("/consultations", status="open"))[0]["id"])


@pytest.fixture
async def client(tmp_path: Path, catalog: Catalog) -> AsyncIterator[Client]:
    settings, clock = Settings(data=tmp_path / "agency.db", api_keys=frozenset({"key"})), Clock()
    app = build_app(settings, catalog, Requests(settings.data), clock)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        yield Client(str(server.make_url("/participation/v1")), session, clock, settings.participation_data)


@pytest.mark.parametrize("day", range(0, 400, 13))
def test_the_examples_never_run_out(day: int) -> None:
    catalog, today = load_catalog(Settings().participation), date(2026, 11, 23) + timedelta(days=day)
    status = [item.period(today).status(today) for item in catalog.consultations]
    assert status.count("open") >= 3 and len(status) >= 6
    assert len(catalog.upcoming(datetime(today.year, today.month, today.day), today + timedelta(days=60))) >= 12
    assert "open" in {poll.period(today).status(today) for poll in catalog.polls}


def test_a_consultation_keeps_its_closing_day_from_one_day_to_the_next() -> None:
    catalog = load_catalog(Settings().participation)
    days = [date(2026, 11, 23) + timedelta(days=number) for number in range(84)]
    for item in catalog.consultations:
        periods = {item.period(day) for day in days}
        assert len(periods) <= 2, item.id


async def test_consultations_are_told_in_the_readers_language(client: Client) -> None:
    english, spanish = await client.get("/consultations"), await client.get("/consultations", "es-MX,en;q=0.5")
    assert [item["id"] for item in english] == [item["id"] for item in spanish]
    assert english[0]["title"] != spanish[0]["title"]
    assert {item["status"] for item in await client.get("/consultations", status="open")} == {"open"}


async def test_summaries_are_three_plain_sentences_at_most() -> None:
    for item in load_catalog(Settings().participation).consultations:
        for language, words in item.summary.items():
            sentences = [part for part in words.replace("a.m.", "am").replace("p.m.", "pm").split(". ") if part]
            assert len(sentences) <= 3 and max(len(part.split()) for part in sentences) <= 20, (item.id, language)
            assert len(item.title[language]) <= 30, item.title


async def test_meetings_come_in_order_and_can_be_asked_for_by_body(client: Client) -> None:
    events = await client.get("/events")
    assert len(events) >= 12 and events == sorted(events, key=lambda event: event["start_date"])
    council = await client.get("/events", organization="city-council")
    assert {event["organization"]["name"] for event in council} == {"City Council"}
    assert all(datetime.fromisoformat(event["start_date"]) > client.clock() - timedelta(hours=3) for event in events)
    near = await client.get("/events", until=client.clock().date().isoformat())
    assert len(near) < len(events)


async def test_a_comment_is_stored_once_for_each_key(client: Client) -> None:
    path = f"/consultations/{await client.first_open()}/comments"
    words = {"text": "Please keep the trees. " * 80, "name": "Ana Ruiz", "language": "en"}
    status, first = await client.post(path, words, "k1")
    again, second = await client.post(path, words, "k1")
    assert (status, again) == (201, 200) and first == second and first["receipt"].startswith("C")
    assert (await client.post(path, {"text": "Something else"}, "k1"))[0] == 422
    assert await client.get(path) == {"count": 1}
    assert Store(client.data).comments()[0].text == words["text"].strip()


async def test_no_answer_shows_who_commented_or_what(client: Client) -> None:
    consultation = await client.first_open()
    await client.post(f"/consultations/{consultation}/comments", {"text": "secret words", "name": "Ana Ruiz"})
    shown = str([await client.get(p) for p in ("/consultations", f"/consultations/{consultation}")])
    assert "Ana" not in shown and "secret" not in shown


async def test_a_comment_is_refused_with_a_code_that_tells_why(client: Client) -> None:
    consultation = await client.first_open()
    path = f"/consultations/{consultation}/comments"
    assert (await client.post(path, {"text": "x" * 5001}))[1]["errors"][0]["code"] == "too_long"
    assert (await client.post(path, {"text": " "}))[0] == 422
    assert (await client.post(path, ["x"]))[0] == 400
    assert (await client.post(path, {"text": "x"}, Authorization="Bearer wrong"))[0] == 403
    assert (await client.post("/consultations/nothing/comments", {"text": "x"}))[0] == 404
    upcoming = [item for item in await client.get("/consultations", status="upcoming")]
    for item in upcoming:
        assert (await client.post(f"/consultations/{item['id']}/comments", {"text": "x"}))[0] == 409


async def test_staff_close_a_consultation_and_a_repeated_comment_still_gets_its_receipt(client: Client) -> None:
    consultation = await client.first_open()
    path = f"/consultations/{consultation}/comments"
    _, receipt = await client.post(path, {"text": "in time"}, "k1")
    Store(client.data).close_consultation(consultation, datetime.now(UTC))
    assert (await client.get(f"/consultations/{consultation}"))["status"] == "closed"
    status, refusal = await client.post(path, {"text": "too late"}, "k2")
    assert (status, refusal["errors"][0]["code"]) == (409, "closed")
    assert await client.post(path, {"text": "in time"}, "k1") == (200, receipt)


async def test_one_voter_has_one_vote_and_may_change_it(client: Client) -> None:
    poll = next(item for item in await client.get("/polls") if item["status"] == "open")
    path, (first, second, *_) = f"/polls/{poll['id']}", [option["id"] for option in poll["options"]]
    assert poll["results"] is None
    await client.post(f"{path}/votes", {"voter": "a", "option": first})
    await client.post(f"{path}/votes", {"voter": "b", "option": first})
    _, seen = await client.post(f"{path}/votes", {"voter": "a", "option": second})
    assert (seen["your_vote"], seen["results"][first], seen["results"][second]) == (second, 1, 1)
    assert (await client.get(path))["results"] is None
    assert (await client.get(path, voter="b"))["results"][first] == 1
    assert (await client.post(f"{path}/votes", {"voter": "a", "option": "nothing"}))[0] == 422


async def test_a_closed_poll_takes_no_vote_and_shows_its_results(client: Client) -> None:
    poll = next(item for item in await client.get("/polls") if item["status"] == "open")
    option = poll["options"][0]["id"]
    await client.post(f"/polls/{poll['id']}/votes", {"voter": "a", "option": option})
    client.clock.time = datetime.fromisoformat(poll["end_date"]).replace(tzinfo=UTC) + timedelta(days=2)
    closed = await client.get(f"/polls/{poll['id']}")
    assert closed["status"] == "closed" and closed["results"][option] == 1
    status, refusal = await client.post(f"/polls/{poll['id']}/votes", {"voter": "b", "option": option})
    assert (status, refusal["errors"][0]["code"]) == (409, "closed")


async def test_a_spreadsheet_never_runs_what_a_resident_wrote(client: Client) -> None:
    consultation = await client.first_open()
    await client.post(f"/consultations/{consultation}/comments", {"text": '=HYPERLINK("x")', "name": "Ñandú"})
    file = io.StringIO()
    write_csv(Store(client.data).comments(consultation), file)
    (row,) = csv.DictReader(io.StringIO(file.getvalue()))
    assert (row["text"], row["name"], row["consultation"]) == ('\'=HYPERLINK("x")', "Ñandú", consultation)


def test_a_wrong_file_is_told_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "participation.yml"
    path.write_text("languages: [en]\nevents: [{organization: nobody}]\n")
    with pytest.raises(CatalogError, match=r"events\.0"):
        load_catalog(path)
    path.write_text("languages: [en]\npolls: [{id: a, question: {en: Q}, options: []}]\n")
    with pytest.raises(CatalogError, match=r"polls\.0"):
        load_catalog(path)
