"""The record of the team's meetings of a semester, which are of no case: opened, found, with minutes."""

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import Connection, select, update

from states import deadlines
from states.access import Actor
from states.casebook.book import Casebook
from states.casebook.effects.owing import owe_without_case
from states.casebook.standing.roster import roster
from states.casebook.standing.stand_ins import is_quorum
from states.casebook.team_rows import add_row
from states.contents.kept import NOTICES
from states.contents.payloads import CANCEL_MEETINGS, EntriesOver
from states.contents.plans import MeetingContent, TeamMinutesContent
from states.contents.verbatim import NoticeContent
from states.errors import BadInput, Refused, UnknownRecord
from states.ledger import chain, coverage
from states.tables import Deadline, Meeting, Notice, stored, table_of
from states.vault import TEAM_SCOPE, DataKey
from states.vocabulary.effects import Clock
from states.vocabulary.plans import MeetingKind

_MEETINGS, _DEADLINES, _NOTICES = table_of(Meeting), table_of(Deadline), table_of(Notice)


def due_at(connection: Connection) -> datetime | None:
    """By when the team has to meet this semester; None: it has met."""
    running = (_DEADLINES.c.case_id.is_(None), _DEADLINES.c.satisfied_at.is_(None))
    soonest = select(_DEADLINES).where(_DEADLINES.c.clock == Clock.SEMESTER_MEETING, *running)
    row = connection.execute(soonest.order_by(_DEADLINES.c.due_at).limit(1)).first()
    return None if row is None else stored(Deadline, row).due_at


def opened(book: Casebook, connection: Connection, key: DataKey, *, by: Actor) -> Meeting:
    """Open a meeting that begins now, and to which nobody was invited.

    Args:
        book: the casebook.
        connection: a transaction that holds the team's lock.
        key: the team's data key.
        by: who opens it.
    """
    now = book.clock()
    ends = due_at(connection) or now
    meeting = Meeting(by=by.id, at=now, kind=MeetingKind.SEMESTER, due_at=ends, scheduled_at=now)
    told = add_row(connection, meeting, key, MeetingContent())
    what = {"what": "semester_meeting_opened", "meeting": meeting.id}
    chain.append_of_team(connection, told, at=now, actor=by, **what)
    return one(connection, meeting.id)


def put_on_record(
    book: Casebook,
    connection: Connection,
    key: DataKey,
    meeting: Meeting,
    content: TeamMinutesContent,
    *,
    by: Actor,
) -> bool:
    """Put minutes on record; returns whether there was a quorum, without which the semester's clock goes on.

    Args:
        book: the casebook.
        connection: a transaction that holds the team's lock.
        key: the team's data key.
        meeting: one that has begun and has none.
        content: who was there, and the minutes.
        by: who puts them there.

    Raises:
        BadInput: somebody present is no active member.
    """
    now, offices = book.clock(), sorted(offices_of(connection, content.present))
    quorate = is_quorum(book.pack, offices)
    held = {"by": by.id, "held_at": now, "offices": offices, "quorate": quorate}
    sealed = key.seal("meetings", meeting.id, content.model_dump(mode="json"))
    connection.execute(update(_MEETINGS).where(_MEETINGS.c.id == meeting.id).values(**held, content=sealed))
    told = coverage.of("meetings").changed(meeting.id, held)
    told |= coverage.sealed("meetings", meeting.id, sealed)
    if quorate:
        told |= deadlines.satisfy_of_team(connection, Clock.SEMESTER_MEETING, now=now)
    what = {"what": "semester_meeting_held", "meeting": meeting.id}
    chain.append_of_team(connection, told, at=now, actor=by, **what, quorate=quorate)
    return quorate


def offices_of(connection: Connection, member_ids: Collection[str]) -> set[str]:
    """The offices that these members speak for together.

    Raises:
        BadInput: one of them is no active member.
    """
    team = {member.id: member for member in roster(connection)}
    if not team.keys() >= set(member_ids):
        raise BadInput(
            "One of those who took part (participants, or present) is no active member. Nothing was written: "
            "`tat team list` shows the ids."
        )
    return {office for member in member_ids for office in team[member].offices}


def one(connection: Connection, meeting_id: str) -> Meeting:
    """A meeting without a case.

    Raises:
        UnknownRecord: there is no such meeting, or it is one about a case.
    """
    query = select(_MEETINGS).where(_MEETINGS.c.id == meeting_id, _MEETINGS.c.case_id.is_(None))
    row = connection.execute(query).first()
    if row is None:
        raise UnknownRecord("The team called no such meeting.")
    return stored(Meeting, row)


def one_called(connection: Connection, meeting_id: str) -> Meeting:
    """A meeting without a case that was neither held nor called off.

    Raises:
        UnknownRecord: there is no such meeting.
        Refused: it was one of the two.
    """
    meeting = one(connection, meeting_id)
    if not is_open(meeting):
        raise Refused("This meeting was held or called off by now. Nothing was written.")
    return meeting


def is_open(meeting: Meeting) -> bool:
    """Whether a meeting was neither held nor called off."""
    return meeting.held_at is None and meeting.cancelled_at is None


def still_called(connection: Connection) -> list[Meeting]:
    """The meetings without a case that were called, and neither held nor called off; the newest time last."""
    query = select(_MEETINGS).where(
        _MEETINGS.c.case_id.is_(None), _MEETINGS.c.held_at.is_(None), _MEETINGS.c.cancelled_at.is_(None)
    )
    rows = connection.execute(query.order_by(_MEETINGS.c.scheduled_at, _MEETINGS.c.id))
    return [stored(Meeting, row) for row in rows]


def sent(
    connection: Connection, key: DataKey, *, besides: str | None = None
) -> Iterator[tuple[str, NoticeContent]]:
    """The invitations to meetings of a semester: to whom, and what each says.

    Args:
        connection: an open transaction.
        key: the team's data key.
        besides: id of an effect whose invitations are left out; None: none is.
    """
    query = select(_NOTICES).where(_NOTICES.c.case_id.is_(None), _NOTICES.c.template == "meeting_invitation")
    if besides is not None:
        query = query.where(_NOTICES.c.effect_id != besides)
    for row in connection.execute(query):
        yield row.recipient, NOTICES.open(key, row)


def take_out(book: Casebook, connection: Connection, leaver: str) -> None:
    """Take the meetings ahead out of the calendar of somebody who leaves the team, while others meet.

    Args:
        book: the casebook.
        connection: the transaction in which they leave, which holds the team's lock.
        leaver: their id.
    """
    now = book.clock()
    ahead = [each for each in still_called(connection) if each.scheduled_at > now]
    if not ahead:
        return
    invited = {
        content.invite
        for recipient, content in sent(connection, book.key(connection, TEAM_SCOPE))
        if recipient == leaver
    }
    for meeting in ahead:
        if meeting.id in invited:
            over = EntriesOver(meetings=(meeting.id,), only=(leaver,))
            once = f"semester-meeting:{meeting.id}:left:{leaver}:{now.isoformat()}"
            owe_without_case(book, connection, CANCEL_MEETINGS, once, over)
