"""The phones on the desk: what is typed reaches the city, what the city answers is seen, and trouble can be made."""

import asyncio
import io
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.operations import desk_terminal
from bot.operations.chat import NotRunning
from bot.store.schema import consents
from phone.desk import PHONES
from tests.fakes.desk import ServedDesk, desk_served
from tests.fakes.rasa import say


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[ServedDesk]:
    async with desk_served(tmp_path) as running:
        yield running


async def seen(served: ServedDesk, *sides: str) -> list[dict[str, object]]:
    """The first phone's texts once they come from these sides."""
    thread = await served.read()
    while [text["from"] for text in thread["texts"]] != list(sides):
        thread = await served.read(thread["version"])
    return list(thread["texts"])


async def test_a_text_is_answered_and_its_cost_and_story_are_told(served: ServedDesk) -> None:
    await served.act(text="when is trash day")
    await served.city.status_is("delivered")
    await served.city.twilio.settled()
    asked, answer = await seen(served, "resident", "city")
    assert (asked["text"], asked["note"]) == ("when is trash day", "taken by the assistant")
    assert (answer["text"], answer["segments"], answer["encoding"]) == ("echo: when is trash day", 1, "GSM-7")
    assert answer["told"] == ["queued", "sent", "delivered"]


async def test_every_phone_has_its_own_conversation(served: ServedDesk) -> None:
    for phone in range(1, len(PHONES) + 1):
        await served.act(phone, text=f"from {phone}")
    await served.city.status_is(*["delivered"] * len(PHONES))
    assert [text["text"] for text in await seen(served, "resident", "city")] == ["from 1", "echo: from 1"]
    assert len(await served.city.conversations()) == len(PHONES)


async def test_a_text_that_is_delivered_again_is_answered_once(served: ServedDesk) -> None:
    await served.act(text="hello")
    await served.city.status_is("delivered")
    await served.act(again="yes")
    again = (await seen(served, "resident", "city", "carrier"))[-1]
    assert again["text"] == "The last text was delivered once more: taken by the assistant."
    assert len(await served.city.inbound()) == 1


async def test_stop_is_answered_by_the_carrier_and_start_brings_back(served: ServedDesk) -> None:
    await served.act(word="STOP")
    await served.act(text="hello?")
    await seen(served, "resident", "carrier", "resident")
    assert PHONES[0] in served.desk.twilio.stopped
    await served.act(word="START")
    await served.act(text="hello")
    assert (await seen(served, *["resident", "carrier", "resident"], *["resident", "carrier", "resident", "city"]))[-1]
    assert [entry.wish for entry in await served.city.rows(consents)] == ["stop", "start"]


async def test_a_refusal_of_the_provider_is_shown(served: ServedDesk) -> None:
    assert await served.act(trouble="429", life="in order") == 200
    assert served.desk.trouble == "429"
    await served.act(text="hello")
    told = (await seen(served, "resident", "carrier"))[-1]
    assert told["text"] == "A text of the city was not taken: 429, Too Many Requests."
    assert served.desk.trouble == ""


@pytest.mark.parametrize(("life", "told"), [("mixed up", ["delivered", "sent", "queued"]), ("none", [])])
async def test_callbacks_can_come_mixed_up_or_not_at_all(served: ServedDesk, life: str, told: list[str]) -> None:
    await served.act(trouble="", life=life)
    await served.act(text="hello")
    await served.city.status_is("delivered" if told else "accepted")
    await served.city.twilio.settled()
    assert (await seen(served, "resident", "city"))[-1]["told"] == told


async def test_a_picture_goes_along(served: ServedDesk) -> None:
    await served.act(picture="yes")
    asked, answer = await seen(served, "resident", "city")
    assert asked["picture"] and str(answer["text"]).startswith("I got your picture.")


async def test_the_page_works_without_javascript(served: ServedDesk) -> None:
    served.city.rasa.answer = lambda body: say(
        "Which one?", buttons=[{"title": "Pothole", "payload": "/a"}, {"title": "Tree <b>", "payload": "/b"}]
    )
    async with served.city.gateway.http.post(served.url, data={"phone": "1", "text": "report"}) as response:
        page = await response.text()
    assert "No real text is sent." in page and "Which one?" in page
    assert re.search(r'name="word" value="2">2 Tree &lt;b&gt;</button>', page)
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "phone.example"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 200),
    ],
)
async def test_no_other_page_can_use_the_phone(served: ServedDesk, headers: dict[str, str], status: int) -> None:
    address = f"{served.url}/api/phones/1"
    async with served.city.gateway.http.post(address, json={"text": "hello"}, headers=headers) as response:
        assert response.status == status
    assert bool(served.desk.threads[PHONES[0]]) is (status == 200)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/phones/9", {"text": "hello"}, 404),
        ("/api/phones/1", ["hello"], 400),
        ("/api/phones/1", {"text": 5}, 400),
        ("/api/phones/1", {"trouble": "flood"}, 400),
        ("/static/../desk.py", None, 404),
    ],
)
async def test_nonsense_is_refused(served: ServedDesk, path: str, body: object, status: int) -> None:
    method = "POST" if body is not None else "GET"
    async with served.city.gateway.http.request(method, served.url + path, json=body) as response:
        assert response.status == status


async def test_the_terminal_texts_like_the_page(
    served: ServedDesk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("when is trash day\n:again\nSTOP\n"))
    async with asyncio.timeout(60):
        await desk_terminal.text(served.url, 1)
    told = capsys.readouterr().out
    assert "No real text is sent." in told
    assert "echo: when is trash day\n  (1 segment(s), GSM-7)" in told
    assert "[The last text was delivered once more: taken by the assistant.]" in told
    assert "You will get no more texts" in told
    assert len(await served.city.inbound()) == 2


async def test_without_a_phone_on_the_desk_the_terminal_says_how_to_get_one() -> None:
    with pytest.raises(NotRunning, match="make run"):
        await desk_terminal.text("http://127.0.0.1:9", 1)
