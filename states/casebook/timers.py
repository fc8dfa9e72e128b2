"""Timers: the sweep over due deadlines, and the clocks that are the team's own.

The cost of a sweep follows what is due. What is to be sent about a deadline goes into the outbox in the same
transaction that moves the deadline on, so that no reminder is lost or doubled by a crash.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select, update

from states import deadlines, ledger, outbox
from states.access import Actor
from states.casebook.book import CASES, Casebook
from states.casebook.conflicts import seen_by
from states.casebook.effects import owe_without_case
from states.casebook.ending import end_due
from states.casebook.meetings import MEETING_CLOCKS, without_one_ahead
from states.outbox import Owed
from states.policy import Pack
from states.policy_terms import on_day
from states.policy_year import Semester
from states.reckoning import next_semester_end, semester_of
from states.tables import Deadline, Effect, Event, Utc, WrappedKey, new_id, table_of
from states.vault import TEAM_SCOPE, DataKey
from states.vocabulary import CaseState, Clock, DeadlineStage, EffectKind, EffectStatus, Level

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


@dataclass(frozen=True, slots=True)
class SemesterCounts:
    """A semester in figures, without a name (W-34)."""

    term: str
    opened: int
    closed: int
    active: int
    late: int
    by_level: dict[Level, int]


def sweep(book: Casebook) -> dict[str, int]:
    """Move every due deadline on: a reminder, then the chair is told, then stuck (W-08, W-12, W-30 to W-33).

    With each stage of a clock of meetings the team is called to one, unless one is still to come.

    Returns:
        How many were moved to each stage.
    """
    now = book.clock()
    set_team_clocks(book)
    end_due(book)
    moved = dict.fromkeys((DeadlineStage.REMINDED, DeadlineStage.ESCALATED, DeadlineStage.STUCK), 0)
    while True:
        with book.store.write() as connection:
            rows = deadlines.due(connection, now, BATCH)
            if not rows:
                return {str(stage): count for stage, count in moved.items()}
            _move_on(book, connection, rows, now, moved)


def _move_on(
    book: Casebook, connection: Connection, rows: list[Any], now: datetime, moved: dict[DeadlineStage, int]
) -> None:
    keys = _keys(book, connection, {row.case_id or TEAM_SCOPE for row in rows})
    unmet = {row.case_id for row in rows if row.clock in MEETING_CLOCKS}
    unmet = without_one_ahead(connection, unmet, now) if unmet else unmet
    owed = []
    for row in rows:
        stage, next_at = deadlines.step(row, now)
        key = keys.get(row.case_id or TEAM_SCOPE)
        if not deadlines.advance(connection, row, stage, next_at) or key is None:
            continue
        moved[stage] += 1
        owed.append(_owed(book.pack, key, EffectKind.REMIND, row, stage))
        if row.clock in MEETING_CLOCKS and row.case_id in unmet:
            owed.append(_owed(book.pack, key, EffectKind.CONVENE_TEAM, row, stage))
    outbox.put(connection, owed, now=now)


def _owed(pack: Pack, key: DataKey, kind: EffectKind, row: Any, stage: DeadlineStage) -> Owed:
    """What a deadline's new stage asks for, once for each stage."""
    effect_id = new_id()
    payload = {"deadline": row.id, "stage": stage}
    if kind is EffectKind.CONVENE_TEAM:
        payload |= {"trigger": "sweep", "clock": row.clock}
    return Owed(
        id=effect_id,
        case_id=row.case_id,
        kind=kind,
        urgent=pack.effects[kind].urgent,
        dedupe=f"{row.id}:{stage}" if kind is EffectKind.REMIND else f"{row.id}:{stage}:{kind}",
        payload=key.seal("effects", effect_id, payload),
    )


def _keys(book: Casebook, connection: Connection, scopes: set[str]) -> dict[str, Any]:
    if TEAM_SCOPE in scopes:
        book.key(connection, TEAM_SCOPE)
    rows = connection.execute(select(_KEYS.c.scope, _KEYS.c.wrapped).where(_KEYS.c.scope.in_(scopes)))
    return {row.scope: book.vault.unwrap(row.scope, row.wrapped) for row in rows if row.wrapped is not None}


def deadline(book: Casebook, deadline_id: str) -> Any:
    """One deadline's row."""
    with book.store.read() as connection:
        return connection.execute(select(_DEADLINES).where(_DEADLINES.c.id == deadline_id)).one()


def running(
    book: Casebook, *, by: Actor, number: str = "", overdue: bool = False, limit: int = 1000
) -> list[DeadlineLine]:
    """List running clocks, soonest due first, as operators may see them.

    Args:
        book: the casebook.
        by: who looks; the clocks of a case that they are kept out of are not there for them.
        number: only one case's.
        overdue: only those that are late.
        limit: how many at most.
    """
    now = book.clock()
    query = (
        select(_DEADLINES, CASES.c.number)
        .join(CASES, CASES.c.id == _DEADLINES.c.case_id, isouter=True)
        .where(_DEADLINES.c.satisfied_at.is_(None))
        .order_by(_DEADLINES.c.due_at)
        .limit(limit)
    )
    if number:
        query = query.where(CASES.c.number == number)
    if overdue:
        query = query.where(_DEADLINES.c.due_at < now)
    with book.store.read() as connection:
        query = query.where(seen_by(connection, by, _DEADLINES.c.case_id))
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


def checkpoint(book: Casebook) -> int:
    """Write a ledger checkpoint; returns how many chains grew since the last one."""
    with book.store.write() as connection:
        return ledger.checkpoint(connection, book.clock())


