"""From the inbox to the transcript: once, in order, with any worker dying."""

import asyncio
from time import time

import pytest
from sqlalchemy import select

from bot import lanes, outbox
from bot.choices import payload_of
from bot.errors import LaneLost
from bot.inbox import ConversationEnded
from bot.lanes import Claimant
from bot.replies import Outcome, Reply
from bot.store.schema import conversations, feedback, follow_ups, inbound
from bot.transcript import events_after
from tests.fakes.core import open_core
from tests.fakes.rasa import FakeRasa, running, say


async def test_a_message_is_answered_in_the_transcript(core):
    conversation = await core.open()
    accepted = await core.send(conversation, "hello there")
    events = await core.events(conversation, 2)
    assert accepted.number == 1 and not accepted.duplicate
    assert [(event.number, event.sender, event.text) for event in events] == [
        (1, "resident", "hello there"),
        (2, "assistant", "echo: hello there"),
    ]


async def test_a_duplicate_is_acknowledged_again_and_changes_nothing(core):
    conversation = await core.open()
    first = await core.send(conversation, "hello there", external_id="a")
    again = await core.send(conversation, "hello there", external_id="a")
    await core.send(conversation, "and this", external_id="b")
    events = await core.events(conversation, 4)
    assert again.duplicate and again.number == first.number
    assert sorted(event.text for event in events) == ["and this", "echo: and this", "echo: hello there", "hello there"]


async def test_messages_of_one_conversation_are_answered_in_order(core):
    conversation = await core.open()
    for number in range(20):
        await core.send(conversation, f"message {number}")
    events = await core.events(conversation, 40)
    assert [event.number for event in events] == list(range(1, 41))
    answers = [event.text for event in events if event.sender == "assistant"]
    assert answers == [f"echo: message {number}" for number in range(20)]


async def test_one_turn_at_a_time_in_a_conversation_but_many_conversations_at_once(core):
    core.rasa.held = asyncio.Event()
    first, second = await core.open(), await core.open()
    for text in ("one", "two"):
        await core.send(first, text)
    await core.send(second, "three")
    await core.rasa.was_asked(2)
    assert sorted(body["text"] for body in core.rasa.asked) == ["one", "three"]
    core.rasa.held.set()
    await core.events(first, 4)


async def test_a_failed_turn_is_tried_again_with_the_same_message_id(core):
    core.rasa.failures = [503, 500]
    conversation = await core.open()
    await core.send(conversation, "hello there")
    events = await core.events(conversation, 2)
    assert events[-1].text == "echo: hello there"
    assert len({body["message_id"] for body in core.rasa.asked}) == 1
    assert [body["metadata"]["attempt"] for body in core.rasa.asked] == [1, 2, 3]


async def test_a_message_rasa_keeps_refusing_is_given_up_with_honest_words(core):
    core.rasa.failures = [500] * 5
    conversation = await core.open()
    await core.send(conversation, "poison")
    await core.send(conversation, "hello there")
    events = await core.events(conversation, 5)
    assert "could not answer" in " ".join(event.text for event in events if event.sender == "system")
    assert events[-1].text == "echo: hello there"


async def test_a_person_is_told_once_when_rasa_is_down_and_answered_when_it_is_back(settings):
    async with running(FakeRasa()) as rasa:
        port = int(rasa.url.rsplit(":", 1)[1])
    async with open_core(settings, rasa, slow_seconds=0.3) as core, core.working():
        conversation = await core.open("es")
        await core.send(conversation, "quiero saber el horario")
        told = await core.events(conversation, 2)
        assert (told[1].type, told[1].sender, told[1].language) == ("notice", "system", "es")
        async with running(rasa, port):
            answered = await core.events(conversation, 3)
    assert [event.type for event in answered] == ["message", "notice", "message"]
    assert answered[2].text == "echo: quiero saber el horario"


async def test_a_slow_answer_is_announced_and_still_comes(settings):
    rasa = FakeRasa(held=asyncio.Event())
    async with running(rasa), open_core(settings, rasa, slow_seconds=0.1) as core, core.working():
        conversation = await core.open()
        await core.send(conversation, "hello there")
        assert (await core.events(conversation, 2))[1].type == "notice"
        rasa.held.set()
        assert (await core.events(conversation, 3))[2].text == "echo: hello there"
    assert len(rasa.asked) == 1


