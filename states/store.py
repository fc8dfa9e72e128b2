"""The case database: one engine, short transactions, SQLite by default and PostgreSQL by URL.

SQLite runs with a write-ahead log and ``synchronous=FULL``: a committed decision survives a power cut.
Writers begin with ``BEGIN IMMEDIATE``, so that two of them queue up instead of failing half-way.
"""

import math
import os
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    DatabaseError,
    DBAPIError,
    InterfaceError,
    InvalidatePoolError,
    OperationalError,
    ProgrammingError,
    SQLAlchemyError,
)
from sqlalchemy.pool import ConnectionPoolEntry

from states import batch, schema
from states.errors import DatabaseAway, NotReady

#: milliseconds a SQLite writer waits for its turn
BUSY_TIMEOUT = 30_000

#: seconds between two looks of a hurried SQLite writer
HURRIED_WAIT = 0.001

#: seconds after which a pooled connection to a server is tried before it is used
IDLE_SECONDS = 2.0


class Store:
    """Hands out connections to the case database.

    Args:
        url: SQLAlchemy URL, ``sqlite:///path`` or ``postgresql+psycopg://…``.
        hurried: whether its writers stay awake while they wait for their turn at a SQLite file. SQLite lets
            nobody queue: each who waits looks again now and then, ever more seldom, and whoever looks most
            often comes first.
    """

    def __init__(self, url: str, *, hurried: bool = False) -> None:
        self.url = url
        self.engine = _engine(url, hurried=hurried)
        batch.attend(self.engine)

    @property
    def is_sqlite(self) -> bool:
        """Whether the case database is a SQLite file."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that may write: committed whole, or rolled back whole."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads, and sees one moment of the database however long it takes."""
        snapshot: dict[str, Any] = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        with self.engine.connect().execution_options(tat_read_only=True, **snapshot) as connection:
            yield connection
            # Not rolled back: the driver would forget what the server has prepared for it.
            connection.commit()

    def forget(self) -> None:
        """Leave nothing of what was overwritten in SQLite's files; PostgreSQL vacuums in its own time."""
        if self.is_sqlite:
            with closing(self.engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


def _engine(url: str, *, hurried: bool) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        # The connection used last comes first: its server process has everything at hand.
        options = {"pool_size": 16, "max_overflow": 16, "pool_use_lifo": True}
        return _revived(create_engine(parsed, paramstyle="format", **options))
    engine = create_engine(parsed, connect_args={"timeout": BUSY_TIMEOUT / 1000, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _prepare(dbapi_connection: Any, _record: object) -> None:
        # The driver's own BEGIN comes too late (at the first write); we begin ourselves, below.
        dbapi_connection.isolation_level = None
        cursor = dbapi_connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            # A destroyed key is overwritten, not only let go of.
            "secure_delete=ON",
            f"busy_timeout={BUSY_TIMEOUT}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        read_only = options.get("tat_read_only", False)
        if options.get("tat_migrating", False):
            # A table that is made anew is gone for a moment; who refers to it is looked at in the end.
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        if hurried and not read_only:
            _begin_hurried(connection)
        else:
            connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def _begin_hurried(connection: Connection) -> None:
    """Begin to write as soon as the writer before us has ended; raises when that takes too long."""
    until = time.monotonic() + BUSY_TIMEOUT / 1000
    driver: Any = connection.connection.dbapi_connection
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                driver.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
                time.sleep(HURRIED_WAIT)
            else:
                return
    finally:
        driver.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT}")


#: how SQLite (primary result codes) and PostgreSQL (SQLSTATE) say that they cannot, and how we say it
_FULL = (
    "The disk that holds the case database is full, and what you did was not written. All that was on record "
    "is kept and can be read: make room, then do it again."
)
_READ_ONLY = (
    "The case database, or the folder or disk that it lies on, can only be read, and what you did was not "
    "written. All that was on record is kept: give tatflow the right to write there, then do it again."
)
_BROKEN = (
    "The disk that holds the case database refused to read or write, and what you did was not written. "
    "All that was on record before is kept: look after the disk and its limits, then do it again."
)
_BUSY = (
    "The case database was in use by others for too long, and what you did was not written: do it again. "
    "If that goes on, see what uses it."
)
_DAMAGED = (
    "The file of the case database is damaged, or is none. Nothing was written: restore a backup, as "
    "docs/operators.md says."
)
_SAID: dict[int | str, str] = {
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_FULL: _FULL,
    "53100": _FULL,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    "25006": _READ_ONLY,
    sqlite3.SQLITE_IOERR: _BROKEN,
    "58030": _BROKEN,
    sqlite3.SQLITE_BUSY: _BUSY,
    "55P03": _BUSY,
}


@contextmanager
def unusable() -> Iterator[None]:
    """Say in a sentence why the case database could not be used.

    Raises:
        DatabaseAway: it could not; what was under way was not written.
    """
    try:
        yield
    except DBAPIError as error:
        # Its other kinds speak of what was being written: a mistake of ours.
        if type(error) not in (DatabaseError, OperationalError, ProgrammingError, InterfaceError):
            raise
        sentence = why(error)
    else:
        return
    raise DatabaseAway(sentence)


def why(error: DBAPIError) -> str:
    """What a failure of the database means, what was kept, and what to do."""
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF or getattr(error.orig, "sqlstate", None) or ""
    return _SAID.get(code) or (
        f"The case database could not be used ({type(error.orig).__name__}), and nothing was written. See "
        "that it runs."
    )


def insert_missing(connection: Connection, table: Table, values: Mapping[str, Any]) -> None:
    """Insert a row unless one with that key is there, or is just being written by somebody else."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    connection.execute(insert(table).values(**values).on_conflict_do_nothing())


def _revived(engine: Engine) -> Engine:
    """Let the pool see that a connection still lives when it lay idle, instead of before each transaction."""

    @event.listens_for(engine, "checkin")
    def _lay_down(_dbapi_connection: object, record: ConnectionPoolEntry) -> None:
        record.info["idle_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _wake(dbapi_connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
        if time.monotonic() - record.info.get("idle_since", math.inf) < IDLE_SECONDS:
            return
        try:
            engine.dialect.do_ping(dbapi_connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error

    return engine


def alembic_config(url: str) -> Config:
    """Alembic's configuration for the case database at ``url``."""
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    config.attributes["url"] = url
    return config


def migrate(url: str) -> None:
    """Bring the case database at ``url`` to the newest schema, whole or not at all; a SQLite file is made.

    Raises:
        NotReady: the database cannot be reached or written, or is of a newer release.
    """
    try:
        make_file(url)
        with migration_engine(url) as engine:
            with engine.connect().execution_options(tat_read_only=True) as connection:
                current = schema.found(connection) == schema.newest()
            if current:
                schema.drop_copies(engine)
                return
        command.upgrade(alembic_config(url), "head")
    except (SQLAlchemyError, CommandError, OSError) as error:
        reason, said = type(error).__name__, str(getattr(error, "orig", ""))
    else:
        return
    where = make_url(url).render_as_string(hide_password=True)
    if "already exists" in said:
        message = (
            f"The case database {where} holds a part of a newer schema, as a migration leaves it that was "
            "killed under a release before this one. Nothing was changed: restore a backup from before."
        )
        raise NotReady(message)
    message = (
        f"The case database {where} cannot be opened ({reason}). "
        "Nothing was changed: check that it exists and runs."
    )
    raise NotReady(message)


def make_file(url: str) -> None:
    """Make the file of a SQLite database when there is none, readable by its owner only."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database and parsed.database != ":memory:":
        with suppress(FileExistsError):
            os.close(os.open(parsed.database, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


@contextmanager
def migration_engine(url: str) -> Iterator[Engine]:
    """The store's engine, for as long as a migration takes."""
    engine = _engine(url, hurried=False)
    try:
        yield engine
    finally:
        engine.dispose()
