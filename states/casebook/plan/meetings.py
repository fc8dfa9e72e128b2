"""Meetings about a case: called, held, with attendance, quorum and minutes (W-30 to W-33, U-04 to U-06)."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from states import deadlines
from states.access import SYSTEM, Act, Actor
from states.casebook.book import Casebook
from states.casebook.levels import stand
from states.casebook.page import Page
from states.casebook.plan import planning
from states.casebook.standing.stand_ins import is_quorum
from states.casebook.standing.taking_part import offices_for
from states.casefile import Row
from states.contents.inquiry import reason
from states.contents.payloads import CANCEL_MEETINGS, CONVENE_TEAM, EntriesOver, MeetingWanted
from states.contents.plans import MinutesContent, TeamMinutesContent
from states.contents.reports import aware
from states.errors import BadInput, Refused
from states.guards.levels import is_ahead
from states.tables import Alarm, Meeting, Remark, table_of
from states.vocabulary.cases import CaseState, Level
from states.vocabulary.effects import Clock
from states.vocabulary.plans import MeetingKind

_MEETINGS = table_of(Meeting)

#: how long ago the time that a meeting is called for may be: it is typed, and then sent
JUST_NOW = timedelta(minutes=10)

#: the clocks by which the team has to have met about a case (W-30 to W-33)
MEETING_CLOCKS = (Clock.FIRST_MEETING, Clock.NEXT_MEETING)


def call(page: Page, kind: MeetingKind, due_at: datetime, scheduled_at: datetime) -> str:
    """Call a meeting on an open page, unless one as urgent is called and still ahead; returns its id."""
    # One that has passed without minutes stands for none that is needed now.
    fitting = [m for m in ahead(page) if m.kind in (kind, MeetingKind.EMERGENCY)]
    fitting = [m for m in fitting if m.scheduled_at <= max(due_at, scheduled_at)]
    if fitting and kind is not MeetingKind.DEBRIEF:
        return str(fitting[0].id)
    return _call(page, kind, due_at, scheduled_at)


def _call(
    page: Page, kind: MeetingKind, due_at: datetime, scheduled_at: datetime, *, invite: bool = False
) -> str:
    """Call a meeting; those that were called by a clock for no sooner are called off.

    An emergency meeting takes the place of every other one that is ahead, whoever called it.

    Args:
        page: the case.
        kind: what kind of meeting.
        due_at: by when the team has to meet.
        scheduled_at: when it meets.
        invite: whether the invitations are still to be owed.
    """
    replaced = [] if kind is MeetingKind.DEBRIEF else _of_clocks(page)
    replaced = [m for m in replaced if m.due_at >= scheduled_at]
    if kind is MeetingKind.EMERGENCY:
        urgent = [m for m in ahead(page) if m.kind == MeetingKind.EMERGENCY]
        replaced += [m for m in urgent if m.id not in {one.id for one in replaced}]
    else:
        replaced = [m for m in replaced if m.kind != MeetingKind.EMERGENCY]
    call_off(page, replaced)
    meeting = Meeting(
        case_id=page.case.id, at=page.now, by=page.by.id, kind=kind, due_at=due_at, scheduled_at=scheduled_at
    )
    page.add(meeting, {})
    if invite:
        page.owe(CONVENE_TEAM, MeetingWanted(meeting=meeting.id))
    if replaced:
        page.owe(CANCEL_MEETINGS, EntriesOver(meetings=tuple(m.id for m in replaced)))
    page.log("meeting_called", meeting=meeting.id, kind=kind)
    return meeting.id


def call_off(page: Page, meetings: Iterable[Meeting | Row]) -> None:
    """Put on record that meetings do not take place; those who were invited are told by an effect."""
    for meeting in meetings:
        page.set(Meeting, meeting.id, cancelled_at=page.now, sequence=meeting.sequence + 1)


def ahead(page: Page) -> list[Meeting]:
    """The meetings about a case that are called and still to come."""
    return [m for m in page.rows(Meeting) if is_ahead(m, page.now)]


def debriefs_ahead(page: Page) -> list[Meeting]:
    """The looks back at a case that were called and are still to come."""
    called = [m for m in page.rows(Meeting) if m.kind == MeetingKind.DEBRIEF]
    return [m for m in called if not m.held_at and not m.cancelled_at and m.scheduled_at >= page.now]


def _of_clocks(page: Page) -> list[Meeting]:
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
    if aware(at, "the meeting's time") < book.clock() - JUST_NOW:
        raise BadInput("A meeting needs a time that is still ahead. Nothing was written.")
    with book.page(number, by, Act.RECORD) as page:
        return _call(page, kind, at, at, invite=True)


def cancel(book: Casebook, number: str, meeting_id: str, *, by: Actor, because: str) -> None:
    """Cancel a meeting that was called, with a reason; it is taken out of calendars (U-04).

    Raises:
        Refused: it was held or called off, or it is the only one ahead by which the team meets in time.
        BadInput: no reason is given.
    """
    content = reason(because, "a canceled meeting")
    with book.page(number, by, Act.RECORD) as page:
        meeting = still_called(page, meeting_id)
        others = [m for m in ahead(page) if m.id != meeting_id]
        due_at = _needed_by(page)
        if due_at is not None and meeting.kind != MeetingKind.DEBRIEF and not others:
            until = due_at.astimezone(ZoneInfo(page.pack.site(page.case.site).timezone))
            message = (
                f"The team has to meet about {number} by {until:%Y-%m-%d %H:%M}, and no other meeting is "
                "called. Nothing was written: move this one (`tat meeting move`), or call another first "
                "(`tat meeting schedule`)."
            )
            raise Refused(message)
        page.add(Remark(case_id=page.case.id, at=page.now, by=by.id, about=meeting_id), content)
        call_off(page, [meeting])
        page.owe(CANCEL_MEETINGS, EntriesOver(meetings=(meeting_id,)))
        page.log("meeting_cancelled", meeting=meeting_id, kind=meeting.kind)


def move(book: Casebook, number: str, meeting_id: str, *, by: Actor, at: datetime, because: str) -> None:
    """Move a meeting that was called to another time, with a reason; calendars are told (U-04).

    A meeting that took place earlier than it was called for is moved to when it did; then it has minutes.

    Args:
        book: the casebook.
        number: the case's number.
        meeting_id: the meeting.
        by: who moves it.
        at: when it takes place; not before it was called.
        because: why.

    Raises:
        Refused: it was held or called off.
        BadInput: no reason is given, or the time lies before the meeting was called or has no time zone.
    """
    content = reason(because, "a moved meeting")
    aware(at, "the meeting's time")
    with book.page(number, by, Act.RECORD) as page:
        meeting = still_called(page, meeting_id)
        if at < meeting.at:
            raise BadInput(
                "A meeting cannot take place before it was called. Nothing was written: correct the time, or "
                "call a meeting for now."
            )
        page.add(Remark(case_id=page.case.id, at=page.now, by=by.id, about=meeting_id), content)
        page.set(Meeting, meeting_id, scheduled_at=at, by=by.id, sequence=meeting.sequence + 1)
        page.owe(CONVENE_TEAM, MeetingWanted(meeting=meeting_id))
        page.log("meeting_moved", meeting=meeting_id, kind=meeting.kind)


def still_called(page: Page, meeting_id: str) -> Meeting:
    """A meeting that was called, and neither held nor called off.

    Raises:
        Refused: it was one of the two.
        UnknownRecord: the case has no such meeting.
    """
    meeting: Meeting = page.row(Meeting, meeting_id)
    if meeting.held_at is not None:
        raise Refused("The minutes of this meeting are on record already. Nothing was written.")
    if meeting.cancelled_at is not None:
        raise Refused("This meeting was called off already. Nothing was written.")
    return meeting


def _needed_by(page: Page) -> datetime | None:
    """By when the team has to meet, where no later reminder of that clock would call it again; else None."""
    level = page.case.current_level
    for clock in MEETING_CLOCKS:
        due_at = page.running(clock)
        terms = None if due_at is None else page.pack.reminders(clock, Level(level or Level.MILD))
        if due_at is not None and (terms is None or due_at - terms.remind_before.delta <= page.now):
            return due_at
        if due_at is not None and clock is Clock.FIRST_MEETING:
            return due_at
    return None


def hold(book: Casebook, number: str, meeting_id: str, content: MinutesContent, *, by: Actor) -> bool:
    """Record that a meeting took place: who was there, and the minutes; returns whether it had a quorum.

    With a quorum, the clock of the next meeting starts while the case is open (W-33). Without one the
    meeting does not count: the clock that it was called for goes on, and the team is called again (U-04,
    W-30 to W-32). What was agreed on there is in force at once, and its owners are told.

    Raises:
        Refused: its minutes are on record already, it was called off, or it has not begun; or actions are
            given, and the case is closed.
        BadInput: somebody present, or an action's owner, is no active member; or its due date has passed.
    """
    with book.page(number, by, Act.RECORD) as page:
        return put_on_record(page, meeting_id, content)


def put_on_record(page: Page, meeting_id: str, content: MinutesContent) -> bool:
    """Record on an open page that a meeting took place, as :func:`hold` does.

    Args:
        page: the case.
        meeting_id: the meeting.
        content: who was there, the minutes, and what was agreed on.

    Raises:
        Refused: as there. BadInput: as there.
    """
    meeting = still_called(page, meeting_id)
    if meeting.scheduled_at > page.now:
        begins = meeting.scheduled_at.astimezone(ZoneInfo(page.pack.site(page.case.site).timezone))
        message = (
            f"This meeting is called for {begins:%Y-%m-%d %H:%M}, and there are no minutes before it has "
            "begun. Nothing was written: if the team met earlier, move it to when it did "
            f"(`tat meeting move {page.case.number} {meeting_id[:8]} --at TIME --because REASON`)."
        )
        raise Refused(message)
    offices = offices_for(page, content.present)
    quorate = is_quorum(page.pack, offices)
    planning.agree_on(page, meeting_id, content.actions)
    # Each action is a record of its own: what becomes of it is said there alone.
    said = content.model_dump(include=set(TeamMinutesContent.model_fields), mode="json")
    said["outside"] = outside(page, content.outside)
    page.set(
        Meeting,
        meeting_id,
        held_at=page.now,
        held_seq=page.case.seq + 1,
        present=sorted(set(content.present)),
        offices=sorted(offices),
        quorate=quorate,
        content=page.seal("meetings", meeting_id, said),
    )
    # The team's meeting may be what a lower level waited for.
    stand(page)
    kind = meeting.kind
    if kind == MeetingKind.DEBRIEF:
        page.stop(Clock.DEBRIEF)
    else:
        _go_on(page, quorate=quorate)
    if kind == MeetingKind.EMERGENCY:
        _review_alarms(page)
    counted = {"offices": sorted(offices), "actions": len(content.actions)}
    page.log("meeting_held", meeting=meeting_id, kind=kind, quorate=quorate, **counted)
    return quorate


def outside(page: Page, room: Collection[str]) -> tuple[str, ...]:
    """Those in the room who step outside while this case is talked about: they are kept out of it (W-39)."""
    return tuple(sorted(set(room).intersection(page.case.kept_out)))


def _go_on(page: Page, *, quorate: bool) -> None:
    """Start the clock of the next meeting; or call the team again, when too few came to this one."""
    if not quorate:
        running = [clock for clock in MEETING_CLOCKS if page.running(clock)]
        if running:
            page.owe(CONVENE_TEAM, MeetingWanted(clock=running[0]))
        return
    # The team has met this semester, too (W-33).
    page.tell_too(deadlines.satisfy_of_team(page.connection, Clock.SEMESTER_MEETING, now=page.now))
    page.stop(*MEETING_CLOCKS)
    # What another clock had called the team for, it has met about now.
    moot = _of_clocks(page)
    if moot:
        call_off(page, moot)
        page.owe(CANCEL_MEETINGS, EntriesOver(meetings=tuple(m.id for m in moot)))
    case = page.case
    # Before a screening nobody can say how soon; the clock of screening runs, and asks for one.
    if case.state != CaseState.CLOSED and case.current_level:
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


def attendance_corrected(page: Page, meeting: Meeting, present: Collection[str]) -> dict[str, object]:
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
    return {"present": sorted(set(present)), "offices": sorted(offices), "quorate": quorate}
