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
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    DisconnectionError,
    InvalidatePoolError,
    SQLAlchemyError,
)
from sqlalchemy.pool import ConnectionPoolEntry

from states import batch, schema
from states.errors import DatabaseAway, NotReady
from states.hindrances import cannot_write, hindered

#: milliseconds a SQLite writer waits for its turn
BUSY_TIMEOUT = 30_000

#: seconds between two looks of a hurried SQLite writer
HURRIED_WAIT = 0.001

#: how a SQLite connection works
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    # A destroyed key is overwritten, not only let go of.
    "secure_delete=ON",
    f"busy_timeout={BUSY_TIMEOUT}",
)

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
    _prepared(engine, parsed.database)

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


def _prepared(engine: Engine, database: str | None) -> None:
    """Let each connection to a SQLite file work as we want it, or read at least."""

    @event.listens_for(engine, "connect")
    def _prepare(dbapi_connection: Any, record: Any) -> None:
        # The driver's own BEGIN comes too late (at the first write); we begin ourselves, below.
        dbapi_connection.isolation_level = None
        cursor = dbapi_connection.cursor()
        try:
            for pragma in PRAGMAS:
                cursor.execute(f"PRAGMA {pragma}")
        except sqlite3.OperationalError:
            still = _still(database)
            if still is None:
                raise
            dbapi_connection.close()
            record.dbapi_connection = still
            record.info["still"] = True
        else:
            cursor.close()

    @event.listens_for(engine, "checkout")
    def _wake(_dbapi_connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
        # What takes a file for unchanging serves once: somebody may have made room meanwhile.
        if record.info.get("still") and record.info.get("used"):
            raise DisconnectionError
        record.info["used"] = True


def _still(database: str | None) -> sqlite3.Connection | None:
    """A connection that reads a SQLite file beside which nothing can be written, if all of it is in the file.

    SQLite wants to write even to read: what readers and writers tell each other, beside the file.
    """
    path = Path(database or "").absolute()
    log = path.with_name(f"{path.name}-wal")
    if not path.is_file() or (log.exists() and log.stat().st_size) or hindered(path.parent) is None:
        return None
    still = sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True, check_same_thread=False)
    still.isolation_level = None
    return still


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
        known = (
            hindered(Path(make_url(url).database or "").absolute().parent) if cannot_write(error) else None
        )
    else:
        return
    where = make_url(url).render_as_string(hide_password=True)
    if known:
        raise DatabaseAway(f"{where}: {known}")
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
