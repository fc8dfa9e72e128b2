"""Tables without what keeps their rows in order, while very many rows come at once."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, PrimaryKeyConstraint, Table, UniqueConstraint, text
from sqlalchemy.schema import AddConstraint, DropConstraint

from states.casebook.book import Casebook

#: what PostgreSQL may use to sort for one index
_MEMORY = "1GB"

_SCHEMA_OF_SQLITE = "SELECT tbl_name, name, sql FROM sqlite_master"

_SCHEMA_OF_POSTGRESQL = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated
FROM pg_constraint WHERE connamespace = current_schema()::regnamespace
UNION ALL
SELECT indrelid::regclass::text, relname, pg_get_indexdef(indexrelid), indisvalid
FROM pg_index JOIN pg_class ON oid = indexrelid WHERE relnamespace = current_schema()::regnamespace
UNION ALL
SELECT oid::regclass::text, attname, format_type(atttypid, atttypmod), attnotnull
FROM pg_attribute JOIN pg_class ON oid = attrelid
WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND attnum > 0
"""


def schema(connection: Connection) -> set[tuple[object, ...]]:
    """What a database says of its columns, constraints and indexes, each with its definition.

    Args:
        connection: an open connection to it.
    """
    asked = _SCHEMA_OF_SQLITE if connection.dialect.name == "sqlite" else _SCHEMA_OF_POSTGRESQL
    return {tuple(row) for row in connection.execute(text(asked))}


def _keys(tables: Collection[Table]) -> list[PrimaryKeyConstraint | UniqueConstraint]:
    """The keys of tables that no other table refers to: those would take its foreign keys with them."""
    every = {table for each in tables for table in each.metadata.tables.values()}
    referred = {foreign.column for table in every for foreign in table.foreign_keys}
    return [
        key
        for table in tables
        for key in table.constraints
        if isinstance(key, PrimaryKeyConstraint | UniqueConstraint) and referred.isdisjoint(key.columns)
    ]


@contextmanager
def without_indexes(book: Casebook, tables: Collection[Table]) -> Iterator[None]:
    """Take away what keeps the rows in order, and make it anew in one go afterwards, exactly as it was.

    On PostgreSQL that is keys as well: once an index of random ids has outgrown the server's memory, each row
    reads and writes a page of its own. SQLite cannot part with them.

    Args:
        book: the casebook.
        tables: those of its tables that very many rows come into.
    """
    indexes = [index for table in tables for index in table.indexes if not index.unique]
    keys = [] if book.store.is_sqlite else _keys(tables)
    with book.store.write() as connection:
        before = schema(connection)
        for index in indexes:
            index.drop(connection)
        for key in keys:
            connection.execute(DropConstraint(key, isolate_from_table=False))
    yield
    with book.store.write() as connection:
        if not book.store.is_sqlite:
            connection.execute(text(f"SET LOCAL maintenance_work_mem = '{_MEMORY}'"))
        for key in keys:
            connection.execute(AddConstraint(key, isolate_from_table=False))
        for index in indexes:
            index.create(connection)
        assert schema(connection) == before
