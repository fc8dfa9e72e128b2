"""The team's meetings without a case: held once a semester at least, and their minutes read (W-33, W-55)."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from states.access import Act, Actor, permit
from states.casebook.book import Casebook
from states.casebook.team import semester
from states.contents.kept import MEETINGS
from states.contents.plans import TeamMinutesContent
from states.contents.team import TeamCorrection
from states.errors import Refused, UnknownRecord
from states.tables import Meeting, table_of
from states.vault import TEAM_SCOPE

_MEETINGS = table_of(Meeting)


@dataclass(frozen=True, slots=True)
class SemesterMeeting:
    """A meeting without a case.

    Args:
        held_at: when its minutes were put on record.
        by: who did.
        offices: codes of the offices for which those who were there speak.
        is_quorate: whether they were enough (W-02).
        said: who was there, and the minutes.
        corrections: what was corrected of them.
    """

    held_at: datetime
    by: str
    offices: tuple[str, ...]
    is_quorate: bool
    said: TeamMinutesContent = field(repr=False)
    corrections: tuple[TeamCorrection, ...] = field(repr=False)


def due(book: Casebook, *, by: Actor) -> datetime | None:
    """By when the team has to meet this semester; None: it has met.

    Raises:
        NotPermitted: their role shows no work.
    """
    permit(by, Act.SEE_WORK)
    with book.store.read() as connection:
        return semester.due_at(connection)


def hold(book: Casebook, content: TeamMinutesContent, *, by: Actor) -> str:
    """Put the minutes of a meeting without a case on record; with a quorum the semester's clock stops.

    They are those of the meeting that was called, where one was and has begun. Returns its id.

    Raises:
        NotPermitted: they may not.
        BadInput: somebody present is no active member.
        Refused: one is called, and has not begun.
    """
    permit(by, Act.RUN_TEAM)
    with book.store.write() as connection:
        key = book.lock_team(connection)
        waiting = semester.still_called(connection)
        if any(each.scheduled_at > book.clock() for each in waiting):
            raise not_begun()
        meeting = waiting[-1] if waiting else semester.opened(book, connection, key, by=by)
        semester.put_on_record(book, connection, key, meeting, content, by=by)
    return meeting.id


def not_begun() -> Refused:
    """What is said of minutes before their meeting."""
    return Refused(
        "The meeting of the semester is called, and has not begun. Nothing was written: if the team met "
        "earlier, move it to when it did, or call it off."
    )


def last(book: Casebook, *, by: Actor) -> tuple[str, datetime] | None:
    """The newest meeting without a case that has minutes: its id, and since when; None: there is none yet.

    Raises:
        NotPermitted: they are not on the team.
    """
    permit(by, Act.SEE_REPORTS)
    held = select(_MEETINGS.c.id, _MEETINGS.c.held_at).where(
        _MEETINGS.c.case_id.is_(None), _MEETINGS.c.held_at.is_not(None)
    )
    with book.store.read() as connection:
        row = connection.execute(held.order_by(_MEETINGS.c.held_at.desc(), _MEETINGS.c.id).limit(1)).first()
    return None if row is None else (row.id, row.held_at)


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
        content = MEETINGS.open(book.key(connection, TEAM_SCOPE), row)
    said = content.model_dump(include=set(TeamMinutesContent.model_fields))
    return SemesterMeeting(
        held_at=row.held_at,
        by=row.by,
        offices=tuple(row.offices),
        is_quorate=row.quorate,
        said=TeamMinutesContent.model_validate(said),
        corrections=content.corrections,
    )
