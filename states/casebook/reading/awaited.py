"""What waits for somebody's word, eye or presence besides clocks: meetings, approvals, unread reports."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    case,
    cast,
    exists,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.types import String

from states.access import LET_IN, MAY, Act, Actor, chairs, is_there, let_to, named, seen, sees_all
from states.casebook.book import CASES, Casebook
from states.casebook.narrowing import EVERY, Narrowed
from states.standing_level import GRAVE
from states.tables import (
    Assessment,
    Concurrence,
    Confirmation,
    Deadline,
    Event,
    Meeting,
    Plan,
    Rating,
    Release,
    ReleaseDecision,
    Report,
    Screening,
    table_of,
)
from states.vocabulary.cases import CaseState, Level, ReportStanding
from states.vocabulary.effects import Clock
from states.vocabulary.leaving import ReleaseStatus

_MEETINGS, _PLANS, _ASSESSMENTS = table_of(Meeting), table_of(Plan), table_of(Assessment)
_CONFIRMATIONS, _EVENTS, _REPORTS = table_of(Confirmation), table_of(Event), table_of(Report)
_DEADLINES, _RATINGS = table_of(Deadline), table_of(Rating)
_SCREENINGS, _CONCURRENCES = table_of(Screening), table_of(Concurrence)
_RELEASES, _DECISIONS = table_of(Release), table_of(ReleaseDecision)

#: that a text waits for the word of offices, in the words of the index of those that do
_IS_DRAFTED = text(f"{_RELEASES.name}.status = '{ReleaseStatus.DRAFTED}'")

#: how far ahead a meeting is somebody's matter, and for how long one that nobody put minutes of stays one
AHEAD, BEHIND = timedelta(days=7), timedelta(days=14)

#: for how long after a case changed last what waits in it is looked for; then its clocks are late by far
LATELY = timedelta(days=60)


class Awaits(StrEnum):
    """What somebody is waited for."""

    MEETING = "meeting"
    MINUTES = "minutes"
    PLAN_APPROVAL = "plan_approval"
    RATING = "rating"
    CONFIRMATION = "confirmation"
    NO_RISK = "no_risk"
    LOWERING = "lowering"
    CLEARANCE = "clearance"
    UNREAD_REPORT = "unread_report"


@dataclass(frozen=True, slots=True)
class Awaited:
    """One thing that waits for somebody, as codes and times.

    Args:
        what: what it waits for.
        number: its case's number; empty: of no case, or of one that is not theirs to open.
        site: code of the case's site; empty: as the number.
        level: the level in force, or the provisional one; None: as the number, or none is known.
        at: since when it waits; of a meeting, when it is.
        about: id of the text that waits; empty: something else does.
    """

    what: Awaits
    number: str
    site: str
    level: str | None
    at: datetime
    about: str = ""


def awaited(book: Casebook, *, by: Actor, narrowed: Narrowed = EVERY, limit: int = 50) -> list[Awaited]:
    """What waits for somebody besides clocks; reads no content.

    Of each kind those come first whose case nobody touched for longest, and meetings by when they are.

    Args:
        book: the casebook.
        by: who looks.
        narrowed: which cases are looked at; what is of no case is left out when it names a site or level.
        limit: how many of each kind at most.
    """
    now = book.clock()
    with book.store.read() as connection:
        found = [*_cleared_by(connection, by, limit)] if narrowed.is_every else []
        if by.roles.isdisjoint((*MAY[Act.RECORD], *LET_IN)):
            return found
        found += _meetings(connection, by, narrowed, now, limit)
        lately = (CASES.c.changed_at > now - LATELY, *narrowed.where(), seen(by, Act.RECORD, CASES.c.id))
        for what, query in (
            (Awaits.PLAN_APPROVAL, _unapproved(by)),
            (Awaits.RATING, _unrated(by, now)),
            (Awaits.CONFIRMATION, _unconfirmed(by)),
            (Awaits.NO_RISK, _unagreed_screening(by)),
            (Awaits.LOWERING, _unagreed_lowering(by)),
            (Awaits.UNREAD_REPORT, _unread(by)),
        ):
            # By the index of when cases changed, so that no more cases are looked at than are shown.
            mine = query.where(*lately).order_by(CASES.c.changed_at, CASES.c.id)
            found += _read(connection, what, mine.limit(limit))
    return found


def _of(at: Any) -> Select[Any]:
    return select(CASES.c.number, CASES.c.site, CASES.c.level, CASES.c.provisional_level, at)


def _read(connection: Connection, what: Awaits, query: Select[Any]) -> list[Awaited]:
    rows = connection.execute(query)
    return [
        Awaited(what, number or "", site or "", level or provisional, at)
        for number, site, level, provisional, at in rows
    ]


def _meetings(
    connection: Connection, by: Actor, narrowed: Narrowed, now: datetime, limit: int
) -> Iterator[Awaited]:
    theirs = seen(by, Act.RECORD, _MEETINGS.c.case_id)
    if not sees_all(by, Act.RECORD):
        theirs = _MEETINGS.c.case_id.is_(None) | theirs
    called = (
        _of(_MEETINGS.c.scheduled_at)
        .select_from(_MEETINGS)
        .join(CASES, CASES.c.id == _MEETINGS.c.case_id, isouter=True)
        .where(_MEETINGS.c.held_at.is_(None), _MEETINGS.c.cancelled_at.is_(None), theirs, *narrowed.where())
        .order_by(_MEETINGS.c.scheduled_at)
        .limit(limit)
    )
    yield from _read(
        connection, Awaits.MINUTES, called.where(_MEETINGS.c.scheduled_at.between(now - BEHIND, now))
    )
    yield from _read(
        connection, Awaits.MEETING, called.where(_MEETINGS.c.scheduled_at.between(now, now + AHEAD))
    )


def _unapproved(by: Actor) -> Select[Any]:
    """Plans that somebody else wrote, that nobody approved, and in whose place no newer one is."""
    newer = _PLANS.alias()
    superseded = exists().where(newer.c.case_id == _PLANS.c.case_id, newer.c.seq > _PLANS.c.seq)
    return (
        _of(_PLANS.c.at)
        .join(_PLANS, _PLANS.c.case_id == CASES.c.id)
        .where(CASES.c.state == CaseState.PLAN, _PLANS.c.approved_by.is_(None), _PLANS.c.by != by.id)
        .where(~superseded)
    )


def _unrated(by: Actor, now: datetime) -> Select[Any]:
    """Cases that somebody is on, which are to be assessed, and which they have not rated alone (W-19).

    Not those that they see only because they chair: whoever chairs need not be among those who assess.
    """
    due = or_(
        _DEADLINES.c.clock == Clock.ASSESSMENT,
        and_(_DEADLINES.c.clock == Clock.REASSESSMENT, _DEADLINES.c.due_at < now + AHEAD),
    )
    since = case((_DEADLINES.c.clock == Clock.ASSESSMENT, CASES.c.entered_at), else_=_DEADLINES.c.set_at)
    filed = exists().where(_ASSESSMENTS.c.case_id == CASES.c.id, _ASSESSMENTS.c.at >= since)
    later = _ASSESSMENTS.alias()
    settled = exists().where(later.c.case_id == _RATINGS.c.case_id, later.c.seq > _RATINGS.c.seq)
    rated = exists().where(_RATINGS.c.case_id == CASES.c.id, _RATINGS.c.by == by.id, ~settled)
    open_cases = (
        _of(_DEADLINES.c.set_at)
        .join(_DEADLINES, _DEADLINES.c.case_id == CASES.c.id)
        .where(_DEADLINES.c.satisfied_at.is_(None), due)
        .where(~filed, ~rated)
    )
    if not sees_all(by, Act.RECORD):
        return open_cases
    # Asked case by case: they are let to far more than changed lately.
    let = let_to(by, Act.RECORD)
    return open_cases.where(let.where(let.selected_columns[0] == CASES.c.id).exists())


def _unconfirmed(by: Actor) -> Select[Any]:
    """Assessments still to be put in force that name somebody who took part, and has not said so."""
    newer = _ASSESSMENTS.alias()
    superseded = exists().where(newer.c.case_id == _ASSESSMENTS.c.case_id, newer.c.seq > _ASSESSMENTS.c.seq)
    said = exists().where(_CONFIRMATIONS.c.about == _ASSESSMENTS.c.id, _CONFIRMATIONS.c.by == by.id)
    said = said.where(_CONFIRMATIONS.c.case_id == _ASSESSMENTS.c.case_id)
    return (
        _of(_ASSESSMENTS.c.at)
        .join(_ASSESSMENTS, _ASSESSMENTS.c.case_id == CASES.c.id)
        .where(CASES.c.state != CaseState.CLOSED, CASES.c.assessment_id.is_distinct_from(_ASSESSMENTS.c.id))
        .where(_ASSESSMENTS.c.by != by.id, ~superseded, ~said)
        .where(cast(_ASSESSMENTS.c.participants, String).contains(f'"{by.id}"', autoescape=True))
    )


def _unagreed_screening(by: Actor) -> Select[Any]:
    """Reports that somebody else sees no risk in, with whom no second member has agreed (W-11)."""
    newer = _SCREENINGS.alias()
    superseded = exists().where(newer.c.case_id == _SCREENINGS.c.case_id, newer.c.seq > _SCREENINGS.c.seq)
    return (
        _of(_SCREENINGS.c.at)
        .join(_SCREENINGS, _SCREENINGS.c.case_id == CASES.c.id)
        .where(CASES.c.state == CaseState.REPORTED, _SCREENINGS.c.level == Level.NONE)
        .where(_SCREENINGS.c.by != by.id, ~superseded, _waits(_SCREENINGS, by))
    )


def _unagreed_lowering(by: Actor) -> Select[Any]:
    """Assessments to be put in force by which the level falls, and no second member has agreed (W-19)."""
    newer = _ASSESSMENTS.alias()
    superseded = exists().where(newer.c.case_id == _ASSESSMENTS.c.case_id, newer.c.seq > _ASSESSMENTS.c.seq)
    gravity = {level.value: level.gravity for level in Level}
    stands = func.coalesce(CASES.c.level, CASES.c.provisional_level)
    falls = case(gravity, value=_ASSESSMENTS.c.level) < case(gravity, value=stands)
    return (
        _of(_ASSESSMENTS.c.at)
        .join(_ASSESSMENTS, _ASSESSMENTS.c.case_id == CASES.c.id)
        .where(CASES.c.state != CaseState.CLOSED, CASES.c.assessment_id.is_distinct_from(_ASSESSMENTS.c.id))
        .where(falls, _ASSESSMENTS.c.by != by.id, ~superseded, _waits(_ASSESSMENTS, by))
    )


def _waits(records: Table, by: Actor) -> ColumnElement[bool]:
    """Whether a record still needs somebody's agreement: a second member's, or the chair's, too (W-07)."""
    if not chairs(by, None):
        return ~_agreed(records)
    agreed = exists().where(_CONCURRENCES.c.about == records.c.id)
    agreed = agreed.where(_CONCURRENCES.c.case_id == records.c.case_id)
    graver = [
        exists()
        .where(each.c.case_id == records.c.case_id, each.c.seq < records.c.seq, each.c.level.in_(GRAVE))
        .where(each.c.seq >= CASES.c.levels_since)
        for each in (_SCREENINGS.alias(), _ASSESSMENTS.alias())
    ]
    no_chair = ~records.c.chair & ~agreed.where(_CONCURRENCES.c.chair)
    mine = agreed.where(_CONCURRENCES.c.by == by.id)
    return ~_agreed(records) | (or_(*graver) & no_chair & ~mine)


