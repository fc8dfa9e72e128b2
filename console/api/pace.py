"""How often a token may call: a burst at once, then so many a second; whoever is faster waits."""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil

#: calls at once, and calls a second from then on
BURST, A_SECOND = 200, 20.0

#: tokens whose pace is kept in mind; more than there are programs
MOST = 10_000


@dataclass(slots=True)
class Pace:
    """How fast each token has been calling.

    Args:
        clock: gives the time in seconds.
        burst: how many calls may come at once.
        a_second: how many may come each second after that.
    """

    clock: Callable[[], float]
    burst: int = BURST
    a_second: float = A_SECOND
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)

    def wait(self, token: str) -> int:
        """Count a call; gives the seconds that it has to wait, 0 if it may be made now."""
        now = self.clock()
        left, at = self._left.pop(token, (float(self.burst), now))
        left = min(float(self.burst), left + (now - at) * self.a_second)
        if len(self._left) >= MOST:
            # The one that has not called for longest has its whole burst again, or nearly.
            del self._left[next(iter(self._left))]
        may = left >= 1
        self._left[token] = (left - 1 if may else left, now)
        return 0 if may else ceil((1 - left) / self.a_second)
