"""Notices that this machine's clock jumped, and says so to operators.

Nothing waits for a clock that was set back, and nothing is refused for it; but times on record may be wrong
by as much, and somebody should know.
"""

import logging
import time
from collections.abc import Callable

from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.effects import circuits
from states.store.threads import told

_log = logging.getLogger(__name__)

#: how the clock is called among the far sides
CLOCK = "clock of this machine"

#: seconds between two looks by which the clock may be corrected without a word
TOLERATED = 30.0

#: seconds for which a jump is shown
SHOWN = 3600.0


class ClockWatch:
    """Compares the time of day with a measure that nobody can set.

    Args:
        book: where a jump is put down.
        wall: gives the time of day in seconds.
        steady: gives seconds that only ever pass.
    """

    def __init__(
        self,
        book: Casebook,
        *,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._book, self._wall, self._steady = book, wall, steady
        self._offset = wall() - steady()
        self._jumped_at: float | None = None

    async def look(self) -> None:
        """Put down a jump since the last look; take it off after a quiet hour."""
        offset = self._wall() - self._steady()
        jumped = offset - self._offset
        self._offset = offset
        if abs(jumped) > TOLERATED:
            self._jumped_at = self._steady()
            _log.warning(
                "The clock of this machine jumped by %+.0f seconds. Nothing is lost, nothing waits for it; "
                "check its time source, and the times of what was entered meanwhile.",
                jumped,
            )
            await told(circuits.failed, self._book, CLOCK, "clock_jumped", enough=1, by=SYSTEM)
        elif self._jumped_at is not None and self._steady() - self._jumped_at > SHOWN:
            self._jumped_at = None
            await told(circuits.succeeded, self._book, CLOCK, by=SYSTEM)
