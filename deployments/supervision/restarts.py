"""When a child that died is started again, and when there is no sense in it any more.

One that died is started again at once; one that cannot live, after pauses that grow. More deaths within a
time than the pack says (`[supervision]`), and `tat up` gives up: it ends whole, with a sentence and an exit
code of its own. That stops alarms, too, so it has to be worth it:

- What cannot live here may live elsewhere or anew: whatever supervises `tat up` (systemd, a container's
  restart policy) reads settings and secrets again, and may have another machine. A `tat up` that stays up
  without its relay looks healthy from there for ever, and nobody comes.
- It costs alarms a few seconds. The lanes are the last to be stopped, after they ended what is in their
  hands, and the first to be started; what is on its way lies in the case database. Until the number is
  reached, they are not touched at all, whatever else dies.
- Nothing else than a child's death ends it: a lane that dies is stood in for by the other one.

Where nothing starts `tat up` again, giving up ends alarms until a person comes: `docs/operators.md` says that
nothing but a trial runs so.
"""

import time
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from states.policy.places import Supervision

#: seconds before a child that died is started again: at first, then, and at most
PAUSES = (0.0, 1.0, 30.0)

#: seconds after which a child that died has proved that it can live
SETTLED = 60.0

#: for how long deaths are remembered, to be shown
REMEMBERED = timedelta(days=1)


@dataclass
class Deaths:
    """What is known of one child's life and deaths.

    Args:
        since: since when it runs, or has not run.
        started: when it was last started, on the clock that is never set.
        pause: seconds that it was last left dead.
        at: when it died, on that clock, within :data:`REMEMBERED`.
        died_at: when it last died, by the time of day.
        exit_code: how it last died.
    """

    since: datetime
    started: float
    pause: float | None = None
    at: deque[float] = field(default_factory=deque)
    died_at: datetime | None = None
    exit_code: int | None = None


class Restarts:
    """Reckons pauses, and counts deaths.

    Args:
        terms: the pack's number, and within which time.
    """

    def __init__(self, terms: Supervision) -> None:
        self._terms = terms
        self.of: dict[str, Deaths] = {}

    def started(self, name: str) -> None:
        """A child was started."""
        now = datetime.now(UTC)
        known = self.of.setdefault(name, Deaths(now, 0.0))
        known.since, known.started = now, time.monotonic()

    def died(self, name: str, exit_code: int) -> float | None:
        """A child ended by itself; returns after how many seconds to start it, None: not any more."""
        known, now = self.of[name], time.monotonic()
        known.since = known.died_at = datetime.now(UTC)
        known.exit_code = exit_code
        known.at.append(now)
        while now - known.at[0] > REMEMBERED.total_seconds():
            known.at.popleft()
        first, second, most = PAUSES
        if known.pause is None or now - known.started > SETTLED:
            known.pause = first
        else:
            known.pause = min(max(known.pause * 2, second), most)
        return known.pause if self.lately(name) <= self._terms.restarts else None

    def lately(self, name: str) -> int:
        """How often a child died within the pack's time."""
        from_ = time.monotonic() - self._terms.within.delta.total_seconds()
        return sum(at >= from_ for at in self.of[name].at)
