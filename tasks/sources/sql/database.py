"""Running a query on a database that is not ours: reading only, bounded in time and rows, never quoted.

==================  =========  ================================================================
code                permanent  what happened
==================  =========  ================================================================
``bad_address``     yes        there is no such kind of database, or its driver is not installed
``not_connected``   no         nobody answers there, or our login is not accepted
``timeout``         no         the query took longer than it may
``unauthorized``    yes        our login may not read what the query reads
``too_privileged``  yes        our login may do more than read; ``tat sources check`` says what to revoke
``write_refused``   yes        the query would have written, or reached out of the database
``bad_query``       yes        the database does not take the query, or lacks a table or column
``bad_value``       yes        the database does not take an identifier for what it should be
``too_many_rows``   yes        it found more rows than it may
``database_error``  no         the database failed in another way
==================  =========  ================================================================
"""

import asyncio
import os
import pickle
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import psycopg
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, text
from sqlalchemy import exc as failures

from states.errors import StepFailed
from states.store.threads import AT_ONCE, in_threads
from tasks.far.killable import Killable
from tasks.sources.sql.privileges import excess, reads_only

#: seconds until a connection stands
CONNECTING = 5

#: the name of the thread that has a query stopped
STOPPING = "stop a query"

#: what each kind of database is told before the query, in one transaction with it
_FIRST = {
    "postgresql": ("SET TRANSACTION READ ONLY", "SET LOCAL statement_timeout = {milliseconds}"),
    "sqlite": ("PRAGMA query_only = ON",),
    "mysql": ("SET SESSION max_execution_time = {milliseconds}", "START TRANSACTION READ ONLY"),
    "mariadb": ("SET SESSION max_statement_time = {seconds}", "START TRANSACTION READ ONLY"),
}

#: the kinds of database that are asked: each is told to read only, and ends a query that takes too long
KINDS = frozenset(_FIRST)

#: those whose queries can be stopped from another thread; of the others the process is killed
_STOPPABLE = frozenset({"postgresql", "sqlite"})

#: what a database's URL must begin with, where not every driver can be stopped
DRIVERS = {"postgresql": "postgresql+psycopg", "sqlite": "sqlite"}

#: how PostgreSQL, SQLite, MariaDB and MySQL call what happened
_SAID: dict[object, str] = {
    "57014": "timeout",
    "42501": "unauthorized",
    "25006": "write_refused",
    "SQLITE_ERROR": "bad_query",
    "SQLITE_INTERRUPT": "timeout",
    "SQLITE_READONLY": "write_refused",
    "SQLITE_AUTH": "write_refused",
    **dict.fromkeys((1044, 1045, 1142, 1143, 1227, 1370), "unauthorized"),
    **dict.fromkeys((1317, 1969, 3024), "timeout"),
    **dict.fromkeys((1290, 1792), "write_refused"),
    **dict.fromkeys((1054, 1064, 1146, 1305), "bad_query"),
}

#: which of the codes are permanent
_PERMANENT = frozenset(
    {"unauthorized", "too_privileged", "write_refused", "bad_query", "bad_value", "too_many_rows"}
)


