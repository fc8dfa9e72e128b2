"""Shifts that go over to another, by their own word, and time off (U-12)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from states.access import MAY, Act, Actor, permit
from states.casebook.alarms.duty import not_off
from states.casebook.book import Casebook
from states.casebook.team.upkeep.clocks import keep_clocks
from states.casebook.team_rows import add_row
from states.contents.reports import aware
from states.errors import BadInput, NotPermitted, Refused, UnknownRecord
from states.ledger import chain, coverage
from states.tables import DutyShift, Member, TimeOff, table_of

_SHIFTS = table_of(DutyShift)
_MEMBERS = table_of(Member)
_OFF = table_of(TimeOff)

#: what is said of a shift that there is not
NO_SUCH_SHIFT = "There is no such shift that is not over. Nothing was changed: see `tat duty list`."


def offer(book: Casebook, shift_id: str, *, by: Actor, to: str) -> None:
    """Offer a shift to another member: it stays with whoever has it until the other one takes it.

    Args:
        book: the casebook.
        shift_id: the shift.
        by: who offers it: whoever has it, or whoever runs the team.
        to: id of the member to whom it is offered.

    Raises:
        BadInput: it is theirs already, they are off then, or there is no such active member.
        NotPermitted: it is another's shift.
        UnknownRecord: there is no such shift that is not over.
    """
    permit(by, Act.ANSWER_ALARMS)
    now = book.clock()
    with book.store.write() as connection:
        book.lock_team(connection)
        shift = _shift(connection, shift_id, now)
        if shift.member_id != by.id and by.roles.isdisjoint(MAY[Act.RUN_TEAM]):
            raise NotPermitted("This shift is another's: they offer it, or the chair. Nothing was changed.")
        if to == shift.member_id:
            raise BadInput("They have this shift already. Nothing was changed.")
        _there(connection, to)
        not_off(connection, to, max(shift.starts_at, now), shift.ends_at)
        _set(book, connection, shift, {"offered_to": to}, by=by, what="shift_offered")


def answer(book: Casebook, shift_id: str, *, by: Actor, takes: bool) -> None:
    """Say whether one takes a shift that was offered; whoever offered it may take that back.

    Args:
        book: the casebook.
        shift_id: the shift.
        by: to whom it was offered; to decline, also whoever has it, or runs the team.
        takes: whether they take it.

    Raises:
        BadInput: whoever takes it is off then.
        Refused: it is offered to nobody any more.
        UnknownRecord: there is no such shift, or it is not offered to them.
    """
    permit(by, Act.ANSWER_ALARMS)
    now = book.clock()
    with book.store.write() as connection:
        book.lock_team(connection)
        shift = _shift(connection, shift_id, now)
        may_decline = by.id == shift.member_id or not by.roles.isdisjoint(MAY[Act.RUN_TEAM])
        if by.id != shift.offered_to and (takes or not may_decline):
            raise UnknownRecord(NO_SUCH_SHIFT)
        if not shift.offered_to:
            raise Refused("This shift is offered to nobody. Nothing was changed.")
        if takes:
            not_off(connection, by.id, max(shift.starts_at, now), shift.ends_at)
        changed = {"offered_to": ""} | ({"member_id": by.id} if takes else {})
        what = "shift_taken" if takes else "shift_declined"
        _set(book, connection, shift, changed, by=by, what=what)


def take_off(book: Casebook, member_id: str, *, by: Actor, starts_at: datetime, ends_at: datetime) -> str:
    """Put down that a member is off: they are put on no shift then, and their own shifts lack somebody.

    Args:
        book: the casebook.
        member_id: whose time off it is.
        by: the member, or whoever runs the team.
        starts_at: from when (aware).
        ends_at: until when (aware).

    Returns:
        Its id.

    Raises:
        BadInput: it ends before it starts, is over, or there is no such active member.
        NotPermitted: it is another's time.
    """
    permit(by, Act.SEE_TEAM)
    if by.id != member_id and by.roles.isdisjoint(MAY[Act.RUN_TEAM]):
        raise NotPermitted("Another's time off is theirs or the chair's to enter. Nothing was written.")
    now = book.clock()
    if aware(ends_at, "the end") <= aware(starts_at, "the start") or ends_at <= now:
        raise BadInput("The time off would be over. Nothing was written: check the times.")
    row = TimeOff(member=member_id, starts_at=starts_at, ends_at=ends_at, at=now, by=by.id)
    with book.store.write() as connection:
        book.lock_team(connection)
        _there(connection, member_id)
        told = add_row(connection, row)
        said = {"time_off": row.id, "member": member_id}
        chain.append_of_team(connection, told, at=now, actor=by, what="time_off_entered", **said)
    return row.id


def be_back(book: Casebook, time_off_id: str, *, by: Actor) -> None:
    """Strike time off: the member is there after all.

    Raises:
        UnknownRecord: there is no such time off, or it is another's.
    """
    permit(by, Act.SEE_TEAM)
    with book.store.write() as connection:
        book.lock_team(connection)
        this = select(_OFF).where(_OFF.c.id == time_off_id, _OFF.c.struck_at.is_(None))
        row = connection.execute(this).first()
        theirs = row is not None and row.member == by.id
        if row is None or not (theirs or not by.roles.isdisjoint(MAY[Act.RUN_TEAM])):
            raise UnknownRecord("There is no such time off. Nothing was changed: see `tat duty list`.")
        struck = {"struck_at": book.clock()}
        connection.execute(update(_OFF).where(_OFF.c.id == row.id).values(**struck))
        told = coverage.of("times_off").changed(row.id, struck)
        said = {"time_off": row.id, "member": row.member}
        chain.append_of_team(connection, told, at=book.clock(), actor=by, what="time_off_struck", **said)


def _shift(connection: Connection, shift_id: str, now: datetime) -> Any:
    shift = connection.execute(
        select(_SHIFTS).where(_SHIFTS.c.id == shift_id, _SHIFTS.c.ends_at > now)
    ).first()
    if shift is None:
        raise UnknownRecord(NO_SUCH_SHIFT)
    return shift


def _there(connection: Connection, member_id: str) -> None:
    known = select(_MEMBERS.c.id).where(_MEMBERS.c.id == member_id, _MEMBERS.c.active)
    if connection.scalar(known) is None:
        raise BadInput("There is no active member under that id. Nothing was written.")


def _set(
    book: Casebook, connection: Connection, shift: Any, changed: dict[str, str], *, by: Actor, what: str
) -> None:
    now = book.clock()
    connection.execute(update(_SHIFTS).where(_SHIFTS.c.id == shift.id).values(**changed))
    told = coverage.of("duty_shifts").changed(shift.id, changed)
    told |= keep_clocks(book, connection, now)
    said = {"shift": shift.id, "member": shift.member_id, "to": changed["offered_to"] or shift.offered_to}
    chain.append_of_team(connection, told, at=now, actor=by, what=what, **said)
