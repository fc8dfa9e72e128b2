"""A process with everything imported that forks a child for each deed, and says how the child ended.

``python -m tests.crash.forks``; each line on its standard input is a job as JSON, each line on its output
how that job ended. A child that is to be killed sends itself ``SIGKILL`` at the n-th boundary: before a
statement, before a commit, or after one. Nothing of the product knows of this.
"""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psycopg
from sqlalchemy import Engine, event

from states.casebook import Casebook
from states.policy.reading import load_pack
from states.settings import Settings
from states.store.engine import Store
from states.vault import open_vault
from tests.crash.deeds import DEEDS, Place

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended.

    Args:
        exit_code: 0 when it did its deed; the signal's number, negative, when it was killed.
        boundaries: how many boundaries it passed, if it did its deed.
    """

    exit_code: int
    boundaries: int


class Forks:
    """The forking process, from outside.

    Args:
        to_it: takes jobs.
        from_it: gives answers.
    """

    def __init__(self, to_it: IO[str], from_it: IO[str]) -> None:
        self._to_it = to_it
        self._from_it = from_it

    def do(self, deed: str, settings: Settings, told: str, *, kill_at: int = 0) -> Ended:
        """Do a deed in a child.

        Args:
            deed: its name.
            settings: whose casebook.
            told: what the deed is told.
            kill_at: the boundary at which the child dies, from 1; 0: it lives.
        """
        job = {
            "deed": deed,
            "home": str(settings.home),
            "url": settings.casebook_url,
            "told": told,
            "kill_at": kill_at,
        }
        self._to_it.write(json.dumps(job) + "\n")
        self._to_it.flush()
        return Ended(**json.loads(self._from_it.readline()))


@contextmanager
def forking() -> Iterator[Forks]:
    """Start the forking process, for as long as the block lasts."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.crash.forks"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Forks(process.stdin, process.stdout)
        process.stdin.close()


def _fault(engine: Engine, kill_at: int) -> list[int]:
    """Let this process die at a boundary; returns a list whose only item counts them."""
    passed = [0]

    def boundary(*_args: object) -> None:
        passed[0] += 1
        if passed[0] == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    before_statements(engine, boundary, sqlite=engine.dialect.name == "sqlite")
    event.listen(engine, "commit", boundary)
    # A connection comes back to the pool right after its transaction has ended.
    event.listen(engine, "checkin", boundary)
    return passed


def before_statements(engine: Engine | type[Engine], boundary: Callable[[], None], *, sqlite: bool) -> None:
    """Call something before each statement that the driver is given by an engine (or any)."""
    if not sqlite:
        execute = psycopg.Cursor.execute

        def counted(*args: Any, **options: Any) -> Any:
            boundary()
            return execute(*args, **options)

        psycopg.Cursor.execute = counted  # type: ignore[method-assign]
        return

    class Cursor(sqlite3.Cursor):
        def execute(self, *args: Any) -> Any:
            boundary()
            return super().execute(*args)

    class SqliteConnection(sqlite3.Connection):
        def cursor(self, *_args: Any) -> Any:
            return super().cursor(Cursor)

    @event.listens_for(engine, "do_connect")
    def _connect(_dialect: object, _record: object, _args: object, options: dict[str, Any]) -> None:
        options["factory"] = SqliteConnection


def _child(job: dict[str, Any], pack: Any, answer: int) -> None:
    settings = Settings(home=Path(job["home"]), database_url=job["url"])
    store = Store(settings.casebook_url)
    passed = _fault(store.engine, job["kill_at"])
    book = Casebook(store, open_vault(settings), pack)
    DEEDS[job["deed"]].do(Place(book, settings), job["told"])
    os.write(answer, str(passed[0]).encode())


def main() -> None:
    """Fork a child for each job."""
    pack = load_pack("wnmu")
    for line in sys.stdin:
        job = json.loads(line)
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                _child(job, pack, writing)
                status = 0
            finally:
                os._exit(status)
        os.close(writing)
        with os.fdopen(reading) as told:
            boundaries = int(told.read() or 0)
        exit_code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        sys.stdout.write(json.dumps({"exit_code": exit_code, "boundaries": boundaries}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
