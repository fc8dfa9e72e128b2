"""Meetings about a case: called, held, with attendance, quorum and minutes (W-30 to W-33, U-04 to U-06)."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select

from states import deadlines
from states.access import SYSTEM, Act, Actor
from states.casebook.book import Casebook
from states.casebook.page import Page
from states.casebook.standing import is_quorum
from states.casebook.taking_part import offices_for
from states.casefile import Row
from states.errors import BadInput, Refused
from states.guards import is_ahead
from states.records import MinutesContent, aware
from states.tables import Alarm, Meeting, table_of
from states.vocabulary import CaseState, Clock, EffectKind, Level, MeetingKind

_MEETINGS = table_of(Meeting)

#: the clocks by which the team has to have met about a case (W-30 to W-33)
MEETING_CLOCKS = (Clock.FIRST_MEETING, Clock.NEXT_MEETING)


def call(page: Page, kind: MeetingKind, due_at: datetime, scheduled_at: datetime) -> str:
    """Call a meeting on an open page, unless one as urgent is called and still ahead; returns its id."""
    # One that has passed without minutes stands for none that is needed now.
    fitting = [m for m in ahead(page) if m.kind in (kind, MeetingKind.EMERGENCY)]
    if fitting and kind is not MeetingKind.DEBRIEF:
        return str(fitting[0].id)
    return _call(page, kind, due_at, scheduled_at)


def _call(
    page: Page, kind: MeetingKind, due_at: datetime, scheduled_at: datetime, *, invite: bool = False
) -> str:
    """Call a meeting; those that were called by a clock for no sooner are called off.

    Args:
        page: the case.
        kind: what kind of meeting.
        due_at: by when the team has to meet.
        scheduled_at: when it meets.
        invite: whether the invitations are still to be owed.
    """
    replaced = [] if kind is MeetingKind.DEBRIEF else _of_clocks(page)
    replaced = [m for m in replaced if m.due_at >= scheduled_at]
    if kind is not MeetingKind.EMERGENCY:
        replaced = [m for m in replaced if m.kind != MeetingKind.EMERGENCY]
    call_off(page, [m.id for m in replaced])
    meeting = Meeting(
        case_id=page.case.id, at=page.now, by=page.by.id, kind=kind, due_at=due_at, scheduled_at=scheduled_at
    )
    page.add(meeting, {})
    if invite:
        page.owe(EffectKind.CONVENE_TEAM, trigger="schedule", meeting=meeting.id)
    if replaced:
        page.owe(EffectKind.CANCEL_MEETINGS, trigger="call", meetings=[m.id for m in replaced])
    page.log("meeting_called", meeting=meeting.id, kind=kind)
    return meeting.id


def call_off(page: Page, meeting_ids: Collection[str]) -> None:
    """Put on record that meetings do not take place; those who were invited are told by an effect."""
    for meeting_id in meeting_ids:
        page.set(Meeting, meeting_id, cancelled_at=page.now)


def ahead(page: Page) -> list[Row]:
    """The meetings about a case that are called and still to come."""
    return [m for m in page.rows(Meeting) if is_ahead(m, page.now)]


def _of_clocks(page: Page) -> list[Row]:
    """The meetings ahead that the system called, as a clock asked for; nobody agreed on their time."""
    return [m for m in ahead(page) if m.by == SYSTEM.id]


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
        return _call(page, kind, at, at, invite=True)


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
        offices = offices_for(page, content.present)
        quorate = is_quorum(page.pack, offices)
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
    # What another clock had called the team for, it has met about now.
    moot = [m.id for m in _of_clocks(page)]
    if moot:
        call_off(page, moot)
        page.owe(EffectKind.CANCEL_MEETINGS, trigger="hold", meetings=moot)
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
        _MEETINGS.c.cancelled_at.is_(None),
        _MEETINGS.c.scheduled_at >= now,
    )
    return set(case_ids) - set(connection.scalars(ahead))


def _review_alarms(page: Page) -> None:
    for alarm in page.rows(Alarm):
        if alarm.reviewed_at is None:
            page.set(Alarm, alarm.id, reviewed_at=page.now)
    page.stop(Clock.ALARM_REVIEW)


def attendance_corrected(page: Page, meeting: Row, present: Collection[str]) -> dict[str, object]:
    """Set right what hangs on who was at a meeting: its offices, its quorum, and the clocks of the next one.

    Args:
        page: the case.
        meeting: the meeting, as it was on record.
        present: ids of the members who were there.

    Returns:
        The columns to be set.

    Raises:
        BadInput: somebody is no active member.
    """
    offices = offices_for(page, present)
    quorate = is_quorum(page.pack, offices)
    newest = [m.id for m in page.rows(Meeting) if m.held_at is not None and m.kind != MeetingKind.DEBRIEF]
    if quorate != meeting.quorate and newest[-1:] == [meeting.id] and page.case.state != CaseState.CLOSED:
        if not quorate:
            # It did not count after all: the team has to meet, and the clock of that runs from now.
            page.stop(*MEETING_CLOCKS)
            page.start(Clock.NEXT_MEETING)
        _go_on(page, quorate=quorate)
    return {"offices": sorted(offices), "quorate": quorate}
