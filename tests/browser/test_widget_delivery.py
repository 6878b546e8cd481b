"""The widget neither loses nor doubles a message, whatever the network and the server do."""

import pytest
from playwright.async_api import expect

from tests.browser.fake_web_api import FakeWebApi
from tests.browser.resident import Resident

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_question_is_answered_with_its_source(resident: Resident) -> None:
    await resident.open()
    await resident.ask("When is my trash picked up?", "You wrote: When is my trash picked up?")
    assert await resident.transcript() == ["When is my trash picked up?", "You wrote: When is my trash picked up?"]
    source = resident.panel.get_by_role("link", name="Source: brightwater.example")
    assert await source.get_attribute("href") == "https://www.brightwater.example/collection"


async def test_many_messages_at_once_stay_in_order(resident: Resident, api: FakeWebApi) -> None:
    await resident.open()
    for number in range(5):
        await resident.send(f"message {number}")
    await resident.hears("You wrote: message 4")
    expected = [line for number in range(5) for line in (f"message {number}", f"You wrote: message {number}")]
    assert await resident.transcript() == expected
    assert [body["text"] for body in api.posted] == [f"message {number}" for number in range(5)]


async def test_a_reload_keeps_everything(resident: Resident) -> None:
    await resident.open()
    await resident.ask("Hello", "You wrote: Hello")
    await resident.ask("choices", "Is this right?")
    before = await resident.transcript()
    await resident.input.fill("half a sentence")
    await resident.page.reload()
    await resident.hears("Is this right?")
    assert await resident.transcript() == before
    await expect(resident.input).to_have_value("half a sentence")
    await expect(resident.button("No, change it")).to_be_enabled()
    await resident.ask("And now?", "You wrote: And now?")


async def test_a_message_that_failed_is_sent_once_on_another_try(resident: Resident, api: FakeWebApi) -> None:
    await resident.open()
    api.failures = [500, 503]
    await resident.send("A pothole on Elm Street")
    await expect(resident.messages.filter(has_text="Not sent.")).to_be_visible()
    await expect(resident.spoken).to_contain_text("was not sent")
    await resident.press("Try again")
    await resident.hears("You wrote: A pothole on Elm Street")
    assert await resident.transcript() == ["A pothole on Elm Street", "You wrote: A pothole on Elm Street"]
    assert len({body["client_msg_id"] for body in api.posted}) == 1
    await expect(resident.button("Try again")).to_have_count(0)


async def test_a_lost_acknowledgement_does_not_double_the_message(resident: Resident, api: FakeWebApi) -> None:
    await resident.open()
    api.failures = [0, 0]
    await resident.ask("Hello", "You wrote: Hello")
    await resident.ask("Still there?", "You wrote: Still there?")
    assert await resident.transcript() == ["Hello", "You wrote: Hello", "Still there?", "You wrote: Still there?"]


async def test_a_refused_message_says_why_and_can_be_changed(resident: Resident, api: FakeWebApi) -> None:
    await resident.open()
    api.failures = [400]
    await resident.send("Hello")
    await expect(resident.messages.filter(has_text="Please wait a minute.")).to_be_visible()
    await resident.press("Change it")
    await expect(resident.input).to_have_value("Hello")
    await expect(resident.input).to_be_focused()
    assert await resident.transcript() == []


async def test_too_many_messages_can_be_sent_later(resident: Resident, api: FakeWebApi) -> None:
    await resident.open()
    api.failures = [429]
    await resident.send("Hello")
    await resident.press("Try again")
    await resident.hears("You wrote: Hello")


async def test_an_unsent_message_survives_a_reload(resident: Resident, api: FakeWebApi) -> None:
    await resident.open()
    await resident.ask("Hello", "You wrote: Hello")
    api.failures = [500, 500]
    await resident.send("Do not lose me")
    await expect(resident.button("Try again")).to_be_visible()
    await resident.page.reload()
    await resident.hears("You wrote: Do not lose me")
    assert (await resident.transcript()).count("Do not lose me") == 1


async def test_a_dropped_stream_resumes_without_doubles_or_gaps(resident: Resident, api: FakeWebApi) -> None:
    await resident.open()
    await resident.ask("Hello", "You wrote: Hello")
    for number in range(3):
        api.drop_streams()
        await api.say(f"news {number}")
    await resident.hears("news 2")
    assert await resident.transcript() == ["Hello", "You wrote: Hello", "news 0", "news 1", "news 2"]


async def test_where_streams_do_not_pass_it_polls(resident: Resident, api: FakeWebApi) -> None:
    api.streams_work = False
    await resident.open()
    await resident.ask("Hello", "You wrote: Hello")
    await resident.ask("Again", "You wrote: Again")
    assert await resident.transcript() == ["Hello", "You wrote: Hello", "Again", "You wrote: Again"]
    await expect(resident.banner).to_be_hidden()


async def test_what_is_written_offline_goes_out_when_the_network_is_back(resident: Resident) -> None:
    await resident.open()
    await resident.ask("Hello", "You wrote: Hello")
    await resident.page.context.set_offline(True)
    await expect(resident.banner).to_contain_text("You are offline.")
    await resident.send("Into the tunnel")
    await expect(resident.messages.last).to_contain_text("Waits for the connection")
    await resident.page.context.set_offline(False)
    await resident.hears("You wrote: Into the tunnel")
    await expect(resident.banner).to_be_hidden()


