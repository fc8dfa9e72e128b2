"""Child processes under supervision: each tells when it is ready and when it dies; none outlives us."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import IO

#: the line by which a child says that it is ready
READY = "ready"

#: the line by which a child that is watched says, now and then, that its work moves on
ALIVE = "alive"

#: seconds between two of those lines
ALIVE_INTERVAL = 5.0


@dataclass(frozen=True, slots=True)
class ChildReady:
    """A child has said that it is ready."""

    name: str


@dataclass(frozen=True, slots=True)
class ChildDied:
    """A child has ended, asked or unasked."""

    name: str
    exit_code: int


@dataclass(frozen=True, slots=True)
class StopAsked:
    """Somebody pressed Ctrl-C or sent ``SIGTERM``."""


Happening = ChildReady | ChildDied | StopAsked


class Child:
    """A Python module that runs as a process of its own, in its own process group.

    Its standard input is the lifeline (see :mod:`deployments.child.lifeline`), its standard error goes to
    a log file, and its only words to us are lines on its standard output: ``ready`` and, of some, ``alive``.

    Args:
        name: what people call it, as in "the relay".
        arguments: what follows ``python -m``.
        environment: its whole environment.
        log: the file that takes what it says; appended to.
        happenings: where its readiness and its death are announced.
        keep_open: file descriptors that it inherits.
    """

    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        *,
        environment: Mapping[str, str],
        log: Path,
        happenings: SimpleQueue[Happening],
        keep_open: Sequence[int] = (),
    ) -> None:
        self.name = name
        #: when it last said that it is ready or alive, by the clock that is never set; None: it never did
        self.heard_at: float | None = None
        self._happenings = happenings
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=descriptor,
                env=dict(environment),
                pass_fds=tuple(keep_open),
                process_group=0,  # Ctrl-C reaches the supervisor alone, which stops its children in order
                text=True,
            )
        finally:
            os.close(descriptor)
        self._listener = threading.Thread(target=self._listen, name=f"listens to {name}", daemon=True)
        self._listener.start()

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def kill(self) -> None:
        """End the process by force, and whatever it started; its death is announced as any other."""
        self._kill_group()

    def stop(self, grace: float) -> None:
        """End the process: politely first, by force after ``grace`` seconds."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(grace)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self._kill_group()
        self._process.wait()
        self._listener.join()
        if self._process.stdin is not None:
            self._process.stdin.close()

    def _kill_group(self) -> None:
        # Whatever the child may have started goes with it; usually nothing is left.
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return

    def _listen(self) -> None:
        output: IO[str] | None = self._process.stdout
        if output is not None:
            with output:
                for line in output:
                    if line.strip() in {READY, ALIVE}:
                        self.heard_at = time.monotonic()
                    if line.strip() == READY:
                        self._happenings.put(ChildReady(self.name))
        self._happenings.put(ChildDied(self.name, self._process.wait()))
