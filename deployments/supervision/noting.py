"""What `tat up` notes down of its children for operators, and for the next `tat up`."""

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from deployments.supervision.children import Child
from deployments.supervision.restarts import REMEMBERED, Deaths
from tasks import signs_of_life
from tasks.signs_of_life import Household, Note, Part

#: seconds between two notes when nothing happens
INTERVAL = 15.0


class Noting:
    """Writes the signs of life.

    Args:
        note: takes them.
        home: the data folder.
        order: the children's names, what saves a life first.
    """

    def __init__(self, note: Note, home: Path, order: Sequence[str]) -> None:
        self._note = note
        self._home = home
        self._order = order
        self._at = -INTERVAL
        before = signs_of_life.of_household(home)
        self._gave_up = (None, "") if before is None else (before.gave_up_at, before.gave_up_on)

    @property
    def due(self) -> bool:
        """Whether it is time for a note though nothing happened."""
        return time.monotonic() - self._at >= INTERVAL

    def log(self, name: str) -> Path:
        """The log file of a child."""
        return self._home / "logs" / f"{name.lower().replace(' ', '-')}.log"

    def write(
        self, children: Mapping[str, Child], deaths: Mapping[str, Deaths], *, gave_up_on: str = ""
    ) -> None:
        """Put down who lives and who died; that it cannot be put down ends nothing."""
        self._at, now = time.monotonic(), datetime.now(UTC)
        if gave_up_on:
            self._gave_up = (now, gave_up_on)
        elif self._gave_up[0] is not None and now - self._gave_up[0] > REMEMBERED:
            self._gave_up = (None, "")
        parts = [
            self._part(name, deaths[name], children.get(name), now) for name in self._order if name in deaths
        ]
        with suppress(OSError):
            self._note.write(Household(now, tuple(parts), *self._gave_up))

    def _part(self, name: str, deaths: Deaths, child: Child | None, now: datetime) -> Part:
        heard = None if child is None else child.heard_at
        return Part(
            name=name,
            log=self.log(name).name,
            since=deaths.since,
            heard_at=None if heard is None else now - timedelta(seconds=time.monotonic() - heard),
            deaths=len(deaths.at),
            died_at=deaths.died_at,
            exit_code=deaths.exit_code,
            running=child is not None,
        )
