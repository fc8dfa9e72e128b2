"""The statements of a case's page, each made ready once."""

from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, exists, insert, select, update
from sqlmodel import SQLModel

from states.store.batch import Statement
from states.tables import Case, table_of

_CASES = table_of(Case)

#: the columns of a case that its page writes
WRITTEN = sorted(set(Case.model_fields) - {"id", "number", "sealed_seq"})

SWAP = Statement(
    update(_CASES)
    .where(_CASES.c.id == bindparam("case"), _CASES.c.seq == bindparam("read_seq"))
    .values({name: bindparam(name) for name in WRITTEN})
)


@cache
def inserting(model: type[SQLModel]) -> Statement:
    """Writes a new row of a kind."""
    table = table_of(model)
    return Statement(insert(table).values({column.name: bindparam(column.name) for column in table.c}))


@cache
def setting(model: type[SQLModel], names: tuple[str, ...]) -> Statement:
    """Sets columns of one of a case's rows."""
    table = table_of(model)
    return Statement(
        update(table)
        .where(table.c.id == bindparam("of_row"), table.c.case_id == bindparam("of_case"))
        .values({name: bindparam(name) for name in names})
    )


@cache
def one_of(model: type[SQLModel]) -> Statement:
    """Reads one of a case's rows of a kind."""
    table = table_of(model)
    of_case = table.c.case_id == bindparam("of_case")
    return Statement(select(table).where(of_case, table.c.id == bindparam("of_row")))


@cache
def all_of(model: type[SQLModel]) -> Statement:
    """Reads a case's rows of a kind, oldest first."""
    return Statement(listing(model))


@cache
def kinds_of(models: tuple[type[SQLModel], ...]) -> Statement:
    """Reads whether a case has any row of each of these kinds: most have none of most."""
    tables = [table_of(model) for model in models]
    return Statement(
        select(
            *(exists().where(table.c.case_id == bindparam("of_case")).label(table.name) for table in tables)
        )
    )


def listing(model: type[SQLModel]) -> Select[Any]:
    """A case's rows of a kind, oldest first, for what only SQLAlchemy can put together."""
    table = table_of(model)
    order = table.c.seq if "seq" in table.c else table.c.at
    return select(table).where(table.c.case_id == bindparam("of_case")).order_by(order, table.c.id)
