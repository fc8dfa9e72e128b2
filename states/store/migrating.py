"""The way up to this program's schema.

A migration is one transaction on either kind of database, under a lock that keeps everybody else from
writing: whoever is killed in the middle leaves what was there before. Of a SQLite file a copy is made first,
under the same lock; it is gone once the migration is through, as it holds the keys of cases that are erased
later.
"""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from states.errors import DatabaseAway, NotReady
from states.store.engine import engine_of
from states.store.hindrances import cannot_write, hindered
from states.store.schema import MIGRATIONS, chain, found, newer, newest

if TYPE_CHECKING:
    from alembic.config import Config

#: seconds that a migration waits for those who write
PATIENCE = 30.0

#: milliseconds that it waits in PostgreSQL's queue at a time: less than the second after which the server
#: looks for deadlocks, and might end the work of somebody who writes
LOCK_TIMEOUT = 500

#: what two migrations of one PostgreSQL database cannot hold at once
ADVISORY_LOCK = 0x7A71F10


def alembic_config(url: str) -> "Config":
    """Alembic's configuration for the case database at ``url``."""
    from alembic.config import Config  # noqa: PLC0415 - only what migrates needs Alembic

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
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
                current = found(connection) == newest()
            if current:
                drop_copies(engine)
                return
        _upgrade(url)
    except (SQLAlchemyError, OSError) as error:
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
    engine = engine_of(url)
    try:
        yield engine
    finally:
        engine.dispose()


def _upgrade(url: str) -> None:
    from alembic import command  # noqa: PLC0415 - only what migrates needs Alembic

    command.upgrade(alembic_config(url), "head")


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
            raise NotReady(newer(where, revision))
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
