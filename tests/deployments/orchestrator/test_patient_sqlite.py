"""How the Prefect server's transactions on SQLite get along with each other."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from deployments.orchestrator.patient_sqlite import PatientSqlite

COUNT = text("SELECT count(*) FROM run")
INSERT = text("INSERT INTO run (name) VALUES ('invented')")


@pytest.fixture
def sqlite(tmp_path: Path) -> PatientSqlite:
    """The Prefect server's way with a SQLite file."""
    return PatientSqlite(connection_url=f"sqlite+aiosqlite:///{tmp_path / 'prefect.db'}")


@pytest.fixture
async def engine(sqlite: PatientSqlite) -> AsyncIterator[AsyncEngine]:
    """An open file with one empty table."""
    engine = await sqlite.engine()
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE run (name TEXT)"))
    yield engine
    await engine.dispose()


async def test_a_transaction_that_looks_first_and_writes_later_is_not_refused(
    sqlite: PatientSqlite, engine: AsyncEngine
) -> None:
    """Whoever wants to write between another's look and its write waits, and both are written."""

    async def write() -> None:
        async with await sqlite.session(engine) as session, sqlite.begin_transaction(session):
            await session.execute(INSERT)

    async with await sqlite.session(engine) as session:
        async with sqlite.begin_transaction(session):
            assert await session.scalar(COUNT) == 0
            between = asyncio.create_task(write())
            # Long enough for a write that does not wait: under Prefect's own settings it is over by now.
            await asyncio.wait([between], timeout=0.3)
            await session.execute(INSERT)
        await between
        assert await session.scalar(COUNT) == 2


async def test_a_session_opened_inside_a_transaction_does_not_wait_for_it(
    sqlite: PatientSqlite, engine: AsyncEngine
) -> None:
    """What the server looks up beside a transaction of its own is answered while that goes on."""
    async with await sqlite.session(engine) as outer, sqlite.begin_transaction(outer, with_for_update=True):
        await outer.execute(INSERT)
        async with await sqlite.session(engine) as inner:
            assert await inner.scalar(COUNT) == 0
