"""A source that asks a database: any that SQLAlchemy knows, with one named, bound, read-only query a kind.

::

    [personnel]
    use = "sql"
    url = "postgresql+psycopg://reader@db.example/hr"     # never with a password
    password = { env = "PERSONNEL_PASSWORD" }             # may be left out

    [personnel.queries.human_resources]
    sql = "SELECT hired_on, status, as_of FROM people WHERE employee_id = :employee_id"
    observed_at = "as_of"                                 # a column of dates; may be left out

    [personnel.queries.human_resources.static]            # facts that tell of risk over time
    "Hired on" = "hired_on"

    [personnel.queries.human_resources.dynamic]           # facts that tell of change
    "Status" = "status"

The names of a query's binds are the identifiers that it needs: ``:campus_id``, ``:email``, ``:name`` … A
query that writes, that puts values together instead of binding them, or that calls an unknown function is
refused at the start (:mod:`tasks.sources.sql_queries`). It runs in a transaction that may only read, on
PostgreSQL and SQLite by the database's own word, and is always rolled back.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date, datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from sqlalchemy import URL, Connection, Engine, NullPool, Row, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from states.errors import StepFailed
from states.vocabulary import FactorKind, LegalBasis, SourceKind
from tasks.secrets import Secret
from tasks.sources.bases import usual
from tasks.sources.contract import Fact, Found, LookupRequest, Needs, NotFound, Provenance, Reply, Unavailable
from tasks.sources.sql_queries import binds, check

#: rows that an answer may have
MOST_ROWS = 200

#: seconds that a query may run
SECONDS = 20.0


class _Query(BaseModel):
    """One kind's query."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    sql: str
    observed_at: str | None = None
    static: dict[str, str] = {}
    dynamic: dict[str, str] = {}

    @field_validator("sql")
    @classmethod
    def _only_reads(cls, sql: str) -> str:
        return check(sql)

    @property
    def facts(self) -> Iterator[tuple[str, str, Literal[FactorKind.STATIC, FactorKind.DYNAMIC]]]:
        """Each fact's name, its column, and its kind."""
        yield from ((fact, column, FactorKind.STATIC) for fact, column in self.static.items())
        yield from ((fact, column, FactorKind.DYNAMIC) for fact, column in self.dynamic.items())


class _Table(BaseModel):
    """The source's table in the sources file."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    url: str
    password: Secret | None = None
    accepts: frozenset[LegalBasis] | None = None
    queries: dict[SourceKind, _Query] = Field(min_length=1)

    @field_validator("url")
    @classmethod
    def _usable(cls, url: str) -> str:
        try:
            parsed = make_url(url)
            parsed.get_dialect()
        except (ArgumentError, NoSuchModuleError):
            parsed = None
        if parsed is None:
            raise ValueError("it is no database's address that SQLAlchemy knows")
        if parsed.password:
            raise ValueError('a password is never written here: name it, as in password = { env = "NAME" }')
        return url

    @model_validator(mode="after")
    def _accepts_something(self) -> Self:
        if not (self.accepts or usual(self.queries)):
            raise ValueError("these kinds share no legal basis; give each its own source")
        return self


class SqlSource:
    """Answers from a database, with queries that only read (W-17, U-03).

    Args:
        name: the source's name.
        table: its table in the sources file.
    """

    def __init__(self, name: str, table: _Table) -> None:
        self.name = name
        self.kinds: frozenset[SourceKind] = frozenset(table.queries)
        self.needs: Mapping[SourceKind, Needs] = {
            kind: Needs(all_of=binds(query.sql)) for kind, query in table.queries.items()
        }
        self.accepts: frozenset[LegalBasis] = table.accepts or usual(table.queries)
        self._table = table

    @classmethod
    def from_config(cls, name: str, table: Mapping[str, Any]) -> Self:
        """Make the source that a table describes, as shown at the top of this module.

        Raises:
            ValidationError: the table lacks something, or holds something that cannot be used.
        """
        return cls(name, _Table.model_validate(table))

    async def lookup(self, request: LookupRequest) -> Reply:
        """Run the kind's query.

        Raises:
            StepFailed: ``unreachable``: the database does not answer; ``query_failed``: it does not take the
                query; ``too_many_rows``: the answer is longer than a person's records can be.
        """
        secret = None if self._table.password is None else await self._table.password.reveal()
        url = make_url(self._table.url).set(password=secret)
        query = self._table.queries[request.kind]
        given = {kind.value: value for kind, value in request.identifiers.items()}
        rows = await _in_thread(lambda running: _run(url, query, given, running))
        if not rows:
            return NotFound(Provenance(self.name))
        if len(rows) > 1 and request.kind is not SourceKind.PAST_CONTACTS:
            # One person has one record here: of two, nobody but a person can tell which one is meant.
            return Unavailable("several_records", permanent=True)
        facts = [fact for row in rows for fact in _facts(query, row)]
        return Found(tuple(facts), Provenance(self.name))


class _Running:
    """A query that runs in another thread, so that it can be stopped from this one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stop: Callable[[], object] | None = None

    @contextmanager
    def as_stopped_by(self, stop: Callable[[], object]) -> Iterator[None]:
        """For the length of the block, the query is stopped by calling ``stop``."""
        with self._lock:
            self._stop = stop
        try:
            yield
        finally:
            with self._lock:
                self._stop = None

    def stop(self) -> None:
        """Stop the query if it runs."""
        with self._lock:
            if self._stop is not None:
                # The database may be gone; then so is the query.
                with suppress(Exception):
                    self._stop()


