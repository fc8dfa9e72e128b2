"""SQL worded once for a whole worker, as a process does that opens one casebook, not once for each test."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL, Dialect
from sqlalchemy.util import LRUCache

#: how many statements are remembered of each server; an engine by itself remembers 500
STATEMENTS = 5_000


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
