"""The team's meetings without a case: held once a semester at least, and their minutes read (W-33, W-55)."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select

from states.access import Act, Actor, permit
from states.casebook.book import Casebook
from states.casebook.rounds import sweeping
from states.casebook.team import members
from states.contents.kept import MEETINGS
from states.contents.plans import TeamMinutesContent
from states.errors import UnknownRecord
from states.tables import Meeting, stored, table_of
from states.vault import TEAM_SCOPE
from states.vocabulary.effects import Clock

_MEETINGS = table_of(Meeting)


@dataclass(frozen=True, slots=True)
class SemesterMeeting:
    """A meeting without a case.

    Args:
        held_at: when its minutes were put on record.
        by: who did.
        said: who was there, and the minutes.
    """

    held_at: datetime
    by: str
    said: TeamMinutesContent = field(repr=False)


def due(book: Casebook, *, by: Actor) -> datetime | None:
    """By when the team has to meet this semester; None: it has met.

    Raises:
        NotPermitted: their role shows no work.
    """
    running = sweeping.running(book, by=by, clock=Clock.SEMESTER_MEETING, limit=1)
    return running[0].due_at if running else None


def hold(book: Casebook, content: TeamMinutesContent, *, by: Actor) -> str:
    """Put the minutes of a meeting without a case on record; the semester's clock stops. Returns its id.

    They are those of the meeting that was called, where one was and has begun.

    Raises:
        NotPermitted: they may not.
        BadInput: somebody present is no active member.
        Refused: one is called, and has not begun.
    """
    permit(by, Act.RUN_TEAM)
    due_at = due(book, by=by) or book.clock()
    return members.record_semester_meeting(book, content, by=by, due_at=due_at, called=still_called)


def still_called(connection: Connection) -> list[Meeting]:
    """The meetings without a case that were called, and neither held nor called off; the newest time last."""
    query = select(_MEETINGS).where(
        _MEETINGS.c.case_id.is_(None), _MEETINGS.c.held_at.is_(None), _MEETINGS.c.cancelled_at.is_(None)
    )
    rows = connection.execute(query.order_by(_MEETINGS.c.scheduled_at, _MEETINGS.c.id))
    return [stored(Meeting, row) for row in rows]


def read(book: Casebook, meeting_id: str, *, by: Actor) -> SemesterMeeting:
    """The minutes of a meeting without a case, for the team.

    Raises:
        NotPermitted: they are not on the team.
        UnknownRecord: there is no such meeting, it is one about a case, or it has no minutes yet.
    """
    permit(by, Act.SEE_REPORTS)
    with book.store.read() as connection:
        of_team = (_MEETINGS.c.case_id.is_(None), _MEETINGS.c.held_at.is_not(None))
        query = select(_MEETINGS).where(_MEETINGS.c.id == meeting_id, *of_team)
        row = connection.execute(query).first()
        if row is None:
            raise UnknownRecord("The team held no such meeting.")
        opened = MEETINGS.open(book.key(connection, TEAM_SCOPE), row)
    said = opened.model_dump(include=set(TeamMinutesContent.model_fields))
    return SemesterMeeting(row.held_at, row.by, TeamMinutesContent.model_validate(said))