async def _in_thread(run: Callable[[_Running], list[Row[Any]]]) -> list[Row[Any]]:
    running = _Running()
    working = asyncio.ensure_future(asyncio.to_thread(run, running))
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        running.stop()
        with suppress(StepFailed):
            await working
        raise


def _run(url: URL, query: _Query, given: Mapping[str, str], running: _Running) -> list[Row[Any]]:
    engine = _engine(url)
    code = "unreachable"
    try:
        with engine.connect() as connection:
            code = "query_failed"
            with running.as_stopped_by(_stopper(connection)):
                _only_read(connection)
                rows = list(connection.execute(text(query.sql), given).fetchmany(MOST_ROWS + 1))
            connection.rollback()
    except (SQLAlchemyError, OSError):
        # What the database says may quote what it was asked.
        pass
    else:
        code = "" if len(rows) <= MOST_ROWS else "too_many_rows"
    finally:
        engine.dispose()
    if code:
        raise StepFailed(code, permanent=code != "unreachable")
    return rows


def _engine(url: URL) -> Engine:
    waiting: dict[str, Any] = {}
    if url.get_backend_name() == "postgresql":
        waiting = {"connect_timeout": 5}
    return create_engine(url, poolclass=NullPool, connect_args=waiting, hide_parameters=True)


def _stopper(connection: Connection) -> Callable[[], object]:
    driver: Any = connection.connection.driver_connection
    for name in ("interrupt", "cancel"):
        stop: Callable[[], object] | None = getattr(driver, name, None)
        if stop is not None:
            return stop
    return lambda: None


def _only_read(connection: Connection) -> None:
    """Let the database itself see that nothing is written, and that a query ends."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA query_only = ON")
    elif connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {int(SECONDS * 1000)}")


def _facts(query: _Query, row: Row[Any]) -> Iterator[Fact]:
    cells = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
    missing = {column for _, column, _ in query.facts if column not in cells}
    if missing or (query.observed_at is not None and query.observed_at not in cells):
        raise StepFailed("wrong_columns", permanent=True)
    observed_at = None if query.observed_at is None else _day(cells[query.observed_at])
    for fact, column, kind in query.facts:
        if cells[column] is not None and (value := str(cells[column]).strip()):
            yield Fact(fact, value, kind, observed_at)


def _day(cell: object) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    try:
        return date.fromisoformat(str(cell)[:10])
    except ValueError:
        return None
