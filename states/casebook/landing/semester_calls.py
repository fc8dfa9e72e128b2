"""Calling the team's meeting of a semester: a date, who comes, moved or called off (W-33, U-04)."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select, update

from states.access import Act, Actor, permit
from states.casebook.book import Casebook
from states.casebook.effects.owing import owe_without_case
from states.casebook.landing import semester_meetings
from states.casebook.landing.invitations import Said
from states.casebook.rounds import semester_invitations
from states.casebook.standing.roster import roster
from states.casebook.standing.stand_ins import is_quorum
from states.casebook.team import semester
from states.casebook.team_rows import add_row
from states.contents.inquiry import RemarkContent, reason
from states.contents.kept import INVITATION_ANSWERS, MEETINGS
from states.contents.payloads import CANCEL_MEETINGS, EntriesOver
from states.contents.plans import MeetingContent
from states.contents.reports import aware
from states.errors import BadInput, Refused
from states.ledger import chain, coverage
from states.tables import InvitationAnswer, Meeting, stored, table_of
from states.vault import TEAM_SCOPE
from states.vocabulary.plans import MeetingKind

_MEETINGS, _ANSWERS = table_of(Meeting), table_of(InvitationAnswer)


@dataclass(frozen=True, slots=True)
class SemesterCall:
    """The team's meeting of a semester, as somebody who is invited reads it.

    Args:
        meeting_id: its id.
        at: when it is called for.
        held_at: when its minutes were put on record; None: it has none.
        is_off: whether it was called off.
        moved_because: why it was moved last; empty: it was not.
        said: what those who were invited have said, each their last word.
        offices: codes of the offices of those who said that they come.
        lacking: codes of the offices without which there is no quorum, and of which nobody comes.
        is_quorum: whether those who said that they come are enough (W-02).
        is_asked: whether whoever reads it is to say whether they come.
    """

    meeting_id: str
    at: datetime
    held_at: datetime | None
    is_off: bool
    moved_because: str = field(repr=False)
    said: tuple[Said, ...] = field(repr=False)
    offices: tuple[str, ...]
    lacking: tuple[str, ...]
    is_quorum: bool
    is_asked: bool


def call(book: Casebook, *, by: Actor, at: datetime) -> str:
    """Call the team's meeting of the semester for a time; the invitations go out (U-04). Returns its id.

    Raises:
        NotPermitted: they may not.
        BadInput: the time has passed or has no time zone.
        Refused: one is called already, and still ahead.
    """
    permit(by, Act.RUN_TEAM)
    now = book.clock()
    if aware(at, "the meeting's time") < now:
        raise BadInput("A meeting needs a time that is still ahead. Nothing was written.")
    due_at = semester_meetings.due(book, by=by) or at
    meeting = Meeting(by=by.id, at=now, kind=MeetingKind.SEMESTER, due_at=due_at, scheduled_at=at)
    with book.store.write() as connection:
        key = book.lock_team(connection)
        if any(each.scheduled_at >= now for each in semester.still_called(connection)):
            raise Refused(
                "The meeting of the semester is called already. Nothing was written: move it, or call it off."
            )
        told = add_row(connection, meeting, key, MeetingContent())
        what = {"what": "semester_meeting_called", "meeting": meeting.id}
        chain.append_of_team(connection, told, at=now, actor=by, **what)
        semester_invitations.owe(book, connection, meeting)
    return meeting.id


def move(book: Casebook, meeting_id: str, *, by: Actor, at: datetime, because: str) -> None:
    """Move the meeting of a semester, with a reason; calendars follow, and whoever is invited reads why.

    One that took place earlier than it was called for is moved to when it did.

    Raises:
        NotPermitted: they may not. UnknownRecord: there is no such meeting.
        Refused: it was held or called off.
        BadInput: the time lies before it was called, or has no time zone; or no reason is given.
    """
    permit(by, Act.RUN_TEAM)
    aware(at, "the meeting's time")
    why = MeetingContent.read({"moved_because": reason(because, "a moved meeting").text}).moved_because
    with book.store.write() as connection:
        key = book.lock_team(connection)
        meeting = semester.one_called(connection, meeting_id)
        if at < meeting.at:
            raise BadInput("A meeting cannot take place before it was called. Nothing was written.")
        # Whatever was noted of it by then stays.
        content = MEETINGS.open(key, meeting).model_copy(update={"moved_because": why})
        sealed = key.seal("meetings", meeting_id, content.model_dump(mode="json"))
        moved = _changed(
            book, connection, meeting, by, "semester_meeting_moved", scheduled_at=at, content=sealed
        )
        semester_invitations.owe(book, connection, moved)


def cancel(book: Casebook, meeting_id: str, *, by: Actor) -> None:
    """Call the meeting of a semester off; it is taken out of calendars, and the semester's clock goes on.

    Raises:
        NotPermitted: they may not. UnknownRecord: there is no such meeting.
        Refused: it was held or called off.
    """
    permit(by, Act.RUN_TEAM)
    with book.store.write() as connection:
        book.lock_team(connection)
        meeting = semester.one_called(connection, meeting_id)
        _changed(book, connection, meeting, by, "semester_meeting_cancelled", cancelled_at=book.clock())
        over = EntriesOver(meetings=(meeting_id,))
        owe_without_case(book, connection, CANCEL_MEETINGS, f"semester-meeting:{meeting_id}:off", over)


def _changed(
    book: Casebook,
    connection: Connection,
    meeting: Meeting,
    by: Actor,
    what: str,
    **values: datetime | bytes,
) -> Meeting:
    """Change a meeting that calendars hold: what they get next is newer (RFC 5546, 2.1.4)."""
    new = {**values, "sequence": meeting.sequence + 1}
    told = coverage.of("meetings").changed(
        meeting.id, {name: value for name, value in new.items() if name != "content"}
    )
    sealed = values.get("content")
    if isinstance(sealed, bytes):
        told |= coverage.sealed("meetings", meeting.id, sealed)
    connection.execute(update(_MEETINGS).where(_MEETINGS.c.id == meeting.id).values(**new))
    chain.append_of_team(connection, told, at=book.clock(), actor=by, what=what, meeting=meeting.id)
    return semester.one(connection, meeting.id)


def invitation(book: Casebook, meeting_id: str, *, by: Actor) -> SemesterCall:
    """The meeting of a semester as the team reads it, with who comes, and which offices that makes.

    Raises:
        NotPermitted: they are not on the team.
        UnknownRecord: there is no such meeting, or it is one about a case.
    """
    permit(by, Act.SEE_REPORTS)
    with book.store.read() as connection:
        meeting = semester.one(connection, meeting_id)
        key = book.key(connection, TEAM_SCOPE)
        why = MEETINGS.open(key, meeting).moved_because
        newest = {
            row.by: Said(row.by, row.comes, row.at, INVITATION_ANSWERS.open(key, row).text)
            for row in _answers(connection, meeting_id)
        }
        team = {member.id: member for member in roster(connection, at=book.clock())}
    coming = [team[each.member] for each in newest.values() if each.comes and each.member in team]
    offices = {office for member in coming for office in member.offices}
    return SemesterCall(
        meeting_id=meeting_id,
        at=meeting.scheduled_at,
        held_at=meeting.held_at,
        is_off=meeting.cancelled_at is not None,
        moved_because=why,
        said=tuple(newest.values()),
        offices=tuple(sorted(offices)),
        lacking=tuple(code for code in book.pack.quorum.required if code not in offices),
        is_quorum=is_quorum(book.pack, offices),
        is_asked=semester.is_open(meeting) and by.id in team,
    )


def open_calls(book: Casebook, *, by: Actor) -> list[SemesterCall]:
    """The meetings of a semester that are called and have no minutes: at most one of them lies ahead.

    Raises:
        NotPermitted: they are not on the team.
    """
    permit(by, Act.SEE_REPORTS)
    with book.store.read() as connection:
        found = [each.id for each in semester.still_called(connection)]
    return [invitation(book, meeting_id, by=by) for meeting_id in found[-1:]]


def _answers(connection: Connection, meeting_id: str) -> list[InvitationAnswer]:
    query = select(_ANSWERS).where(_ANSWERS.c.meeting_id == meeting_id).order_by(_ANSWERS.c.seq)
    return [stored(InvitationAnswer, row) for row in connection.execute(query)]


def answer(book: Casebook, meeting_id: str, content: RemarkContent, *, comes: bool, by: Actor) -> None:
    """Say whether one comes to the meeting of a semester; the newest word counts.

    Args:
        book: the casebook.
        meeting_id: the meeting.
        content: why not, and who comes instead; empty: nothing is said.
        comes: whether they come.
        by: who says so.

    Raises:
        NotPermitted: they are not on the team. UnknownRecord: there is no such meeting.
        Refused: it was held, or called off.
    """
    permit(by, Act.SEE_REPORTS)
    with book.store.write() as connection:
        key = book.lock_team(connection)
        semester.one_called(connection, meeting_id)
        said = _answers(connection, meeting_id)
        mine = [row for row in said if row.by == by.id][-1:]
        if mine and (mine[0].comes, INVITATION_ANSWERS.open(key, mine[0]).text) == (comes, content.text):
            return
        seq = len(said) + 1
        row = InvitationAnswer(seq=seq, at=book.clock(), by=by.id, meeting_id=meeting_id, comes=comes)
        told = add_row(connection, row, key, content)
        what = {"what": "semester_invitation_answered", "meeting": meeting_id}
        chain.append_of_team(connection, told, at=row.at, actor=by, **what)
