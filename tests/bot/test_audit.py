"""The audit log keeps what people did, in order, and shows when somebody changes it behind its back."""

import asyncio
import sqlite3

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from bot import audit
from bot.store import open_store
from bot.store.schema import audit as table


def clock() -> float:
    return 1000


async def test_entries_come_back_latest_first_and_can_be_chosen(store_url):
    store = await open_store(store_url)
    await audit.write(store, "ana", "publish.release", "1", {"kind": "full", "años": 2.5}, clock=clock)
    await audit.write(store, "ben", "answer.off", "utter_greet", {"reason": "wrong «hours»"}, clock=clock)
    await audit.write(store, "ana", "publish.rollback", "1", clock=clock)
    assert [entry.number for entry in await audit.entries(store)] == [3, 2, 1]
    assert [entry.number for entry in await audit.entries(store, before=3, limit=1)] == [2]
    assert [entry.what for entry in await audit.entries(store, what="publish.")] == [
        "publish.rollback",
        "publish.release",
    ]
    (first,) = await audit.entries(store, subject="1", what="publish.release")
    assert (first.who, first.details, first.at) == ("ana", {"kind": "full", "años": 2.5}, 1000.0)
    assert await audit.verify(store) == audit.Verdict(3, ())
    await store.close()


async def test_many_writers_at_once_make_one_chain_without_gaps(store_url):
    stores = [await open_store(store_url) for _ in range(3)]
    several = 3 if "postgres" in store_url else 1  # SQLite's writers queue within a process by its one store
    await asyncio.gather(
        *(audit.write(stores[n % several], f"person {n}", "a.b", str(n), clock=clock) for n in range(30))
    )
    assert [entry.number for entry in await audit.entries(stores[1])] == list(range(30, 0, -1))
    assert (await audit.verify(stores[2])).whole
    for store in stores:
        await store.close()


async def test_what_is_rolled_back_leaves_no_gap(store_url):
    store = await open_store(store_url)
    with pytest.raises(ZeroDivisionError):
        async with store.begin() as connection:
            await audit.record(connection, "ana", "a.b", "x", at=1.0)
            raise ZeroDivisionError
    await audit.write(store, "ana", "a.b", "y", clock=clock)
    assert await audit.verify(store) == audit.Verdict(1, ())
    await store.close()


async def test_an_entry_can_be_neither_changed_nor_deleted(store_url):
    store = await open_store(store_url)
    await audit.write(store, "ana", "a.b", "x", clock=clock)
    for statement in (update(table).values(who="ben"), delete(table)):
        with pytest.raises(DBAPIError, match="append only"):
            async with store.begin() as connection:
                await connection.execute(statement)
    await store.close()


@pytest.mark.parametrize(
    ("tampering", "shows_at", "words"),
    [
        ("UPDATE audit SET who = 'nobody' WHERE number = 2", 2, "is not what was written"),
        ("DELETE FROM audit WHERE number = 2", 2, "Entry 2 is missing"),
        ("DELETE FROM audit WHERE number >= 3", 3, "Entries 3 to 4 are missing"),
        (
            "INSERT INTO audit SELECT 5, at, who, what, subject, details, hash FROM audit WHERE number = 4",
            5,
            "is not what was written",
        ),
    ],
)
async def test_tampering_shows_and_says_where(tmp_path, tampering, shows_at, words):
    url, path = f"sqlite:///{tmp_path / 'a.db'}", tmp_path / "a.db"
    store = await open_store(url)
    for number in range(4):
        await audit.write(store, "ana", "a.b", str(number), clock=clock)
    await store.close()
    with sqlite3.connect(path) as connection:  # somebody with the file in hand
        connection.execute("DROP TRIGGER audit_stays_changed")
        connection.execute("DROP TRIGGER audit_stays_deleted")
        connection.execute(tampering)
    connection.close()
    store = await open_store(url)
    verdict = await audit.verify(store)
    assert verdict.broken[0][0] == shows_at and words in verdict.broken[0][1]
    await store.close()
