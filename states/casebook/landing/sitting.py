"""A sitting: the meetings that are on now, who is in the room, and minutes while people talk (U-04, U-05)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, select

from states.access import LET_IN, MAY, Act, Actor, require, seen
from states.calendar import moments
from states.calendar.moments import Here
from states.casebook.book import CASES, Casebook
from states.casebook.landing import invitations, semester_sitting
from states.casebook.landing.invitations import Invitation
from states.casebook.landing.numbers import number_of
from states.casebook.page import Page
from states.casebook.plan import meetings
from states.casebook.plan.meetings import outside, still_called
from states.casebook.plan.minutes import SOON, Noted, Room, must_have_seen, version_of
from states.casebook.reading.awaited import BEHIND
from states.casebook.standing.roster import roster
from states.casebook.standing.stand_ins import is_quorum, speaking
from states.casebook.standing.taking_part import offices_for
from states.contents import kept
from states.contents.plans import MeetingContent, MinutesContent, NotedAction
from states.errors import BadContent, BadInput
from states.tables import Meeting, table_of
from states.vocabulary.cases import Level
from states.vocabulary.plans import MeetingKind

_MEETINGS = table_of(Meeting)


@dataclass(frozen=True, slots=True)
class Seat:
    """One case of a sitting.

    Args:
        meeting: what there is to talk about.
        room: who is there.
        draft: the minutes so far.
        version: which draft that is.
        may_hold: whether it has begun, so that its minutes can go on record.
    """

    meeting: Invitation
    room: Room
    draft: MeetingContent = field(repr=False)
    version: str
    may_hold: bool


def on_now(book: Casebook, *, by: Actor) -> list[str]:
    """The ids of the meetings that are on now, or begin within the hour: the gravest case first.

    Args:
        book: the casebook.
        by: who looks; of what they are kept out of, or are not on, there is nothing.

    Raises:
        NotPermitted: their role works on no case.
    """
    with book.store.read() as connection:
        rows = _on_now(connection, book.clock(), by)
    return [row.id for row in sorted(rows, key=_gravest_first)]


def _on_now(connection: Connection, now: datetime, by: Actor) -> Sequence[Row[Any]]:
    require(by, (*MAY[Act.RECORD], *LET_IN), None)
    called = (
        select(
            *(_MEETINGS.c.id, _MEETINGS.c.case_id, _MEETINGS.c.kind),
            *(CASES.c.level, CASES.c.provisional_level),
        )
        .join(CASES, CASES.c.id == _MEETINGS.c.case_id)
        .where(_MEETINGS.c.held_at.is_(None), _MEETINGS.c.cancelled_at.is_(None))
        .where(_MEETINGS.c.scheduled_at.between(now - BEHIND, now + SOON), seen(by, Act.RECORD, CASES.c.id))
        .order_by(_MEETINGS.c.scheduled_at, _MEETINGS.c.id)
    )
    return connection.execute(called).all()


def _gravest_first(row: Row[Any]) -> tuple[bool, int]:
    level = row.level or row.provisional_level
    return row.kind != MeetingKind.EMERGENCY, -Level(level).gravity if level else 0


def seat(book: Casebook, meeting_id: str, *, by: Actor) -> Seat:
    """One case of a sitting, with its draft; that it was read is on record.

    Raises:
        UnknownRecord: there is no such meeting, or none that they may know of.
        NotPermitted: they may not work on its case.
    """
    with book.page(number_of(book, _MEETINGS, meeting_id, by=by), by, Act.RECORD) as page:
        meeting = page.row(Meeting, meeting_id)
        page.log("read", of="meeting", meeting=meeting_id)
        draft = page.open(kept.MEETINGS, meeting)
        return Seat(
            meeting=invitations.shown(page, meeting, by),
            room=_room(page, draft),
            draft=draft,
            version=version_of(meeting.content),
            may_hold=meeting.scheduled_at <= page.now,
        )


def _room(page: Page, draft: MeetingContent) -> Room:
    # Whoever was kept out or let in again since the draft was written is where they belong now.
    room = {*draft.present, *draft.outside}
    out = outside(page, room)
    team = roster(page.connection, at=page.now)
    present = sorted({member.id for member in team}.intersection(room) - set(out))
    offices = speaking(page.pack, team, page.case, present)
    return Room(
        tuple(present),
        out,
        tuple(sorted(offices)),
        tuple(code for code in page.pack.quorum.required if code not in offices),
        is_quorum(page.pack, offices),
    )


def enter(book: Casebook, room: Collection[str], *, by: Actor) -> None:
    """Say who is in the room, once for all that is on now; the semester's meeting, too, if it is.

    Whoever is kept out of a case is noted as outside of it; they are told nothing.

    Args:
        book: the casebook.
        room: ids of the members who are there.
        by: who says so.

    Raises:
        BadInput: one of them is no active member.
    """
    with book.store.write() as connection:
        # In one order, so that no two who say so at once wait for each other; all of it, or nothing. The
        # team's own before its cases, as wherever both are written in.
        semester_sitting.enter(book, connection, room, by=by)
        for row in sorted(_on_now(connection, book.clock(), by), key=lambda each: str(each.case_id)):
            page = book.turn_to(connection, row.case_id, by)
            meeting = still_called(page, row.id)
            draft = page.open(kept.MEETINGS, meeting)
            out = outside(page, room)
            here = {"present": tuple(sorted(set(room) - set(out))), "outside": out}
            # Nobody's page wrote this: one that is open says so, and puts no older attendance back.
            _note(page, meeting, draft.model_copy(update={**here, "page": ""}))
            page.finish()


def note(book: Casebook, meeting_id: str, draft: MeetingContent, *, by: Actor, version: str) -> Noted:
    """Keep minutes as far as they go, sealed; gives which draft that is. Nothing is decided by it.

    Args:
        book: the casebook.
        meeting_id: the meeting.
        draft: who is there, the minutes so far with what is agreed on, and which page wrote them. A day
            such as ``tomorrow`` is kept as the one that it is now, by the clock of the case's site.
        by: who writes.
        version: the draft that they had before them.

    Raises:
        NotedMeanwhile: another page wrote since.
        Refused: its minutes are on record already, or it was called off.
        UnknownRecord: there is no such meeting, or none that they may know of.
        BadInput: somebody present is no active member, or is kept out of the case.
    """
    with book.page(number_of(book, _MEETINGS, meeting_id, by=by), by, Act.RECORD) as page:
        meeting, draft = still_called(page, meeting_id), _dated(page, draft)
        _must_have_seen(page, meeting, draft, version)
        return Noted(_note(page, meeting, draft), _room(page, draft))


def _dated(page: Page, draft: MeetingContent) -> MeetingContent:
    """A draft with each day on which something is due as the day that it is, where it is one by now."""
    here = _here(page)
    return draft.model_copy(update={"actions": tuple(_settled(each, here) for each in draft.actions)})


def _settled(action: NotedAction, here: Here) -> NotedAction:
    try:
        due_at = moments.by(action.due_at, "The day", here).astimezone(here.zone)
    except BadInput:
        # Somebody is still typing it: whether it is a day is asked once the minutes go on record.
        return action
    return action.model_copy(update={"due_at": f"{due_at:%Y-%m-%d %H:%M}"})


def _here(page: Page) -> Here:
    return Here(ZoneInfo(page.pack.site(page.case.site).timezone), page.now)


def _must_have_seen(page: Page, meeting: Meeting, draft: MeetingContent, version: str) -> None:
    must_have_seen(page.open(kept.MEETINGS, meeting), meeting.content, draft, version)


def _note(page: Page, meeting: Meeting, draft: MeetingContent) -> str:
    """Write a draft, if it says anything else than the one before it; returns which one it is."""
    offices_for(page, draft.present)
    draft = draft.model_copy(update={"outside": outside(page, draft.outside)})
    if draft == page.open(kept.MEETINGS, meeting):
        return version_of(meeting.content)
    sealed = page.seal("meetings", meeting.id, draft)
    page.set(Meeting, meeting.id, content=sealed)
    page.log("minutes_noted", meeting=meeting.id)
    return version_of(sealed)


def hold(book: Casebook, meeting_id: str, draft: MeetingContent, *, by: Actor, version: str) -> bool:
    """Put the minutes of a meeting on record as its draft says them; returns whether it had a quorum.

    Args:
        book: the casebook.
        meeting_id: the meeting.
        draft: who was there, and the minutes.
        by: who puts them on record.
        version: the draft that they had before them.

    Raises:
        NotedMeanwhile: another page wrote since.
        Refused: it has not begun, its minutes are on record already, or it was called off.
        BadInput: nobody was there, or nothing is said; or an action lacks its owner or its day.
    """
    # Kept first, so that a refusal costs no word; what somebody else writes in between is not written over.
    version = note(book, meeting_id, draft, by=by, version=version).version
    with book.page(number_of(book, _MEETINGS, meeting_id, by=by), by, Act.RECORD) as page:
        draft = _dated(page, draft)
        _must_have_seen(page, still_called(page, meeting_id), draft, version)
        said = draft.model_dump(include=set(MinutesContent.model_fields))
        return meetings.put_on_record(page, meeting_id, _read(said, _here(page)))


def _read(said: dict[str, Any], here: Here) -> MinutesContent:
    """The minutes that a draft says.

    Raises:
        BadContent: they are not whole; in words that whoever has the page before them knows the fields by.
    """
    try:
        return MinutesContent.read(said, here)
    except BadContent as error:
        lacking = [
            _lacking(name, problem) for name, problem in error.at.items() if name.startswith("actions.")
        ]
        if len(lacking) < len(error.at):
            raise
        message = f"An action says what is done, who does it, and by when. Look at {'; '.join(lacking)}"
        raise BadContent(message, error.at) from None


def _lacking(name: str, problem: str) -> str:
    """What a page's reader is told of a field of an action: which one, and where a day was meant, why not."""
    _, place, *rest = name.split(".")
    asked = {"what": "what is done.", "owner": "who does it.", "due_at": problem}
    return f"action {int(place) + 1}: {asked.get(''.join(rest), problem)}"
