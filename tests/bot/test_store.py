"""The store: migrations make the tables the code expects; a failed transaction leaves nothing."""

import asyncio

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import create_async_engine

from bot.store import open_store
from bot.store.migrate import MIGRATIONS, newest
from bot.store.schema import conversations, metadata

ROW = {
    "id": "c", "channel": "web", "channel_name": "city", "address_hash": "h", "language": "en",
    "client_language": "en", "created_at": 0.0, "last_at": 0.0,
}  # fmt: skip


async def test_the_migrations_make_exactly_the_tables_of_the_schema(store_url):
    await (await open_store(store_url)).close()
    if store_url.startswith("sqlite"):
        with create_engine(store_url).connect() as connection:
            assert _differences(connection) == []
        return
    engine = create_async_engine(store_url)
    async with engine.connect() as connection:
        assert await connection.run_sync(_differences) == []
    await engine.dispose()


def _differences(connection):
    return compare_metadata(MigrationContext.configure(connection), metadata)


async def test_an_error_of_the_store_does_not_quote_what_was_to_be_stored(store_url):
    store = await open_store(store_url)
    with pytest.raises(IntegrityError) as caught:
        async with store.begin() as transaction:
            for _ in range(2):
                await transaction.execute(conversations.insert().values(ROW | {"address_hash": "12 Elm Street"}))
    assert "12 Elm Street" not in repr(caught.value) + str(caught.value)
    await store.close()


async def test_a_failed_transaction_leaves_nothing_and_frees_the_writer(store_url):
    store = await open_store(store_url)
    with pytest.raises(ZeroDivisionError):
        async with store.begin() as transaction:
            await transaction.execute(conversations.insert().values(ROW))
            raise ZeroDivisionError
    async with store.begin() as transaction:
        assert (await transaction.execute(select(func.count()).select_from(conversations))).scalar_one() == 0
    await store.close()


async def test_what_was_committed_is_there_after_opening_again(tmp_path):
    url = f"sqlite:///{tmp_path / 'deep' / 'a.db'}"
    store = await open_store(url)
    async with store.begin() as transaction:
        await transaction.execute(conversations.insert().values(ROW))
    await store.close()
    store = await open_store(url)
    async with store.read() as transaction:
        assert (await transaction.execute(select(conversations.c.id))).scalars().all() == ["c"]
    await store.close()


async def test_a_steady_reader_sees_nothing_of_what_is_written_meanwhile(store_url):
    store = await open_store(store_url)
    count = select(func.count()).select_from(conversations)
    async with store.read(steady=True) as reader:
        assert (await reader.execute(count)).scalar_one() == 0
        async with store.begin() as transaction:
            await transaction.execute(conversations.insert().values(ROW))
        assert (await reader.execute(count)).scalar_one() == 0
    async with store.read() as reader:
        assert (await reader.execute(count)).scalar_one() == 1
    await store.close()


async def test_connections_that_the_server_has_ended_are_not_used_again(postgres):
    store, ended = await open_store(postgres.fresh()), asyncio.Event()
    async with store.read() as transaction:
        raw = (await transaction.get_raw_connection()).driver_connection
    raw.add_termination_listener(lambda _: ended.set())
    postgres.sql(f"SELECT pg_terminate_backend({raw.get_server_pid()})")
    await ended.wait()
    async with store.read() as transaction:
        assert (await transaction.execute(select(func.count()).select_from(conversations))).scalar_one() == 0
    await store.close()


async def test_a_transaction_asks_the_server_for_no_more_than_what_it_does(postgres):
    """The driver lists what goes along with prepared statements: each turn pays for it a dozen times."""
    store = await open_store(postgres.fresh())
    asked = []
    async with store.read() as transaction:
        raw = await transaction.get_raw_connection()
        raw.driver_connection.add_query_logger(lambda query: asked.append(query.query.split()[0].strip(";")))
    async with store.read() as transaction:
        await transaction.execute(select(conversations.c.id))
    async with store.begin() as transaction:
        await transaction.execute(conversations.insert().values(ROW))
    await store.close()
    assert asked == ["BEGIN", "COMMIT"]  # nothing for the one that only reads


def test_the_newest_file_is_the_last_migration():
    """A start whose tables have this version asks Alembic nothing."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [newest()]
