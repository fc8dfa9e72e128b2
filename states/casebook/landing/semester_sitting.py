"""The semester's meeting while people talk: who is in the room, and minutes by topic (W-33, W-55)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, update

from states.access import MAY, Act, Actor, permit
from states.casebook.book import Casebook
from states.casebook.landing import semester_meetings
from states.casebook.plan.minutes import SOON, Noted, Room, must_have_seen, version_of
from states.casebook.reading.awaited import BEHIND
from states.casebook.standing.roster import roster
from states.casebook.standing.stand_ins import is_quorum
from states.casebook.team import semester
from states.contents.kept import MEETINGS
from states.contents.plans import MeetingContent, TeamMinutesContent
from states.errors import Refused
from states.ledger import chain, coverage
from states.policy.pack import Pack
from states.tables import Meeting, table_of
from states.vault import TEAM_SCOPE, DataKey

_MEETINGS = table_of(Meeting)

#: the code of what is said besides the topics, and its title
BESIDES = ("else", "Anything else")


@dataclass(frozen=True, slots=True)
class SemesterSeat:
    """The meeting of a semester while people talk.

    Args:
        meeting_id: its id.
        at: when it is called for.
        held_at: when its minutes were put on record; None: it has none.
        is_off: whether it was called off.
        room: who is there.
        draft: the minutes so far, by topic.
        version: which draft that is.
        may_hold: whether it has begun, and whoever looks may put its minutes on record.
    """

    meeting_id: str
    at: datetime
    held_at: datetime | None
    is_off: bool
    room: Room
    draft: MeetingContent = field(repr=False)
    version: str
    may_hold: bool


def titles(pack: Pack, topics: Mapping[str, str]) -> dict[str, str]:
    """What each topic is called, in the plan's order (W-55).

    Args:
        pack: the policy, which names the topics.
        topics: what was said, by code; one that the policy has not any more is called by its code.
    """
    named = {code: topic.title for code, topic in pack.discussion.topics.items()} | dict([BESIDES])
    return named | {code: code for code in topics if code not in named}


def in_one(pack: Pack, topics: Mapping[str, str]) -> str:
    """Minutes topic by topic as one text; what nothing was said about is not in it.

    Args:
        pack: the policy, which names the topics.
        topics: what was said, by code.
    """
    said = [(title, topics.get(code, "").strip()) for code, title in titles(pack, topics).items()]
    return "\n\n".join(f"{title}\n{text}" for title, text in said if text)


def begin(book: Casebook, *, by: Actor) -> str:
    """Begin the meeting of the semester, whether or not it was called; returns its id.

    It is the one that was called, where it has begun or begins within the hour. Else one is opened that
    begins now, and to which nobody is invited.

    Raises:
        NotPermitted: they may not.
        Refused: one is called for later.
    """
    permit(by, Act.RUN_TEAM)
    now = book.clock()
    with book.store.write() as connection:
        key = book.lock_team(connection)
        found = _now(connection, now)
        if found is not None:
            return found.id
        if any(each.scheduled_at > now for each in semester.still_called(connection)):
            raise semester_meetings.not_begun()
        return semester.opened(book, connection, key, by=by).id


def on_now(book: Casebook, *, by: Actor) -> SemesterSeat | None:
    """The meeting of the semester, if it is on now or begins within the hour; None: it is not.

    Raises:
        NotPermitted: they are not on the team.
    """
    permit(by, Act.SEE_REPORTS)
    with book.store.read() as connection:
        found = _now(connection, book.clock())
    return None if found is None else seat(book, found.id, by=by)


def _now(connection: Connection, now: datetime) -> Meeting | None:
    """The newest that is on now; two may be, when the first got no minutes."""
    waiting = semester.still_called(connection)
    return next((each for each in waiting[::-1] if now - BEHIND <= each.scheduled_at <= now + SOON), None)


def seat(book: Casebook, meeting_id: str, *, by: Actor) -> SemesterSeat:
    """The meeting of a semester with its draft.

    Raises:
        NotPermitted: they are not on the team.
        UnknownRecord: there is no such meeting, or it is one about a case.
    """
    permit(by, Act.SEE_REPORTS)
    with book.store.read() as connection:
        meeting = semester.one(connection, meeting_id)
        draft = MEETINGS.open(book.key(connection, TEAM_SCOPE), meeting)
        room = _room(book, connection, draft)
    begun = meeting.scheduled_at <= book.clock()
    return SemesterSeat(
        meeting_id=meeting.id,
        at=meeting.scheduled_at,
        held_at=meeting.held_at,
        is_off=meeting.cancelled_at is not None,
        room=room,
        draft=draft,
        version=version_of(meeting.content),
        may_hold=begun and semester.is_open(meeting) and not by.roles.isdisjoint(MAY[Act.RUN_TEAM]),
    )


def _room(book: Casebook, connection: Connection, draft: MeetingContent) -> Room:
    """Who is in the room; somebody who has left the team since is not."""
    there = {member.id: member for member in roster(connection, at=book.clock())}
    present = sorted(there.keys() & set(draft.present))
    offices = {office for member in present for office in there[member].offices}
    return Room(
        present=tuple(present),
        outside=(),
        offices=tuple(sorted(offices)),
        lacking=tuple(code for code in book.pack.quorum.required if code not in offices),
        is_quorum=is_quorum(book.pack, offices),
    )


def enter(book: Casebook, connection: Connection, room: Collection[str], *, by: Actor) -> None:
    """Say who is in the room, if the meeting of a semester is on now and whoever says so is on the team.

    Args:
        book: the casebook.
        connection: the transaction in which it is said of cases, too.
        room: ids of the members who are there.
        by: who says so.

    Raises:
        BadInput: one of them is no active member.
    """
    if by.roles.isdisjoint(MAY[Act.SEE_REPORTS]) or _now(connection, book.clock()) is None:
        return
    key = book.lock_team(connection)
    # Looked for again: until the lock was held, it could still be held or called off.
    meeting = _now(connection, book.clock())
    if meeting is not None:
        # Nobody's page wrote this: one that is open says so, and puts no older attendance back.
        here = {"present": tuple(sorted(set(room))), "page": ""}
        before = MEETINGS.open(key, meeting)
        _note(book, connection, key, meeting, before.model_copy(update=here), by=by)


def note(book: Casebook, meeting_id: str, draft: MeetingContent, *, by: Actor, version: str) -> Noted:
    """Keep minutes as far as they go, sealed; gives which draft that is. Nothing is decided by it.

    Args:
        book: the casebook.
        meeting_id: the meeting.
        draft: who is there, what was said so far by topic, and which page wrote it.
        by: who writes; anybody on the team may.
        version: the draft that they had before them.

    Raises:
        NotPermitted: they are not on the team.
        NotedMeanwhile: another page wrote since.
        Refused: its minutes are on record already, or it was called off.
        UnknownRecord: there is no such meeting.
        BadInput: somebody present is no active member.
    """
    permit(by, Act.SEE_REPORTS)
    with book.store.write() as connection:
        key = book.lock_team(connection)
        meeting, draft = _seen(connection, key, meeting_id, draft, version)
        version = _note(book, connection, key, meeting, draft, by=by)
        return Noted(version, _room(book, connection, draft))


def _seen(
    connection: Connection, key: DataKey, meeting_id: str, draft: MeetingContent, version: str
) -> tuple[Meeting, MeetingContent]:
    """The meeting, and the draft that may take the place of the one on record."""
    meeting = semester.one_called(connection, meeting_id)
    before = MEETINGS.open(key, meeting)
    # Why it was moved is no page's of minutes to say.
    draft = draft.model_copy(update={"moved_because": before.moved_because})
    must_have_seen(before, meeting.content, draft, version)
    return meeting, draft


def _note(
    book: Casebook,
    connection: Connection,
    key: DataKey,
    meeting: Meeting,
    draft: MeetingContent,
    *,
    by: Actor,
) -> str:
    """Write a draft, if it says anything else than the one before it; returns which one it is."""
    semester.offices_of(connection, draft.present)
    if draft == MEETINGS.open(key, meeting):
        return version_of(meeting.content)
    sealed = key.seal("meetings", meeting.id, draft.model_dump(mode="json"))
    connection.execute(update(_MEETINGS).where(_MEETINGS.c.id == meeting.id).values(content=sealed))
    told, now = coverage.sealed("meetings", meeting.id, sealed), book.clock()
    what = {"what": "semester_minutes_noted", "meeting": meeting.id}
    chain.append_of_team(connection, told, at=now, actor=by, **what)
    return version_of(sealed)


def hold(book: Casebook, meeting_id: str, draft: MeetingContent, *, by: Actor, version: str) -> bool:
    """Put the minutes of a meeting on record as its draft says them; returns whether it had a quorum.

    Args:
        book: the casebook.
        meeting_id: the meeting.
        draft: who was there, and what was said by topic.
        by: who puts them on record.
        version: the draft that they had before them.

    Raises:
        NotPermitted: they may not.
        NotedMeanwhile: another page wrote since.
        Refused: it has not begun, its minutes are on record already, or it was called off.
        BadInput: nobody was there, or nothing is said.
    """
    permit(by, Act.RUN_TEAM)
    # Kept first, so that a refusal costs no word; what somebody else writes in between is not written over.
    version = note(book, meeting_id, draft, by=by, version=version).version
    with book.store.write() as connection:
        key = book.lock_team(connection)
        meeting, draft = _seen(connection, key, meeting_id, draft, version)
        if meeting.scheduled_at > book.clock():
            raise semester_meetings.not_begun()
        minutes = in_one(book.pack, draft.topics)
        if not draft.present or not minutes:
            raise Refused(
                "Minutes say who was there, and what was said. They are not on record yet; what is here so "
                "far is saved."
            )
        said = {"present": draft.present, "minutes": minutes, "suggestions": draft.suggestions}
        content = TeamMinutesContent.read(said)
        return semester.put_on_record(book, connection, key, meeting, content, by=by)