async def test_a_dead_workers_turn_is_taken_over_and_its_late_result_is_not_kept(still_core):
    conversation = await still_core.open()
    await still_core.send(conversation, "hello there")
    store, wakeups = still_core.parts.store, still_core.parts.wakeups
    [dead] = await lanes.claim(store, Claimant("dead", -1.0), 5, time)
    [living] = await lanes.claim(store, Claimant("living", 60.0), 5, time)
    assert living.id == dead.id and living.fence > dead.fence and living.attempt == 2
    await outbox.finish(store, wakeups, living, Outcome((Reply("from the living", "en"),)), time)
    with pytest.raises(LaneLost):
        await outbox.finish(store, wakeups, dead, Outcome((Reply("from the dead", "en"),)), time)
    assert [event.text for event in await events_after(store, conversation, 0)] == ["hello there", "from the living"]


async def test_a_lane_that_no_turn_runs_for_is_not_renewed(still_core):
    conversation, other = await still_core.open(), await still_core.open()
    store, claimant = still_core.parts.store, Claimant("one", 60.0)
    for lane in (conversation, other):
        await still_core.send(lane, "hello there")
    await lanes.claim(store, claimant, 5, time)
    await lanes.renew(store, claimant, [other], lambda: time() + 50)
    [free] = await lanes.claim(store, Claimant("two", 60.0), 5, lambda: time() + 70)
    assert free.conversation_id == conversation


async def test_a_lane_that_was_given_back_after_its_last_turn_blocks_nobody(still_core):
    conversation, other = await still_core.open(), await still_core.open()
    store = still_core.parts.store
    await still_core.send(conversation, "hello there")
    [turn] = await lanes.claim(store, Claimant("one", 60.0), 5, time)
    await outbox.finish(store, still_core.parts.wakeups, turn, Outcome(), time)
    await lanes.retry(store, turn, 0.0, time)  # as after a commit that succeeded though its answer was lost
    await still_core.send(other, "hello there")
    assert [turn.conversation_id for turn in await lanes.claim(store, Claimant("one", 60.0), 5, time)] == [other]
    await still_core.send(conversation, "and now", external_id="b")
    assert [turn.text for turn in await lanes.claim(store, Claimant("one", 60.0), 5, time)] == ["and now"]


async def test_a_clock_that_is_set_back_keeps_no_message_waiting(still_core):
    conversation = await still_core.open()
    await still_core.send(conversation, "hello there")
    store, an_hour_ago = still_core.parts.store, lambda: time() - 3600
    assert await lanes.claim(store, Claimant("one", 60.0), 5, an_hour_ago) == []
    await lanes.after_set_back(store, an_hour_ago)
    [turn] = await lanes.claim(store, Claimant("one", 60.0), 5, an_hour_ago)
    assert turn.conversation_id == conversation


async def test_a_held_lane_is_not_taken_by_another_worker(still_core):
    conversation = await still_core.open()
    await still_core.send(conversation, "hello there")
    assert len(await lanes.claim(still_core.parts.store, Claimant("one", 60.0), 5, time)) == 1
    assert await lanes.claim(still_core.parts.store, Claimant("two", 60.0), 5, time) == []


async def test_a_restarted_worker_frees_what_its_name_held(still_core):
    conversation = await still_core.open()
    await still_core.send(conversation, "hello there")
    await lanes.claim(still_core.parts.store, Claimant(still_core.settings.worker, 3600.0), 5, time)
    async with still_core.working():
        assert (await still_core.events(conversation, 2))[1].text == "echo: hello there"


async def test_buttons_become_tokens_that_only_their_conversation_can_use(core):
    core.rasa.answer = lambda body: say(
        "Pick one", buttons=[{"title": "Library", "payload": '/opening_hours{"office": "x"}'}]
    )
    conversation, other = await core.open(), await core.open()
    await core.send(conversation, "hours please")
    event = (await core.events(conversation, 2))[1]
    [button] = event.buttons
    assert button.title == "Library" and "/" not in button.token
    choice = await payload_of(core.parts.store, conversation, button.token)
    assert choice is not None and (choice.kind, choice.payload) == ("choice", '/opening_hours{"office": "x"}')
    assert await payload_of(core.parts.store, other, button.token) is None


async def test_a_thumb_is_kept_once_for_an_answer_and_thanked_for(core):
    conversation = await core.open()
    await core.send(conversation, "hello there")
    answer = (await core.events(conversation, 2))[1]
    for external_id, value in (("t1", "down"), ("t2", "up")):
        choice = await payload_of(core.parts.store, conversation, answer.feedback[value])
        await core.send(conversation, "", external_id=external_id, kind="feedback", payload=choice.payload)
    events = await core.events(conversation, 4)
    assert [event.sender for event in events[2:]] == ["system", "system"]
    async with core.parts.store.read() as connection:
        rows = (await connection.execute(select(feedback))).all()
    assert [(row.value, row.number, row.answer) for row in rows] == [("up", 2, "utter_test")]


