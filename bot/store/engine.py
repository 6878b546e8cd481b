"""Transactions of the store: SQLite in this process, PostgreSQL over the network, one way to use them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import asyncpg
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.engine import URL, Connection, CursorResult
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.sql import Executable

from bot.store.migrate import upgrade
from bot.store.turnstile import Turnstile

Parameters = Sequence[dict[str, Any]]

ONE_AT_A_TIME = 0x636974697A656E  # a number for PostgreSQL's advisory locks that nobody else is likely to use
CONNECT_SECONDS = 5.0


class Transaction(Protocol):
    """What code may do inside a transaction."""

    async def execute(self, statement: Executable, parameters: Parameters | None = None, /) -> CursorResult[Any]:
        """Run one statement; its rows are already in memory."""


class Store(Protocol):
    """Opens transactions."""

    def begin(self, *, durable: bool = True, urgent: bool = False) -> Any:
        """`async with store.begin() as transaction`: commits at the end, rolls back on an error.

        What is not `durable` survives any crash of ours and does not wait for the disk; a power failure may undo it.
        `urgent` goes before what else waits in this process: somebody waits to hear that a message is stored.
        """

    def read(self) -> Any:
        """`async with store.read() as transaction`: reads one consistent state."""

    async def close(self) -> None:
        """Close all connections."""


async def open_store(url: str) -> Store:
    """Connect and bring the tables up to date. Raises SQLAlchemyError where the database cannot be reached."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(parsed)
    if parsed.drivername in ("postgres", "postgresql"):
        parsed = parsed.set(drivername="postgresql+asyncpg")
    store = ServerStore(
        create_async_engine(
            parsed,
            pool_pre_ping=True,  # after a restart of the server no connection of before is handed out
            hide_parameters=True,
            connect_args={"timeout": CONNECT_SECONDS},
        )
    )
    try:
        await store.upgrade()
    except BaseException:
        await store.close()
        raise
    return store


class ServerStore:
    """PostgreSQL, shared by any number of processes.

    What writes sees what others have committed (READ COMMITTED) and locks the rows that it depends on.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    async def upgrade(self) -> None:
        """Bring the tables up to date; of several processes that start at once, one does and the others wait."""
        async with _connected(self._engine) as connection, connection.begin():
            await connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})")
            await connection.run_sync(upgrade)

    @asynccontextmanager
    async def begin(self, *, durable: bool = True, urgent: bool = False) -> AsyncIterator[Transaction]:
        async with _connected(self._engine) as connection, connection.begin():
            if not durable:
                await connection.exec_driver_sql("SET LOCAL synchronous_commit TO OFF")
            yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        async with _connected(self._reading) as connection:
            yield connection

    async def close(self) -> None:
        await self._engine.dispose()


@asynccontextmanager
async def _connected(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection of the pool. Raises OperationalError where there is none: the driver has errors of its own."""
    connection = engine.connect()
    try:
        await connection.start()
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise OperationalError("connect", None, error, hide_parameters=True) from None
    try:
        yield connection
    finally:
        await connection.close()


class SqliteStore:
    """A file. Statements take microseconds and run in place: a thread for each would cost ten times as much.

    So does the commit, which waits for the disk: a quarter of a millisecond that others would wait for anyway.
    Writers queue in this process (bot/store/turnstile.py), so that many turns which end at once hold up no arrival.
    """

    def __init__(self, engine: Engine, quick: Engine) -> None:
        self._engine, self._quick = engine, quick  # `quick` does not wait for the disk
        self._writers = Turnstile()

    @asynccontextmanager
    async def begin(self, *, durable: bool = True, urgent: bool = False) -> AsyncIterator[Transaction]:
        async with self._writers.passing(urgent=urgent):
            connection = (self._engine if durable else self._quick).connect()
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                yield _InPlace(connection)
                connection.commit()
            finally:
                connection.close()  # rolls back what was not committed

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        with self._quick.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            yield _InPlace(connection)

    async def close(self) -> None:
        self._engine.dispose()
        self._quick.dispose()


class _InPlace:
    """A connection whose statements run in the calling thread."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def execute(self, statement: Executable, parameters: Parameters | None = None, /) -> CursorResult[Any]:
        return self._connection.execute(statement, parameters)


def _open_sqlite(url: URL) -> SqliteStore:
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = _sqlite(url, "FULL")
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        upgrade(connection)
        connection.commit()
    return SqliteStore(engine, _sqlite(url, "NORMAL"))


def _sqlite(url: URL, synchronous: str) -> Engine:
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions begin where this file says, with the lock they need
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", f"synchronous={synchronous}", "foreign_keys=ON", "temp_store=MEMORY"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    # An error of the library is logged whole where nobody catches it: without what people wrote.
    engine = create_engine(url, connect_args={"timeout": 10}, hide_parameters=True)
    event.listen(engine, "connect", prepare)
    return engine
