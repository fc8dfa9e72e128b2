"""The number of the case that a record belongs to, which a message's link names by its id alone."""

from typing import Any

from sqlalchemy import Table, select

from states.access import NO_SUCH_CASE, Act, Actor, seen
from states.casebook.book import CASES, Casebook
from states.errors import UnknownRecord


def number_of(book: Casebook, table: Table, record: str, *, by: Actor) -> str:
    """The number of the case that a record belongs to, for whoever may read that case.

    Args:
        book: the casebook.
        table: where the record lies.
        record: its id.
        by: who asks.

    Raises:
        UnknownRecord: there is no such record, or none that they may read; it is said as of no case at all.
    """
    query: Any = select(CASES.c.number).join(table, table.c.case_id == CASES.c.id)
    with book.store.read() as connection:
        number = connection.scalar(query.where(table.c.id == record, seen(by, Act.READ, CASES.c.id)))
    if number is None:
        raise UnknownRecord(NO_SUCH_CASE)
    return str(number)
