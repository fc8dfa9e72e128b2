"""Meetings about a case: called, held, with attendance, quorum and minutes (W-30 to W-33, U-04 to U-06)."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select

from states import deadlines
from states.access import Act, Actor
from states.casebook.book import Casebook
from states.casebook.page import Page
from states.casebook.team import offices_of
from states.errors import BadInput, Refused
from states.records import MinutesContent, aware
from states.tables import Alarm, Meeting, table_of
from states.vocabulary import CaseState, Clock, EffectKind, Level, MeetingKind

_MEETINGS = table_of(Meeting)

#: the clocks by which the team has to have met about a case (W-30 to W-33)
MEETING_CLOCKS = (Clock.FIRST_MEETING, Clock.NEXT_MEETING)


def call(page: Page, kind: MeetingKind, due_at: datetime, scheduled_at: datetime) -> str:
    """Call a meeting on an open page, unless one as urgent is called and still ahead; returns its id."""
    # One that has passed without minutes stands for none that is needed now.
    waiting = [m for m in page.rows(Meeting) if m.held_at is None and m.scheduled_at >= page.now]
    fitting = [m for m in waiting if m.kind in (kind, MeetingKind.EMERGENCY)]
    if fitting and kind is not MeetingKind.DEBRIEF:
        return str(fitting[0].id)
    meeting = Meeting(
        case_id=page.case.id, at=page.now, by=page.by.id, kind=kind, due_at=due_at, scheduled_at=scheduled_at
    )
    page.add(meeting, {})
    page.log("meeting_called", meeting=meeting.id, kind=kind)
    return meeting.id


def kind_for(level: Level | None, state: CaseState) -> MeetingKind:
    """What kind of meeting a case at this level and stage calls for (W-30 to W-32)."""
    if level in (Level.EXTREME, Level.SEVERE):
        return MeetingKind.EMERGENCY
    return MeetingKind.INITIAL if state in (CaseState.REPORTED, CaseState.INQUIRY) else MeetingKind.REVIEW


def schedule(book: Casebook, number: str, *, by: Actor, kind: MeetingKind, at: datetime) -> str:
    """Call a meeting for a time that people agreed on; the invitations go out (U-04). Returns its id.

    Raises:
        BadInput: the time has passed or has no time zone.
    """
    if aware(at, "the meeting's time") < book.clock():
        raise BadInput("A meeting needs a time that is still ahead. Nothing was written.")
    with book.page(number, by, Act.RECORD) as page:
        meeting = Meeting(case_id=page.case.id, at=page.now, by=by.id, kind=kind, due_at=at, scheduled_at=at)
        page.add(meeting, {})
        page.owe(EffectKind.CONVENE_TEAM, trigger="schedule", meeting=meeting.id)
        page.log("meeting_called", meeting=meeting.id, kind=kind)
        return meeting.id


def hold(book: Casebook, number: str, meeting_id: str, content: MinutesContent, *, by: Actor) -> bool:
    """Record that a meeting took place: who was there, and the minutes; returns whether it had a quorum.

    With a quorum, the clock of the next meeting starts while the case is open (W-33). Without one the
    meeting does not count: the clock that it was called for goes on, and the team is called again (U-04,
    W-30 to W-32).

    Raises:
        Refused: its minutes are on record already.
        BadInput: somebody present is no active member.
    """
    with book.page(number, by, Act.RECORD) as page:
        if page.row(Meeting, meeting_id).held_at is not None:
            raise Refused("The minutes of this meeting are on record already. Nothing was written.")
        offices = offices_of(page.connection, content.present)
        quorum = book.pack.quorum
        quorate = len(offices) >= quorum.offices and offices.issuperset(quorum.required)
        sealed = page.seal("meetings", meeting_id, content)
        page.set(
            Meeting, meeting_id, held_at=page.now, offices=sorted(offices), quorate=quorate, content=sealed
        )
        kind = page.row(Meeting, meeting_id).kind
        if kind == MeetingKind.DEBRIEF:
            page.stop(Clock.DEBRIEF)
        else:
            _go_on(page, quorate=quorate)
        if kind == MeetingKind.EMERGENCY:
            _review_alarms(page)
        page.log("meeting_held", meeting=meeting_id, kind=kind, quorate=quorate, offices=sorted(offices))
        return quorate


def _go_on(page: Page, *, quorate: bool) -> None:
    """Start the clock of the next meeting; or call the team again, when too few came to this one."""
    if not quorate:
        running = [clock for clock in MEETING_CLOCKS if page.running(clock)]
        if running:
            page.owe(EffectKind.CONVENE_TEAM, trigger="hold", clock=running[0])
        return
    # The team has met this semester, too (W-33).
    deadlines.satisfy(
        page.connection, case_id=None, clocks=[Clock.SEMESTER_MEETING], about=None, now=page.now
    )
    page.stop(*MEETING_CLOCKS)
    case = page.case
    # Before a screening nobody can say how soon; the clock of screening runs, and asks for one.
    if case.state != CaseState.CLOSED and (case.level or case.provisional_level):
        page.start(Clock.NEXT_MEETING)


def without_one_ahead(connection: Connection, case_ids: Collection[str], now: datetime) -> set[str]:
    """Of these cases, those for which no meeting is called that is still to come.

    Args:
        connection: an open transaction.
        case_ids: ids of cases.
        now: what time it is.
    """
    ahead = select(_MEETINGS.c.case_id).where(
        _MEETINGS.c.case_id.in_(case_ids),
        _MEETINGS.c.kind != MeetingKind.DEBRIEF,
        _MEETINGS.c.held_at.is_(None),
        _MEETINGS.c.scheduled_at >= now,
    )
    return set(case_ids) - set(connection.scalars(ahead))


def _review_alarms(page: Page) -> None:
    for alarm in page.rows(Alarm):
        if alarm.reviewed_at is None:
            page.set(Alarm, alarm.id, reviewed_at=page.now)
    page.stop(Clock.ALARM_REVIEW)
