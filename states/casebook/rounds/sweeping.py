"""The sweep over due deadlines: each reminds, escalates, and is loud when it was missed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from states import deadlines, outbox
from states.access import SYSTEM, Act, Actor, permit, work_seen
from states.casebook.book import CASES, Casebook
from states.casebook.plan.meetings import MEETING_CLOCKS, without_one_ahead
from states.casebook.rounds import semester_invitations
from states.casebook.rounds.team_clocks import set_team_clocks
from states.casebook.team import guests
from states.casebook.team.ending import end_due
from states.casebook.team.upkeep import changes, unread
from states.casebook.team.upkeep import clocks as upkeep
from states.contents.payloads import CONVENE_TEAM, REMIND, ClockDue, MeetingWanted, Owing, PayloadT
from states.ledger import chain, coverage
from states.outbox import Owed
from states.policy.pack import Pack
from states.tables import Deadline, Effect, Event, WrappedKey, new_id, stored, table_of
from states.vault import TEAM_SCOPE, DataKey
from states.vocabulary.effects import Clock, DeadlineStage

_DEADLINES = table_of(Deadline)
_EFFECTS = table_of(Effect)
_EVENTS = table_of(Event)
_KEYS = table_of(WrappedKey)

#: how many deadlines one transaction of the sweep moves on
BATCH = 500


@dataclass(frozen=True, slots=True)
class DeadlineLine:
    """One running clock in a list: codes and times."""

    case_number: str
    clock: str
    due_at: datetime
    stage: str
    clause: str
    owner: str
    overdue: bool
    #: id of the record it is about, or empty
    about: str = ""


def sweep(book: Casebook, *, by: Actor) -> dict[str, int]:
    """Move every due deadline on: a reminder, then the chair is told, then stuck (W-08, W-12, W-30 to W-33).

    With each stage of a clock of meetings the team is called to one, unless one is still to come.

    Returns:
        How many were moved to each stage.
    """
    permit(by, Act.OPERATE)
    now = book.clock()
    set_team_clocks(book, by=SYSTEM)
    end_due(book, by=SYSTEM)
    guests.end_due(book, by=SYSTEM)
    changes.tell_of_policy(book, by=SYSTEM)
    upkeep.keep_due(book, by=SYSTEM)
    unread.keep_due(book, by=SYSTEM)
    semester_invitations.invite_newcomers(book, by=SYSTEM)
    moved = dict.fromkeys((DeadlineStage.REMINDED, DeadlineStage.ESCALATED, DeadlineStage.STUCK), 0)
    while True:
        with book.store.write() as connection:
            # Before the clocks: the team's chain tells of all that are moved on.
            book.lock_team(connection)
            rows = deadlines.due(connection, now, BATCH)
            if not rows:
                return {str(stage): count for stage, count in moved.items()}
            _move_on(book, connection, rows, now, moved)


def _move_on(
    book: Casebook,
    connection: Connection,
    rows: list[Deadline],
    now: datetime,
    moved: dict[DeadlineStage, int],
) -> None:
    keys = _keys(book, connection, {row.case_id or TEAM_SCOPE for row in rows})
    unmet = {row.case_id for row in rows if row.clock in MEETING_CLOCKS and row.case_id is not None}
    unmet = without_one_ahead(connection, unmet, now) if unmet else unmet
    owed: list[Owed] = []
    told: dict[str, str] = {}
    for row in rows:
        stage, next_at = deadlines.step(row, now)
        key = keys.get(row.case_id or TEAM_SCOPE)
        if not deadlines.advance(connection, row, stage, next_at):
            continue
        told |= coverage.of("deadlines").changed(row.id, {"stage": stage, "next_at": next_at})
        if key is None:
            continue
        moved[stage] += 1
        owed.append(_owed(book.pack, key, row, REMIND, ClockDue(deadline=row.id, stage=stage), of=stage))
        if row.clock in MEETING_CLOCKS and row.case_id in unmet:
            of = f"{stage}:{CONVENE_TEAM.kind}"
            owed.append(_owed(book.pack, key, row, CONVENE_TEAM, MeetingWanted(clock=row.clock), of=of))
    outbox.put(connection, owed, now=now)
    for effect in owed:
        told |= outbox.told(effect, now)
    chain.append_of_team(connection, told, at=now, actor=SYSTEM.id, what="clocks_moved_on")


def _owed(
    pack: Pack, key: DataKey, row: Deadline, owing: Owing[PayloadT], told: PayloadT, *, of: str
) -> Owed:
    """What a deadline's new stage asks for, once for each stage."""
    effect_id = new_id()
    return Owed(
        id=effect_id,
        case_id=row.case_id,
        kind=owing.kind,
        urgent=pack.effects[owing.kind].urgent,
        dedupe=f"{row.id}:{of}",
        payload=owing.seal(key, effect_id, told),
    )


def _keys(book: Casebook, connection: Connection, scopes: set[str]) -> dict[str, DataKey]:
    if TEAM_SCOPE in scopes:
        book.key(connection, TEAM_SCOPE)
    rows = connection.execute(select(_KEYS.c.scope, _KEYS.c.wrapped).where(_KEYS.c.scope.in_(scopes)))
    return {row.scope: book.vault.unwrap(row.scope, row.wrapped) for row in rows if row.wrapped is not None}


def deadline(book: Casebook, deadline_id: str, *, by: Actor) -> Deadline:
    """One deadline's row."""
    permit(by, Act.RUN)
    with book.store.read() as connection:
        this = select(_DEADLINES).where(_DEADLINES.c.id == deadline_id)
        return stored(Deadline, connection.execute(this).one())


def running(
    book: Casebook,
    *,
    by: Actor,
    number: str = "",
    clock: Clock | None = None,
    overdue: bool = False,
    limit: int = 1000,
) -> list[DeadlineLine]:
    """List running clocks, soonest due first, as operators may see them.

    Args:
        book: the casebook.
        by: who looks; a member sees the clocks of the cases they are on, and the team's.
        number: only one case's.
        clock: only the clocks of that name.
        overdue: only those that are late.
        limit: how many at most.

    Raises:
        NotPermitted: this person may not.
    """
    query = _running(by).limit(limit)
    if number:
        its_id = select(CASES.c.id).where(CASES.c.number == number).scalar_subquery()
        query = query.where(_DEADLINES.c.case_id == its_id)
    if clock is not None:
        query = query.where(_DEADLINES.c.clock == clock)
    if overdue:
        query = query.where(_DEADLINES.c.due_at < book.clock())
    return _lines(book, query)


def of_team(book: Casebook, *, by: Actor) -> list[DeadlineLine]:
    """The team's own clocks that run, soonest due first.

    Raises:
        NotPermitted: this person may not see what is owed.
    """
    return _lines(book, _running(by).where(_DEADLINES.c.case_id.is_(None)))


def _running(by: Actor) -> Select[Any]:
    return (
        select(_DEADLINES, CASES.c.number)
        .join(CASES, CASES.c.id == _DEADLINES.c.case_id, isouter=True)
        .where(_DEADLINES.c.satisfied_at.is_(None), work_seen(by, _DEADLINES.c.case_id))
        .order_by(_DEADLINES.c.due_at, _DEADLINES.c.id)
    )


def _lines(book: Casebook, query: Select[Any]) -> list[DeadlineLine]:
    now = book.clock()
    with book.store.read() as connection:
        return [
            DeadlineLine(
                row.number or "team",
                row.clock,
                row.due_at,
                row.stage,
                row.clause,
                row.owner,
                row.due_at < now,
                row.about,
            )
            for row in connection.execute(query)
        ]
