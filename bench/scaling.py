"""What a turn costs on either store, what more workers bring, and a long history costs: `python -m bench.scaling`.

Phones text through the simulated Twilio; a turn ends when its answer is stored. With `--web` people chat on the page
instead, and a turn ends when they have the answer. With `--history N` the store and Rasa's trackers first get N copies
of a finished conversation of nine turns; the tenth turns are then compared with the first.
"""

import argparse
import asyncio
import json
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text

from bench.crew import SERVERS, SQLITE, Crew, crew
from bench.turns import QUESTIONS, many_people
from bot.ids import address_hash, new_id
from bot.store import Store, open_store
from bot.store.schema import conversations, events, inbound, phones
from tests.fakes.texting import CITY

TURNS = 10


def number(person: int) -> str:
    """A phone's number."""
    return f"+1312{person:07}"


async def text_once(crew: Crew, person: int, turn: int) -> None:
    """One text, acknowledged."""
    status = await crew.twilio.text(number(person), CITY, QUESTIONS[turn % len(QUESTIONS)], MessageSid=f"SM{new_id()}")
    if status != 200:
        raise RuntimeError(f"a text was answered with {status}")


async def unanswered(store: Store) -> int:
    """Turns that wait."""
    async with store.read() as connection:
        query = select(func.count()).select_from(inbound).where(inbound.c.done.is_(False))
        return int((await connection.execute(query)).scalar_one())


async def wave(crew: Crew, store: Store, people: Sequence[int], turn: int) -> None:
    """Everybody texts once; come back when all have their answers."""
    await asyncio.gather(*(text_once(crew, person, turn) for person in people))
    while await unanswered(store):  # noqa: ASYNC110
        await asyncio.sleep(0.1)  # the workers announce nothing to us


async def seconds_of_turns(store: Store, since: float) -> list[float]:
    """From receiving to storing the answer, of the texts since then."""
    query = select(inbound.c.done_at, inbound.c.received_at).where(inbound.c.received_at >= since)
    async with store.read() as connection:
        return [row.done_at - row.received_at for row in (await connection.execute(query)).all()]


async def measured(crew: Crew, store: Store, people: Sequence[int], turns: range) -> dict[str, Any]:
    """Turns a second, p50 and p95, and what a turn costs in processor time."""
    before, began, since = crew.processor_seconds(), time.monotonic(), time.time()
    for turn in turns:
        await wave(crew, store, people, turn)
    return summary(crew, before, time.monotonic() - began, await seconds_of_turns(store, since))


async def measured_on_the_web(crew: Crew, people: int, turns: int) -> dict[str, Any]:
    """The same for people who chat."""
    before = crew.processor_seconds()
    seconds, took = await many_people(crew.url, people, turns, distinct=False)
    return summary(crew, before, took, seconds)


def summary(crew: Crew, before: dict[str, float], took: float, seconds: Sequence[float]) -> dict[str, Any]:
    """What `seconds` of turns and the processor's time since `before` come to."""
    after, count, ordered = crew.processor_seconds(), len(seconds), sorted(seconds)
    cost = {name: round((after[name] - before.get(name, 0.0)) / count * 1000, 1) for name in after}
    return {
        "turns": count, "turns_a_second": round(count / took, 1), "p50_ms": round(statistics.median(ordered) * 1000),
        "p95_ms": round(ordered[int(len(ordered) * 0.95)] * 1000), "processor_ms_a_turn": cost,
        "together_ms": round(sum(cost.values()), 1),
    }  # fmt: skip