class Statement:
    """One query on its way: in a thread, and stopped from another; or in a process, and killed.

    Args:
        engine: from :func:`make_engine`.
        sql: the query; empty: what the login may do beyond reading is told instead, as rows of one column
            ``excess``.
        values: what it binds.
        most: rows that it may find, at most.
        seconds: how long it may take.
    """

    def __init__(
        self, engine: Engine, sql: str, values: Mapping[str, str], *, most: int, seconds: float
    ) -> None:
        self._engine = engine
        self._sql = sql
        self._values = dict(values)
        self._most = most
        self._seconds = seconds
        self._lock = threading.Lock()
        self._driver: Any = None
        self._stopped = False

    async def rows(self) -> Sequence[Mapping[str, Any]]:
        """Run it.

        Returns:
            The rows, each by column name in lower case.

        Raises:
            StepFailed: with one of the codes above.
        """
        try:
            async with asyncio.timeout(self._seconds):
                run = self.run if self._engine.dialect.name in _STOPPABLE else self._run_in_child
                return await in_threads(f"database {self._engine.url.host}", AT_ONCE, run)
        except TimeoutError:
            pass
        finally:
            # Whoever no longer waits does not let the database go on for nothing.
            self._stop()
        raise StepFailed("timeout")

    def _run_in_child(self) -> list[dict[str, Any]]:
        """Run it in a process that can be killed: its driver cannot be stopped."""
        url = self._engine.url.render_as_string(hide_password=False)
        asked = pickle.dumps((url, self._sql, self._values, self._most, self._seconds))
        # A driver may need what is in the environment; ours, with its keys, is none of its business.
        others = {name: value for name, value in os.environ.items() if not name.startswith("TAT_")}
        child = Killable("tasks.sources.sql.child", self._seconds, others)
        with self._lock:
            self._driver = child
            if self._stopped:
                child.stop()
        said, _ = child.run([asked])
        rows, code = pickle.loads(said) if said else ([], "timeout")  # noqa: S301 - our own child says it
        if code:
            raise StepFailed(code, permanent=code in _PERMANENT)
        return list(rows)

    def run(self) -> list[dict[str, Any]]:
        """Run it here and now; whoever calls waits for it.

        Raises:
            StepFailed: with one of the codes above.
        """
        try:
            connection = self._engine.connect()
        except (failures.SQLAlchemyError, OSError):
            connection = None
        if connection is None:
            raise StepFailed("not_connected")
        with connection:
            rows, code = self._read(connection)
        if code:
            raise StepFailed(code, permanent=code in _PERMANENT)
        return rows

    def _read(self, connection: Connection) -> tuple[list[dict[str, Any]], str]:
        code = ""
        try:
            kind = "mariadb" if getattr(connection.dialect, "is_mariadb", False) else connection.dialect.name
            for line in _FIRST[kind]:
                milliseconds = int(self._seconds * 1000)
                connection.exec_driver_sql(line.format(milliseconds=milliseconds, seconds=self._seconds))
            if not self._begin(connection):
                return [], "timeout"
            beyond = excess(connection)
            if beyond or not self._sql:
                code = "too_privileged" if self._sql else ""
                return [{"excess": sentence} for sentence in beyond], code
            # In pieces: a query that finds a million people must not bring them all here.
            query = text(self._sql).execution_options(stream_results=True, max_row_buffer=self._most + 1)
            with connection.execute(query, self._values) as result:
                names = [name.lower() for name in result.keys()]  # noqa: SIM118 - a result is no mapping
                found = [dict(zip(names, row, strict=True)) for row in result.fetchmany(self._most + 1)]
        except failures.SQLAlchemyError as failure:
            code = "timeout" if self._stopped else _code(failure)
        finally:
            with self._lock:
                self._driver = None
        if code:
            return [], code
        return found, "too_many_rows" if len(found) > self._most else ""

    def _begin(self, connection: Connection) -> bool:
        with self._lock:
            self._driver = connection.connection.driver_connection
            if isinstance(self._driver, sqlite3.Connection):
                self._driver.set_authorizer(reads_only)
            return not self._stopped

    def _stop(self) -> None:
        with self._lock:
            self._stopped = True
            if isinstance(self._driver, sqlite3.Connection):
                self._driver.interrupt()
            elif isinstance(self._driver, Killable):
                self._driver.stop()
            elif isinstance(self._driver, psycopg.Connection):
                # It opens a connection of its own for that, which may take its time.
                threading.Thread(target=_cancel, args=(self._driver,), name=STOPPING, daemon=True).start()


def _cancel(driver: "psycopg.Connection[Any]") -> None:
    # Where it fails, the server's own limit ends the query.
    with suppress(psycopg.Error):
        driver.cancel_safe(timeout=CONNECTING)


def make_engine(url: URL) -> Engine:
    """An engine that opens a connection for each query and shows no value; it does not connect yet.

    Args:
        url: of the database; a SQLite file is opened for reading.

    Raises:
        StepFailed: ``bad_address``: there is no such kind of database, or its driver is not installed.
    """
    options: dict[str, Any] = {"poolclass": NullPool, "hide_parameters": True}
    if url.get_backend_name() == "sqlite":
        path = quote(url.database or "")
        url = url.set(database=f"file:{path}", query={**url.query, "mode": "ro", "uri": "true"})
    elif url.get_backend_name() == "postgresql":
        options["connect_args"] = {"connect_timeout": CONNECTING}
    # A driver that is not installed is an ImportError; SQLAlchemy says the rest with errors of its own.
    with suppress(failures.SQLAlchemyError, ImportError):
        return create_engine(url, **options)
    raise StepFailed("bad_address", permanent=True)


def _code(failure: failures.SQLAlchemyError) -> str:
    original = getattr(failure, "orig", None)
    said = getattr(original, "sqlstate", None) or getattr(original, "sqlite_errorname", None)
    numbered = getattr(original, "args", ())
    for each in (said, *numbered[:1]):
        if isinstance(each, str | int) and each in _SAID:
            return _SAID[each]
    if isinstance(failure, failures.DataError):
        return "bad_value"
    return "bad_query" if isinstance(failure, failures.ProgrammingError) else "database_error"
