"""Circuits: a far side that fails again and again is paused, and said to be.

Far sides are sources, offices, the mail server, its mailboxes, and each other channel.

Closed, everybody may call. After :data:`FAILURES` failures in a row it opens, and nobody calls until its time
is up; then one call is let through, and closes it again when it goes well. Whoever redrives an effect says
that its far side is mended: then it is called at once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from states.access import Act, Actor, permit
from states.casebook.book import Casebook
from states.store.engine import insert_missing
from states.tables import Circuit, table_of

_CIRCUITS = table_of(Circuit)

#: failures in a row after which a circuit opens
FAILURES = 5

#: how long it stays open: the first time, and at most; each failed probe doubles it
OPEN_FOR = (timedelta(minutes=1), timedelta(minutes=16))

#: far sides that everybody waits for: their return is noticed sooner
LONGEST = {"mail server": timedelta(minutes=2)}


@dataclass(frozen=True, slots=True)
class CircuitLine:
    """One circuit that is not plainly closed, for operators.

    Args:
        name: the far side's name.
        failures: how many calls in a row failed.
        code: why the last one did.
        opened_at: since when it is open; None: it is closed.
        retry_at: when the next call is let through; None: now.
    """

    name: str
    failures: int
    code: str
    opened_at: datetime | None
    retry_at: datetime | None


def admit(book: Casebook, *names: str, by: Actor) -> bool:
    """Whether far sides may all be called now; when an open circuit's time is up, one caller may."""
    permit(by, Act.RUN)
    now = book.clock()
    with book.store.read() as connection:
        rows = connection.execute(select(_CIRCUITS).where(_CIRCUITS.c.name.in_(names))).all()
    opened = [row for row in rows if row.opened_at is not None]
    # One that would stay open for longer than any does was opened when the clock was ahead.
    if any(now < row.retry_at <= now + OPEN_FOR[1] for row in opened):
        return False
    return all(_probe(book, row, now) for row in opened)


def _probe(book: Casebook, row: Row[Any], now: datetime) -> bool:
    probing = (
        update(_CIRCUITS)
        .where(_CIRCUITS.c.name == row.name, _CIRCUITS.c.retry_at == row.retry_at)
        .values(retry_at=now + _open_for(row.name, row.failures), changed_at=now)
    )
    with book.store.write() as connection:
        return connection.execute(probing).rowcount == 1


def succeeded(book: Casebook, *names: str, by: Actor) -> None:
    """Say that far sides answered: their circuits are closed, whatever they were."""
    permit(by, Act.RUN)
    these = _CIRCUITS.c.name.in_(names)
    with book.store.read() as connection:
        failing = connection.execute(select(_CIRCUITS.c.name).where(these)).first()
    if failing is not None:
        with book.store.write() as connection:
            connection.execute(delete(_CIRCUITS).where(these))


def failed(book: Casebook, name: str, code: str, *, enough: int = FAILURES, by: Actor) -> None:
    """Say that a far side failed, and with what code; after some failures in a row its circuit opens.

    Args:
        book: the casebook.
        by: who asks: the software itself, or whoever runs it.
        name: the far side.
        code: why, from a closed list.
        enough: how many failures in a row are enough.
    """
    permit(by, Act.RUN)
    now = book.clock()
    with book.store.write() as connection:
        insert_missing(connection, _CIRCUITS, {"name": name, "failures": 0, "code": "", "changed_at": now})
        mine = _CIRCUITS.c.name == name
        row = connection.execute(select(_CIRCUITS).where(mine).with_for_update()).one()
        failures = row.failures + 1
        opening = {"opened_at": row.opened_at or now, "retry_at": now + _open_for(name, failures)}
        values = {"failures": failures, "code": code, "changed_at": now}
        connection.execute(
            update(_CIRCUITS).where(mine).values(values | (opening if failures >= enough else {}))
        )


def _open_for(name: str, failures: int) -> timedelta:
    first, longest = OPEN_FOR[0], LONGEST.get(name, OPEN_FOR[1])
    doublings = min(max(failures - FAILURES, 0), 10)
    return min(first * (1 << doublings), longest)


def call_again(connection: Connection) -> None:
    """Let everybody call again who is left alone: a person says that it is mended; one more failure tells.

    Args:
        connection: an open transaction.
    """
    open_ = _CIRCUITS.c.opened_at.is_not(None)
    connection.execute(update(_CIRCUITS).where(open_).values(opened_at=None, retry_at=None))


def failing(book: Casebook, *, by: Actor) -> list[CircuitLine]:
    """Every far side whose last call failed, by name."""
    permit(by, Act.SEE_HEALTH)
    with book.store.read() as connection:
        rows = connection.execute(select(_CIRCUITS).order_by(_CIRCUITS.c.name)).all()
    return [CircuitLine(row.name, row.failures, row.code, row.opened_at, row.retry_at) for row in rows]
