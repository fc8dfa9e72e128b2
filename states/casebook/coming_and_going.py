"""Who comes onto a case and who goes off it, by whatever way: what is owed to them alone (U-04).

Whoever comes is told so, and gets into their calendar what lies ahead; of whoever goes, it leaves theirs.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from states.access import Actor, is_kept_out, works_on
from states.contents.payloads import (
    CANCEL_MEETINGS,
    CONVENE_TEAM,
    NOTIFY_TEAM,
    SCHEDULE_REASSESSMENT,
    EntriesOver,
    MeetingWanted,
    News,
    Owing,
    Payload,
    ReassessmentAhead,
)
from states.guards.open_actions import STILL_OPEN
from states.tables import Case, CheckIn, Deadline, Meeting, Member, Notice, PlanAction, loaded, table_of
from states.vocabulary.effects import Clock, EffectKind
from states.vocabulary.people import Role

_MEMBERS, _NOTICES = table_of(Member), table_of(Notice)
_MEETINGS, _CHECK_INS = table_of(Meeting), table_of(CheckIn)
_ACTIONS, _DEADLINES = table_of(PlanAction), table_of(Deadline)

#: the messages that put an entry into a calendar
INVITATIONS = (
    "meeting_invitation",
    "debrief_invitation",
    "reassessment_invitation",
    "checkin_invitation",
    "action_assigned",
)

#: the messages that take one out again
CANCELLATIONS = ("meeting_cancelled", "entry_cancelled")

_COLUMNS = tuple(column.name for column in table_of(Case).c)

#: what of a case's row says who is on it
_WHO = ("lead", "offices", "members", "guests", "kept_out", "stand_ins", "outside")

#: a moment at which no stay that was begun is over: whether one is, only a round says
_ALWAYS = datetime.min.replace(tzinfo=UTC)

#: what is owed: which effect, what it is told, and what tells it apart from others of its kind
Due = tuple[Owing[Any], Payload, str]


def as_it_is(case: Case) -> Case:
    """A case's row as it is now, which stays so while the case changes."""
    return loaded(Case, {name: getattr(case, name) for name in _COLUMNS})


def due(
    connection: Connection,
    case: Case,
    was: Case,
    *,
    now: datetime,
    told: Mapping[EffectKind, Collection[str]],
) -> list[Due]:
    """What is owed to those who come onto a case, and to those who go off it.

    Somebody who is kept out of it from now on is told nothing. Where a case goes on in another one, people
    come onto that one.

    Args:
        connection: an open transaction.
        case: the case's row, as it is now.
        was: the row as it was before.
        now: what time it is.
        told: ids of those whom the writer alone has owed effects of a kind already.
    """
    if case.merged_into or all(getattr(case, name) == getattr(was, name) for name in _WHO):
        return []
    came, gone = _turned(connection, case, was, now)
    owed: list[Due] = []
    news = _but(came, told.get(EffectKind.NOTIFY_TEAM, ()))
    if news:
        owed.append((NOTIFY_TEAM, News(trigger="put_on", only=news), "came"))
    invited = _but(came, told.get(EffectKind.CONVENE_TEAM, ()))
    if invited:
        owed += [
            (CONVENE_TEAM, MeetingWanted(meeting=meeting, only=invited), f"came:{meeting}")
            for meeting in connection.scalars(_meetings_ahead(case.id, now))
        ]
    scheduled = _but(came, told.get(EffectKind.SCHEDULE_REASSESSMENT, ()))
    if scheduled and connection.execute(_reassessments(case.id)).first() is not None:
        owed.append((SCHEDULE_REASSESSMENT, ReassessmentAhead(only=scheduled), "came"))
    taken_out = _but(gone, told.get(EffectKind.CANCEL_MEETINGS, ()))
    entries = _invited(connection, case.id, taken_out) and ahead(connection, case.id, now)
    if entries:
        over = EntriesOver(meetings=tuple(sorted(entries)), only=taken_out)
        owed.append((CANCEL_MEETINGS, over, "gone"))
    return owed


def ahead(connection: Connection, case_id: str, now: datetime) -> set[str]:
    """What is still to come in a case and may stand in calendars, as invitations name it.

    Args:
        connection: an open transaction.
        case_id: the case.
        now: what time it is.
    """
    agreed = (_CHECK_INS.c.done_at.is_(None), _CHECK_INS.c.waived.is_(False))
    found = (
        _meetings_ahead(case_id, now),
        _reassessments(case_id),
        select(_CHECK_INS.c.id).where(_CHECK_INS.c.case_id == case_id, *agreed),
        select(_ACTIONS.c.id).where(_ACTIONS.c.case_id == case_id, *STILL_OPEN),
    )
    return {entry for each in found for entry in connection.scalars(each)}


def _turned(connection: Connection, case: Case, was: Case, now: datetime) -> tuple[list[str], list[str]]:
    """Ids of those who came onto a case, and of those who went off it and may know so."""
    rows = connection.execute(select(_MEMBERS).where(_MEMBERS.c.active).order_by(_MEMBERS.c.id))
    team = [
        Actor(row.id, frozenset(Role(role) for role in row.roles), frozenset(row.offices), at=now)
        for row in rows
    ]
    came = [each.id for each in team if works_on(each, case) and not works_on(each, was)]
    lasting = [replace(each, at=_ALWAYS) for each in team if not is_kept_out(each, case)]
    gone = [each.id for each in lasting if works_on(each, was) and not works_on(each, case)]
    return came, gone


def _but(members: Collection[str], told: Collection[str]) -> tuple[str, ...]:
    return tuple(member for member in members if member not in told)


def _invited(connection: Connection, case_id: str, members: Collection[str]) -> bool:
    """Whether anything of a case was put into somebody's calendar."""
    theirs: tuple[ColumnElement[bool], ...] = (
        _NOTICES.c.template.in_(INVITATIONS),
        _NOTICES.c.recipient.in_(members),
    )
    sent = select(_NOTICES.c.id).where(_NOTICES.c.case_id == case_id, *theirs)
    return bool(members) and connection.execute(sent.limit(1)).first() is not None


def _meetings_ahead(case_id: str, now: datetime) -> Any:
    """Ids of the meetings about a case, and of the looks back at it, that are called and still to come."""
    called = (_MEETINGS.c.held_at.is_(None), _MEETINGS.c.cancelled_at.is_(None))
    mine = (_MEETINGS.c.case_id == case_id, _MEETINGS.c.scheduled_at >= now, *called)
    return select(_MEETINGS.c.id).where(*mine).order_by(_MEETINGS.c.scheduled_at, _MEETINGS.c.id)


def _reassessments(case_id: str) -> Any:
    """Ids of the clocks of a case's next reassessment that run."""
    running = (_DEADLINES.c.clock == Clock.REASSESSMENT, _DEADLINES.c.satisfied_at.is_(None))
    return select(_DEADLINES.c.id).where(_DEADLINES.c.case_id == case_id, *running)
