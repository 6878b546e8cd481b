"""The store on PostgreSQL, over the network."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy import event
from sqlalchemy.engine import URL
from sqlalchemy.exc import InvalidatePoolError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.store.engine import Transaction
from bot.store.migrate import upgrade

ONE_AT_A_TIME = 0x636974697A656E  # a number for PostgreSQL's advisory locks that nobody else is likely to use
CONNECT_SECONDS = 5.0
CONNECTIONS = 10
"""At most, of one process. They stay: a new one costs a process of the server, and prepares every statement again."""


async def open_server(url: URL) -> "ServerStore":
    """Connect and bring the tables up to date. Raises SQLAlchemyError where the database cannot be reached."""
    if url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername="postgresql+asyncpg")
    engine = create_async_engine(
        url,
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_use_lifo=True,
        hide_parameters=True,
        connect_args={"timeout": CONNECT_SECONDS},
    )
    event.listen(engine.sync_engine, "checkout", _check)
    store = ServerStore(engine)
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
        self._reading = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._steady = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

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
    async def read(self, *, steady: bool = False) -> AsyncIterator[Transaction]:
        async with _connected(self._steady if steady else self._reading) as connection:
            yield connection

    async def close(self) -> None:
        await self._engine.dispose()


def _check(connection: Any, _record: Any, _proxy: Any) -> None:
    """After a restart of the server no connection of before is handed out. The system tells: nobody has to be asked."""
    if connection.driver_connection.is_closed():
        raise InvalidatePoolError


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
