"""Statements of the path that every transition takes: made ready once, and written together.

SQLAlchemy needs longer to hand a statement to the driver than the database needs to do it. So the statements
of that path are compiled once for each kind of database, and go straight to the driver from then on. Writes
that nobody waits for are kept back until somebody does: until something else is sent, or the transaction
commits. PostgreSQL then takes them as one statement.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Dialect, Engine, Insert, Row, Select, Update, event
from sqlalchemy.engine.result import IteratorResult, SimpleResultMetaData
from sqlalchemy.exc import DBAPIError

#: what waits on a connection, in SQLAlchemy's notes on it, while a transaction of an attended engine is open
_WAITING = "tat_waiting"

#: how many statements PostgreSQL gets as one: a transition's, but not each of a thousand reminders
MOST_TOGETHER = 24


class Statement:
    """A statement that is sent past SQLAlchemy.

    Args:
        clause: the statement as SQLAlchemy has it; what changes from time to time is a ``bindparam``.
    """

    def __init__(self, clause: Select[Any] | CompoundSelect[Any] | Insert | Update) -> None:
        self.clause = clause
        self.table = clause.table.description if isinstance(clause, Insert | Update) else ""
        self._forms: dict[str, _Form] = {}

    def later(self, connection: Connection, values: Mapping[str, Any]) -> None:
        """Write before the transaction commits, and before anything else is read or written in it.

        Args:
            connection: an open transaction of an attended engine.
            values: the value of every ``bindparam``.
        """
        connection.info[_WAITING].append((self, values))

    def count(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """Write now, behind what waits; returns how many rows were changed."""
        self.later(connection, values)
        return _send(connection)

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[Row[Any]]:
        """Read now, behind what waits; gives rows as SQLAlchemy does."""
        _send(connection)
        form = self.form(connection.dialect)
        return form.read(_execute(connection, (form.sql,), form.parameters(values)).fetchall())

    def form(self, dialect: Dialect) -> "_Form":
        """The statement as a kind of database takes it."""
        form = self._forms.get(dialect.name)
        if form is None:
            form = self._forms[dialect.name] = _Form(self.clause, dialect)
        return form


#: a statement, and the value of each ``bindparam``
_Filled = tuple[Statement, Mapping[str, Any]]


class _Form:
    """A statement as one kind of database takes it, and the way of values there and back.

    Args:
        clause: the statement.
        dialect: the kind of database, connected to before; its parameters go by their places.
    """

    def __init__(self, clause: Select[Any] | CompoundSelect[Any] | Insert | Update, dialect: Dialect) -> None:
        compiled: Any = clause.compile(dialect=dialect)
        self.sql = str(compiled)
        binds = [(name, compiled.binds[name]) for name in compiled.positiontup]
        self._constants = {name: bind.value for name, bind in binds if not bind.required}
        self._writers = [(n, bind.type.dialect_impl(dialect).bind_processor(dialect)) for n, bind in binds]
        columns = () if isinstance(clause, Insert | Update) else clause.selected_columns
        readers = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        self._readers = [(place, read) for place, read in enumerate(readers) if read is not None]
        self._names = SimpleResultMetaData([column.name for column in columns])

    def parameters(self, values: Mapping[str, Any]) -> list[Any]:
        """The values as the driver takes them."""
        given = {**self._constants, **values}
        return [given[name] if write is None else write(given[name]) for name, write in self._writers]

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
        # None: the transaction is just being begun.
        if connection.info.get(_WAITING):
            _send(connection)

    @event.listens_for(engine, "commit")
    def _commit(connection: Connection) -> None:
        _send(connection)

    @event.listens_for(engine, "rollback")
    def _rollback(connection: Connection) -> None:
        # A connection that was lost took what waited on it along.
        if not connection.invalidated:
            connection.info[_WAITING] = []


def _send(connection: Connection) -> int:
    """Send what waits; returns how many rows the last of it changed."""
    waiting: list[_Filled] = connection.info[_WAITING]
    connection.info[_WAITING] = []
    changed = 0
    for filled in _together(waiting, connection.dialect):
        forms = [(statement.form(connection.dialect), values) for statement, values in filled]
        parameters = [value for form, values in forms for value in form.parameters(values)]
        changed = _execute(connection, tuple(form.sql for form, _ in forms), parameters).rowcount
    return changed


def _together(waiting: Sequence[_Filled], dialect: Dialect) -> Iterator[list[_Filled]]:
    """Split what waits into what the kind of database may take as one statement."""
    filled: list[_Filled] = []
    written: set[str] = set()
    most = 1 if dialect.name == "sqlite" else MOST_TOGETHER
    for statement, values in waiting:
        # Parts of one statement do not see each other's rows, so nothing that one adds is changed by another.
        blind = isinstance(statement.clause, Update) and statement.table in written
        if filled and (blind or len(filled) == most):
            yield filled
            filled, written = [], set()
        filled.append((statement, values))
        written.add(statement.table)
    if filled:
        yield filled


def _execute(connection: Connection, statements: tuple[str, ...], parameters: list[Any]) -> Any:
    """Give statements to the driver as one; returns its cursor, which tells of the last of them.

    Raises:
        DBAPIError: what the driver raised, as SQLAlchemy would have, without the values.
    """
    driver: Any = connection.connection.driver_connection
    kind = connection.dialect.loaded_dbapi.Error
    try:
        if connection.dialect.name == "sqlite":
            return driver.cursor().execute(*statements, parameters)
        from psycopg import RawCursor  # noqa: PLC0415 - not where the database is a SQLite file

        return RawCursor(driver).execute(_joined(statements), parameters)
    except kind as error:
        lost = connection.dialect.is_disconnect(error, driver, None)
        if lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            "; ".join(statements), None, error, kind, hide_parameters=True, connection_invalidated=lost
        ) from error


@lru_cache(maxsize=512)
def _joined(statements: tuple[str, ...]) -> bytes:
    """One statement that does all, with its parameters as PostgreSQL numbers them.

    The driver would number them itself, each time anew where there are many.
    """
    *others, last = statements
    joined = f"WITH {', '.join(f'w{place} AS ({sql})' for place, sql in enumerate(others))} {last}"
    first, *rest = (joined if others else last).split("%s")
    return "".join([first, *(f"${place}{part}" for place, part in enumerate(rest, 1))]).encode()
