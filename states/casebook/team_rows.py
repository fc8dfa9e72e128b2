"""Rows of the team's own: written together with what its chain tells of them."""

from pydantic import BaseModel
from sqlalchemy import Connection, insert
from sqlmodel import SQLModel

from states.ledger import coverage
from states.tables import table_of
from states.vault import DataKey


def add_row(
    connection: Connection,
    row: SQLModel,
    key: DataKey | None = None,
    content: BaseModel | None = None,
) -> dict[str, str]:
    """Write a row that belongs to no case; gives what the next event of the team's chain is to tell of it.

    Args:
        connection: a transaction that holds the team's lock.
        row: the row.
        key: seals its content.
        content: what is sealed in it; None: nothing.
    """
    table, values = table_of(type(row)), row.model_dump()
    told = coverage.of(table.name).added(values)
    if key is not None and content is not None:
        values["content"] = key.seal(table.name, values["id"], content.model_dump(mode="json"))
        told |= coverage.sealed(table.name, values["id"], values["content"])
    connection.execute(insert(table).values(values))
    return told
