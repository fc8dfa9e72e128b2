"""Statements of the path that every transition takes: made ready once, and sent together.

SQLAlchemy needs longer to hand a statement to the driver than the database needs to do it. So the statements
of that path are compiled once for each kind of database, and go straight to the driver from then on. Those
that nobody waits for are kept back until somebody does: until a statement reads, or the transaction commits.
Then they are sent in the order in which they came, on PostgreSQL in one round trip.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, Select, event
from sqlalchemy.engine.result import IteratorResult, SimpleResultMetaData
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.expression import ClauseElement, UpdateBase

#: what waits on a connection, in SQLAlchemy's notes on it; only while a transaction of :func:`attend` is open
_WAITING = "tat_waiting"


class Statement:
    """One statement of the busiest path.

    Args:
        clause: the statement as SQLAlchemy has it; what changes from time to time is a ``bindparam``.
    """

    def __init__(self, clause: Select[Any] | UpdateBase) -> None:
        self._clause = clause
        self._forms: dict[str, _Form] = {}

    def later(self, connection: Connection, values: Mapping[str, Any]) -> None:
        """Write no later than the transaction commits, or than anything else is read or written in it.

        Args:
            connection: an open transaction of the case database's engine.
            values: the value of every ``bindparam``.
        """
        connection.info[_WAITING].append((self, values))

    def count(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """Write now, behind what waits; returns how many rows were changed."""
        return int(_send(connection, [(self, values)])[0].rowcount)

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        """Read now, behind what waits; gives SQLAlchemy's rows."""
        return read(connection, [(self, values)])[0]

    def form(self, dialect: Dialect) -> "_Form":
        """The statement as a kind of database takes it; compiled the first time."""
        form = self._forms.get(dialect.name)
        if form is None:
            form = self._forms[dialect.name] = _Form(self._clause, dialect)
        return form


#: a statement with the value of every ``bindparam``
Filled = tuple[Statement, Mapping[str, Any]]


def read(connection: Connection, asked: Sequence[Filled]) -> list[list[Any]]:
    """Read several things at once, behind what waits; gives SQLAlchemy's rows for each."""
    cursors = _send(connection, asked)
    return [
        statement.form(connection.dialect).read(cursor.fetchall())
        for (statement, _), cursor in zip(asked, cursors, strict=True)
    ]


class _Form:
    """A statement as one kind of database takes it, and the way of values there and back.

    Args:
        clause: the statement.
        dialect: the kind of database, connected to before.
    """

    def __init__(self, clause: ClauseElement, dialect: Dialect) -> None:
        compiled: Any = clause.compile(dialect=dialect)
        self.sql = str(compiled)
        self._order: list[str] | None = compiled.positiontup
        self._constants = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        writers = {
            name: bind.type.dialect_impl(dialect).bind_processor(dialect)
            for name, bind in compiled.binds.items()
        }
        self._writers = [(name, write) for name, write in writers.items() if write is not None]
        columns = list(clause.selected_columns) if isinstance(clause, Select) else []
        readers = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        self._readers = [(place, read) for place, read in enumerate(readers) if read is not None]
        self._names = SimpleResultMetaData([column.name for column in columns])

    def parameters(self, values: Mapping[str, Any]) -> Any:
        """The values as the driver takes them."""
        taken = {**self._constants, **values}
        for name, write in self._writers:
            taken[name] = write(taken[name])
        return taken if self._order is None else [taken[name] for name in self._order]

    def read(self, rows: list[Any]) -> list[Any]:
        """The driver's rows as SQLAlchemy gives them."""
        return list(IteratorResult(self._names, map(self._each, rows)))

    def _each(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        values = list(row)
        for place, read in self._readers:
            values[place] = read(values[place])
        return tuple(values)


def attend(engine: Engine) -> None:
    """Send what an engine's transactions keep back before anything else is sent, and before they commit."""

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.info[_WAITING] = []

    @event.listens_for(engine, "before_cursor_execute")
    def _before(connection: Connection, *_statement: object) -> None:
        if connection.info.get(_WAITING):
            _send(connection)

    @event.listens_for(engine, "commit")
    def _commit(connection: Connection) -> None:
        _send(connection)

    @event.listens_for(engine, "rollback")
    def _rollback(connection: Connection) -> None:
        connection.info[_WAITING] = []


def _send(connection: Connection, asked: Sequence[Filled] = ()) -> list[Any]:
    """Send what waits, and behind it what is asked; returns a cursor for each thing asked."""
    waiting: list[Filled] = connection.info[_WAITING]
    statements = [*waiting, *asked]
    if not statements:
        return []
    connection.info[_WAITING] = []
    driver: Any = connection.connection.driver_connection
    forms = [(statement.form(connection.dialect), values) for statement, values in statements]
    alone = len(forms) == 1 or connection.dialect.name == "sqlite"
    cursors = [driver.cursor() for _ in forms]
    with _as_sqlalchemy_raises(connection), nullcontext() if alone else driver.pipeline():
        for cursor, (form, values) in zip(cursors, forms, strict=True):
            cursor.execute(form.sql, form.parameters(values))
    return cursors[len(waiting) :]


@contextmanager
def _as_sqlalchemy_raises(connection: Connection) -> Iterator[None]:
    """Raise the driver's errors as SQLAlchemy would, without values in them."""
    kind = connection.dialect.loaded_dbapi.Error
    try:
        yield
    except kind as error:
        lost = connection.dialect.is_disconnect(error, connection.connection.dbapi_connection, None)
        if lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            None, None, error, kind, hide_parameters=True, connection_invalidated=lost
        ) from error
