"""The clocks of what keeps the team fit for its work: which of them are to run, and that they do."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from states import deadlines
from states.access import SYSTEM, Act, Actor, permit
from states.calendar.reckoning import due
from states.casebook.book import Casebook
from states.casebook.team import approval
from states.ledger import chain, coverage
from states.policy.entries import ClockTerms
from states.policy.terms import Duration
from states.tables import (
    Agreement,
    Change,
    ChangeReading,
    Deadline,
    DutyShift,
    Member,
    Training,
    stored,
    table_of,
)
from states.vocabulary.effects import Clock
from states.vocabulary.people import Role

_DEADLINES = table_of(Deadline)
_MEMBERS = table_of(Member)
_TRAININGS = table_of(Training)
_CHANGES = table_of(Change)
_READINGS = table_of(ChangeReading)
_AGREEMENTS = table_of(Agreement)
_SHIFTS = table_of(DutyShift)

#: those who do the team's work, and are to be fit for it
OF_TEAM = frozenset({Role.CHAIR, Role.MEMBER, Role.INTAKE, Role.DEPUTY, Role.CUSTODIAN})

#: the clocks that are kept here
CLOCKS = (Clock.TRAINING, Clock.READING, Clock.AGREEMENT, Clock.SHIFT_OFFER, Clock.POLICY_APPROVAL)

#: one clock: which, the record that it is about, and whose it is
Key = tuple[Clock, str, str]

#: when a clock is due: then, or so long after it starts; None: so long after it starts as the pack says of it
Due = datetime | Duration | None

#: digits of a pack's digest by which a clock says which version it is about
VERSION = 16


def keep_clocks(book: Casebook, connection: Connection, now: datetime) -> dict[str, str]:
    """Start the clocks that are wanted and do not run, and stop the others; gives what the ledger tells.

    Args:
        book: the casebook.
        connection: a transaction that holds the team's lock.
        now: what time it is.
    """
    missing, over = _unsettled(book, connection)
    told = deadlines.stop(connection, over, now=now)
    for key, ends in missing.items():
        told |= started(book, connection, key, now, ends)
    return told


def keep_due(book: Casebook, *, by: Actor) -> None:
    """Have the clocks run that are wanted now, whoever came or left since (U-14, U-16, P-10)."""
    keep_in_step(
        book,
        lambda connection: any(_unsettled(book, connection)),
        lambda connection, now: keep_clocks(book, connection, now),
        by=by,
        what="upkeep_clocks_set",
    )


def keep_in_step(
    book: Casebook,
    unsettled: Callable[[Connection], bool],
    settle: Callable[[Connection, datetime], dict[str, str]],
    *,
    by: Actor,
    what: str,
) -> None:
    """Have clocks of the team run as they are to; writes nothing where they do.

    Args:
        book: the casebook.
        unsettled: whether one runs that is not to, or does not that is.
        settle: starts and stops them; gives what the ledger tells of it.
        by: the software itself, or whoever runs it.
        what: what the ledger calls it.
    """
    permit(by, Act.RUN)
    with book.store.read() as connection:
        if not unsettled(connection):
            return
    now = book.clock()
    with book.store.write() as connection:
        book.lock_team(connection)
        told = settle(connection, now)
        if told:
            chain.append_of_team(connection, told, at=now, actor=SYSTEM.id, what=what)


def started(
    book: Casebook, connection: Connection, key: Key, now: datetime, ends: Due = None
) -> dict[str, str]:
    """Start a clock of the team; gives what the ledger tells of it; nothing: the policy has no such clock.

    Args:
        book: the casebook.
        connection: a transaction that holds the team's lock.
        key: which clock, about which record, and whose.
        now: what time it is.
        ends: when it is due, or after how long, where the policy does not say of it.
    """
    clock, about, owner = key
    entry = book.pack.reminders(clock)
    length = entry.duration if isinstance(entry, ClockTerms) else ends
    due_at = due(now, length, book.pack.home) if isinstance(length, Duration) else length
    if entry is None or due_at is None:
        return {}
    row = deadlines.start(
        connection,
        case_id=None,
        clock=clock,
        about=about,
        owner=owner,
        now=now,
        due_at=due_at,
        entry=entry,
    )
    return coverage.of("deadlines").added(row)


def workers(connection: Connection) -> list[str]:
    """Ids of the active members who do the team's work."""
    rows = connection.execute(select(_MEMBERS).where(_MEMBERS.c.active).order_by(_MEMBERS.c.id))
    return [row.id for row in rows if not OF_TEAM.isdisjoint(row.roles)]


