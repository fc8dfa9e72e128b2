"""Many open cases at once, written straight into the tables: only how many there are matters here."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, literal, select, text, update
from sqlalchemy.sql.elements import ColumnElement

from bench.servers.databases import analyze
from states.casebook import Casebook
from states.tables import Case, Deadline, Effect, WrappedKey, table_of
from states.vocabulary.cases import CaseState
from states.vocabulary.effects import Clock, DeadlineStage

_CASES, _DEADLINES = table_of(Case), table_of(Deadline)
_EFFECTS, _KEYS = table_of(Effect), table_of(WrappedKey)

#: makes ids about as long as real ones
PREFIX = "0" * 24


def case_id(number: int) -> str:
    """The id of the crowd's case with that number, from 1."""
    return f"{PREFIX}{number}"


def gather(book: Casebook, count: int, *, due: int) -> None:
    """Write open cases with a running reassessment clock each.

    Args:
        book: a casebook whose database is new.
        count: how many cases.
        due: of how many of them, the first ones, the clock can fall due: they have a data key.
    """
    now = book.clock()
    with book.store.write() as connection:
        if not book.store.is_sqlite:
            # The rows fit each other by construction; checking a million of them is not what is measured.
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        _fill(connection, Case, _case(now), count)
        _fill(connection, Deadline, _deadline(now), count)
        scopes = [case_id(number) for number in range(1, due + 1)]
        keys = [{"scope": scope, "wrapped": book.vault.new_key(scope), "made_at": now} for scope in scopes]
        if keys:
            connection.execute(insert(_KEYS), keys)
    analyze(book)


def fall_due(book: Casebook, count: int) -> None:
    """Let the clocks of the first ``count`` cases fall due now, as if nobody had been reminded yet."""
    now = book.clock()
    again = update(_DEADLINES).values(stage=DeadlineStage.OPEN, next_at=now)
    with book.store.write() as connection:
        connection.execute(delete(_EFFECTS))
        connection.execute(
            again.where(_DEADLINES.c.id == bindparam("deadline")),
            [{"deadline": case_id(number)} for number in range(1, count + 1)],
        )


def _fill(connection: Connection, model: Any, columns: dict[str, Any], count: int) -> None:
    table = table_of(model)
    numbers = select(literal(1).label("n")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < count))
    n: ColumnElement[int] = numbers.c.n
    values = [
        value(n) if callable(value) else literal(value, table.c[name].type) for name, value in columns.items()
    ]
    connection.execute(insert(table).from_select(list(columns), select(*values)))


def _id(n: ColumnElement[int]) -> Any:
    return literal(PREFIX).concat(n.cast(_CASES.c.id.type))


def _case(now: datetime) -> dict[str, Any]:
    return {
        "id": _id,
        "number": lambda n: literal("TAT-BENCH-").concat(n.cast(_CASES.c.id.type)),
        "state": CaseState.MONITORING.value,
        "site": "silver_city",
        "affiliations": ["student"],
        "offices": [],
        "members": [],
        "guests": [],
        "version": 0,
        "seq": 0,
        "head": "",
        "sealed_seq": 0,
        "began_seq": 1,
        "entered_seq": 1,
        "opened_at": now,
        "entered_at": now,
        "changed_at": now,
    }


def _deadline(now: datetime) -> dict[str, Any]:
    later = now + timedelta(days=30)
    return {
        "id": _id,
        "case_id": _id,
        "clock": Clock.REASSESSMENT.value,
        "about": "",
        "owner": "",
        "set_at": now,
        "due_at": later,
        "clause": "W-08",
        "stage": DeadlineStage.OPEN.value,
        "escalate_at": later,
        "stuck_at": later,
        "next_at": later,
    }
