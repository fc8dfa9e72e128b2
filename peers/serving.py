"""Peers that are servers: started on a port of this machine, waited for, and ended with all they started."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

#: seconds that a peer may take until it listens, and until it has ended
PATIENCE = 60.0


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def served(
    command: Sequence[str | Path],
    port: int,
    *,
    folder: Path,
    environment: Mapping[str, str] | None = None,
) -> Iterator[None]:
    """A peer that listens, until the block ends; it and its children are gone then.

    Args:
        command: program and arguments.
        port: where it will listen.
        folder: where it works; what it says goes into ``said.txt`` there.
        environment: added to ours, from which whatever is tatflow's is left out.

    Raises:
        RuntimeError: it has ended, or does not listen in time; with the end of what it said.
    """
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("TAT_", "PREFECT_"))}
    said = folder / "said.txt"
    with said.open("ab") as log:
        running = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            env=ours | dict(environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _wait(running, port, said)
        yield
    finally:
        _end(running)


def _wait(running: "subprocess.Popen[bytes]", port: int, said: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and running.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    told = " ".join(said.read_text(encoding="utf-8", errors="replace").split())[-400:]
    raise RuntimeError(f"it does not listen: {told}")


def _end(running: "subprocess.Popen[bytes]") -> None:
    # The group, of which it is the first: what it started ends with it.
    for how in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(running.pid, how)
        with suppress(subprocess.TimeoutExpired):
            running.wait(PATIENCE / 6)
            break
    with suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)
