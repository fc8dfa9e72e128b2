"""Tables as lines of text and back, as the database itself has them, whatever its kind and its schema.

A line is a JSON document. A table begins with its name and columns, goes on with a list for each row, and
ends with how many there were and the digest of their lines.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import JSON, Connection, MetaData, Table, insert, select

from states.errors import BackupUnusable

#: how many rows are read, and inserted, at a time
TOGETHER = 500

#: where a database keeps its own schema's revision; the copy's first line tells it
REVISION_TABLE = "alembic_version"


def tables(connection: Connection) -> list[Table]:
    """The tables of a database, each behind those that it refers to."""
    found = MetaData()
    found.reflect(connection)
    for table in found.tables.values():
        for column in table.c:
            if isinstance(column.type, JSON):
                column.type = JSON(none_as_null=True)
    return [table for table in found.sorted_tables if table.name != REVISION_TABLE]


def lines(connection: Connection) -> Iterator[str]:
    """Every row of a database, as lines.

    Args:
        connection: a transaction that sees one moment of the database.
    """
    for table in tables(connection):
        yield json.dumps({"table": table.name, "columns": table.c.keys()})
        digest, count = sha256(), 0
        rows = connection.execution_options(yield_per=TOGETHER).execute(
            select(table).order_by(*table.primary_key)
        )
        for row in rows:
            line = json.dumps([_told(value) for value in row], separators=(",", ":"), sort_keys=True)
            digest.update(line.encode())
            count += 1
            yield line
        yield json.dumps({"rows": count, "digest": digest.hexdigest()})


def _told(value: Any) -> Any:
    if isinstance(value, datetime):
        aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return {"at": aware.isoformat()}
    if isinstance(value, bytes | memoryview):
        return {"bytes": b64encode(value).decode()}
    return {"json": value} if isinstance(value, dict | list) else value


def _read(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    ((kind, told),) = value.items()
    if kind == "json":
        return told
    return datetime.fromisoformat(told) if kind == "at" else b64decode(told)


def walk(given: Iterator[str], into: Connection | None = None) -> dict[str, int]:
    """Go through the lines of a copy, and see that each table is whole.

    Args:
        given: the lines.
        into: a transaction of an empty database that takes the rows; None: nothing does.

    Returns:
        How many rows each table has.

    Raises:
        BackupUnusable: a table is not whole, or is one that the database does not have.
    """
    known = {table.name: table for table in tables(into)} if into is not None else {}
    found: dict[str, int] = {}
    for line in given:
        opening = json.loads(line)
        name, columns = opening["table"], opening["columns"]
        if into is not None and name not in known:
            raise BackupUnusable(f"The backup holds a table that is unknown ({name}). Nothing was restored.")
        found[name] = _walk_one(given, columns, into, known.get(name))
    return found


def _walk_one(given: Iterator[str], columns: list[str], into: Connection | None, table: Table | None) -> int:
    digest, waiting = sha256(), list[dict[str, Any]]()
    for count, line in enumerate(given):
        read = json.loads(line)
        if isinstance(read, dict):
            _put(into, table, waiting)
            if (read["rows"], read["digest"]) != (count, digest.hexdigest()):
                break
            return count
        digest.update(line.encode())
        if into is not None:
            waiting.append(dict(zip(columns, map(_read, read), strict=True)))
        if len(waiting) == TOGETHER:
            _put(into, table, waiting)
            waiting = []
    raise BackupUnusable("The backup is not whole. Nothing was restored: use an older one.")


def _put(into: Connection | None, table: Table | None, waiting: list[dict[str, Any]]) -> None:
    if into is not None and table is not None and waiting:
        into.execute(insert(table), waiting)
