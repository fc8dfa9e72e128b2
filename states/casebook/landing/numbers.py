"""The number of the case that a record belongs to, which a message's link names by its id alone."""

from typing import Any

from sqlalchemy import Table, select

from states.access import NO_SUCH_CASE
from states.casebook.book import CASES, Casebook
from states.errors import UnknownRecord


def number_of(book: Casebook, table: Table, record: str) -> str:
    """The number of the case that a record belongs to.

    Raises:
        UnknownRecord: there is no such record; it is said as of a case that somebody may not know of.
    """
    query: Any = select(CASES.c.number).join(table, table.c.case_id == CASES.c.id)
    with book.store.read() as connection:
        number = connection.scalar(query.where(table.c.id == record))
    if number is None:
        raise UnknownRecord(NO_SUCH_CASE)
    return str(number)
