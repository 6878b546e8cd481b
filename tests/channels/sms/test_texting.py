"""A resident texts the city: once in, once answered, whatever the provider repeats, loses or mixes up."""

import asyncio
from collections.abc import Callable

import pytest

from bot.store.schema import consents, events, receipts, senders
from tests.channels.sms.test_pictures import photo
from tests.fakes.rasa import say
from tests.fakes.texting import CITY, RESIDENT, Texting


async def test_a_text_is_answered_by_text(city: Texting) -> None:
    assert await city.text("when is trash day") == 200
    (answer,) = await city.sent(1)
    assert (answer.body, answer.sender) == ("echo: when is trash day", CITY)
    assert [row.status for row in await city.status_is("delivered")] == ["delivered"]
    (asked,) = city.rasa.asked
    assert (asked["channel"], asked["text"]) == ("sms", "when is trash day")


async def test_the_same_webhook_twice_is_one_message(city: Texting) -> None:
    for _ in range(2):
        assert await city.text("hello", MessageSid="SM1") == 200
    await city.sent(1)
    await city.status_is("delivered")
    assert len(await city.inbound()) == len(city.rasa.effects) == len(city.twilio.sent) == 1


async def test_fifty_times_at_once_is_one_message(city: Texting) -> None:
    statuses = await asyncio.gather(*(city.text("hello", MessageSid="SM1") for _ in range(50)))
    assert statuses == [200] * 50
    await city.status_is("delivered")
    assert len(await city.inbound()) == len(city.rasa.asked) == len(city.twilio.sent) == 1


async def test_texts_of_one_phone_are_answered_in_order(city: Texting) -> None:
    for number in range(6):
        await city.text(f"question {number}")
    sent = await city.sent(6)
    assert [message.body for message in sent] == [f"echo: question {number}" for number in range(6)]


async def test_spanish_arrives_unchanged(city: Texting) -> None:
    await city.text("¡Hola! ¿Cuándo pasa la basura?")
    await city.sent(1)
    assert city.rasa.asked[0]["text"] == "¡Hola! ¿Cuándo pasa la basura?"


async def test_a_slash_is_only_text(city: Texting) -> None:
    await city.text('/inform{"x": 1}')
    await city.sent(1)
    assert city.rasa.asked[0]["choice"] is None
    assert city.rasa.asked[0]["text"] == 'inform{"x": 1}'


async def test_a_picture_without_words_is_acknowledged(city: Texting) -> None:
    city.twilio.media["1"] = photo()
    url = f"{city.settings.twilio_api}/2010-04-01/Accounts/{city.twilio.account}/Messages/MM/Media/1"
    await city.text("", NumMedia="1", MediaUrl0=url, MediaContentType0="image/jpeg")
    (answer,) = await city.sent(1)
    assert answer.body.startswith("I got your picture.")
    assert city.rasa.asked == []


async def test_a_shortcut_is_asked_as_its_sentence_unless_a_question_is_open(city: Texting) -> None:
    city.rasa.answer = lambda body: say("What is the problem?" if body["text"] == "report" else "Okay.")
    for number, (words, asked) in enumerate(
        (
            ("TRASH 12 Oak Street", "when is trash picked up at 12 Oak Street"),
            ("report", "report"),
            ("trash", "trash"),
            ("basura", "cuándo recogen mi basura"),
        ),
        start=1,
    ):
        await city.text(words)
        await city.sent(number)
        assert city.rasa.asked[-1]["text"] == asked


async def test_choices_are_numbered_and_a_number_is_for_rasa_to_read(city: Texting) -> None:
    buttons = [{"title": title, "payload": f"/{title}"} for title in ("Pothole", "Árbol")]
    city.rasa.answer = lambda body: say("Which one?", buttons=buttons)
    await city.text("report something")
    (offered,) = await city.sent(1)
    assert offered.body == "Which one?\n1 Pothole\n2 Árbol"
    await city.text("2")
    await city.sent(2)
    assert (city.rasa.asked[1]["text"], city.rasa.asked[1]["choice"]) == ("2", None)


async def test_a_long_answer_waits_for_more(city: Texting) -> None:
    city.rasa.answer = lambda body: say("Bring an ID and a bill that shows your address to City Hall. " * 12)
    await city.text("what do I need")
    (first,) = await city.sent(1)
    assert first.body.endswith("Reply MORE for the rest.")
    await city.text("More please")
    _, second = await city.sent(2)
    assert second.body.startswith("Bring")
    await city.text("MORE")
    assert (await city.sent(3))[2].body.startswith("That was all of it.")
    assert len(city.rasa.asked) == 1


