"""What goes past SQLAlchemy, in one statement or many, comes to what SQLAlchemy does one by one."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy import Connection, select
from sqlmodel import SQLModel

from states.casebook import Casebook
from states.store import batch
from states.store.batch import Statement
from tests.cases.walking import Walk
from tests.states.conftest import Opening, Watch
from tests.states.ledger.test_tampering import fill

Filled = tuple[Statement, Mapping[str, Any]]


class Both:
    """Does everything both ways, on the rows that are there, and compares.

    Args:
        send: the way that is tried.
        rows: how it reads.
    """

    def __init__(self, send: Any, rows: Any) -> None:
        self._send = send
        self._rows = rows
        self.seen: set[Statement] = set()
        self.together = 0

    def send(self, connection: Connection) -> int:
        """Write what waits one by one, take it back, write it as the product does; the rows are the same."""
        waiting: list[Filled] = connection.info["tat_waiting"]
        if not waiting:
            return int(self._send(connection))
        self.seen |= {statement for statement, _ in waiting}
        self.together = max(self.together, len(waiting))
        connection.info["tat_waiting"] = []
        names = {statement.table for statement, _ in waiting}
        with connection.begin_nested() as taken_back:
            changed = _one_by_one(connection, waiting)
            one_by_one = _everything(connection, names)
            taken_back.rollback()
        before = _everything(connection, names)
        connection.info["tat_waiting"] = waiting
        assert self._send(connection) == changed
        assert _everything(connection, names) == one_by_one
        assert before != one_by_one or not changed
        return changed

    def rows(self, statement: Statement, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        """Read as the product does and as SQLAlchemy does: the same rows, in the same order."""
        self.seen.add(statement)
        read: list[Any] = self._rows(statement, connection, values)
        by_sqlalchemy = connection.execute(statement.clause, dict(values)).all()
        assert [dict(row._mapping) for row in read] == [dict(row._mapping) for row in by_sqlalchemy]  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
        assert [[type(v) for v in row] for row in read] == [[type(v) for v in row] for row in by_sqlalchemy]
        return read


def _one_by_one(connection: Connection, waiting: Sequence[Filled]) -> int:
    changed = 0
    for statement, values in waiting:
        # What is not a parameter of the statement would be taken for a column.
        named = {name: values[name] for name in statement.clause.compile().params if name in values}
        counting = {"preserve_rowcount": True}
        changed = connection.execute(statement.clause, named, execution_options=counting).rowcount
    return changed


def _everything(connection: Connection, names: set[str]) -> dict[str, list[str]]:
    tables = SQLModel.metadata.tables
    return {name: sorted(map(repr, connection.execute(select(tables[name])))) for name in names}


def _reading(tried: Both) -> Any:
    def rows(statement: Statement, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        return tried.rows(statement, connection, values)

    return rows


@pytest.fixture(params=["sqlite", "postgres"])
def both(
    request: pytest.FixtureRequest, opening: Opening, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Casebook, Both]]:
    """A casebook that does everything both ways, and what was done."""
    tried = Both(batch._send, Statement.rows)  # noqa: SLF001 - the way that is tried
    with opening(request.param, Watch()) as book:
        monkeypatch.setattr(batch, "_send", tried.send)
        monkeypatch.setattr(Statement, "rows", _reading(tried))
        yield book, tried


def test_both_ways_come_to_the_same(both: tuple[Casebook, Both]) -> None:
    """Every statement of the casebook, with rows in every table, through whole cases and back."""
    book, tried = both
    fill(book)
    walk = Walk(book)
    walk.closed()
    alarmed = walk.reported()
    walk.act(alarmed, "raise_alarm", {"reason": "invented"})
    assert tried.together > 1
    ours = [module for name, module in sys.modules.items() if name.split(".")[0] == "states"]
    made = {each for module in ours for each in vars(module).values() if isinstance(each, Statement)}
    assert {str(each.clause) for each in made - tried.seen} == set()