async def fill(crew: Crew, store: Store, copies: int) -> None:
    """Copies of the first phone's conversation, in the store and in Rasa's trackers, each for a phone of its own."""
    secret = crew.kept["gateway"].program.environment["ASSISTANT_SECRET"]
    async with store.read() as connection:
        original = (await connection.execute(select(phones.c.conversation_id).limit(1))).scalar_one()
    names = [(new_id(), number(1_000_000 + copy)) for copy in range(copies)]
    async with store.begin() as connection:
        for table in (conversations, phones, inbound, events):
            key = table.c.id if table is conversations else table.c.conversation_id
            rows = [dict(row) for row in (await connection.execute(select(table).where(key == original))).mappings()]
            for first in range(0, copies, 500):
                copied = [_copy(table.name, row, name, secret) for name in names[first : first + 500] for row in rows]
                await connection.execute(table.insert(), copied)
    assert crew.postgres is not None
    database = crew.tracker_url.rsplit("/", 1)[1]
    columns = "type_name, timestamp, intent_name, action_name, data"
    for first in range(0, copies, 1000):
        listed = ", ".join(f"('{name}')" for name, _ in names[first : first + 1000])
        crew.postgres.sql(
            f"INSERT INTO events (sender_id, {columns}) SELECT names.id, {columns} FROM events, "
            f"(VALUES {listed}) names(id) WHERE sender_id = '{original}' ORDER BY names.id, events.id",
            database,
        )
    crew.postgres.sql("ANALYZE", database)
    async with store.begin() as connection:
        await connection.execute(text("ANALYZE"))


def _copy(table: str, row: dict[str, Any], name: tuple[str, str], secret: str) -> dict[str, Any]:
    conversation_id, phone = name
    hashed = address_hash(secret, "sms", "city", phone)
    made: dict[str, Any] = {"conversation_id": conversation_id}
    if table == "conversations":
        made = {"id": conversation_id, "address_hash": hashed}
    elif table == "phones":
        made |= {"number": phone, "address_hash": hashed}
    elif table == "inbound":
        made |= {"id": f"{conversation_id[:24]}{row['position']:08x}", "external_id": f"SM{new_id()}"}
    elif table == "events":
        made |= {"inbound_id": None, "feedback": None, "buttons": []}
    return {**row, **made}


async def scaling(store_name: str, workers: int, people: int, turns: int, *, web: bool) -> None:
    """One line for so many workers; on SQLite the gateway runs the turns."""
    with tempfile.TemporaryDirectory() as folder:
        async with AsyncExitStack() as stack:
            ours = await stack.enter_async_context(crew(Path(folder), store_name, workers))
            if web:
                await measured_on_the_web(ours, people, 5)
                told = await measured_on_the_web(ours, people, turns)
            else:
                store = await open_store(ours.store_url)
                stack.push_async_callback(store.close)
                await measured(ours, store, range(people), range(2))
                told = await measured(ours, store, range(people), range(2, 2 + turns))
            print(json.dumps({"store": store_name, "workers": workers, **told}))


async def history(copies: int, people: int) -> None:
    """First turns in an empty store, then the first and the tenth turns among `copies` conversations."""
    with tempfile.TemporaryDirectory() as folder:
        async with AsyncExitStack() as stack:
            ours = await stack.enter_async_context(crew(Path(folder), SERVERS, 1))
            store = await open_store(ours.store_url)
            stack.push_async_callback(store.close)
            for turn in range(TURNS - 1):
                await wave(ours, store, range(1), turn)
            await measured(ours, store, range(10, 10 + people), range(1))
            empty = await measured(ours, store, range(1000, 1000 + people), range(1))
            print("first turns, empty store:", json.dumps(empty))
            began = time.monotonic()
            await fill(ours, store, copies)
            print(f"{copies} conversations of {TURNS - 1} turns added in {time.monotonic() - began:.0f} s")
            first = await measured(ours, store, range(2000, 2000 + people), range(1))
            known = random.sample(range(1_000_000, 1_000_000 + copies), people)
            tenth = await measured(ours, store, known, range(TURNS - 1, TURNS))
            print("first turns, full store:", json.dumps(first))
            print("tenth turns, full store:", json.dumps(tenth))
            print(f"tenth to first: {tenth['together_ms'] / first['together_ms']:.2f}")
            print(f"full to empty: {first['together_ms'] / empty['together_ms']:.2f}")


def main() -> None:
    """Measure one thing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", choices=(SQLITE, SERVERS), default=SERVERS)
    parser.add_argument("--web", action="store_true", help="people chat instead of texting")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--people", type=int, default=16)
    parser.add_argument("--turns", type=int, default=20)
    parser.add_argument("--history", type=int, default=0, help="conversations to fill the stores with")
    options = parser.parse_args()
    if options.history:
        asyncio.run(history(options.history, options.people))
    else:
        workers = options.workers if options.store == SERVERS else 0
        asyncio.run(scaling(options.store, workers, options.people, options.turns, web=options.web))


if __name__ == "__main__":
    main()
