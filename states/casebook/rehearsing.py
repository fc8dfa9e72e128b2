"""Rehearsing: what people are about to do is done in one transaction, looked at, and taken back."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy

from sqlalchemy import Connection

from states.casebook.book import Casebook
from states.store.engine import Store


class _Rehearsed(Store):
    """A store whose transactions are all parts of one, which is never committed."""

    def __init__(self, store: Store, connection: Connection) -> None:
        # Not the base's: it would make an engine of its own.
        self.url, self.engine = store.url, store.engine
        self._connection = connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A part of the one transaction."""
        yield self._connection

    @contextmanager
    def read(self, *, through_all: bool = False) -> Iterator[Connection]:
        """The one transaction, with all that was written in it."""
        del through_all
        yield self._connection


@contextmanager
def rehearsed(book: Casebook) -> Iterator[Casebook]:
    """The casebook, to do something with that is taken back in the end, whatever it was.

    It holds others up as a writer does: whoever rehearses is to be brief, and waits for nobody in it.

    Args:
        book: the casebook.
    """
    rehearsing = copy(book)
    # What waits to be put on record waits on: here it would be forgotten.
    rehearsing.unwritten = None
    with book.store.engine.connect() as connection, connection.begin() as transaction:
        rehearsing.store = _Rehearsed(book.store, connection)
        try:
            yield rehearsing
        finally:
            transaction.rollback()
