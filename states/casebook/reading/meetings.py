"""The meetings that somebody may know of: what is ahead, and what was held; reads no content (U-04, U-05)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, or_, select

from states.access import LET_IN, MAY, Act, Actor, require, seen
from states.casebook.book import CASES, Casebook
from states.casebook.reading.awaited import BEHIND
from states.tables import Meeting, table_of
from states.vocabulary.cases import Level
from states.vocabulary.plans import MeetingKind

_MEETINGS = table_of(Meeting)

#: how many of those ahead, and of those held, are listed
MOST = 50


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """A meeting, as codes and times.

    Args:
        meeting_id: its id.
        number: its case's number; empty: the semester's, without a case.
        site: code of the case's site; empty: as the number.
        level: the level of its case, or the provisional one; None: as the number, or none is known.
        kind: why the team meets.
        at: when it is, or was, called for.
        held_at: when its minutes were put on record; None: it has none.
        is_quorate: whether enough were there.
    """

    meeting_id: str
    number: str
    site: str
    level: Level | None
    kind: MeetingKind
    at: datetime
    held_at: datetime | None
    is_quorate: bool


def listed(book: Casebook, *, by: Actor) -> list[MeetingLine]:
    """The meetings ahead, or that wait for minutes, soonest first; then those that were held, newest first.

    Args:
        book: the casebook.
        by: who looks: of cases that they may not read there is no meeting.

    Raises:
        NotPermitted: their role shows no case.
    """
    require(by, (*MAY[Act.READ], *LET_IN), None)
    theirs = and_(CASES.c.id.is_not(None), seen(by, Act.READ, CASES.c.id))
    if not by.roles.isdisjoint(MAY[Act.SEE_REPORTS]):
        # The semester's is of no case, and the team's to read.
        theirs = or_(theirs, _MEETINGS.c.case_id.is_(None))
    every = (
        select(
            _MEETINGS.c.id,
            CASES.c.number,
            CASES.c.site,
            CASES.c.level,
            CASES.c.provisional_level,
            *(_MEETINGS.c.kind, _MEETINGS.c.scheduled_at, _MEETINGS.c.held_at, _MEETINGS.c.quorate),
        )
        .select_from(_MEETINGS)
        .join(CASES, CASES.c.id == _MEETINGS.c.case_id, isouter=True)
        .where(_MEETINGS.c.cancelled_at.is_(None), theirs)
        .limit(MOST)
    )
    called = every.where(_MEETINGS.c.held_at.is_(None), _MEETINGS.c.scheduled_at > book.clock() - BEHIND)
    held = every.where(_MEETINGS.c.held_at.is_not(None))
    with book.store.read() as connection:
        rows = [
            *connection.execute(called.order_by(_MEETINGS.c.scheduled_at, _MEETINGS.c.id)),
            *connection.execute(held.order_by(_MEETINGS.c.held_at.desc(), _MEETINGS.c.id)),
        ]
    return [_line(row) for row in rows]


def _line(row: Row[Any]) -> MeetingLine:
    meeting_id, number, site, level, provisional, kind, at, held_at, quorate = row
    current = level or provisional
    return MeetingLine(
        meeting_id,
        number or "",
        site or "",
        Level(current) if current else None,
        MeetingKind(kind),
        at,
        held_at,
        is_quorate=bool(quorate),
    )
