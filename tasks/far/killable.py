"""A module run in a process of its own, which is killed when it takes too long or nobody waits any more.

For code that can neither be stopped nor be given a limit: drivers of databases, and readers of files that
others wrote.
"""

import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

from states.errors import StepFailed

_Child: TypeAlias = "subprocess.Popen[bytes]"

_ROOT = Path(__file__).parents[2]


class Killable:
    """One run of a module's ``main``, which is asked on standard input and answers on standard output.

    Args:
        module: its name, as in ``tasks.sources.sql.child``.
        seconds: how long it may take.
        environment: what it sees of ours.
        most: how many bytes of its answer are read; what it says behind them is not heard. -1: all.
    """

    def __init__(
        self, module: str, seconds: float, environment: Mapping[str, str], *, most: int = -1
    ) -> None:
        # It begins in no folder of anybody's, and with what is installed beside us alone.
        begin = f"import sys; sys.path.insert(0, sys.argv[1]); from {module} import main; main()"
        self._program = [sys.executable, "-I", "-B", "-c", begin, str(_ROOT)]
        self._seconds = seconds
        self._environment = dict(environment)
        self._most = most
        self._lock = threading.Lock()
        self._child: _Child | None = None
        self._stopped = False

    def run(self, asked: Iterable[bytes]) -> tuple[bytes, bool]:
        """Ask it, and wait; whoever calls is held up for so long.

        Args:
            asked: what it is told, in any portions: it hears all of it before it answers.

        Returns:
            What it answered, and whether it came to its end by itself.

        Raises:
            StepFailed: the machine has no room for another process.
        """
        with self._lock:
            if self._stopped:
                return b"", False
            self._child = self._begun()
        if self._child is None:
            raise StepFailed("no_process")
        with self._child as child:
            watch = threading.Timer(self._seconds, self.stop)
            watch.daemon = True
            watch.start()
            try:
                said = _answer(child, asked, self._most)
            finally:
                watch.cancel()
                ended = not self._stopped
                child.kill()
        # Of one that was killed, what it said may break off in the middle of a word.
        return said if ended else b"", ended

    def _begun(self) -> "_Child | None":
        pipe = subprocess.PIPE
        with suppress(OSError):
            return subprocess.Popen(
                self._program, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=self._environment
            )
        return None

    def stop(self) -> None:
        """Kill it; one that was not begun never is."""
        with self._lock:
            self._stopped = True
            if self._child is not None:
                self._child.kill()


def _answer(child: _Child, asked: Iterable[bytes], most: int) -> bytes:
    """What a child says to what it is told; nothing, if it died over it."""
    assert child.stdin is not None  # noqa: S101 - both are pipes
    assert child.stdout is not None  # noqa: S101 - as above
    try:
        with suppress(BrokenPipeError):
            for portion in asked:
                child.stdin.write(portion)
    finally:
        # What it did not read any more is in the pipe's buffer.
        with suppress(BrokenPipeError):
            child.stdin.close()
    return child.stdout.read(most)