async def test_what_was_not_asked_for_is_dropped(city: Texting) -> None:
    city.rasa.answer = lambda body: say(
        "Bring an ID and a bill that shows your address. " * (12 if body["text"] == "long" else 1)
    )
    await city.text("long")
    await city.sent(1)
    await city.text("short")
    await city.sent(2)
    rows = await city.until(lambda rows: not any(row.status == "held" for row in rows))
    assert [row.status for row in rows].count("cancelled") == 1


class TestStopping:
    async def test_stop_cancels_what_waits_and_is_kept(self, city: Texting) -> None:
        city.rasa.held = asyncio.Event()
        await city.text("hello")
        await city.rasa.was_asked(1)
        await city.text("STOP")
        city.rasa.held.set()
        rows = await city.until(lambda rows: [row.status for row in rows] in (["suppressed"], ["cancelled"]))
        assert rows and city.twilio.sent == []
        (entry,) = await city.rows(consents)
        assert (entry.wish, entry.source, entry.wording) == ("stop", "keyword", "STOP")

    async def test_a_wish_in_other_words_is_confirmed_once(self, city: Texting) -> None:
        await city.text("no me manden más mensajes")
        (confirmation,) = await city.sent(1)
        assert "START" in confirmation.body or "INICIO" in confirmation.body
        await city.text("stop texting me!!")
        await city.text("what is open today")
        assert [entry.source for entry in await city.until(lambda rows: len(rows) == 2, consents)] == ["wording"] * 2
        assert len(await city.inbound()) == 3
        assert len(city.twilio.sent) == 1 and city.rasa.asked == []

    async def test_start_brings_back_and_is_a_plain_word_before(self, city: Texting) -> None:
        await city.text("start")
        await city.sent(1)
        assert city.rasa.asked[0]["text"] == "start"
        await city.text("PARAR")
        await city.sent(2)
        await city.text("inicio")
        assert "You get our texts again" in (await city.sent(3))[2].body
        await city.text("hello")
        assert (await city.sent(4))[3].body == "echo: hello"

    async def test_help_names_the_sender_and_the_phone_line(self, city: Texting) -> None:
        await city.text("ayuda")
        (answer,) = await city.sent(1)
        assert "Brightwater" in answer.body and "555-0100" in answer.body
        assert city.rasa.asked == []

    async def test_what_twilio_answers_itself_is_not_answered_twice(self, city: Texting) -> None:
        for text in ("HELP", "STOP", "START"):
            await city.text(text)
        await city.text("hola", OptOutType="STOP")
        assert await city.rows() == []
        assert [entry.wish for entry in await city.rows(consents)] == ["stop", "start", "stop"]

    async def test_the_provider_s_word_counts(self, city: Texting) -> None:
        city.twilio.troubles.append("21610")
        await city.text("hello")
        await city.status_is("suppressed")
        await city.text("are you there")
        (entry,) = await city.rows(consents)
        assert (entry.wish, entry.source) == ("stop", "provider")
        assert city.twilio.posts == 1

    async def test_a_callback_that_says_so_counts_too(self, city: Texting) -> None:
        city.twilio.life = ()
        await city.text("hello")
        (message,) = await city.sent(1)
        assert await city.twilio.tell(message, "failed", "21610") == 204
        (entry,) = await city.rows(consents)
        assert (entry.wish, entry.source) == ("stop", "provider")


class TestReceipts:
    @pytest.mark.parametrize(
        ("told", "status"),
        [
            (("queued", "sent", "delivered"), "delivered"),
            (("delivered", "sent"), "delivered"),
            (("sent", "queued"), "sent"),
            (("sent", "undelivered", "delivered"), "failed"),
            (("sent", "something new"), "sent"),
        ],
    )
    async def test_a_status_never_moves_back(self, city: Texting, told: tuple[str, ...], status: str) -> None:
        city.twilio.life = ()
        await city.text("hello")
        (message,) = await city.sent(1)
        for word in (*told, told[0]):
            assert await city.twilio.tell(message, word) == 204
        await city.status_is(status)
        assert len(await city.rows(receipts)) == len(set(told))

    async def test_the_message_s_own_status_counts(self, city: Texting) -> None:
        city.twilio.life = ()
        await city.text("hello")
        (message,) = await city.sent(1)
        form = {
            "MessageSid": message.sid,
            "MessageStatus": "sent",
            "SmsStatus": "delivered",
            "AccountSid": city.twilio.account,
        }
        assert await city.twilio.post(message.callback, form) == 204
        await city.status_is("sent")


