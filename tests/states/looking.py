"""Looks straight into a casebook's tables, past everything that the product would show."""

from typing import Any

from sqlalchemy import select
from sqlmodel import SQLModel

from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.record import integrity
from states.casebook.rounds import sweeping
from states.ledger.verifying import Verified
from states.tables import Case, Deadline, Effect, table_of
from states.vocabulary.effects import Clock, EffectKind


def rows(book: Casebook, model: type[SQLModel], *where: Any) -> list[Any]:
    """Every row of a table, as the database gives it."""
    with book.store.read() as connection:
        return list(connection.execute(select(table_of(model)).where(*where)))


def case(book: Casebook, number: str) -> Any:
    """A case's row."""
    (row,) = rows(book, Case, table_of(Case).c.number == number)
    return row


def running(book: Casebook, number: str) -> set[Clock]:
    """The clocks of a case that run."""
    return {Clock(line.clock) for line in sweeping.running(book, by=SYSTEM, number=number)}


def owed(book: Casebook, number: str) -> list[EffectKind]:
    """The effects of a case, oldest first, done or not."""
    mine = table_of(Effect).c.case_id == case(book, number).id
    found = sorted(rows(book, Effect, mine), key=lambda row: (row.created_at, row.kind))
    return [EffectKind(row.kind) for row in found]


def everything(book: Casebook) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table: equal before and after what wrote nothing."""
    with book.store.read() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in SQLModel.metadata.sorted_tables
        }


def deadlines(book: Casebook, clock: Clock) -> list[Any]:
    """Every deadline of one clock, running or not, by due time."""
    found = rows(book, Deadline, table_of(Deadline).c.clock == clock)
    return sorted(found, key=lambda row: row.due_at)


def verified(book: Casebook) -> Verified:
    """The ledger, walked."""
    return integrity.verify(book, by=SYSTEM)


def newest(book: Casebook, model: type[SQLModel]) -> str:
    """Id of the record of one kind that was written last."""
    table = table_of(model)
    with book.store.read() as connection:
        found = connection.scalar(select(table.c.id).order_by(table.c.at.desc(), table.c.id).limit(1))
    return str(found)
