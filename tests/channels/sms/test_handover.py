"""From the web to a phone and back: the code joins them, once; nothing else does."""

from pathlib import Path

import aiohttp
import pytest

from bot import handover
from bot.store.schema import handovers, inbound, phones, wrong_codes
from tests.fakes.gateway import Resident, gateway_running, gateway_settings
from tests.fakes.rasa import say
from tests.fakes.texting import CITY, Texting

OTHER = "+13125550155"


async def code_for(resident: Resident) -> dict[str, str]:
    status, offered = await resident.gateway.call("POST", "/v1/web/city/handover", json={}, headers=resident.key)
    assert status == 201, offered
    return offered


async def joined(city: Texting, lang: str = "en") -> Resident:
    """A web conversation that the resident's phone has joined; one text was sent to say so."""
    resident = await city.gateway.resident(lang=lang)
    await city.text((await code_for(resident))["text"])
    await city.sent(1)
    return resident


async def test_a_texted_code_joins_the_same_conversation(city: Texting) -> None:
    web = await city.gateway.resident(lang="es")
    await web.send("cuándo pasa la basura por mi calle")
    await web.events(2)
    offered = await code_for(web)
    assert offered["text"] == f"CHAT {offered['code']}" and offered["number"] == CITY
    assert offered["link"] == f"sms:{CITY}?body=CHAT%20{offered['code']}" and offered["code"] in offered["message"]
    await city.text(offered["text"])
    assert (await city.sent(1))[0].body.startswith("Brightwater: Ya esta en el mismo chat.")
    await city.text("12 Oak Street")
    assert (await city.sent(2))[1].body == "echo: 12 Oak Street"
    first, second = city.rasa.asked
    assert (first["sender"], second["sender"]) == (web.session, web.session)
    assert (first["channel"], second["channel"], second["language"]) == ("web", "sms", "es")


async def test_the_web_page_follows_along_and_is_answered_there(city: Texting) -> None:
    web = await joined(city)
    async with web.stream() as stream:
        assert "same chat" in (await stream.event() or {})["text"]
        await city.text("hello from the bus")
        assert [(await stream.event() or {})["from"] for _ in range(2)] == ["resident", "assistant"]
        await web.send("and from home")
        assert (await stream.event() or {})["text"] == "and from home"
        assert (await stream.event() or {})["text"] == "echo: and from home"
    assert [message.body for message in await city.sent(2)][1:] == ["echo: hello from the bus"]


async def test_the_open_question_is_put_again_and_a_number_goes_to_its_conversation(city: Texting) -> None:
    buttons = [{"title": title, "payload": f"/{title}"} for title in ("Pothole", "Tree")]
    city.rasa.answer = lambda body: say("Which one?", buttons=buttons) if body["text"] == "report" else say("Okay.")
    web = await city.gateway.resident()
    await web.send("report")
    await web.events(2)
    await city.text((await code_for(web))["text"])
    assert (await city.sent(1))[0].body.endswith("Which one?\n1 Pothole\n2 Tree")
    await city.text("2")
    await city.sent(2)
    assert (city.rasa.asked[-1]["sender"], city.rasa.asked[-1]["text"]) == (web.session, "2")


@pytest.mark.parametrize("written", ["chat {}", "{}", " Chat-{}. ", '"CHAT {}"'])
async def test_a_code_is_read_as_people_write_it(city: Texting, written: str) -> None:
    web = await city.gateway.resident()
    await city.text(written.format((await code_for(web))["code"]))
    assert "same chat" in (await city.sent(1))[0].body


async def test_a_code_works_once(city: Texting) -> None:
    web = await city.gateway.resident()
    text = (await code_for(web))["text"]
    await city.text(text)
    await city.sent(1)
    await city.text(text, number=OTHER)
    assert (await city.sent(1, OTHER))[0].body == f"echo: {text}"
    assert city.rasa.asked[0]["sender"] != web.session


async def test_a_code_that_is_delivered_twice_is_one_message(city: Texting) -> None:
    web = await city.gateway.resident()
    text = (await code_for(web))["text"]
    for _ in range(3):
        assert await city.text(text, MessageSid="SM1") == 200
    await city.sent(1)
    assert len(await city.inbound()) == 1 and city.rasa.asked == []


async def test_a_code_ends_after_its_time_and_with_a_newer_one(city: Texting) -> None:
    web = await city.gateway.resident()
    first, second = (await code_for(web))["text"], (await code_for(web))["text"]
    await city.text(first)
    await city.sent(1)
    async with city.store.begin() as connection:
        await connection.execute(handovers.update().values(expires_at=1.0))
    await city.text(second)
    assert [message.body for message in await city.sent(2)] == [f"echo: {first}", f"echo: {second}"]


