"""A casebook from before events told of rows: its rows are told of once, and then every change is found."""

from typing import Any

import pytest
from sqlalchemy import Connection, delete, select, update

from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.persons import joining
from states.casebook.record import integrity, telling
from states.casebook.rounds import sweeping
from states.errors import LedgerBroken
from states.ledger import chain
from states.ledger.told import TOLD
from states.tables import Case, Checkpoint, Event, TeamEvent, table_of
from tests.cases.walking import Walk
from tests.states.conftest import Watch
from tests.states.looking import rows, verified

CASES, EVENTS, TEAM_EVENTS = table_of(Case), table_of(Event), table_of(TeamEvent)


def from_before(book: Casebook) -> None:
    """Take from a casebook what a release before this one did not tell, and chain the rest anew."""
    with book.store.write() as connection:
        connection.execute(delete(table_of(Checkpoint)))
        connection.execute(update(CASES).values(told_by=0, sealed_seq=0))
        for case in connection.execute(select(CASES)).all():
            mine = select(EVENTS).where(EVENTS.c.case_id == case.id).order_by(EVENTS.c.seq)
            head = _chained(connection, EVENTS, connection.execute(mine).all(), dict)
            connection.execute(update(CASES).where(CASES.c.id == case.id).values(head=head))
        of_team = connection.execute(select(TEAM_EVENTS).order_by(TEAM_EVENTS.c.seq)).all()
        _chained(connection, TEAM_EVENTS, of_team, chain.as_case_event)


def _chained(connection: Connection, table: Any, events: Any, hashed: Any) -> str:
    head = ""
    for event in events:
        of_case = table is EVENTS
        told = {p: d for p, d in event.digests.items() if of_case and "#" not in p and "~" not in p}
        values = dict(event._mapping) | {"digests": told}  # noqa: SLF001 - SQLAlchemy's public name
        head = chain.link(head, hashed(values))
        where = table.c.seq == event.seq
        if of_case:
            where &= table.c.case_id == event.case_id
        sealed = {} if of_case else {"sealed": False}
        connection.execute(update(table).where(where).values(digests=told, hash=head, **sealed))
    return head


def test_rows_from_before_are_told_of_once(book: Casebook, watch: Watch) -> None:
    """It holds before, while some are told of, and after; then a change of any of them is found."""
    walk = Walk(book)
    closed, number, other = walk.closed(), walk.in_inquiry(), walk.reported()
    joining.confirm_link(book, number, other, by=walk.chair, same_person=True, because="x")
    watch.forward(days=3)
    sweeping.sweep(book, by=SYSTEM)
    walk.erase(closed)
    from_before(book)
    before = verified(book)
    # Somebody goes on working in a case that was not told of yet.
    walk.act(other, "raise_alarm", {"reason": "x"})
    verified(book)
    assert telling.tell_all(book, by=SYSTEM) == 3
    assert telling.tell_all(book, by=SYSTEM) == 0
    after = verified(book)
    assert after.rows > before.rows
    assert [event.what for event in rows(book, TeamEvent)].count(TOLD) == 1
    sweeping.sweep(book, by=SYSTEM)
    walk.act(number, "raise_alarm", {"reason": "x"})
    verified(book)
    with book.store.write() as connection:
        connection.execute(update(CASES).where(CASES.c.number == closed).values(site="deming"))
    with pytest.raises(LedgerBroken, match=f"^{closed}: the case's own row"):
        integrity.verify(book, by=SYSTEM)


def test_a_case_that_nothing_tells_of_is_found_once_all_were_told_of(quick_book: Casebook) -> None:
    """Whoever puts a case there, with events as they were before, is noticed."""
    Walk(quick_book).reported()
    from_before(quick_book)
    with quick_book.store.write() as connection:
        chain.append_of_team(connection, at=quick_book.clock(), actor="system", what=TOLD)
    with pytest.raises(LedgerBroken, match=r"^TAT-2026-0001: no event tells of its rows"):
        integrity.verify(quick_book, by=SYSTEM)
