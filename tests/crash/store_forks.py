"""Casebooks whose migration, or whose change to another master key, is killed.

``python -m tests.crash.store_forks``; each line on its standard input is a job as JSON, each line on its
output how that job ended. A child does the job, and sends itself ``SIGKILL`` at the n-th boundary:
before a statement, before or after a commit, or before a file gets another name.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

import psycopg
from alembic import command
from psycopg import sql
from sqlalchemy import Engine, MetaData, Table, create_engine, event, func, insert, make_url, select, text

from states.casebook import keys
from states.settings import Settings
from states.store import schema
from states.store.engine import Store
from states.store.migrating import alembic_config, migrate
from tests.crash.forks import ROOT, before_statements

#: when everything in an old casebook happened
THEN = datetime(2026, 2, 2, 16, tzinfo=UTC)

#: what a writer beside a migration does, in every schema there was
WRITE = "UPDATE counters SET next = next + 1 WHERE year = 0"


def fill(url: str) -> None:
    """Put two rows into every table of a database, whatever its schema."""
    engine = create_engine(url)
    tables = MetaData()
    with engine.begin() as connection:
        tables.reflect(connection)
        for table in tables.sorted_tables:
            if table.name != "alembic_version":
                connection.execute(insert(table), [_row(table, place) for place in (0, 1)])
    engine.dispose()


def _row(table: Table, place: int) -> dict[str, Any]:
    """A row that refers to the row at the same place of other tables."""
    made: dict[str, Any] = {}
    for column in table.c:
        named = f"{place} {column.name}"
        values = {
            str: named,
            int: place,
            bool: False,
            datetime: THEN,
            bytes: named.encode(),
            # What a column of JSON holds is not known here; of those that migrations read, lists.
            dict: [],
            list: [],
        }
        made[column.name] = values[column.type.python_type]
        for key in column.foreign_keys:
            made[column.name] = f"{place} {key.column.name}"
    return made


def counts(url: str) -> dict[str, int]:
    """How many rows each table of a database holds; which revision it is at, under its own name."""
    engine = create_engine(url)
    tables = MetaData()
    with engine.begin() as connection:
        tables.reflect(connection)
        found = {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in tables.sorted_tables
        }
        if engine.dialect.name == "sqlite":
            assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
            assert not connection.execute(text("PRAGMA foreign_key_check")).all()
        found["alembic_version"] = int(schema.found(connection) or 0)
    engine.dispose()
    return found


def written(url: str) -> int:
    """How often the writer beside a migration has written."""
    engine = create_engine(url)
    with engine.begin() as connection:
        value: int = connection.execute(text("SELECT next FROM counters WHERE year = 0")).scalar_one()
    engine.dispose()
    return value


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended: its exit code (negative: a signal's number), and how many boundaries it passed."""

    exit_code: int
    boundaries: int


class StoreForks:
    """The forking process, from outside."""

    def __init__(self, to_it: IO[str], from_it: IO[str]) -> None:
        self._to_it = to_it
        self._from_it = from_it

    def migrate(self, url: str, *, kill_at: int = 0) -> Ended:
        """Migrate a database in a child, which dies at a boundary (from 1; 0: it lives)."""
        return self._do({"url": url, "home": "", "kill_at": kill_at})

    def rotate(self, settings: Settings, *, kill_at: int = 0) -> Ended:
        """Change an installation's master key in a child, which dies at a boundary (from 1; 0: it lives)."""
        return self._do({"url": settings.casebook_url, "home": str(settings.home), "kill_at": kill_at})

    def _do(self, job: dict[str, Any]) -> Ended:
        self._to_it.write(json.dumps(job) + "\n")
        self._to_it.flush()
        return Ended(**json.loads(self._from_it.readline()))


