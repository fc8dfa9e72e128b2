"""What is asked of a case database: the same work takes the same statements, on any machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from states.casebook import Casebook


@contextmanager
def statements(book: Casebook) -> Iterator[list[str]]:
    """Each statement that is executed for whoever uses a casebook meanwhile, in order, without its values."""
    said = list[str]()

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(book.store.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(book.store.engine, "before_cursor_execute", note)
