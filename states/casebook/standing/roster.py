"""The roster: who is on the team, as somebody who acts."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select

from states.access import Actor
from states.casebook.standing.marks import NAMES, RULES, names_of
from states.contents.kept import MEMBERS
from states.tables import Member, MemberMark, table_of
from states.vault import DataKey
from states.vocabulary.people import Role

_MEMBERS = table_of(Member)
_MARKS = table_of(MemberMark)

#: kinds of marks that several people may have
SHARED = (*NAMES, RULES[0])


def roster(connection: Connection, *, at: datetime | None = None, held: bool = False) -> list[Actor]:
    """Every active member, by id.

    Args:
        connection: an open transaction.
        at: the moment at which they are on cases; None: what they are let to for a time does not count.
        held: whether nobody is to be enrolled or changed until the transaction ends.
    """
    query = select(_MEMBERS).order_by(_MEMBERS.c.id)
    if held:
        query = query.with_for_update(read=True)
    rows = connection.execute(query).all()
    return [
        Actor(row.id, frozenset(Role(role) for role in row.roles), frozenset(row.offices), at=at)
        for row in rows
        if row.active
    ]


def offices_of(connection: Connection, members: Collection[str]) -> set[str]:
    """Codes of the offices that members speak for, or spoke for until they left."""
    rows = connection.scalars(select(_MEMBERS.c.offices).where(_MEMBERS.c.id.in_(members)))
    return {office for offices in rows for office in offices}


def one_person(connection: Connection, member: str) -> frozenset[str]:
    """Ids that are one person's, this one included: they share a mailbox, or a personal identifier.

    Args:
        connection: an open transaction.
        member: one of the ids.
    """
    found, ahead = frozenset[str](), frozenset({member})
    while ahead:
        found |= ahead
        theirs = select(_MARKS.c.blind).where(_MARKS.c.member.in_(ahead), _MARKS.c.kind.not_in(SHARED))
        same = select(_MARKS.c.member).where(_MARKS.c.blind.in_(theirs)).distinct()
        ahead = frozenset(connection.scalars(same)) - found
    return found


def own_names(key: DataKey, connection: Connection, members: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The names that members go by, by id; whoever is no member is not in it.

    Args:
        key: the team's data key.
        connection: an open transaction.
        members: their ids.
    """
    query = select(_MEMBERS.c.id, _MEMBERS.c.content).where(_MEMBERS.c.id.in_(members))
    return {row.id: names_of(MEMBERS.open(key, row)) for row in connection.execute(query)}