@contextmanager
def forking() -> Iterator[StoreForks]:
    """Start the forking process, for as long as the block lasts."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.crash.store_forks"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield StoreForks(process.stdin, process.stdout)
        process.stdin.close()


@contextmanager
def writing(url: str) -> Iterator[Callable[[], int]]:
    """A process that writes into a database, again and again; gives what ends it and tells how often."""
    with subprocess.Popen(
        [sys.executable, "-c", f"from tests.crash.store_forks import write; write({url!r})"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        output = process.stdout
        assert output.readline() == "1\n", "the writer did not write"

        def end() -> int:
            process.terminate()
            lines = output.read().split()
            process.wait()
            return int(lines[-1]) if lines else 1

        try:
            yield end
        finally:
            process.kill()


def write(url: str) -> None:
    """Write until somebody ends this process; tell after each commit how often it was."""
    ending: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: ending.append(number))
    store = Store(url)
    done = 0
    while not ending:
        with store.write() as connection:
            connection.execute(text(WRITE))
        done += 1
        sys.stdout.write(f"{done}\n")
        sys.stdout.flush()


class Casebooks:
    """Copies of a casebook of an old schema, on one kind of server.

    Args:
        server: a PostgreSQL server's URL; None: SQLite files.
        folder: where SQLite files lie.
        revision: the schema that they are of; empty: there is nothing in them at all.
    """

    def __init__(self, server: str | None, folder: Path, revision: str) -> None:
        self._server = server
        self._folder = folder
        self._template = self._made()
        if revision:
            command.upgrade(alembic_config(self._template), revision)
            fill(self._template)

    def _made(self, template: str | None = None) -> str:
        name = f"tat_kill_{uuid4().hex}"
        if self._server is None:
            path = self._folder / f"{name}.db"
            source = make_url(template).database if template else None
            if source and Path(source).exists():
                shutil.copyfile(source, path)
            return f"sqlite:///{path}"
        words = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template is not None:
            words += sql.SQL(" TEMPLATE {}").format(sql.Identifier(make_url(template).database or ""))
        self._tell(words)
        return make_url(self._server).set(database=name).render_as_string(hide_password=False)

    def _tell(self, words: sql.Composed) -> None:
        address = make_url(self._server or "").set(drivername="postgresql")
        with closing(
            psycopg.connect(address.render_as_string(hide_password=False), autocommit=True)
        ) as server:
            server.execute(words)

    @contextmanager
    def copy(self) -> Iterator[str]:
        """The URL of one more copy, gone after the block."""
        url = self._made(self._template)
        yield url
        self._drop(url)

    def _drop(self, url: str) -> None:
        name = make_url(url).database or ""
        if self._server is not None:
            self._tell(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
            return
        for file in self._folder.glob(f"{Path(name).name}*"):
            file.unlink()

    def close(self) -> None:
        """Remove the casebook that copies are made of."""
        self._drop(self._template)


def survives(forks: StoreForks, casebooks: Casebooks, kill_at: int, *, beside: bool = False) -> int:
    """Migrate a copy, kill the migration at a boundary, and migrate again.

    Args:
        forks: the forking process.
        casebooks: where copies come from.
        kill_at: the boundary; 0: it is not killed.
        beside: whether another process writes all the while.

    Returns:
        How many boundaries there were, when it was not killed.

    Raises:
        AssertionError: something was left half-done, or lost.
    """
    with casebooks.copy() as url:
        before = counts(url)
        if beside:
            with writing(url) as end:
                ended = forks.migrate(url, kill_at=kill_at)
                told = end()
        else:
            ended, told = forks.migrate(url, kill_at=kill_at), 0
        assert ended.exit_code == (-signal.SIGKILL if kill_at else 0), kill_at
        after = counts(url)
        if after["alembic_version"] != int(schema.newest()):
            assert after == before, kill_at
        migrate(url)
        through = counts(url)
        assert through["alembic_version"] == int(schema.newest())
        # Of two links between the same cases, one stays.
        kept = {name: rows for name, rows in before.items() if name not in ("alembic_version", "case_links")}
        assert kept.items() <= through.items(), kill_at
        assert told == (written(url) if beside else 0), kill_at
        file = make_url(url).database or ""
        assert not list(Path(file).parent.glob(f"{Path(file).name}.at-*"))
    return ended.boundaries


def _child(job: dict[str, Any], answer: int) -> None:
    passed = [0]

    def boundary(*_args: object) -> None:
        passed[0] += 1
        if passed[0] == job["kill_at"]:
            os.kill(os.getpid(), signal.SIGKILL)

    before_statements(Engine, boundary, sqlite=job["url"].startswith("sqlite"))
    event.listen(Engine, "commit", boundary)
    event.listen(Engine, "checkin", boundary)
    if job["home"]:
        _before_names(boundary)
        keys.rotate_key_file(Settings(home=Path(job["home"]), database_url=job["url"]))
    else:
        migrate(job["url"])
    os.write(answer, str(passed[0]).encode())


def _before_names(boundary: Callable[[], None]) -> None:
    """Call something before a file gets a name, or another one."""
    link, replace = os.link, Path.replace

    def linked(*args: Any) -> None:
        boundary()
        link(*args)

    def replaced(path: Path, target: Path) -> Path:
        boundary()
        return replace(path, target)

    os.link = linked  # type: ignore[assignment]
    Path.replace = replaced  # type: ignore[method-assign, assignment]


def main() -> None:
    """Fork a child for each job."""
    for line in sys.stdin:
        job = json.loads(line)
        reading, writing_end = os.pipe()
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                _child(job, writing_end)
                status = 0
            finally:
                os._exit(status)
        os.close(writing_end)
        with os.fdopen(reading) as told:
            boundaries = int(told.read() or 0)
        exit_code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        sys.stdout.write(json.dumps({"exit_code": exit_code, "boundaries": boundaries}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
