"""The team: its members, its own clocks, and the record of reviews of the plan."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from states import deadlines
from states.access import REPORTER, SYSTEM, Act, Actor, permit
from states.casebook.book import Casebook
from states.casebook.handing_over import has_work
from states.casebook.marks import marks_of
from states.casebook.membership import change_roster, check_roles, keep_a_chair, merged, write_member
from states.casebook.standing import TAKES_PART
from states.errors import BadInput, Refused, UnknownRecord
from states.records import MemberContent, MinutesContent, ReviewContent, aware
from states.tables import Deadline, Meeting, Member, Review, table_of
from states.vault import TEAM_SCOPE
from states.vocabulary import Clock, MeetingKind, Role

_MEMBERS = table_of(Member)
_MEETINGS = table_of(Meeting)
_REVIEWS = table_of(Review)
_DEADLINES = table_of(Deadline)


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

    Raises:
        BadInput: an unknown office, one that does not fit the role, or an id that is not a plain word.
    """
    if not MEMBER_ID.fullmatch(member_id) or member_id in (SYSTEM.id, REPORTER.id):
        raise BadInput(
            "A member's id is up to 40 letters, digits and dashes, and no reserved word. Nothing was written."
        )
    with book.store.read() as connection:
        _permit(connection, by)
        known = _entry(book, connection, member_id)
    if known is not None:
        content = merged(known[1], content)
        if known[0] is not None:
            offices, roles = known[0].offices.union(offices), known[0].roles.union(roles)
    check_roles(book, roles, offices)

    def write(connection: Connection) -> None:
        _permit(connection, by)
        write_member(book, connection, member_id, content, offices=offices, roles=roles)

    blinds = {blind for _, blind in marks_of(book.vault, content)}
    enrolled = {"member": member_id, "roles": sorted(roles), "offices": sorted(offices)}
    change_roster(book, blinds, write, by=by or Actor(member_id, frozenset()), what="enrolled", **enrolled)


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
        given: the fields of :class:`states.records.MemberContent` that change.
        by: who changes it.
        offices: codes of the offices they speak for from now on; None: as before.
        roles: what they may do from now on; None: as before.

    Raises:
        UnknownRecord: there is no such active member.
        BadInput: it does not fit.
        Refused: nobody would chair the team, or nobody would have the work that they cannot do any more.
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
    check_roles(book, may, held)

    def write(connection: Connection) -> None:
        if Role.CHAIR in person.roles - may:
            keep_a_chair(connection, member_id)
        if may.isdisjoint(TAKES_PART) and has_work(connection, member_id):
            raise Refused(
                f"{member_id} still has work in cases, which this role cannot do (W-02). Nothing was "
                f"written: hand it over with `tat team end {member_id}`, and add them again."
            )
        write_member(book, connection, member_id, content, offices=held, roles=may)

    blinds = {blind for _, blind in marks_of(book.vault, content)}
    now = {"member": member_id, "roles": sorted(may), "offices": sorted(held)}
    change_roster(book, blinds, write, by=by, what="membership_changed", **now)


def _entry(
    book: Casebook, connection: Connection, member_id: str
) -> tuple[Actor | None, MemberContent] | None:
    """A member's entry: who they are on the team, if they still are, and what it says; None: none."""
    row = connection.execute(select(_MEMBERS).where(_MEMBERS.c.id == member_id)).first()
    if row is None:
        return None
    content = book.key(connection, TEAM_SCOPE).open("members", row.id, row.content)
    person = Actor(row.id, frozenset(Role(role) for role in row.roles), frozenset(row.offices))
    return person if row.active else None, MemberContent.model_validate(content)


def actor(book: Casebook, member_id: str) -> Actor:
    """The member as somebody who acts.

    Raises:
        UnknownRecord: there is no such active member.
    """
    with book.store.read() as connection:
        row = connection.execute(
            select(_MEMBERS).where(_MEMBERS.c.id == member_id, _MEMBERS.c.active)
        ).first()
    if row is None:
        raise UnknownRecord(NO_SUCH_MEMBER)
    return Actor(row.id, frozenset(Role(role) for role in row.roles), frozenset(row.offices))


