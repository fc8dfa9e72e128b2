"""What one chain tells of rows: taken in event by event, and handed out row by row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from states.ledger import coverage
from states.tables import WrappedKey, table_of

_KEYS = table_of(WrappedKey)

#: the event of a chain that tells of all its rows that are there
TOLD = "rows_told"

#: what stands for no column in particular, behind the place of a row
ONCE, CONTENT = "", "/"

_SHARED = tuple(f"{table}/" for table in coverage.SHARED)


@dataclass(frozen=True, slots=True)
class _Stop:
    """That clocks were stopped: by which event, when, which ones, and of which record (``*``: of any)."""

    seq: int
    at: datetime
    clocks: frozenset[str]
    about: str


@dataclass(slots=True)
class Told:
    """What one chain tells of rows.

    Args:
        whose: what sentences call whoever the chain belongs to: a case's number, or the team.
        complete: whether it tells of every row.
        digests: what it told last of each row: by column, of what is written once (:data:`ONCE`) and of the
            sealed content (:data:`CONTENT`).
        heard: what its events say that happened.
        shared: the newest revision that it tells of, of rows that two cases share.
    """

    whose: str
    complete: bool = False
    digests: dict[str, dict[str, str]] = field(default_factory=dict)
    shared: dict[str, tuple[int, str]] = field(default_factory=dict)
    heard: set[str] = field(default_factory=set)
    _started: dict[str, int] = field(default_factory=dict)
    _stops: list[_Stop] = field(default_factory=list)

    def hear(self, event: Mapping[Any, Any]) -> None:
        """Take in what the next event tells."""
        seq, what, digests = event["seq"], event["what"], event["digests"]
        self.heard.add(what)
        begun = seq == 1 and any(place.startswith(f"{_KEYS.name}/") for place in digests)
        self.complete = self.complete or begun or what == TOLD
        for place, told in digests.items():
            row, sign, column = place.partition("#")
            if place.startswith("deadlines~"):
                _, clocks, about = place.split("~")
                self._stops.append(_Stop(seq, event["at"], frozenset(clocks.split(",")), about))
            elif place.startswith(_SHARED):
                self.shared[row] = (int(column), told)
            elif not told and place.startswith("duty_shifts/"):
                self.digests.pop(row, None)
            else:
                by_column = self.digests.get(row)
                if by_column is None:
                    by_column = self.digests[row] = {}
                by_column[column if sign else CONTENT] = told
                if not column and sign and place.startswith("deadlines/"):
                    self._started[row] = seq

    def take(self, place: str) -> str | None:
        """What was told last of a row as a whole, by its place; it is not asked for again."""
        return self.digests.pop(place.removesuffix("#"), {}).get(ONCE)

    def stopped(self, place: str, clock: str, about: str) -> datetime | None:
        """When a clock was stopped that nobody looked at; None: it runs."""
        since = self._started.get(place, 0)
        return next(
            (s.at for s in self._stops if s.seq > since and clock in s.clocks and s.about in ("*", about)),
            None,
        )
