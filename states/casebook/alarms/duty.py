"""The roster: who is on call for the team, day and night (U-12, M-04)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, select

from states.access import Act, Actor, permit
from states.casebook.book import Casebook
from states.casebook.effects.owing import owe_without_case
from states.casebook.team.upkeep.clocks import keep_clocks
from states.casebook.team_rows import add_row
from states.contents.payloads import REMIND, RosterGap
from states.contents.reports import aware
from states.errors import BadInput, UnknownRecord
from states.ledger import chain, coverage
from states.tables import DutyShift, Effect, Member, TimeOff, table_of

_MEMBERS = table_of(Member)
_SHIFTS = table_of(DutyShift)
_EFFECTS = table_of(Effect)
_TIMES_OFF = table_of(TimeOff)

#: how far ahead the roster is looked through for hours when too few are on call
AHEAD = timedelta(days=14)

#: how far ahead the chair is told of them
TOLD_AHEAD = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class ShiftLine:
    """One shift of the roster; ``offered_to`` is whoever may take it over, empty: nobody."""

    shift_id: str
    member_id: str
    starts_at: datetime
    ends_at: datetime
    offered_to: str = ""


@dataclass(frozen=True, slots=True)
class OffLine:
    """A time that somebody is off."""

    time_off_id: str
    member_id: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Roster:
    """Shifts and times off that are not over, soonest first, and the times ahead when too few are on call."""

    shifts: list[ShiftLine]
    gaps: list[tuple[datetime, datetime]]
    minimum: int
    off: list[OffLine]


def put_on_call(book: Casebook, member_id: str, *, by: Actor, starts_at: datetime, ends_at: datetime) -> str:
    """Put a member on call; returns the shift's id.

    Raises:
        BadInput: it ends before it starts, or has no time zone, they are off, or there is no such member.
    """
    permit(by, Act.RUN_TEAM)
    if aware(ends_at, "the shift's end") <= aware(starts_at, "the shift's start"):
        raise BadInput("The shift would end before it starts. Nothing was written: check the times.")
    now = book.clock()
    shift = DutyShift(member_id=member_id, starts_at=starts_at, ends_at=ends_at, at=now, by=by.id)
    with book.store.write() as connection:
        book.lock_team(connection)
        known = select(_MEMBERS.c.id).where(_MEMBERS.c.id == member_id, _MEMBERS.c.active)
        if connection.scalar(known) is None:
            raise BadInput("There is no active member under that id. Nothing was written.")
        not_off(connection, member_id, starts_at, ends_at)
        told = add_row(connection, shift)
        said = {"shift": shift.id, "member": member_id}
        chain.append_of_team(connection, told, at=now, actor=by, what="put_on_call", **said)
    return shift.id


def take_off_call(book: Casebook, shift_id: str, *, by: Actor) -> None:
    """Take a shift off the roster.

    Raises:
        UnknownRecord: there is no such shift.
    """
    permit(by, Act.RUN_TEAM)
    with book.store.write() as connection:
        book.lock_team(connection)
        if not connection.execute(delete(_SHIFTS).where(_SHIFTS.c.id == shift_id)).rowcount:
            raise UnknownRecord("There is no such shift. Nothing was changed: see `tat duty list`.")
        told, what = coverage.of("duty_shifts").removed(shift_id), "taken_off_call"
        told |= keep_clocks(book, connection, book.clock())
        chain.append_of_team(connection, told, at=book.clock(), actor=by, what=what, shift=shift_id)


def on_call(connection: Connection, now: datetime) -> list[str]:
    """Ids of the members who are on call at a moment, the one who began first before others.

    Whoever is off is not called, unless all of them are.
    """
    at_it = select(_SHIFTS.c.member_id).where(_SHIFTS.c.starts_at <= now, _SHIFTS.c.ends_at > now)
    found = list(dict.fromkeys(connection.scalars(at_it.order_by(_SHIFTS.c.starts_at))))
    off = {one.member_id for one in _off(connection, now) if one.starts_at <= now}
    return [member for member in found if member not in off] or found


def not_off(connection: Connection, member_id: str, starts_at: datetime, ends_at: datetime) -> None:
    """Let a member have a shift.

    Raises:
        BadInput: they are off during a part of it.
    """
    if any(one.member_id == member_id and one.starts_at < ends_at for one in _off(connection, starts_at)):
        raise BadInput("They are off during a part of that time. Nothing was written: choose somebody else.")


def roster(book: Casebook, *, by: Actor) -> Roster:
    """The roster from now on, and where it lacks somebody (U-12)."""
    permit(by, Act.ANSWER_ALARMS)
    return _roster(book, AHEAD)


def gaps_soon(book: Casebook, *, by: Actor) -> list[tuple[datetime, datetime]]:
    """The times soon when too few are on call, as the chair is told of them (U-12)."""
    permit(by, Act.RUN)
    return _roster(book, TOLD_AHEAD).gaps


def owe_gaps(book: Casebook, *, by: Actor) -> None:
    """Owe the chair the news that too few are on call soon, once a day at most (U-12, M-04)."""
    permit(by, Act.RUN)
    if not gaps_soon(book, by=by):
        return
    zone = book.pack.home.timezone
    day = f"{book.clock().astimezone(ZoneInfo(zone)):%Y-%m-%d}"
    told = select(_EFFECTS.c.id).where(_EFFECTS.c.dedupe == f"roster:{day}")
    with book.store.read() as connection:
        if connection.scalar(told) is not None:
            return
    with book.store.write() as connection:
        book.lock_team(connection)
        if connection.scalar(told) is None:
            owe_without_case(book, connection, REMIND, f"roster:{day}", RosterGap(roster=day))


def _roster(book: Casebook, span: timedelta) -> Roster:
    now = book.clock()
    ahead = select(_SHIFTS).where(_SHIFTS.c.ends_at > now).order_by(_SHIFTS.c.starts_at, _SHIFTS.c.id)
    with book.store.read() as connection:
        rows, off = connection.execute(ahead).all(), _off(connection, now)
    shifts = [ShiftLine(row.id, row.member_id, row.starts_at, row.ends_at, row.offered_to) for row in rows]
    minimum = book.pack.on_call.minimum
    return Roster(shifts, _gaps(shifts, off, minimum, now, now + span), minimum, off)


def _off(connection: Connection, since: datetime) -> list[OffLine]:
    """The times off that are not over at a moment, soonest first."""
    standing = select(_TIMES_OFF).where(_TIMES_OFF.c.ends_at > since, _TIMES_OFF.c.struck_at.is_(None))
    rows = connection.execute(standing.order_by(_TIMES_OFF.c.starts_at, _TIMES_OFF.c.id))
    return [OffLine(row.id, row.member, row.starts_at, row.ends_at) for row in rows]


def at(lines: Iterable[ShiftLine | OffLine], moment: datetime) -> set[str]:
    """Ids of the members whose shifts, or times off, a moment is in."""
    return {one.member_id for one in lines if one.starts_at <= moment < one.ends_at}


def edges_of(lines: Iterable[ShiftLine | OffLine]) -> set[datetime]:
    """When shifts, or times off, begin and end."""
    return {edge for one in lines for edge in (one.starts_at, one.ends_at)}


def _gaps(
    shifts: list[ShiftLine], off: list[OffLine], minimum: int, since: datetime, until: datetime
) -> list[tuple[datetime, datetime]]:
    edges = {since, until, *edges_of(shifts), *edges_of(off)}
    times = sorted(edge for edge in edges if since <= edge <= until)
    gaps: list[tuple[datetime, datetime]] = []
    for start, end in pairwise(times):
        if len(at(shifts, start) - at(off, start)) >= minimum:
            continue
        if gaps and gaps[-1][1] == start:
            gaps[-1] = (gaps[-1][0], end)
        else:
            gaps.append((start, end))
    return gaps