def members(book: Casebook) -> list[tuple[Actor, MemberContent]]:
    """Every active member, with name and address."""
    with book.store.read() as connection:
        rows = connection.execute(select(_MEMBERS).where(_MEMBERS.c.active).order_by(_MEMBERS.c.id)).all()
        if not rows:
            return []
        key = book.key(connection, TEAM_SCOPE)
    return [
        (
            Actor(row.id, frozenset(Role(role) for role in row.roles), frozenset(row.offices)),
            MemberContent.model_validate(key.open("members", row.id, row.content)),
        )
        for row in rows
    ]


def offices_of(connection: Connection, member_ids: Collection[str]) -> set[str]:
    """The offices that these members speak for together.

    Raises:
        BadInput: one of them is no active member.
    """
    found = connection.execute(
        select(_MEMBERS.c.id, _MEMBERS.c.offices).where(_MEMBERS.c.id.in_(member_ids), _MEMBERS.c.active)
    ).all()
    if {row.id for row in found} != set(member_ids):
        raise BadInput(
            "One of those who took part (participants, or present) is no active member. Nothing was written: "
            "`tat team list` shows the ids."
        )
    return {office for row in found for office in row.offices}


def record_semester_meeting(book: Casebook, content: MinutesContent, *, by: Actor, due_at: datetime) -> str:
    """Record the team's meeting of a semester without active cases (W-33); returns its id."""
    permit(by, Act.RUN_TEAM)
    aware(due_at, "the meeting's due time")
    now = book.clock()
    meeting = Meeting(
        by=by.id, at=now, kind=MeetingKind.SEMESTER, due_at=due_at, scheduled_at=now, held_at=now
    )
    with book.store.write() as connection:
        meeting.offices = sorted(offices_of(connection, content.present))
        sealed = book.key(connection, TEAM_SCOPE).seal(
            "meetings", meeting.id, content.model_dump(mode="json")
        )
        connection.execute(insert(_MEETINGS).values(meeting.model_dump() | {"content": sealed}))
        deadlines.satisfy(connection, case_id=None, clocks=[Clock.SEMESTER_MEETING], about=None, now=now)
    return meeting.id


def record_review(
    book: Casebook, content: ReviewContent, *, by: Actor, effective_at: datetime, approved_by: str = ""
) -> str:
    """Enter a review into the record of reviews and revisions (W-46); returns its id.

    Args:
        book: the casebook.
        content: which sections were revised.
        by: who enters it.
        effective_at: from when the revision holds.
        approved_by: who gave it its final approval, by name; empty: it waits for that, and so does its clock.
    """
    permit(by, Act.RUN_TEAM)
    aware(effective_at, "the day from which the revision holds")
    row = Review(at=book.clock(), by=by.id, effective_at=effective_at)
    with book.store.write() as connection:
        said = content.model_dump(mode="json") | {"approved_by": approved_by}
        sealed = book.key(connection, TEAM_SCOPE).seal("reviews", row.id, said)
        connection.execute(insert(_REVIEWS).values(row.model_dump() | {"content": sealed}))
        if approved_by:
            stop_review_clock(connection, row.at)
    return row.id


def seal_approvals(book: Casebook) -> int:
    """Seal who approved a review where it still stands in clear; returns how many there were.

    Entries of the record were written like that before schema 0002. The key that they are sealed with is no
    migration's to have, so that whoever brings the schema up to date calls this afterwards.
    """
    with book.store.write() as connection:
        rows = connection.execute(select(_REVIEWS).where(_REVIEWS.c.approved_by.is_not(None))).all()
        if not rows:
            return 0
        key = book.key(connection, TEAM_SCOPE)
        for row in rows:
            said = key.open("reviews", row.id, row.content) | {"approved_by": row.approved_by}
            sealed = key.seal("reviews", row.id, said)
            clear = update(_REVIEWS).where(_REVIEWS.c.id == row.id)
            connection.execute(clear.values(approved_by=None, content=sealed))
    return len(rows)


def stop_review_clock(connection: Connection, now: datetime) -> None:
    """Stop the clock of the annual review, and of those of earlier years."""
    # A late review answers for the years that it is late for, and not for the next one too.
    running = (
        select(_DEADLINES.c.about, _DEADLINES.c.due_at)
        .where(_DEADLINES.c.clock == Clock.ANNUAL_REVIEW, _DEADLINES.c.satisfied_at.is_(None))
        .order_by(_DEADLINES.c.due_at)
    )
    for number, row in enumerate(connection.execute(running).all()):
        if number == 0 or row.due_at <= now:
            deadlines.satisfy(
                connection, case_id=None, clocks=[Clock.ANNUAL_REVIEW], about=row.about, now=now
            )
