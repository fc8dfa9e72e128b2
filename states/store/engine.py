"""The case database: one engine, short transactions, SQLite by default and PostgreSQL by URL.

SQLite runs with a write-ahead log and ``synchronous=FULL``: a committed decision survives a power cut.
Writers begin with ``BEGIN IMMEDIATE``, so that two of them queue up instead of failing half-way.
"""

import math
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DisconnectionError, InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from states.store import batch
from states.store.hindrances import hindered

#: milliseconds a SQLite writer waits for its turn
BUSY_TIMEOUT = 30_000

#: seconds between two looks of a hurried SQLite writer, and of one who has time
HURRIED_WAIT = 0.001
PATIENT_WAIT = 0.02

#: seconds that a person waits without a word
SILENCE = 3.0

#: how a SQLite connection works
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    # A destroyed key is overwritten, not only let go of.
    "secure_delete=ON",
)

#: seconds after which a pooled connection to a server is tried before it is used
IDLE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How a person waits for their turn to write to a SQLite file.

    Args:
        seconds: how long at most.
        told: tells them, once, that they wait.
    """

    seconds: float
    told: Callable[[], None]


class Store:
    """Hands out connections to the case database.

    Args:
        url: SQLAlchemy URL, ``sqlite:///path`` or ``postgresql+psycopg://…``.
        hurried: whether its writers stay awake while they wait for their turn at a SQLite file. SQLite lets
            nobody queue: each who waits looks again now and then, ever more seldom, and whoever looks most
            often comes first.
        patience: how its writers wait for their turn at a SQLite file; None: as a server's threads do.
    """

    def __init__(self, url: str, *, hurried: bool = False, patience: Patience | None = None) -> None:
        self.url = url
        self.engine = engine_of(url, hurried=hurried, patience=patience)
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
    def read(self, *, through_all: bool = False) -> Iterator[Connection]:
        """A transaction that only reads, and sees one moment of the database however long it takes.

        Args:
            through_all: whether it goes through most of what there is, and so may keep several processes of
                the server busy.
        """
        snapshot: dict[str, Any] = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        with self.engine.connect().execution_options(tat_read_only=True, **snapshot) as connection:
            if through_all and not self.is_sqlite:
                connection.exec_driver_sql("SET LOCAL max_parallel_workers_per_gather TO DEFAULT")
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


def engine_of(url: str, *, hurried: bool = False, patience: Patience | None = None) -> Engine:
    """An engine whose connections work as the store's do; see :class:`Store`."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        # The connection used last comes first: its server process has everything at hand.
        options = {"pool_size": 16, "max_overflow": 16, "pool_use_lifo": True}
        return _in_a_hurry(_revived(create_engine(parsed, paramstyle="format", **options)))
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
            _begin_awake(connection, HURRIED_WAIT, BUSY_TIMEOUT / 1000)
        elif patience is not None and not read_only:
            _begin_awake(connection, PATIENT_WAIT, patience.seconds, patience.told)
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
            for pragma in (*PRAGMAS, f"busy_timeout={BUSY_TIMEOUT}"):
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


def _begin_awake(
    connection: Connection, wait: float, patience: float, told: Callable[[], None] | None = None
) -> None:
    """Begin to write once the writer before us has ended; raises when that takes too long.

    Args:
        connection: where a transaction begins.
        wait: seconds between two looks; between them, Ctrl-C is heard.
        patience: seconds after which it is too long.
        told: called once when it takes longer than people wait without a word.
    """
    begun = time.monotonic()
    driver: Any = connection.connection.dbapi_connection
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                driver.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                waited = time.monotonic() - begun
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or waited > patience:
                    raise
                if told is not None and waited > SILENCE:
                    told()
                    told = None
                time.sleep(wait)
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


def _in_a_hurry(engine: Engine) -> Engine:
    """Let the server begin at once with what it is asked: the answer takes milliseconds.

    Compiling it first takes seconds, and starting another process for it as long as the whole answer.
    """

    @event.listens_for(engine, "connect")
    def _prepare(dbapi_connection: Any, _record: ConnectionPoolEntry) -> None:
        dbapi_connection.execute("SET jit = off")
        dbapi_connection.execute("SET max_parallel_workers_per_gather = 0")
        dbapi_connection.commit()

    return engine