def newest(connection: Connection) -> dict[tuple[str, str], Training]:
    """Of each member and kind the training that counts: the one had last that was not taken back."""
    standing = select(_TRAININGS).where(_TRAININGS.c.taken_back_at.is_(None))
    rows = connection.execute(standing.order_by(_TRAININGS.c.done_at, _TRAININGS.c.at))
    return {(row.member, row.kind): stored(Training, row) for row in rows}


def lacking(connection: Connection) -> dict[tuple[str, str], datetime]:
    """Of each member and kind of training that they never had: until when they were to have it."""
    known = {row.id for row in newest(connection).values()}
    return {
        (owner, about): row.due_at
        for (clock, about, owner), row in _running(connection).items()
        if clock is Clock.TRAINING and about not in known
    }


def _unsettled(book: Casebook, connection: Connection) -> tuple[dict[Key, Due], list[str]]:
    """The clocks that are wanted and do not run, and the ids of those that run and are not wanted.

    One that runs to another end than the one that is wanted is both.
    """
    wanted, running = _wanted(book, connection), _running(connection)
    over = {
        key
        for key, row in running.items()
        if key not in wanted or (isinstance(wanted[key], datetime) and wanted[key] != row.due_at)
    }
    missing = {key: due_at for key, due_at in wanted.items() if key not in running or key in over}
    return missing, [running[key].id for key in sorted(over)]


def _wanted(book: Casebook, connection: Connection) -> dict[Key, Due]:
    """The clocks that are wanted, and when each is due."""
    there = workers(connection)
    had = newest(connection)
    lapsing: dict[Key, Due] = {
        (Clock.TRAINING, row.id, member): row.lapses_at
        for (member, kind), row in had.items()
        if member in there and kind in book.pack.training and row.lapses_at is not None
    }
    # Whoever never had one has as long as the pack says, from when they came or the pack asked for it (U-14).
    never_had: dict[Key, Due] = {
        (Clock.TRAINING, kind, member): Duration(days=asked.within_days)
        for kind, asked in book.pack.training.items()
        for member in there
        if (member, kind) not in had
    }
    told = select(_CHANGES.c.id).where(_CHANGES.c.asked, _CHANGES.c.taken_back_at.is_(None))
    read = {(row.change_id, row.member) for row in connection.execute(select(_READINGS))}
    unread = [(each, member) for each in connection.scalars(told) for member in there]
    to_read = {(Clock.READING, *each): None for each in unread if each not in read}
    holding = select(_AGREEMENTS).where(_AGREEMENTS.c.ended_at.is_(None), _AGREEMENTS.c.ends_at.is_not(None))
    ending = {(Clock.AGREEMENT, row.id, ""): row.ends_at for row in connection.execute(holding)}
    offered = select(_SHIFTS).where(_SHIFTS.c.offered_to != "", _SHIFTS.c.ends_at > book.clock())
    to_take = {
        (Clock.SHIFT_OFFER, row.id, row.offered_to): row.starts_at for row in connection.execute(offered)
    }
    return lapsing | never_had | to_read | ending | to_take | _to_approve(book, connection)


def _to_approve(book: Casebook, connection: Connection) -> dict[Key, Due]:
    """The clock of a version in force that the body which it names has not approved (W-46)."""
    stands = approval.standing_of(book, connection, book.pack).standing
    if stands is approval.Standing.APPROVED:
        return {}
    return {(Clock.POLICY_APPROVAL, book.pack.digest[:VERSION], ""): None}


def _running(connection: Connection) -> Mapping[Key, Row[Any]]:
    query = select(_DEADLINES).where(
        _DEADLINES.c.case_id.is_(None), _DEADLINES.c.clock.in_(CLOCKS), _DEADLINES.c.satisfied_at.is_(None)
    )
    return {(Clock(row.clock), row.about, row.owner): row for row in connection.execute(query)}
