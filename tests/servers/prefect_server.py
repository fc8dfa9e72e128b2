"""A Prefect server for one process of a test run: each has its own, so that none waits for another's.

On SQLite, Prefect's server now and then stands still for a minute when two clients write at once. Its
lifeline is a pipe of which only the process that started it holds the writing end: the server ends with it,
however that ends.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from deployments.supervision.children import READY
from deployments.supervision.environment import child_environment, prefect_server_environment
from deployments.supervision.listening import listening_socket
from states.settings import Settings
from tests.waiting import PATIENCE

#: the port that lets the system choose one
ANY = 0


@contextmanager
def running(folder: Path, port: int = ANY, *, like: Path | None = None) -> Iterator[tuple[str, int]]:
    """A server whose files lie in a folder, for as long as the block lasts: address, process id.

    Args:
        folder: an empty one, or that of a server which ran before.
        port: where it listens.
        like: the files of another, which an empty folder gets to begin with; None: it makes its own.
    """
    if like is not None:
        shutil.copytree(like, folder / "prefect")
    lifeline, holding = os.pipe()
    url, pid = _start(folder, lifeline, port)
    os.close(lifeline)
    try:
        yield url, pid
    finally:
        os.close(holding)
        if psutil.pid_exists(pid):
            psutil.Process(pid).wait(PATIENCE)


def _start(folder: Path, lifeline: int, port: int) -> tuple[str, int]:
    with listening_socket("127.0.0.1", port) as listener:
        settings = Settings(home=folder, prefect_port=listener.getsockname()[1])
        (folder / "prefect").mkdir(mode=0o700, exist_ok=True)
        os.set_inheritable(listener.fileno(), True)  # noqa: FBT003 - the standard library wants it so
        with (folder / "log").open("wb") as log:
            said, saying = os.pipe()
            # Not by subprocess, which wants the process that started a child to see its end.
            pid = os.posix_spawn(
                sys.executable,
                [sys.executable, "-m", "deployments.orchestrator.server_process", str(listener.fileno())],
                child_environment(settings) | prefect_server_environment(settings),
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, lifeline, 0),
                    (os.POSIX_SPAWN_DUP2, saying, 1),
                    (os.POSIX_SPAWN_DUP2, log.fileno(), 2),
                ],
            )
            os.close(saying)
    with os.fdopen(said) as output:
        assert READY in (line.strip() for line in output), (folder / "log").read_text()
    return settings.prefect_url, pid
