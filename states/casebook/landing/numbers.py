"""The number of the case that a record belongs to, which a message's link names by its id alone."""

from typing import Any

from sqlalchemy import Table, and_, or_, select

from states.access import NO_SUCH_CASE, Act, Actor, is_there, seen
from states.casebook.book import CASES, Casebook
from states.errors import UnknownRecord


def number_of(book: Casebook, table: Table, record: str, *, by: Actor) -> str:
    """The number of the case that a record belongs to, for whoever may read that case or owns the record.

    Args:
        book: the casebook.
        table: where the record lies.
        record: its id.
        by: who asks.

    Raises:
        UnknownRecord: there is no such record, or none that they may read; it is said as of no case at all.
    """
    query: Any = select(CASES.c.number).join(table, table.c.case_id == CASES.c.id)
    theirs = seen(by, Act.READ, CASES.c.id)
    if "owner" in table.c:
        # Whoever has something to do need not be on the case.
        theirs = or_(theirs, and_(table.c.owner == by.id, is_there(by, CASES.c.id)))
    with book.store.read() as connection:
        number = connection.scalar(query.where(table.c.id == record, theirs))
    if number is None:
        raise UnknownRecord(NO_SUCH_CASE)
    return str(number)
