"""The schema of the case database: which one a program knows, which one it found, and the way up to its own.

A migration is one transaction on either kind of database, under a lock that keeps everybody else from
writing: whoever is killed in the middle leaves what was there before. Of a SQLite file a copy is made first,
under the same lock; it is gone once the migration is through, as it holds the keys of cases that are erased
later.
"""

import os
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import OperationalError

from states.errors import NotReady

MIGRATIONS = Path(__file__).parent / "migrations"

#: seconds that a migration waits for those who write
PATIENCE = 30.0

#: milliseconds that it waits in PostgreSQL's queue at a time: less than the second after which the server
#: looks for deadlocks, and might end the work of somebody who writes
LOCK_TIMEOUT = 500

#: what two migrations of one PostgreSQL database cannot hold at once
ADVISORY_LOCK = 0x7A71F10

_LINE = re.compile(r'^(down_)?revision = (?:"(\w+)"|None)$', re.MULTILINE)


@cache
def chain() -> tuple[str, ...]:
    """Every revision that this program knows, oldest first.

    Read from the files' text: Alembic would run each of them, whenever a command starts.
    """
    after: dict[str | None, str] = {}
    for file in (MIGRATIONS / "versions").glob("*.py"):
        named = dict(_LINE.findall(file.read_text(encoding="utf-8")))
        after[named["down_"] or None] = named[""]
    known: list[str] = []
    while (following := after.get(known[-1] if known else None)) is not None:
        known.append(following)
    return tuple(known)


def newest() -> str:
    """The revision that this program works with."""
    return chain()[-1]


def found(connection: Connection) -> str | None:
    """The revision that a database is at; None when it holds no casebook."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def require(connection: Connection) -> None:
    """See that a database is at this program's own revision; to be asked before anything is done with it.

    Raises:
        NotReady: it is at another one, or holds no casebook.
    """
    revision = found(connection)
    if revision == newest():
        return
    where = connection.engine.url.render_as_string(hide_password=True)
    if revision is None:
        message = (
            f"The database {where} holds no casebook yet, and nothing was written: `tat init` makes one."
        )
        raise NotReady(message)
    if revision not in chain():
        raise NotReady(_newer(where, revision))
    message = (
        f"The case database {where} is of an older tatflow (its schema is {revision}, this program needs "
        f"{newest()}). Nothing was written: stop whatever of the older program still runs, then let "
        "`tat init` or `tat up` bring it up to date."
    )
    raise NotReady(message)


def _newer(where: str, revision: str) -> str:
    return (
        f"The case database {where} is of a newer tatflow (its schema is {revision}, this program knows none "
        f"after {newest()}). Nothing was written: use the newer program, or restore the backup that was made "
        "before it."
    )


@contextmanager
def migrating(engine: Engine) -> Iterator[Connection]:
    """The one transaction of a migration, in which nobody else writes; a SQLite file is copied before.

    Args:
        engine: the store's own, whose transactions on SQLite begin at once.

    Raises:
        NotReady: the database is of a newer release, in use for longer than 30 seconds, or cannot be copied.
    """
    with engine.connect().execution_options(tat_migrating=True) as connection, _alone(connection):
        revision = found(connection)
        where = engine.url.render_as_string(hide_password=True)
        if revision is not None and revision not in chain():
            raise NotReady(_newer(where, revision))
        if revision not in (None, newest()):
            _copy(engine, str(revision))
        yield connection
        _check_keys(connection, where)
    # Not before the commit: until then, it is what there was.
    drop_copies(engine)


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """A transaction beside which nobody writes."""
    if connection.dialect.name == "sqlite":
        with connection.begin():
            yield
        return
    until = time.monotonic() + PATIENCE
    while True:
        transaction = connection.begin()
        try:
            _lock_everything(connection)
        except OperationalError as error:
            transaction.rollback()
            if getattr(error.orig, "sqlstate", "") != "55P03" or time.monotonic() > until:
                raise
            time.sleep(LOCK_TIMEOUT / 1000)
        else:
            break
    with transaction:
        yield


def _lock_everything(connection: Connection) -> None:
    connection.execute(text(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT}"))
    connection.execute(text(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"))
    quoted = connection.dialect.identifier_preparer.quote
    tables = ", ".join(quoted(name) for name in sorted(inspect(connection).get_table_names()))
    if tables:
        connection.execute(text(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE"))
    connection.execute(text("SET LOCAL lock_timeout = 0"))


def _check_keys(connection: Connection, where: str) -> None:
    """See that every reference still holds: SQLite does not look while tables are made anew."""
    if connection.dialect.name == "sqlite" and connection.execute(text("PRAGMA foreign_key_check")).first():
        message = (
            f"The case database {where} was not brought up to date, and nothing was changed: rows of it "
            "refer to others that are not there, so it was changed outside tatflow. Restore a backup."
        )
        raise NotReady(message)


def _file(engine: Engine) -> Path | None:
    named = engine.url.database
    return Path(named) if engine.dialect.name == "sqlite" and named and named != ":memory:" else None


def _copy(engine: Engine, revision: str) -> None:
    """Copy a SQLite file as it is at this moment, readable by its owner only."""
    file = _file(engine)
    if file is None:
        return
    copy = file.with_name(f"{file.name}.at-{revision}")
    part = copy.with_name(f"{copy.name}.part")
    try:
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with (
            closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(part)) as target,
        ):
            source.backup(target)
        part.rename(copy)
    except (OSError, sqlite3.Error) as error:
        part.unlink(missing_ok=True)
        message = (
            f"The case database {file} was not brought up to date, and nothing was changed: no copy of it "
            f"could be made beside it ({error}). See that there is room for as much again, and that the "
            "folder can be written to."
        )
        raise NotReady(message) from None


def drop_copies(engine: Engine) -> None:
    """Remove the copies that migrations made before they began, whole or not."""
    file = _file(engine)
    if file is not None:
        for copy in file.parent.glob(f"{file.name}.at-*"):
            copy.unlink(missing_ok=True)
