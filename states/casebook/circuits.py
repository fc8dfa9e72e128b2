"""Circuits: a source or an office that fails again and again is left alone for a while, and said so.

Closed, everybody may call. After :data:`FAILURES` failures in a row it opens, and nobody calls until its time
is up; then one call is let through, and closes it again when it goes well.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from states.casebook.book import Casebook
from states.store import insert_missing
from states.tables import Circuit, table_of

_CIRCUITS = table_of(Circuit)

#: failures in a row after which a circuit opens
FAILURES = 5

#: how long it stays open: the first time, and at most; each failed probe doubles it
OPEN_FOR = (timedelta(minutes=1), timedelta(minutes=16))


@dataclass(frozen=True, slots=True)
class CircuitLine:
    """One circuit that is not plainly closed, for operators.

    Args:
        name: the source's or office's name.
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


def admit(book: Casebook, name: str) -> bool:
    """Whether a far side may be called now; when an open circuit's time is up, one caller is let through."""
    now = book.clock()
    with book.store.read() as connection:
        row = connection.execute(select(_CIRCUITS).where(_CIRCUITS.c.name == name)).first()
    if row is None or row.opened_at is None:
        return True
    if row.retry_at > now:
        return False
    probing = (
        update(_CIRCUITS)
        .where(_CIRCUITS.c.name == name, _CIRCUITS.c.retry_at == row.retry_at)
        .values(retry_at=now + _open_for(row.failures), changed_at=now)
    )
    with book.store.write() as connection:
        return connection.execute(probing).rowcount == 1


def succeeded(book: Casebook, name: str) -> None:
    """Say that a far side answered: its circuit is closed, whatever it was."""
    with book.store.read() as connection:
        failing = connection.execute(select(_CIRCUITS.c.name).where(_CIRCUITS.c.name == name)).first()
    if failing is not None:
        with book.store.write() as connection:
            connection.execute(delete(_CIRCUITS).where(_CIRCUITS.c.name == name))


def failed(book: Casebook, name: str, code: str) -> None:
    """Say that a far side failed, and with what code; after some failures in a row its circuit opens."""
    now = book.clock()
    with book.store.write() as connection:
        insert_missing(connection, _CIRCUITS, {"name": name, "failures": 0, "code": "", "changed_at": now})
        mine = _CIRCUITS.c.name == name
        row = connection.execute(select(_CIRCUITS).where(mine).with_for_update()).one()
        failures = row.failures + 1
        opening = {"opened_at": row.opened_at or now, "retry_at": now + _open_for(failures)}
        values = {"failures": failures, "code": code, "changed_at": now}
        connection.execute(
            update(_CIRCUITS).where(mine).values(values | (opening if failures >= FAILURES else {}))
        )


def _open_for(failures: int) -> timedelta:
    first, longest = OPEN_FOR
    doublings = min(max(failures - FAILURES, 0), 10)
    return min(first * (1 << doublings), longest)


def failing(book: Casebook) -> list[CircuitLine]:
    """Every source and office whose last call failed, by name."""
    with book.store.read() as connection:
        rows = connection.execute(select(_CIRCUITS).order_by(_CIRCUITS.c.name)).all()
    return [CircuitLine(row.name, row.failures, row.code, row.opened_at, row.retry_at) for row in rows]