async def test_an_expired_chat_starts_afresh_and_still_sends(resident: Resident, api: FakeWebApi) -> None:
    await resident.open()
    await resident.ask("Hello", "You wrote: Hello")
    api.sessions.clear()
    await resident.ask("Anybody there?", "You wrote: Anybody there?")
    expired = "Your last chat has expired. This is a new chat."
    assert await resident.transcript() == [expired, "Anybody there?", "You wrote: Anybody there?"]


async def test_a_pressed_button_sends_its_token_and_goes_out_of_use(resident: Resident, api: FakeWebApi) -> None:
    await resident.open()
    await resident.ask("choices", "Is this right?")
    await resident.press("Yes, that is right")
    await resident.hears("You wrote: Yes, that is right")
    assert api.posted[-1]["token"] == "choose-Yes, that is right"
    assert "text" not in api.posted[-1]
    await expect(resident.button("No, change it")).to_be_disabled()
    await expect(resident.input).to_be_focused()
    await resident.page.reload()
    await resident.hears("You wrote: Yes, that is right")
    await expect(resident.button("No, change it")).to_be_disabled()


async def test_a_thumb_is_sent_and_kept(resident: Resident, api: FakeWebApi) -> None:
    await resident.open()
    await resident.ask("Hello", "You wrote: Hello")
    await resident.press("Helpful")
    await expect(resident.button("Helpful")).to_have_attribute("aria-pressed", "true")
    assert api.posted[-1]["token"] == "rate-up"
    await resident.page.reload()
    await expect(resident.button("Helpful")).to_have_attribute("aria-pressed", "true")
    await resident.press("Not helpful")
    await expect(resident.button("Helpful")).to_have_attribute("aria-pressed", "false")
    assert api.posted[-1]["token"] == "rate-down"


async def test_news_while_closed_are_counted_on_the_launcher(resident: Resident, api: FakeWebApi) -> None:
    await resident.open()
    await resident.ask("Hello", "You wrote: Hello")
    await resident.page.keyboard.press("Escape")
    await api.say("Your report is fixed.")
    await expect(resident.launcher).to_have_accessible_name("Ask the assistant. New messages: 1")
    await resident.open()
    await resident.hears("Your report is fixed.")
    await resident.page.keyboard.press("Escape")
    await expect(resident.launcher).to_have_accessible_name("Ask the assistant")


async def test_end_and_clear_asks_first_and_leaves_nothing(resident: Resident, api: FakeWebApi) -> None:
    await resident.open()
    await resident.ask("Hello", "You wrote: Hello")
    await resident.press("Chat menu")
    await resident.press("End and clear chat")
    await resident.press("Keep chatting")
    assert len(api.sessions) == 1
    await resident.press("Chat menu")
    await resident.press("End and clear chat")
    await resident.press("End and clear")
    await resident.hears("The chat has ended and is cleared.")
    assert api.sessions == {}
    assert await resident.stored() == {}
    await resident.ask("A new start", "You wrote: A new start")


async def test_a_chat_ended_by_the_other_side_stays_readable(resident: Resident, api: FakeWebApi) -> None:
    await resident.open()
    await resident.ask("Hello", "You wrote: Hello")
    await api.say("This chat is closed now.", type="end", **{"from": "system"})
    await resident.hears("This chat is closed now.")
    await resident.ask("One more thing", "You wrote: One more thing")
    assert await resident.transcript() == [
        "Hello", "You wrote: Hello", "This chat is closed now.", "One more thing", "You wrote: One more thing",
    ]  # fmt: skip
    assert len(api.sessions) == 2


async def test_the_language_switch_changes_the_words_and_tells_the_server(resident: Resident, api: FakeWebApi) -> None:
    await resident.open()
    await resident.press("Español")
    await expect(resident.panel).to_have_attribute("lang", "es")
    await expect(resident.input).to_have_accessible_name("Su mensaje")
    await resident.ask("choices", "¿Está bien así?")
    assert api.posted[-1]["lang"] == "es"


async def test_the_frame_follows_a_resident_who_writes_in_spanish(resident: Resident) -> None:
    await resident.open()
    await resident.ask("Hola, un bache", "Usted escribió: Hola, un bache")
    await expect(resident.said.last).to_have_attribute("lang", "es")
    await expect(resident.panel).to_have_attribute("lang", "es")


async def test_a_text_that_is_too_long_is_counted_and_not_sent(resident: Resident, api: FakeWebApi) -> None:
    await resident.open()
    await resident.input.fill("😀" * 1990)
    await expect(resident.panel.locator(".count")).to_have_text("Characters left: 10")
    await resident.input.fill("a" * 2001)
    await expect(resident.panel.locator(".count")).to_contain_text("Characters too many: 1")
    await resident.input.press("Enter")
    assert api.posted == []
    await resident.input.press("Backspace")
    await resident.input.press("Enter")
    await resident.hears("You wrote: aaa")


async def test_a_long_silence_is_asked_about(resident: Resident) -> None:
    await resident.page.locator("city-assistant").evaluate("node => node.remove()")
    await resident.page.evaluate(
        "() => { const e = document.createElement('city-assistant'); e.dataset.idle = '0.01'; document.body.append(e) }"
    )
    await resident.open()
    await resident.ask("Hello", "You wrote: Hello")
    await expect(resident.panel.get_by_text("Are you still there?")).to_have_count(2)  # seen and spoken
    await resident.press("Continue")
    await expect(resident.button("Continue")).to_be_hidden()
    await expect(resident.input).to_be_focused()
