"""The members of the team: enrolled, changed, and who they are."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from states.access import MAY, REPORTER, SYSTEM, Act, Actor, Origin, permit
from states.casebook.book import Casebook
from states.casebook.standing.handing_over import has_work
from states.casebook.standing.marks import marks_of
from states.casebook.standing.stand_ins import TAKES_PART
from states.casebook.team.membership import (
    change_roster,
    check_roles,
    given_rightly,
    keep_a_chair,
    merged,
    write_member,
)
from states.contents.kept import MEMBERS
from states.contents.team import MemberContent
from states.errors import BadInput, Refused, UnknownRecord
from states.tables import Member, table_of
from states.vault import TEAM_SCOPE
from states.vocabulary.people import Role

_MEMBERS = table_of(Member)


#: what is said of an id that is no active member's
NO_SUCH_MEMBER = "There is no active member under that id; nothing was done. `tat team list` shows them."

#: what the ledger may call a member
MEMBER_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}")


def enrol(
    book: Casebook,
    member_id: str,
    content: MemberContent,
    *,
    by: Actor | None,
    offices: Collection[str] = (),
    roles: Collection[Role] = (Role.MEMBER,),
    origin: Origin | None = None,
) -> None:
    """Enrol a member of the team, or an operator (W-02); every case is looked at whether it names them.

    Enrolling somebody again adds to their entry: no role, office, address or name is dropped. Somebody whose
    membership had ended comes back with what is given now.

    Args:
        book: the casebook.
        member_id: an opaque id that the ledger may show.
        content: name, address, and what else a report may know them by.
        by: who enrols; None only for the first member of an empty team.
        offices: codes of the offices the person speaks for.
        roles: what the person may do.
        origin: by which way the first member came in, whom nobody enrols.

    Raises:
        BadInput: an unknown office, one that does not fit the role, or an id that is not a plain word.
        Refused: the first would not run the team, nobody but a chair makes somebody chair, and nobody gives
            themselves anything.
    """
    if not MEMBER_ID.fullmatch(member_id) or member_id in (SYSTEM.id, REPORTER.id):
        raise BadInput(
            "A member's id is up to 40 letters, digits and dashes, and no reserved word. Nothing was written."
        )
    with book.store.read() as connection:
        _permit(connection, by)
        known = _entry(book, connection, member_id)
    had = Actor(member_id, frozenset())
    if known is not None:
        content, had = merged(known[1], content), known[0] or had
    offices, roles = had.offices.union(offices), had.roles.union(roles)
    check_roles(book, roles, offices)
    if by is None and roles.isdisjoint(MAY[Act.RUN_TEAM]):
        raise Refused(
            "The first of a team is its chair or its custodian: else nobody could ever enroll the next "
            "(W-02). Nothing was written: enroll the chair first, with --role chair."
        )

    def write(connection: Connection) -> Mapping[str, str]:
        _permit(connection, by)
        if by is not None:
            given_rightly(connection, member_id, roles - had.roles, offices - had.offices, by=by)
        return write_member(book, connection, member_id, content, offices=offices, roles=roles)

    blinds = {blind for _, blind in marks_of(book.vault, content)}
    change_roster(
        book,
        blinds,
        write,
        by=by or Actor(member_id, frozenset(), origin=origin),
        what="enrolled",
        member=member_id,
        roles=sorted(roles),
        offices=sorted(offices),
    )


def _permit(connection: Connection, by: Actor | None) -> None:
    if by is not None or connection.scalar(select(_MEMBERS.c.id).limit(1)) is not None:
        permit(by or Actor("nobody", frozenset()), Act.RUN_TEAM)


def change(
    book: Casebook,
    member_id: str,
    given: Mapping[str, object],
    *,
    by: Actor,
    offices: Collection[str] | None = None,
    roles: Collection[Role] | None = None,
) -> None:
    """Change a member's entry (W-02); what they were known by before stays known.

    Args:
        book: the casebook.
        member_id: the member.
        given: the fields of :class:`states.contents.team.MemberContent` that change.
        by: who changes it.
        offices: codes of the offices they speak for from now on; None: as before.
        roles: what they may do from now on; None: as before.

    Raises:
        UnknownRecord: there is no such active member.
        BadInput: it does not fit.
        Refused: nobody would chair the team, or nobody would have the work that they cannot do any more; or
            they would be made chair by somebody who is none.
    """
    permit(by, Act.RUN_TEAM)
    with book.store.read() as connection:
        known = _entry(book, connection, member_id)
    person, before = known or (None, None)
    if person is None or before is None:
        raise UnknownRecord(NO_SUCH_MEMBER)
    content = merged(before, MemberContent.read(before.model_dump(mode="json") | dict(given)))
    held = person.offices if offices is None else frozenset(offices)
    may = person.roles if roles is None else frozenset(roles)
    _put(book, person, content, held, may, by=by)


def follow_groups(
    book: Casebook, member_id: str, roles: Collection[Role], offices: Collection[str], *, by: Actor
) -> None:
    """Have a member hold what their groups at the institution say, from now on.

    Args:
        book: the casebook.
        member_id: the member.
        roles: what they may do.
        offices: codes of the offices they speak for.
        by: the software itself, which follows the groups.

    Raises:
        UnknownRecord: there is no such active member.
        BadInput: no role of these goes with these offices.
        Refused: nobody would have the work that they cannot do any more.
    """
    permit(by, Act.RUN)
    with book.store.read() as connection:
        known = _entry(book, connection, member_id)
    if known is None or known[0] is None:
        raise UnknownRecord(NO_SUCH_MEMBER)
    _put(book, known[0], known[1], frozenset(offices), frozenset(roles), by=by)


def _put(
    book: Casebook,
    person: Actor,
    content: MemberContent,
    held: frozenset[str],
    may: frozenset[Role],
    *,
    by: Actor,
) -> None:
    check_roles(book, may, held)

    def write(connection: Connection) -> Mapping[str, str]:
        given_rightly(connection, person.id, may - person.roles, held - person.offices, by=by)
        if Role.CHAIR in person.roles - may:
            keep_a_chair(connection, person.id)
        if may.isdisjoint(TAKES_PART) and has_work(connection, person.id):
            raise Refused(
                f"{person.id} still has work in cases, which this role cannot do (W-02). Nothing was "
                f"written: hand it over with `tat team end {person.id}`, and add them again."
            )
        return write_member(book, connection, person.id, content, offices=held, roles=may)

    blinds = {blind for _, blind in marks_of(book.vault, content)}
    change_roster(
        book,
        blinds,
        write,
        by=by,
        what="membership_changed",
        known=person.id,
        holds_as_before=(held, may) == (person.offices, person.roles),
        roles=sorted(may),
        offices=sorted(held),
    )


def _entry(
    book: Casebook, connection: Connection, member_id: str
) -> tuple[Actor | None, MemberContent] | None:
    """A member's entry: who they are on the team, if they still are, and what it says; None: none."""
    row = connection.execute(select(_MEMBERS).where(_MEMBERS.c.id == member_id)).first()
    if row is None:
        return None
    person = Actor(row.id, frozenset(Role(role) for role in row.roles), frozenset(row.offices))
    return person if row.active else None, MEMBERS.open(book.key(connection, TEAM_SCOPE), row)