def verify(book: Casebook) -> ledger.Verified:
    """Verify the whole ledger.

    Raises:
        LedgerBroken: names the first broken link.
    """
    with book.store.read() as connection:
        return ledger.verify(connection)


def set_team_clocks(book: Casebook) -> None:
    """Start the team's own clocks that do not run yet (W-33, W-34, W-46).

    They are the semester's meeting and report, and the annual review of the plan.
    """
    now = book.clock()
    pack = book.pack
    site = next(iter(pack.sites.values()))
    ends = next_semester_end(now, pack, site)
    last_day = (ends - timedelta(minutes=1)).astimezone(ZoneInfo(site.timezone)).date()
    semester = semester_of(last_day, pack)
    about = f"{semester.name if semester else 'Semester'} {last_day.year}"
    review = _next_review(pack, now)
    wanted = [
        (Clock.SEMESTER_MEETING, about, ends),
        (Clock.SEMESTER_REPORT, about, ends),
        (Clock.ANNUAL_REVIEW, str(review.year), review),
    ]
    with book.store.read() as connection:
        known = _team_clocks(connection)
    missing = [clock for clock in wanted if clock[:2] not in known]
    if not missing:
        return
    with book.store.write() as connection:
        book.lock_team(connection)
        known = _team_clocks(connection)
        for clock, about, due_at in missing:
            entry = pack.reminders(clock)
            if entry is not None and (clock, about) not in known:
                deadlines.start(
                    connection,
                    case_id=None,
                    clock=clock,
                    about=about,
                    owner="",
                    now=now,
                    due_at=due_at,
                    entry=entry,
                )


def _team_clocks(connection: Connection) -> set[tuple[str, str]]:
    rows = connection.execute(
        select(_DEADLINES.c.clock, _DEADLINES.c.about).where(_DEADLINES.c.case_id.is_(None))
    )
    return {(row.clock, row.about) for row in rows}


def _next_review(pack: Pack, now: datetime) -> datetime:
    zone = ZoneInfo(next(iter(pack.sites.values())).timezone)
    day = pack.annual_review.day
    ways = (
        datetime.combine(on_day(day, now.year + later), time(17), zone).astimezone(UTC) for later in (0, 1)
    )
    return next(way for way in ways if way > now)


def owe_team(book: Casebook, clock: Clock, kind: EffectKind) -> list[str]:
    """Owe what a due clock of the team asks for, once per clock; returns the ids of effects still to be done.

    Args:
        book: the casebook.
        clock: the team's clock.
        kind: the effect that answers it.
    """
    now = book.clock()
    with book.store.write() as connection:
        book.lock_team(connection)
        due = select(_DEADLINES).where(_DEADLINES.c.case_id.is_(None), _DEADLINES.c.clock == clock)
        rows = connection.execute(
            due.where(_DEADLINES.c.satisfied_at.is_(None), _DEADLINES.c.due_at <= now)
        ).all()
        for row in rows:
            if clock is Clock.SEMESTER_REPORT:
                connection.execute(
                    update(_DEADLINES).where(_DEADLINES.c.id == row.id).values(satisfied_at=now, next_at=None)
                )
            known = connection.scalar(select(_EFFECTS.c.id).where(_EFFECTS.c.dedupe == f"{row.id}:owed"))
            if known is None:
                told = {"deadline": row.id, "about": row.about}
                owe_without_case(book, connection, kind, f"{row.id}:owed", told)
        waiting = select(_EFFECTS.c.id).where(
            _EFFECTS.c.kind == kind, _EFFECTS.c.status == EffectStatus.PENDING
        )
        return list(connection.scalars(waiting))


def semester_counts(book: Casebook, about: str) -> SemesterCounts:
    """Count a semester for its report (W-34, P-07).

    Args:
        book: the casebook.
        about: the semester's name and year, as in ``Spring 2026``.
    """
    name, _, year = about.rpartition(" ")
    semester = next(s for s in book.pack.semesters if s.name == name)
    start, end = _bounds(semester, int(year), book.pack)
    now = book.clock()
    with book.store.read() as connection:

        def count(*where: Any) -> int:
            return connection.scalar(select(func.count()).select_from(CASES).where(*where)) or 0

        late = select(func.count(func.distinct(_DEADLINES.c.case_id))).where(
            _DEADLINES.c.due_at.between(start, end),
            func.coalesce(_DEADLINES.c.satisfied_at, now, type_=Utc) > _DEADLINES.c.due_at,
        )
        levels = connection.execute(
            select(CASES.c.level, func.count())
            .where(CASES.c.opened_at.between(start, end), CASES.c.level.is_not(None))
            .group_by(CASES.c.level)
        )
        return SemesterCounts(
            term=about,
            opened=count(CASES.c.opened_at.between(start, end)),
            closed=count(CASES.c.closed_at.between(start, end)),
            active=count(CASES.c.state != CaseState.CLOSED, CASES.c.opened_at <= end),
            late=connection.scalar(late) or 0,
            by_level=dict.fromkeys(Level, 0) | {Level(level): number for level, number in levels},
        )


def _bounds(semester: Semester, year: int, pack: Pack) -> tuple[datetime, datetime]:
    zone = ZoneInfo(next(iter(pack.sites.values())).timezone)
    start = datetime.combine(on_day(semester.start, year), time(0), zone)
    return start, datetime.combine(on_day(semester.end, year), time(23, 59, 59), zone)
