"""Invitations: what an invited member reads of a meeting, and whether they come (U-04)."""

from dataclasses import dataclass, field
from datetime import datetime

from states.access import Act, Actor, works_on
from states.casebook.book import Casebook
from states.casebook.landing.numbers import number_of
from states.casebook.page import Page
from states.casebook.plan import doing
from states.contents.inquiry import RemarkContent
from states.contents.kept import INVITATION_ANSWERS
from states.errors import Refused
from states.guards.open_actions import is_open
from states.tables import InvitationAnswer, Meeting, Referral, SourceQuery, table_of
from states.vocabulary.cases import CaseState, Level
from states.vocabulary.leaving import ReferralStatus
from states.vocabulary.plans import MeetingKind
from states.vocabulary.sources import AnswerStatus

_MEETINGS = table_of(Meeting)
_ANSWERS = table_of(InvitationAnswer)

#: the answers of a source that are none yet
_WAITED_FOR = (AnswerStatus.PENDING,)

#: how a referral stands whose office has the next word
_WITH_OFFICE = (ReferralStatus.SENT, ReferralStatus.ACKNOWLEDGED, ReferralStatus.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody who is invited has said last.

    Args:
        member: their id.
        comes: whether they come.
        at: when they said so.
        text: why not, and who comes in their place.
    """

    member: str
    comes: bool
    at: datetime
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Since:
    """What there is to talk about, as counts."""

    reports: int
    answers: int
    unanswered: int
    actions_open: int
    actions_late: int
    with_offices: int


@dataclass(frozen=True, slots=True)
class Invitation:
    """A meeting as somebody who is invited reads it.

    Args:
        meeting_id: its id.
        number: the case's number.
        site: code of the case's site.
        kind: why the team meets.
        at: when.
        held_at: when its minutes were put on record; None: it has none.
        is_off: whether it was called off.
        state: where the case stands.
        level: its level, or the provisional one.
        is_provisional: whether nobody has decided on that level yet.
        last_met: when the team last met about the case.
        since: what there is to talk about: reports and answers since then, and what is open.
        said: what those who were invited have said.
        is_asked: whether whoever reads it is to say whether they come.
    """

    meeting_id: str
    number: str
    site: str
    kind: MeetingKind
    at: datetime
    held_at: datetime | None
    is_off: bool
    state: CaseState
    level: Level | None
    is_provisional: bool
    last_met: datetime | None
    since: Since
    said: tuple[Said, ...]
    is_asked: bool


def invitation(book: Casebook, meeting_id: str, *, by: Actor) -> Invitation:
    """What whoever may read a case reads of a meeting about it; that they did is on record.

    Raises:
        UnknownRecord: there is no such meeting, or none that they may know of.
        NotPermitted: they may not.
    """
    with book.page(number_of(book, _MEETINGS, meeting_id, by=by), by, Act.READ) as page:
        meeting = page.row(Meeting, meeting_id)
        page.log("read", of="meeting", meeting=meeting_id)
        return shown(page, meeting, by)


def answer(book: Casebook, meeting_id: str, content: RemarkContent, *, comes: bool, by: Actor) -> None:
    """Say whether one comes to a meeting; the newest word counts, and the same word again is no other.

    Args:
        book: the casebook.
        meeting_id: the meeting.
        content: why not, and who comes instead; empty: nothing is said.
        comes: whether they come.
        by: who says so.

    Raises:
        UnknownRecord: there is no such meeting, or none that they may know of.
        NotPermitted: they may not.
        Refused: it was held, or called off.
    """
    with book.page(number_of(book, _MEETINGS, meeting_id, by=by), by, Act.RECORD) as page:
        meeting = page.row(Meeting, meeting_id)
        if meeting.held_at is not None or meeting.cancelled_at is not None:
            raise Refused("This meeting was held or called off by now. Nothing was written.")
        if _said_so(page, meeting_id, by.id, content, comes=comes):
            return
        row = InvitationAnswer(
            case_id=page.case.id, at=page.now, by=by.id, meeting_id=meeting_id, comes=comes
        )
        page.add(row, content)
        page.log("invitation_answered", meeting=meeting_id, comes=comes)


def _said_so(page: Page, meeting_id: str, member: str, content: RemarkContent, *, comes: bool) -> bool:
    """Whether that is what somebody said last: a button that is pressed again says nothing new."""
    mine = page.rows(InvitationAnswer, _ANSWERS.c.meeting_id == meeting_id, _ANSWERS.c.by == member)
    last = mine[-1:] and (mine[-1].comes, page.open(INVITATION_ANSWERS, mine[-1]).text)
    return last == (comes, content.text)


def shown(page: Page, meeting: Meeting, by: Actor) -> Invitation:
    """A meeting as somebody reads it who may read its case, on an open page."""
    case, newest = page.case, dict[str, Said]()
    for row in page.rows(InvitationAnswer, _ANSWERS.c.meeting_id == meeting.id):
        text = page.open(INVITATION_ANSWERS, row).text
        newest[row.by] = Said(row.by, row.comes, row.at, text)
    held = [m.held_at for m in page.rows(Meeting) if m.held_at and m.id != meeting.id]
    last_met = max(held, default=None)
    return Invitation(
        meeting_id=meeting.id,
        number=case.number,
        site=case.site,
        kind=MeetingKind(meeting.kind),
        at=meeting.scheduled_at,
        held_at=meeting.held_at,
        is_off=meeting.cancelled_at is not None,
        state=CaseState(case.state),
        level=None if case.current_level is None else Level(case.current_level),
        is_provisional=case.level is None,
        last_met=last_met,
        since=_since(page, last_met),
        said=tuple(newest.values()),
        is_asked=works_on(by, case) and meeting.held_at is None and meeting.cancelled_at is None,
    )


def _since(page: Page, last_met: datetime | None) -> Since:
    queries = page.rows(SourceQuery)
    actions = [action for action in doing.in_force(page) if is_open(action)]
    return Since(
        reports=sum(last_met is None or row.at > last_met for row in page.reports()),
        answers=sum(
            row.answered_at is not None and (last_met is None or row.answered_at > last_met)
            for row in queries
        ),
        unanswered=sum(row.status in _WAITED_FOR for row in queries),
        actions_open=len(actions),
        actions_late=sum(a.due_at is not None and a.due_at < page.now for a in actions),
        with_offices=sum(row.status in _WITH_OFFICE for row in page.rows(Referral)),
    )