class TestAProviderInTrouble:
    async def test_taken_but_not_answered_is_not_sent_again(self, city: Texting) -> None:
        city.twilio.troubles.append("accepted then dropped")
        await city.text("hello")
        await city.status_is("delivered")
        assert len(city.twilio.sent) == 1

    async def test_taken_without_any_callback_is_found_by_looking(self, city: Texting) -> None:
        city.twilio.troubles.append("accepted then dropped")
        city.twilio.life = ()
        await city.text("hello")
        await city.status_is("unclear")
        await city.hurry(due_at=0.0)
        (row,) = await city.status_is("accepted")
        assert row.provider_id == city.twilio.sent[0].sid
        assert len(city.twilio.sent) == 1

    async def test_not_taken_is_sent_once_more_and_then_staff_must_look(self, city: Texting) -> None:
        city.twilio.troubles.extend(["dropped", "dropped"])
        await city.text("hello")
        for _ in range(2):
            await city.status_is("unclear")
            await city.hurry(due_at=0.0)
            await city.until(lambda rows: rows[0].due_at > 0)
        (row,) = await city.status_is("parked")
        assert (row.error, city.twilio.posts, city.twilio.sent) == ("unknown", 2, [])

    async def test_too_fast_pauses_the_sender_not_the_message(self, city: Texting) -> None:
        city.twilio.troubles.append("429")
        await city.text("hello")
        (row,) = await city.until(lambda rows: [row.error for row in rows] == ["20429"])
        assert (row.status, row.attempts) == ("queued", 0)
        assert city.twilio.sent == []

    async def test_a_pause_is_over_and_forgotten_once_a_text_is_taken(self, city: Texting) -> None:
        city.twilio.troubles.append("429")
        await city.text("hello")
        await city.until(lambda rows: [row.error for row in rows] == ["20429"])
        assert [sender.pauses for sender in await city.rows(senders)] == [1]
        async with city.store.begin() as connection:
            await connection.execute(senders.update().values(paused_until=0.0))
        await city.sent(1)
        await city.status_is("delivered")
        assert [(sender.pauses, sender.pause_reason) for sender in await city.rows(senders)] == [(0, None)]

    async def test_a_server_that_says_no_for_now_is_asked_again(self, city: Texting) -> None:
        city.twilio.troubles.append("503")
        await city.text("hello")
        await city.until(lambda rows: [row.error for row in rows] == ["20503"])
        await city.hurry(due_at=0.0)
        assert len(await city.sent(1)) == 1

    async def test_a_number_that_cannot_be_texted_fails_for_good_and_the_log_says_why(
        self, city: Texting, caplog: pytest.LogCaptureFixture
    ) -> None:
        city.twilio.troubles.append("21211")
        await city.text("hello")
        (row,) = await city.status_is("failed")
        assert row.error == "21211"
        async with asyncio.timeout(5):  # said once it is stored
            while not (told := [vars(record) for record in caplog.records if record.msg == "text_not_sent"]):  # noqa: ASYNC110
                await asyncio.sleep(0)
        assert [(line["outbound"], line["code"]) for line in told] == [(row.id, "21211")]

    async def test_a_slow_phone_does_not_hold_up_another(self, city: Texting) -> None:
        city.twilio.troubles.append("503")
        await city.text("slow", number="+13125550111")
        await city.until(lambda rows: [row.error for row in rows] == ["20503"])
        await city.text("fast")
        assert (await city.sent(1))[0].body == "echo: fast"

    async def test_an_old_answer_is_not_sent_any_more(self, city: Texting) -> None:
        city.twilio.troubles.append("503")
        await city.text("hello")
        await city.until(lambda rows: [row.error for row in rows] == ["20503"])
        await city.hurry(due_at=0.0, deadline=1.0)
        (row,) = await city.status_is("failed")
        assert row.error == "too late"


async def test_parts_go_one_after_another(city: Texting) -> None:
    choices: Callable[[str], dict[str, str]] = lambda title: {"title": title, "payload": f"/{title}"}  # noqa: E731
    city.twilio.life = ()
    city.rasa.answer = lambda body: say(
        "Please check this report. It is long. " * 20, buttons=[choices("Send"), choices("Change")]
    )
    await city.text("report")
    (first,) = await city.sent(1)
    await city.until(lambda rows: [row.status for row in rows][:2] == ["accepted", "queued"])
    await city.twilio.tell(first, "sent")
    assert (await city.sent(2))[1].body.endswith("1 Send\n2 Change")


async def test_the_transcript_holds_what_was_written_and_said(city: Texting) -> None:
    await city.text("hello")
    await city.sent(1)
    told = await city.rows(events)
    assert [(event.sender, event.text) for event in told] == [("resident", "hello"), ("assistant", "echo: hello")]


async def test_a_phone_number_stands_in_one_table_only(city: Texting) -> None:
    await city.text("hello")
    await city.status_is("delivered")
    asked = str(city.rasa.asked)
    rows = [str(row) for rows in (await city.inbound(), await city.conversations(), await city.rows()) for row in rows]
    assert RESIDENT not in asked and not any(RESIDENT in row for row in rows)
