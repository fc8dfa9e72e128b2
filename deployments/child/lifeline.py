"""Ends a child process when its parent is gone, even when the parent was killed with ``kill -9``.

The child's standard input is a pipe of which only the parent holds the other end. The kernel closes that
end when the parent dies, however it dies, and the child reads the end of the file. Works on every POSIX
system.
"""

import os
import signal
import sys
import threading
from typing import NoReturn

#: seconds a child whose parent is gone may take for an orderly stop
GRACE = 8.0


def follow_parent() -> None:
    """Stop this process as if by ``SIGTERM`` once standard input ends; by force if that takes too long."""
    threading.Thread(target=_wait_for_the_end, name="lifeline", daemon=True).start()


def _wait_for_the_end() -> NoReturn:
    # Straight from the descriptor: a blocked read of `sys.stdin` would hold a lock that the interpreter's
    # exit wants.
    while os.read(sys.__stdin__.fileno() if sys.__stdin__ else 0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(GRACE)
    os._exit(1)
