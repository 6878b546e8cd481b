"""Transactions of the store: SQLite in this process, one way to use it and PostgreSQL (server.py)."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.engine import URL, Connection, CursorResult
from sqlalchemy.sql import Executable

from bot.store.migrate import upgrade
from bot.store.turnstile import Turnstile

Parameters = Sequence[dict[str, Any]]


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

    def read(self, *, steady: bool = False) -> Any:
        """`async with store.read() as transaction`: each statement reads one state; `steady`: all read the same."""

    async def close(self) -> None:
        """Close all connections."""


async def open_store(url: str) -> Store:
    """Connect and bring the tables up to date. Raises SQLAlchemyError where the database cannot be reached."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(parsed)
    from bot.store import server  # a tenth of a second of imports, for those who have one

    return await server.open_server(parsed)


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
    async def read(self, *, steady: bool = False) -> AsyncIterator[Transaction]:
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