def actor(book: Casebook, member_id: str) -> Actor:
    """The member as somebody who acts now.

    Raises:
        UnknownRecord: there is no such active member.
    """
    with book.store.read() as connection:
        row = connection.execute(
            select(_MEMBERS).where(_MEMBERS.c.id == member_id, _MEMBERS.c.active)
        ).first()
    if row is None:
        raise UnknownRecord(NO_SUCH_MEMBER)
    roles = frozenset(Role(role) for role in row.roles)
    return Actor(row.id, roles, frozenset(row.offices), at=book.clock())


def members(book: Casebook, *, by: Actor) -> list[tuple[Actor, MemberContent]]:
    """Every active member, with name and address."""
    permit(by, Act.SEE_TEAM)
    with book.store.read() as connection:
        rows = connection.execute(select(_MEMBERS).where(_MEMBERS.c.active).order_by(_MEMBERS.c.id)).all()
        if not rows:
            return []
        key = book.key(connection, TEAM_SCOPE)
    at = book.clock()
    return [(_actor(row, at), MEMBERS.open(key, row)) for row in rows]


def names(book: Casebook, *, by: Actor) -> dict[str, str]:
    """The name of everybody who is or was on the team, by id: what they did stays theirs."""
    permit(by, Act.SEE_TEAM)
    return names_and_team(book, by=by)[0]


def names_and_team(book: Casebook, *, by: Actor) -> tuple[dict[str, str], list[Actor]]:
    """The name of everybody who is or was on the team, by id; and those who are on it now."""
    permit(by, Act.SEE_TEAM)
    with book.store.read() as connection:
        rows = connection.execute(select(_MEMBERS).order_by(_MEMBERS.c.id)).all()
        if not rows:
            return {}, []
        key = book.key(connection, TEAM_SCOPE)
    at = book.clock()
    return {row.id: MEMBERS.open(key, row).name for row in rows}, [
        _actor(row, at) for row in rows if row.active
    ]


def _actor(row: Any, at: datetime) -> Actor:
    return Actor(row.id, frozenset(Role(role) for role in row.roles), frozenset(row.offices), at=at)
