"""A hundred thousand cases, or a million, made in bulk: walked ones, copied row by row under other ids.

A copy happened earlier; its person is known by other identifiers, and shares a name with one in a thousand;
what it owed is done, and its alarms were taken over. Only what lists look at is copied.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    DateTime,
    String,
    Table,
    case,
    func,
    insert,
    literal,
    select,
    text,
)
from sqlalchemy.sql.elements import ColumnElement

from bench.cases.indexes import without_indexes
from bench.servers.databases import analyze
from states.casebook.book import Casebook
from states.persons.identifiers import PERSONAL
from states.tables import (
    Alarm,
    BlindIndex,
    Call,
    Case,
    CaseViewer,
    Conflict,
    Deadline,
    Disclosure,
    Effect,
    LogEntry,
    Notice,
    PlanAction,
    Referral,
    Release,
    SourceQuery,
    Utc,
    table_of,
)
from states.vocabulary.effects import EffectStatus
from states.vocabulary.leaving import CallOutcome, ReleaseStatus

_CASES, _ENTRIES = table_of(Case), table_of(LogEntry)

#: what lists look at, beside the cases themselves
_OF_CASES = tuple(
    table_of(model)
    for model in (
        *(CaseViewer, Deadline, Effect, Alarm, SourceQuery, BlindIndex, Conflict),
        *(Referral, PlanAction, Disclosure, Call, Release, Notice),
    )
)

#: over how many days the copies spread
DAYS = 3_650

#: how many different names there are among them
NAMES = 1_000

#: digits of an id that tell one copy from another
_DIGITS = 8

#: digits of an id in all
_LENGTH = 32

Number = ColumnElement[int]


class Copies:
    """How rows are copied on one kind of database.

    Args:
        book: the casebook.
        each: how many copies of each row there are to be.
        later: whether they are from after the rows themselves, which begin the list then.
    """

    def __init__(self, book: Casebook, each: int, *, later: bool = False) -> None:
        self._sqlite = book.store.is_sqlite
        self._sign = "+" if later else "-"
        self._seconds = DAYS * 86_400 // each
        self._back = -self._seconds if later else self._seconds

    def value(self, column: Column[Any], n: Number) -> ColumnElement[Any]:
        """What stands in a column of the n-th copy."""
        earlier = _EARLIER.get(f"{column.table.name}.{column.name}")
        if earlier is not None:
            return earlier(self, column.table, n)
        if isinstance(column.type, DateTime | Utc):
            return self.earlier(column, n)
        if column.name == "id" or column.name.endswith("_id") or column.name == "about":
            return case((func.length(column) == _LENGTH, self._other(column, n)), else_=column)
        if column.unique or column.name in ("dedupe", "message_id", "fingerprint"):
            return column.concat(self.mark(n))
        return column

    def earlier(self, moment: ColumnElement[Any], n: Number) -> ColumnElement[datetime]:
        """A moment of the n-th copy: that much before the row's own."""
        if self._sqlite:
            back = literal(self._sign).concat((n * self._seconds).cast(String)).concat(" seconds")
            return func.strftime("%Y-%m-%d %H:%M:%f000", moment, back, type_=Utc)
        return moment - n * text(f"interval '{self._back} seconds'")

    def mark(self, n: Number) -> ColumnElement[str]:
        """Eight digits that no other copy has, in no order."""
        mixed = (n * 2_654_435_761).op("&")(0xFFFFFFFF)
        return func.printf("%08x", mixed) if self._sqlite else func.lpad(func.to_hex(mixed), _DIGITS, "0")

    def _other(self, column: ColumnElement[Any], n: Number) -> ColumnElement[str]:
        return self.mark(n).concat(func.substr(column, _DIGITS + 1))

    def blind(self, table: Table, n: Number) -> ColumnElement[str]:
        """The blind index of a copy: of its own for what is one person's, else one of a thousand names'."""
        own, shared = self._other(table.c.blind, n), self._other(table.c.blind, n % NAMES)
        return case((table.c.kind.in_(PERSONAL), own), else_=shared)


Made = Callable[[Copies, Table, Number], ColumnElement[Any]]

#: what stands in columns of a copy in its own way
_EARLIER: Mapping[str, Made] = {
    "alarms.taken_over_at": lambda c, t, n: c.earlier(func.coalesce(t.c.taken_over_at, t.c.at), n),
    "blind_indexes.blind": Copies.blind,
    "calls.outcome": lambda _c, _t, _n: literal(CallOutcome.TOLD.value),
    "case_viewers.who": lambda _c, t, _n: t.c.who,
    "effects.done_at": lambda c, t, n: c.earlier(t.c.due_at, n),
    "effects.status": lambda _c, _t, _n: literal(EffectStatus.DONE.value),
    "releases.status": lambda _c, _t, _n: literal(ReleaseStatus.TOLD.value),
}


def copy(book: Casebook, count: int, *, entries: int) -> None:
    """Copy every case of a casebook until there are about so many, and every imported row of a log.

    Args:
        book: a casebook with a few walked cases.
        count: how many cases.
        entries: how many imported rows.
    """
    with book.store.read() as connection:
        few = connection.scalar(select(func.count()).select_from(_CASES)) or 1
        some = connection.scalar(select(func.count()).select_from(_ENTRIES)) or 1
    # The rows fit each other by construction; checking millions of them is not what is measured.
    unchecked = book.store.engine.execution_options(tat_migrating=True)
    with without_indexes(book, (_CASES, *_OF_CASES, _ENTRIES)), unchecked.begin() as connection:
        if not book.store.is_sqlite:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        # The cases last: until then, those that are there are the ones to copy.
        for table in (*_OF_CASES, _CASES):
            _copy(connection, Copies(book, count // few), table, count // few)
        _copy(connection, Copies(book, entries // some, later=True), _ENTRIES, entries // some)
    if book.store.is_sqlite:
        # The log of a gigabyte would be gone through for each page of the file.
        book.store.forget()
    else:
        # The server does so by itself; nothing does on SQLite.
        analyze(book)


def _copy(connection: Connection, copies: Copies, table: Table, each: int) -> None:
    numbers = select(literal(1).label("n")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < each))
    n = numbers.c.n.cast(BigInteger)
    every = table.join(numbers, numbers.c.n > 0)
    rows = select(*(copies.value(column, n) for column in table.c)).select_from(every)
    if "case_id" in table.c and table is not _ENTRIES:
        rows = rows.where(table.c.case_id.in_(select(_CASES.c.id)))
    connection.execute(insert(table).from_select(list(table.c.keys()), rows))
