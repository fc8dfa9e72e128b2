"""The roster: who is on the team, as somebody who acts; without names."""

from sqlalchemy import Connection, select

from states.access import Actor
from states.tables import Member, table_of
from states.vocabulary import Role

_MEMBERS = table_of(Member)


def roster(connection: Connection, *, held: bool = False) -> list[Actor]:
    """Every active member, by id.

    Args:
        connection: an open transaction.
        held: whether nobody is to be enrolled or changed until the transaction ends.
    """
    query = select(_MEMBERS).order_by(_MEMBERS.c.id)
    if held:
        query = query.with_for_update(read=True)
    rows = connection.execute(query).all()
    return [
        Actor(row.id, frozenset(Role(role) for role in row.roles), frozenset(row.offices))
        for row in rows
        if row.active
    ]