def _agreed(records: Table) -> ColumnElement[bool]:
    """Whether somebody agreed with a record who did not write it."""
    mine = exists().where(_CONCURRENCES.c.about == records.c.id, _CONCURRENCES.c.by != records.c.by)
    return mine.where(_CONCURRENCES.c.case_id == records.c.case_id)


def _unread(by: Actor) -> Select[Any]:
    """Reports in cases that somebody leads which came in since they last opened the case."""
    read = exists().where(
        _EVENTS.c.case_id == CASES.c.id,
        _EVENTS.c.seq > _REPORTS.c.seq,
        _EVENTS.c.actor == by.id,
        _EVENTS.c.what == "read",
    )
    return (
        _of(_REPORTS.c.at)
        .join(_REPORTS, _REPORTS.c.case_id == CASES.c.id)
        .where(CASES.c.id.in_(named(by.id)), CASES.c.lead == by.id, CASES.c.state != CaseState.CLOSED)
        .where(_REPORTS.c.standing == ReportStanding.STANDS, _REPORTS.c.by != by.id, ~read)
    )


def _cleared_by(connection: Connection, by: Actor, limit: int) -> Iterator[Awaited]:
    """Texts that wait for the word of somebody's office; which case they are of is not theirs to know."""
    if not by.offices:
        return
    drafted = select(_RELEASES.c.id, _RELEASES.c.needs, _RELEASES.c.at).where(_IS_DRAFTED)
    drafted = drafted.where(is_there(by, _RELEASES.c.case_id)).order_by(_RELEASES.c.at).limit(limit)
    rows = [row for row in connection.execute(drafted) if by.offices.intersection(row.needs)]
    said = select(_DECISIONS.c.release_id, _DECISIONS.c.office)
    said = said.where(_DECISIONS.c.release_id.in_([row.id for row in rows]))
    decided = {(row.release_id, row.office) for row in connection.execute(said)}
    for row in rows:
        if any((row.id, office) not in decided for office in by.offices.intersection(row.needs)):
            yield Awaited(Awaits.CLEARANCE, "", "", None, row.at, row.id)