async def test_only_information_with_a_source_can_be_rated(core):
    core.rasa.answer = lambda body: say("How big is the hole?", source=None)
    conversation = await core.open()
    await core.send(conversation, "a pothole")
    assert (await core.events(conversation, 2))[1].feedback is None


async def test_a_follow_up_runs_as_one_more_turn(core):
    def answer(body):
        if body["action"]:
            return say(f"done: {body['action']}")
        return {"replies": [], "effects": [{"follow_up": {"action": "action_again", "after": 0}}], "understood": None}

    core.rasa.answer = answer
    conversation = await core.open()
    await core.send(conversation, "send it")
    events = await core.events(conversation, 2)
    assert events[1].text == "done: action_again"
    async with core.parts.store.read() as connection:
        assert (await connection.execute(select(follow_ups))).all() == []


async def test_a_follow_up_that_rasa_refuses_is_not_lost_and_blocks_nobody(core):
    def answer(body):
        core.rasa.failures = [500] * 5
        return {"replies": [], "effects": [{"follow_up": {"action": "action_again", "after": 0}}], "understood": None}

    core.rasa.answer = answer
    conversation = await core.open()
    await core.send(conversation, "send it")
    await core.rasa.was_asked(6)
    core.rasa.answer = lambda body: say("next")
    await core.send(conversation, "hello again")
    events = await core.events(conversation, 3)
    assert [event.text for event in events] == ["send it", "hello again", "next"]
    async with core.parts.store.read() as connection:
        [later] = (await connection.execute(select(follow_ups))).all()
    assert later.action == "action_again" and later.due_at > time() + 60


async def test_ending_forgets_everything_here_and_in_rasa(core):
    conversation = await core.open()
    await core.send(conversation, "my secret")
    await core.events(conversation, 2)
    await core.send(conversation, "", external_id="forget", kind="forget")
    await core.only_the_end(conversation)
    assert core.rasa.forgotten == [conversation]
    async with core.parts.store.read() as connection:
        texts = (await connection.execute(select(inbound.c.text))).scalars().all()
    assert "my secret" not in texts
    with pytest.raises(ConversationEnded):
        await core.send(conversation, "anybody there?")


async def test_the_language_is_heard_sticks_and_follows_the_switch_on_the_page(core):
    conversation = await core.open("en")
    for text, language in (
        ("necesito pagar mi multa por favor", "en"),
        ("12 Elm St", "en"),
        ("ok", "es"),
        ("no", "en"),
    ):
        await core.send(conversation, text, language=language)
    await core.events(conversation, 8)
    assert [body["language"] for body in core.rasa.asked] == ["es", "es", "es", "en"]


async def test_an_emergency_is_answered_with_the_citys_words_without_rasa(core):
    conversation = await core.open()
    await core.send(conversation, "help there is a fire in my kitchen")
    event = (await core.events(conversation, 2))[1]
    assert event.text == core.parts.city.emergency["danger"]["en"]
    assert core.rasa.asked == []


async def test_leading_slashes_never_reach_rasa(core):
    conversation = await core.open()
    await core.send(conversation, " //restart", external_id="x")
    events = await core.events(conversation, 2)
    assert events[0].text == " //restart"
    assert core.rasa.asked[0]["text"] == "restart"


async def test_silence_beyond_the_retention_time_ends_a_conversation(still_core):
    conversation = await still_core.open()
    await still_core.send(conversation, "long ago")
    async with still_core.parts.store.begin() as connection:
        await connection.execute(conversations.update().values(last_at=time() - 31 * 86400))
    async with still_core.working():
        await still_core.only_the_end(conversation)


async def test_what_is_left_of_an_ended_conversation_goes_after_a_day(still_core):
    yesterday, today, open_one = [await still_core.open() for _ in range(3)]
    for ended in (yesterday, today):
        await still_core.send(ended, "hello there")
        await still_core.send(ended, "", external_id="end", kind="forget")
    async with still_core.working():
        for ended in (yesterday, today):
            await still_core.only_the_end(ended)
    async with still_core.parts.store.begin() as connection:
        long_ago = conversations.update().where(conversations.c.id == yesterday)
        await connection.execute(long_ago.values(ended_at=time() - 2 * 86400))

    async def left() -> set[str]:
        async with still_core.parts.store.read() as connection:
            return set((await connection.execute(select(conversations.c.id))).scalars())

    async with still_core.working():
        await still_core.send(open_one, "hello there")
        await still_core.events(open_one, 2)
        async with asyncio.timeout(10):
            while yesterday in await left():  # noqa: ASYNC110
                await asyncio.sleep(0.02)  # nobody is told that it has gone
    assert await left() == {today, open_one}
