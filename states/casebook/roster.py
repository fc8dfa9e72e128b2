"""The roster: who is on the team, as somebody who acts."""

from sqlalchemy import Connection, select

from states.access import Actor
from states.naming import forms
from states.records import MemberContent
from states.tables import Member, table_of
from states.vault import DataKey
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


def own_names(key: DataKey, connection: Connection, person: Actor) -> frozenset[str]:
    """The forms under which a member's name is written in full; none: the person is no member.

    Args:
        key: the team's data key.
        connection: an open transaction.
        person: the member.
    """
    sealed = connection.scalar(select(_MEMBERS.c.content).where(_MEMBERS.c.id == person.id))
    if sealed is None:
        return frozenset()
    content = MemberContent.model_validate(key.open("members", person.id, sealed))
    return frozenset(form for name in (content.name, *content.other_names) for form in forms(name))
