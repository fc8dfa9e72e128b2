"""Foreseeing: what a rehearsed step makes a case owe, in the hands of whoever looks at what would leave."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update

from states.access import Actor
from states.casebook.book import Casebook
from states.casebook.effects.work import WorkOn, described, opened
from states.contents.payloads import Payload
from states.tables import Deadline, Effect, new_id, table_of
from states.vocabulary.effects import Clock, EffectStatus

_EFFECTS = table_of(Effect)
_DEADLINES = table_of(Deadline)

#: how long an effect is claimed that nobody does
_FOR_NOW = timedelta(minutes=1)


def owed(book: Casebook, number: str, *, by: Actor) -> frozenset[str]:
    """Ids of the effects that a case owes and nobody has taken up.

    Args:
        book: the casebook, as it is rehearsed with.
        number: the case's number.
        by: who looks.
    """
    with book.page(number, by, None) as page:
        owing = select(_EFFECTS.c.id).where(*_of_case(page.case.id))
        return frozenset(page.connection.scalars(owing))


def clocks(book: Casebook, number: str, *, by: Actor) -> Mapping[tuple[Clock, str], datetime]:
    """The clocks that run for a case: when each is due, by its name and the record that it is about.

    Args:
        book: the casebook, as it is rehearsed with.
        number: the case's number.
        by: who looks.
    """
    with book.page(number, by, None) as page:
        running = select(_DEADLINES).where(
            _DEADLINES.c.case_id == page.case.id, _DEADLINES.c.satisfied_at.is_(None)
        )
        return {(Clock(row.clock), row.about): row.due_at for row in page.connection.execute(running)}


def claimed(book: Casebook, number: str, but: Collection[str], *, by: Actor) -> list[WorkOn[Payload]]:
    """The effects that a case owes now, claimed and opened, in the order in which they are owed.

    Args:
        book: the casebook, as it is rehearsed with: in any other, nobody would do them.
        number: the case's number.
        but: ids of those that are left alone, as they were owed before.
        by: who looks.
    """
    with book.page(number, by, None) as page:
        case_id = page.case.id
    with book.store.write() as connection:
        lease = new_id()
        these = (*_of_case(case_id), _EFFECTS.c.id.not_in(but), _EFFECTS.c.due_at <= page.now)
        until = book.clock() + _FOR_NOW
        taken = {"status": EffectStatus.CLAIMED, "attempt": 1, "lease": lease, "lease_until": until}
        connection.execute(update(_EFFECTS).where(*these).values(**taken))
        found = [opened(book, connection, each) for each in described(connection, _EFFECTS.c.lease == lease)]
        return [each for each in found if each is not None]


def _of_case(case_id: str) -> tuple[ColumnElement[bool], ...]:
    return (_EFFECTS.c.case_id == case_id, _EFFECTS.c.status == EffectStatus.PENDING)
