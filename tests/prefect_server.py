"""One Prefect server for a whole test run, however many workers it has.

Whoever needs it first starts it; a file lock makes the others wait. Its lifeline is a named pipe of which
only the process that began the test run holds the writing end: the server ends with it, however that ends.
"""

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from deployments.children import READY
from deployments.environment import child_environment, prefect_server_environment
from deployments.listening import listening_socket
from states.settings import Settings
from tests.waiting import PATIENCE

#: the port that lets the system choose one
ANY = 0


def hold_lifeline(folder: Path) -> int:
    """Make the lifeline in an empty folder; the server lives while the returned descriptor is open."""
    os.mkfifo(folder / "lifeline", 0o600)
    return os.open(folder / "lifeline", os.O_RDWR)


def shared_server(folder: Path) -> str:
    """The API address of the server whose lifeline lies in a folder; started if it does not run yet."""
    address = folder / "address"
    with alone(folder):
        if not address.exists():
            address.write_text(_start(folder))
    return address.read_text()


def stop(folder: Path) -> None:
    """Wait until the server in a folder has ended; let go of its lifeline first."""
    pid = folder / "pid"
    if pid.exists() and psutil.pid_exists(int(pid.read_text())):
        psutil.Process(int(pid.read_text())).wait(PATIENCE)


def _start(folder: Path) -> str:
    with listening_socket("127.0.0.1", ANY) as listener:
        settings = Settings(home=folder, prefect_port=listener.getsockname()[1])
        (folder / "prefect").mkdir(mode=0o700)
        os.set_inheritable(listener.fileno(), True)  # noqa: FBT003 - the standard library wants it so
        with (folder / "lifeline").open("rb", buffering=0) as lifeline, (folder / "log").open("wb") as log:
            said, saying = os.pipe()
            # Not by subprocess, which wants the process that started a child to see its end.
            pid = os.posix_spawn(
                sys.executable,
                [sys.executable, "-m", "deployments.server_process", str(listener.fileno())],
                child_environment(settings) | prefect_server_environment(settings),
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, lifeline.fileno(), 0),
                    (os.POSIX_SPAWN_DUP2, saying, 1),
                    (os.POSIX_SPAWN_DUP2, log.fileno(), 2),
                ],
            )
            os.close(saying)
    (folder / "pid").write_text(str(pid))
    with os.fdopen(said) as output:
        assert READY in (line.strip() for line in output), (folder / "log").read_text()
    return settings.prefect_url


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Have the server in a folder for oneself, for as long as the block lasts."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
