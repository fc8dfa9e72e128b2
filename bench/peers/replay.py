"""What transitions send to PostgreSQL, recorded at the driver, and sent again by the bare driver.

That is the limit for whatever sends these statements from Python: nothing is decided, sealed, hashed or
checked. They are sent again in a copy of the database from before they were recorded, once each, so that
every row, lock and compare-and-swap is what it was.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import psycopg
from psycopg import RawCursor, sql
from sqlalchemy import URL

from bench.servers.databases import plain
from states.casebook import Casebook


@dataclass(frozen=True, slots=True)
class Sent:
    """A statement, or the end of a transaction.

    Args:
        query: what was sent; None: a commit.
        values: its parameters.
        raw: whether its parameters are numbered as PostgreSQL numbers them.
    """

    query: Any
    values: Any = None
    raw: bool = False


#: what was sent for one case, in order
Script = list[Sent]


@contextmanager
def recording() -> Iterator[Script]:
    """Everything that this thread sends meanwhile, as it comes."""
    script: Script = []
    execute, commit = psycopg.Cursor.execute, psycopg.Connection.commit

    def noting(self: Any, query: Any, params: Any = None, **how: Any) -> Any:
        script.append(Sent(query, params, isinstance(self, RawCursor)))
        return execute(self, query, params, **how)

    def ending(self: Any) -> None:
        script.append(Sent(None))
        commit(self)

    with (
        patch.object(psycopg.Cursor, "execute", noting),
        patch.object(psycopg.Connection, "commit", ending),
    ):
        yield script


@contextmanager
def copied(book: Casebook, url: URL) -> Iterator[URL]:
    """A copy of a casebook's database as it is now; nobody else may be connected to it."""
    book.store.engine.dispose()
    name = f"tat_bench_{uuid4().hex}"
    with psycopg.connect(plain(url.set(database="postgres")), autocommit=True) as server:
        identifiers = sql.Identifier(name), sql.Identifier(str(url.database))
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*identifiers))
        try:
            yield url.set(database=name)
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifiers[0]))


def again(url: URL, rounds: Sequence[tuple[Script, Sequence[Script]]], clients: int) -> float:
    """Send rounds of scripts again; gives the seconds that they took.

    Args:
        url: the copy of the database.
        rounds: of each round, what is sent before the clock runs, and a script for each case.
        clients: how many connections send side by side, each a case's script at a time.
    """
    free: SimpleQueue[psycopg.Connection[Any]] = SimpleQueue()
    connections = [psycopg.connect(plain(url)) for _ in range(clients)]
    for connection in connections:
        free.put(connection)

    def send(script: Script) -> None:
        connection = free.get()
        _send(connection, script)
        free.put(connection)

    took = 0.0
    try:
        with ThreadPoolExecutor(clients) as threads:
            for before, scripts in rounds:
                send(before)
                begun = time.perf_counter()
                for _ in threads.map(send, scripts):
                    pass
                took += time.perf_counter() - begun
    finally:
        for connection in connections:
            connection.close()
    return took


def _send(connection: psycopg.Connection[Any], script: Script) -> None:
    make: dict[bool, Callable[..., Any]] = {False: psycopg.Cursor, True: RawCursor}
    for sent in script:
        if sent.query is None:
            connection.commit()
            continue
        cursor = make[sent.raw](connection)
        cursor.execute(sent.query, sent.values)
        if cursor.description is not None:
            cursor.fetchall()
