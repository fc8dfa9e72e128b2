"""How the Prefect server writes to SQLite: its transactions wait for each other and are not refused."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from prefect.server.database.configurations import SQLITE_BEGIN_MODE, AioSqliteConfiguration
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncSession, AsyncSessionTransaction
from sqlalchemy.pool import ConnectionPoolEntry

#: seconds that one of Prefect's own writers waits for another; Prefect's 60 would let a stalemate last that
#: long
SQLITE_PATIENCE = 5


class PatientSqlite(AioSqliteConfiguration):
    """Prefect's SQLite settings, with transactions that queue for the writer's lock.

    Prefect begins most of its transactions ``DEFERRED``: they look first and write later, and SQLite refuses
    that write at once, without waiting, when anybody else wrote in between. While task runs were recorded,
    nearly every new flow run was refused so. A transaction that takes the writer's lock when it begins waits
    for it instead.
    """

    def setup_sqlite(self, conn: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        """Prepare a new connection as Prefect does; then shorten its wait."""
        super().setup_sqlite(conn, record)
        cursor = conn.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {SQLITE_PATIENCE * 1000}")
        cursor.close()

    @asynccontextmanager
    async def begin_transaction(
        self,
        session: AsyncSession,
        with_for_update: bool = False,  # noqa: FBT001, FBT002 - Prefect's signature
    ) -> AsyncGenerator[AsyncSessionTransaction, None]:
        """Begin a transaction with the writer's lock, whether Prefect asks for it or not."""
        del with_for_update
        async with session.begin() as transaction:
            mode = SQLITE_BEGIN_MODE.set("IMMEDIATE")
            try:
                await session.connection()
            finally:
                # Prefect leaves it set for the whole block. Whatever opens a session of its own in there, be
                # it to read, would then ask for the lock that the block holds: the two wait for each other.
                SQLITE_BEGIN_MODE.reset(mode)
            yield transaction
