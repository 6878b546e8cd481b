"""Several processes on one PostgreSQL and one Redis: each turn once, nothing out of order, whatever goes away."""

import asyncio
import signal
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from bot.inbox import Incoming, insert
from bot.lanes import Claimant, claim
from bot.outbox import finish
from bot.parts import open_parts
from bot.relay import Relay
from bot.replies import Outcome
from bot.settings import Settings
from bot.store import open_store
from bot.wakeups import Wakeups
from bot.worker import Worker
from tests.fakes.core import Core, open_core
from tests.fakes.rasa import FakeRasa, running
from tests.fakes.servers import Postgres, Server, postgres_running, redis_running


@pytest.fixture
def store_url(postgres: Postgres) -> str:
    return postgres.fresh()


async def test_two_workers_share_the_turns_and_do_each_once_in_order(still_core: Core) -> None:
    async with AsyncExitStack() as stack:
        for name in ("one", "two"):
            parts = await stack.enter_async_context(open_parts(still_core.settings))
            worker = Worker(parts, replace(still_core.settings, worker_name=name))
            task = asyncio.create_task(worker.run())
            stack.callback(task.cancel)
        people = [await still_core.open() for _ in range(8)]
        await asyncio.gather(*(still_core.send(person, f"{n} {person}") for n in range(5) for person in people))
        for person in people:
            events = await still_core.events(person, 10)
            asked = [event.text for event in events if event.sender == "resident"]
            assert [event.text for event in events if event.sender == "assistant"] == [f"echo: {t}" for t in asked]
    assert len(still_core.rasa.asked) == 40


async def test_two_workers_never_claim_the_same_lane(still_core: Core) -> None:
    people = [await still_core.open() for _ in range(20)]
    for person in people:
        await still_core.send(person, "hello")
    store = still_core.parts.store
    workers = [Claimant(f"w{number}", 15.0) for number in range(4)]
    claims = await asyncio.gather(*(claim(store, worker, 10, still_core.parts.clock) for worker in workers))
    taken = [turn.conversation_id for turns in claims for turn in turns]
    assert len(taken) == len(set(taken)) >= 10


async def test_who_ends_a_turn_sends_no_other_worker_looking_for_work(core: Core) -> None:
    told: list[str] = []
    core.parts.wakeups.tell_others = told.append
    person = await core.open()
    for number in (1, 2):
        await core.send(person, f"{number}")
        await core.events(person, 2 * number)
    assert told.count("work") == 2  # a message each


async def test_a_message_that_is_just_being_stored_when_a_turn_ends_is_next(
    still_core: Core, postgres: Postgres
) -> None:
    """Whoever ends the turn waits for the row, and must see what was written under its lock."""
    store, me = still_core.parts.store, Claimant("me", 60.0)
    person = await still_core.open()
    await still_core.send(person, "one")
    [turn] = await claim(store, me, 5, still_core.parts.clock)
    async with store.begin() as connection:
        await insert(connection, Incoming(person, "two", "text", "two"), still_core.parts.clock())
        ending = asyncio.create_task(finish(store, still_core.parts.wakeups, turn, Outcome(), still_core.parts.clock))
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        while not int(await asyncio.to_thread(postgres.sql, waiting)):
            pass
    await ending
    [following] = await claim(store, me, 5, still_core.parts.clock)
    assert following.text == "two"


async def test_processes_that_start_at_once_make_the_tables_once(store_url: str) -> None:
    stores = await asyncio.gather(*(open_store(store_url) for _ in range(4)))
    for store in stores:
        await store.close()


async def test_a_database_that_is_killed_loses_nothing_and_everything_goes_on(settings: Settings) -> None:
    with postgres_running() as own:
        settings = replace(settings, database_url=own.fresh())
        async with running(FakeRasa()) as rasa, open_core(settings, rasa) as core, core.working():
            person = await core.open()
            await core.send(person, "before")
            await core.events(person, 2)
            own.server.stop(signal.SIGQUIT)
            sending = asyncio.create_task(core.send(person, "meanwhile"))
            await asyncio.to_thread(own.server.start)
            await sending
            said = [event.text for event in await core.events(person, 4)]
    assert said == ["before", "echo: before", "meanwhile", "echo: meanwhile"]


async def test_news_wake_readers_in_other_processes(redis_server: Server) -> None:
    here, there = Wakeups(), Wakeups()
    relays = [Relay(f"redis://127.0.0.1:{redis_server.port}/0", wakeups) for wakeups in (here, there)]
    tasks = [asyncio.create_task(relay.run()) for relay in relays]
    async with asyncio.timeout(10):
        for relay in relays:
            await relay.listening.wait()
    with there.listen("a") as listener:
        here.typing("a")
        assert await listener.next(5) == "typing"
        here.changed("b")
        here.changed("a")
        assert await listener.next(5) == "changed"
    for task in tasks:
        task.cancel()
    for relay in relays:
        await relay.close()


async def test_a_redis_that_is_killed_stops_nobody_and_is_used_again(still_core: Core) -> None:
    with redis_running() as own:
        settings = replace(still_core.settings, redis_url=f"redis://127.0.0.1:{own.port}/0")
        async with open_core(settings, still_core.rasa) as core, core.working():
            person = await core.open()
            await core.send(person, "with")
            await core.events(person, 2)
            own.stop()
            await core.send(person, "without")
            await core.events(person, 4)
            with core.parts.wakeups.listen(person) as listener:
                await asyncio.to_thread(own.start)
                assert await listener.next(10) == "changed"  # it is heard again