async def test_an_ended_chat_cannot_be_joined_and_lets_its_phone_go(city: Texting) -> None:
    web = await joined(city)
    other = await city.gateway.resident()
    text = (await code_for(other))["text"]
    for resident in (web, other):
        assert (await resident.gateway.call("DELETE", "/v1/web/city/sessions", headers=resident.key))[0] == 204
    await city.text("hello")
    await city.text(text)
    await city.sent(3)
    assert {asked["sender"] for asked in city.rasa.asked}.isdisjoint({web.session, other.session})


async def test_a_phone_takes_part_in_the_chat_it_joined_last(city: Texting) -> None:
    await city.text("hello")
    await city.sent(1)
    first, second = await city.gateway.resident(), await city.gateway.resident()
    for number, web in enumerate((first, second), start=2):
        await city.text((await code_for(web))["text"])
        await city.sent(number)
    await city.text("which chat is this")
    await city.sent(4)
    assert city.rasa.asked[-1]["sender"] == second.session
    assert {row.conversation_id for row in await city.rows(phones)} & {first.session, second.session} == {
        second.session
    }


async def test_a_phone_that_has_stopped_joins_nothing(city: Texting) -> None:
    web = await city.gateway.resident()
    await city.text("STOP")
    await city.text((await code_for(web))["text"])
    await city.until(lambda rows: len(rows) == 2, inbound)
    assert web.session not in {row.conversation_id for row in await city.rows(phones)}


async def test_six_digits_that_were_asked_for_are_an_answer(city: Texting) -> None:
    city.rasa.answer = lambda body: say("And the 6-digit code?", answer="utter_follow_ask_code")
    web = await city.gateway.resident()
    code = (await code_for(web))["code"]
    await city.text("26-000123")
    await city.sent(1)
    await city.text(code)
    await city.sent(2)
    assert city.rasa.asked[1]["text"] == code


async def test_codes_cannot_be_tried_out(city: Texting, monkeypatch: pytest.MonkeyPatch) -> None:
    web = await city.gateway.resident()
    right = (await code_for(web))["code"]
    wrong = [f"CHAT {(int(right) + step) % 1_000_000:06d}" for step in range(1, 6)]
    for text in wrong:
        await city.text(text)
    await city.text(f"CHAT {right}")
    assert [message.body for message in await city.sent(6)][-1] == f"echo: CHAT {right}"  # this phone is out of tries
    monkeypatch.setattr(handover, "MOST_TRIES_OF_ALL", 5)
    await city.text(f"CHAT {right}", number=OTHER)
    assert (await city.sent(1, OTHER))[0].body == f"echo: CHAT {right}"  # and so is everybody
    async with city.store.begin() as connection:
        await connection.execute(wrong_codes.update().values(at=1.0))
    await city.text(f"CHAT {right}", number=OTHER)
    assert "same chat" in (await city.sent(2, OTHER))[1].body


async def test_a_code_is_not_kept_in_the_clear(city: Texting) -> None:
    web = await city.gateway.resident()
    code = (await code_for(web))["code"]
    (row,) = await city.rows(handovers)
    assert code not in str(row)
    await city.text(f"CHAT {code}")
    await city.sent(1)
    assert code not in str(await city.inbound()) and code not in str(await web.poll())


async def test_without_a_text_channel_nothing_is_offered(tmp_path: Path) -> None:
    async with gateway_running(gateway_settings(tmp_path)) as gateway:
        status, opened = await gateway.call("POST", "/v1/web/city/sessions", json={})
        assert status == 201 and opened["texting"] is False
        key = {"Authorization": f"Bearer {opened['secret']}"}
        status, refused = await gateway.call("POST", "/v1/web/city/handover", json={}, headers=key)
        assert (status, refused["error"]["code"]) == (404, "no_texting")


async def test_the_page_without_javascript_offers_it_too(city: Texting) -> None:
    url, origin = f"{city.gateway.url}/v1/web/city/plain", {"Origin": city.settings.public_url}
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:

        async def submit(**fields: str) -> str:
            async with browser.post(url, data={"form": form, **fields}, headers=origin) as response:
                return await response.text()

        async with browser.get(url) as response:
            form = (await response.text()).split('name="form" value="')[1].split('"')[0]
        assert "Continue by text message" in await submit(page="p1", text="hello")
        page = await submit(page="p2", handover="1")
    await city.text(page.split("send CHAT ")[1][:6])
    assert "same chat" in (await city.sent(1))[0].body
