"""What a turn leaves for the content team: masked, with nothing that leads to a person, and only where it may."""

from dataclasses import replace
from time import time
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot import heard
from bot.choices import payload_of
from bot.heard import Keeping, declines
from bot.store.schema import heard as kept
from bot.store.schema import tallies
from tests.fakes.rasa import say

UTC = ZoneInfo("UTC")


def not_understood(body):
    answer = say("Sorry, I did not get that.", answer="utter_not_understood", source=None, release=3)
    nearest = [["faq/dog_license", 0.31], ["faq/parking", 0.2]]
    return {**answer, "understood": {"intent": "nlu_fallback", "confidence": 0.69, "nearest": nearest}}


def understood(body):
    return {**say("Yes."), "understood": {"intent": "faq/x", "confidence": 0.9, "nearest": [["faq/x", 0.9]]}}


async def rows(core, table):
    async with core.parts.store.read() as connection:
        return (await connection.execute(select(table))).all()


async def test_a_message_that_was_not_understood_is_kept_masked_and_leads_to_nobody(core):
    core.rasa.answer = not_understood
    conversation = await core.open()
    await core.send(conversation, "im maria lopez, 503-555-0142, my llama is loose at 12 Oak Street")
    await core.events(conversation, 2)
    [row] = await rows(core, kept)
    assert row.text == "im [name], [phone], my llama is loose at [address]"
    assert (row.why, row.language, row.channel, row.answer, row.release) == (
        "not_understood", "en", "web", "utter_not_understood", 3,
    )  # fmt: skip
    assert (row.topic, row.score, row.runner_up) == ("faq/dog_license", 0.31, "faq/parking")
    assert row.at % 3600 == 0 and row.decision is None
    assert conversation not in str(row) and abs(int(row.id[:12], 16) / 1000 - time()) > 86400  # no time in the id


@pytest.mark.parametrize(
    ("answer", "why"),
    [("utter_did_you_mean", "close"), ("utter_still_not_understood", "to_person"), ("utter_default", "not_understood")],
)
async def test_asking_back_and_passing_on_to_a_person_are_kept_as_such(core, answer, why):
    core.rasa.answer = lambda body: {**not_understood(body), "replies": [say("Hm.", answer=answer)["replies"][0]]}
    conversation = await core.open("es")
    await core.send(conversation, "se perdió mi llama, me llamo Ana Ruiz")
    await core.events(conversation, 2)
    [row] = await rows(core, kept)
    assert (row.why, row.language, row.text) == (why, "es", "se perdió mi llama, me llamo [name]")


async def test_what_was_understood_is_counted_and_not_kept(core):
    core.rasa.answer = understood
    conversation = await core.open("en")
    await core.send(conversation, "how do i pay my parking ticket")
    await core.events(conversation, 2)
    assert await rows(core, kept) == []
    [row] = await rows(core, tallies)
    assert (row.topic, row.outcome, row.count, row.channel) == ("faq/x", "understood", 1, "web")


async def test_a_thumb_down_keeps_the_question_once_and_a_thumb_up_only_counts(core):
    core.rasa.answer = understood
    conversation = await core.open()
    await core.send(conversation, "can my neighbor David use my bin")
    answer = (await core.events(conversation, 2))[1]
    for external_id, value in (("t1", "up"), ("t2", "down"), ("t3", "down")):
        choice = await payload_of(core.parts.store, conversation, answer.feedback[value])
        await core.send(conversation, "", external_id=external_id, kind="feedback", payload=choice.payload)
    await core.events(conversation, 5)
    [row] = await rows(core, kept)
    assert (row.why, row.text, row.answer) == ("thumbs_down", "can my neighbor [name] use my bin", "utter_test")
    assert sorted(row.outcome for row in await rows(core, tallies)) == ["down", "understood", "up"]


async def test_a_resident_can_say_no(core):
    core.rasa.answer = not_understood
    conversation = await core.open()
    await core.send(conversation, "Please don't keep my messages.")
    told = (await core.events(conversation, 2))[1]
    assert "will not look at any message" in told.text and core.rasa.asked == []
    await core.send(conversation, "my llama is loose")
    await core.events(conversation, 4)
    assert await rows(core, kept) == []
    assert [row.outcome for row in await rows(core, tallies)] == ["not_understood"]


@pytest.mark.parametrize(
    "text", ["no review", "SIN REVISIÓN", "no guarden mis mensajes", "do not read my chat please", "“no review”"]
)
def test_no_is_understood_in_both_languages(text):
    assert declines(text)


@pytest.mark.parametrize("text", ["do you keep my messages", "review my permit", "no", "please don't tow my car"])
def test_other_wishes_are_no_no(text):
    assert not declines(text)


async def test_a_city_can_keep_nothing(still_core):
    still_core.parts = replace(still_core.parts, keeping=Keeping(0.0, UTC))
    still_core.rasa.answer = not_understood
    conversation = await still_core.open()
    async with still_core.working():
        await still_core.send(conversation, "my llama is loose")
        await still_core.events(conversation, 2)
    assert await rows(still_core, kept) == [] and len(await rows(still_core, tallies)) == 1


async def test_old_messages_go_and_counts_of_past_days_are_added_up(core):
    core.rasa.answer = not_understood
    conversation = await core.open()
    for text in ("one llama", "two llamas", "three llamas"):
        await core.send(conversation, text)
    await core.events(conversation, 6)
    keeping = Keeping(90.0, UTC)
    await heard.forget_old(core.parts.store, keeping, lambda: time() + 2 * 86400)
    [row] = await rows(core, tallies)
    assert (row.count, row.settled) == (3, True) and len(await rows(core, kept)) == 3
    await heard.forget_old(core.parts.store, keeping, lambda: time() + 91 * 86400)
    assert await rows(core, kept) == [] and len(await rows(core, tallies)) == 1
