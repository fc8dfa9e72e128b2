"""Who is invited to the team's meeting of a semester, and who has the invitation by now (W-33, U-04)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, select

from states import outbox
from states.access import MAY, SYSTEM, Act, Actor, permit
from states.casebook.book import Casebook
from states.casebook.effects.owing import owe_without_case
from states.casebook.effects.work import Work, WorkOn
from states.casebook.rounds.results import Invited
from states.casebook.standing.roster import roster
from states.casebook.team import semester
from states.contents.payloads import CONVENE_TEAM, EntriesOver, MeetingWanted
from states.contents.verbatim import NoticeContent
from states.tables import Effect, Meeting, Notice, table_of
from states.vault import TEAM_SCOPE, DataKey
from states.vocabulary.effects import EffectStatus
from states.vocabulary.plans import MeetingKind

_EFFECTS, _NOTICES = table_of(Effect), table_of(Notice)

#: who is invited, and whose word on whether they come is asked for
ASKED = tuple(role for role in MAY[Act.SEE_REPORTS] if role not in SYSTEM.roles)


def owe(book: Casebook, connection: Connection, meeting: Meeting) -> None:
    """Owe the invitations to everybody on the team, once for each time that a meeting is called for.

    Args:
        book: the casebook.
        connection: the transaction that calls or moves it.
        meeting: the meeting, as it stands from now on.
    """
    owe_without_case(book, connection, CONVENE_TEAM, _once(meeting), MeetingWanted(meeting=meeting.id))


def _once(meeting: Meeting) -> str:
    return f"semester-meeting:{meeting.id}:{meeting.sequence}"


def invite_newcomers(book: Casebook, *, by: Actor) -> None:
    """Owe the invitation to whoever came onto the team since the others were invited: to them alone.

    Nobody is owed it twice, nor while the others' are still on their way: they go to whoever is on the team
    by then.

    Args:
        book: the casebook.
        by: the software itself.

    Raises:
        NotPermitted: it is not.
    """
    permit(by, Act.RUN)
    with book.store.read() as connection:
        if not _without(book, connection):
            return
    with book.store.write() as connection:
        book.lock_team(connection)
        for meeting, member in _without(book, connection):
            wanted = MeetingWanted(meeting=meeting.id, only=(member,))
            owe_without_case(book, connection, CONVENE_TEAM, _once_for(meeting, member), wanted)


def _once_for(meeting: Meeting, member: str) -> str:
    return f"{_once(meeting)}:{member}"


def _without(book: Casebook, connection: Connection) -> list[tuple[Meeting, str]]:
    """Who is asked to a meeting ahead, and was neither sent nor is owed the invitation to it as it stands."""
    found = []
    for meeting in semester.still_called(connection):
        owed = _owed(connection, meeting)
        if meeting.scheduled_at <= book.clock() or owed.get(_once(meeting)) != EffectStatus.DONE:
            continue
        sent = semester.sent(connection, book.key(connection, TEAM_SCOPE))
        have_it = {recipient for recipient, content in sent if _is_of(content, meeting)}
        found += [
            (meeting, member.id)
            for member in roster(connection)
            if not member.roles.isdisjoint(ASKED)
            and member.id not in have_it
            and _once_for(meeting, member.id) not in owed
        ]
    return found


def _owed(connection: Connection, meeting: Meeting) -> dict[str, str]:
    """What was ever owed to invite to a meeting as it stands now, and how far that is."""
    of_it = _EFFECTS.c.dedupe.startswith(_once(meeting), autoescape=True)
    rows = connection.execute(
        select(_EFFECTS.c.dedupe, _EFFECTS.c.status).where(_EFFECTS.c.case_id.is_(None), of_it)
    )
    return {row.dedupe: row.status for row in rows}


def _is_of(content: NoticeContent, meeting: Meeting) -> bool:
    return content.invite == meeting.id and content.sequence == meeting.sequence


@contextmanager
def _working(book: Casebook, work: Work) -> Iterator[tuple[Connection, DataKey]]:
    """Read under proof of the claim of an effect of the team."""
    with book.store.write() as connection:
        key = book.lock_team(connection)
        outbox.prove(connection, work)
        yield connection, key


def called(book: Casebook, work: WorkOn[MeetingWanted]) -> tuple[str, datetime, int] | None:
    """The meeting that an effect invites to: its id, its time, how often it was moved; None: no more."""
    with _working(book, work) as (connection, _):
        meeting = semester.one(connection, work.payload.meeting or "")
        return (meeting.id, meeting.scheduled_at, meeting.sequence) if semester.is_open(meeting) else None


def told_of(book: Casebook, work: WorkOn[MeetingWanted]) -> set[str]:
    """Ids of those to whom another effect has sent the invitation to a meeting as it stands now."""
    with _working(book, work) as (connection, key):
        meeting = semester.one(connection, work.payload.meeting or "")
        sent = semester.sent(connection, key, besides=work.effect_id)
        return {recipient for recipient, content in sent if _is_of(content, meeting)}


def invited(book: Casebook, work: WorkOn[EntriesOver]) -> list[Invited]:
    """Everybody in whose calendar the meetings stand that an effect takes out, once for each."""
    only = work.payload.only
    found: dict[tuple[str, str], Invited] = {}
    with _working(book, work) as (connection, key):
        off = {each: semester.one(connection, each) for each in work.payload.meetings}
        for recipient, content in semester.sent(connection, key):
            meeting = off.get(content.invite)
            if meeting is not None and (only is None or recipient in only):
                found[meeting.id, content.address] = Invited(
                    entry=meeting.id,
                    template="meeting_invitation",
                    # For whoever leaves, a meeting that takes place is an entry that falls away.
                    kind=None if only is not None else MeetingKind(meeting.kind),
                    at=meeting.scheduled_at,
                    recipient=recipient,
                    address=content.address,
                    sequence=meeting.sequence if only is None else meeting.sequence + 1,
                )
    return list(found.values())
