"""The clock of what came in and could not be read: as soon due as a report's screening, and as loud (W-30).

One clock is for all that comes in before it is due, so that a door which brings a thousand such things calls
people once, and not a thousand times. It stops when nothing of all that waits any more. What comes in after
that has a clock of its own, so that nothing new is hidden behind something old that nobody looked at.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, exists, func, select

from states import deadlines
from states.access import Actor
from states.casebook.book import Casebook
from states.casebook.team.upkeep.clocks import keep_in_step, started
from states.tables import Deadline, LogEntry, table_of
from states.vocabulary.effects import Clock
from states.vocabulary.people import Verdict

_DEADLINES = table_of(Deadline)
_ENTRIES = table_of(LogEntry)

_RUNNING = (
    _DEADLINES.c.case_id.is_(None)
    & (_DEADLINES.c.clock == Clock.INTAKE)
    & _DEADLINES.c.satisfied_at.is_(None)
)


def waits() -> ColumnElement[bool]:
    """That something came in at a door, could not be read, and nobody has seen to it, as SQL."""
    return (
        (_ENTRIES.c.verdict == Verdict.NEEDS_A_PERSON)
        & _ENTRIES.c.import_id.is_(None)
        & _ENTRIES.c.case_id.is_(None)
        & _ENTRIES.c.withdrawn.is_(False)
        & _ENTRIES.c.replaced.is_(False)
    )


def how_many(connection: Connection) -> int:
    """How many such things wait."""
    return connection.scalar(select(func.count()).select_from(_ENTRIES).where(waits())) or 0


def begin(book: Casebook, connection: Connection, now: datetime) -> dict[str, str]:
    """Start the clock for what comes in now, unless one runs that is not due yet.

    Args:
        book: the casebook.
        connection: a transaction that holds the team's lock.
        now: what time it is.

    Returns:
        What the ledger tells of it.
    """
    if connection.scalar(select(exists().where(_RUNNING, _DEADLINES.c.due_at > now))):
        return {}
    return started(book, connection, (Clock.INTAKE, "", ""), now)


def settle(book: Casebook, connection: Connection, now: datetime) -> dict[str, str]:
    """Stop each clock of which nothing waits any more, and see that whatever waits has one.

    Args:
        book: the casebook.
        connection: a transaction that holds the team's lock.
        now: what time it is.

    Returns:
        What the ledger tells of it.
    """
    over, left = _unsettled(connection)
    told = deadlines.stop(connection, over, now=now)
    return told | begin(book, connection, now) if left else told


def keep_due(book: Casebook, *, by: Actor) -> None:
    """Have a clock run for whatever waits: what an earlier release kept has none."""
    keep_in_step(
        book,
        lambda connection: any(_unsettled(connection)),
        lambda connection, now: settle(book, connection, now),
        by=by,
        what="intake_clocks_set",
    )


def _unsettled(connection: Connection) -> tuple[list[str], bool]:
    """Ids of the clocks of which nothing waits any more, and whether something waits that has none."""
    clocks = select(_DEADLINES.c.id, _DEADLINES.c.due_at).where(_RUNNING).order_by(_DEADLINES.c.due_at)
    over, since = list[str](), None
    for row in connection.execute(clocks).all():
        its = waits() & (_ENTRIES.c.imported_at < row.due_at)
        if since is not None:
            its &= _ENTRIES.c.imported_at >= since
        if not connection.scalar(select(exists().where(its))):
            over.append(row.id)
        since = row.due_at
    later = waits() if since is None else waits() & (_ENTRIES.c.imported_at >= since)
    return over, bool(connection.scalar(select(exists().where(later))))
