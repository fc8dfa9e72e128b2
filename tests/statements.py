"""What is asked of a case database: the same work takes the same statements, which tests word once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Dialect
from sqlalchemy.util import LRUCache

from states.casebook import Casebook

#: how many statements are remembered of each server; an engine by itself remembers 500
STATEMENTS = 5_000


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


def remembering() -> Callable[..., Engine]:
    """Gives a `create_engine` whose engines share what they know of a server: its dialect and statements."""
    known: dict[URL, tuple[Dialect, LRUCache[Any, Any]]] = {}

    def make(url: URL, **options: Any) -> Engine:
        engine = create_engine(url, **options)
        server = url.set(database="")
        dialect, statements = known.setdefault(server, (engine.dialect, LRUCache(STATEMENTS)))
        engine.update_execution_options(compiled_cache=statements)
        # The first one learns what the server is when it connects; until then, each learns it by itself.
        if hasattr(dialect, "server_version_info"):
            engine.dialect = engine.pool._dialect = dialect  # noqa: SLF001 - nothing public shares one
        return engine

    return make
