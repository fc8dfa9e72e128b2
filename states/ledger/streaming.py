"""Reading the database from end to end without remembering it: some cases, and some rows, at a time."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Select

#: how many rows are fetched at a time
FETCHED = 500


def streamed(connection: Connection, query: Select[Any]) -> Iterator[dict[str, Any]]:
    """The rows of a query, some of them at a time: there may be many, and attachments among them."""
    result = connection.execute(query, execution_options={"yield_per": FETCHED})
    names = tuple(result.keys())
    for some in result.partitions():
        for row in some:
            yield dict(zip(names, row, strict=True))


def among(column: Any, cases: Sequence[Any], after: str) -> tuple[Any, Any]:
    """That a column names one of some cases that follow one another, or one that is not there any more.

    Args:
        column: holds ids of cases.
        cases: their rows, in the order of their ids.
        after: the id that comes before theirs; empty: none does.
    """
    return column > after, column <= cases[-1].id
