"""What a supervised child says on standard output: that it is ready, and that its work moves on."""

import os
import time
from contextlib import suppress

from deployments.supervision.children import ALIVE, ALIVE_INTERVAL, READY

#: the descriptor on which the supervisor listens; it is gone where nobody does
STANDARD_OUTPUT = 1


def say_ready() -> None:
    """Say that work can begin."""
    _say(READY)


class Pulse:
    """Says that work moves on, whenever it is called and has not been said a moment ago."""

    def __init__(self) -> None:
        self._said_at = -ALIVE_INTERVAL

    def __call__(self) -> None:
        """Say so, unless it was said a moment ago."""
        if time.monotonic() - self._said_at >= ALIVE_INTERVAL:
            self._said_at = time.monotonic()
            _say(ALIVE)


def _say(word: str) -> None:
    # Straight to the descriptor: nothing is left in a buffer for the interpreter's exit to stumble over.
    with suppress(BrokenPipeError):
        os.write(STANDARD_OUTPUT, f"{word}\n".encode())
