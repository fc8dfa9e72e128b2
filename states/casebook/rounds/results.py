"""Results: what whoever does an effect asks of a case and tells it, each under proof of the claim."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from states.access import SYSTEM, Act, Actor, chairs, permit, works_on
from states.calendar import meeting_times, zoned
from states.calendar.reckoning import soonest
from states.casebook.book import Casebook
from states.casebook.coming_and_going import CANCELLATIONS, INVITATIONS
from states.casebook.disclosing.notices import Draft
from states.casebook.effects.work import Work, WorkOn, writing
from states.casebook.page import Page
from states.casebook.plan.meetings import call, kind_for
from states.casebook.standing.conflicts import closed_offices, reaches
from states.casebook.team.members import members
from states.casebook.triggers.acting import open_check_ins
from states.contents.kept import NOTICES
from states.contents.payloads import ActionsOfPlan, CheckInsOfPlan, EntriesOver, MeetingWanted, Payload
from states.contents.team import MemberContent
from states.contents.verbatim import NoticeContent
from states.guards.open_actions import is_open
from states.tables import (
    CheckIn,
    Deadline,
    Meeting,
    Notice,
    Plan,
    PlanAction,
    Review,
    stored,
    table_of,
)
from states.vocabulary.cases import CaseState, Level
from states.vocabulary.effects import Clock
from states.vocabulary.plans import MeetingKind

_REVIEWS = table_of(Review)
_DEADLINES = table_of(Deadline)


@dataclass(frozen=True, slots=True)
class Brief:
    """What of a case is needed to tell the right people of it; no narrative.

    Args:
        number: the case's number.
        state: where it stands.
        level: its level, or the provisional one.
        site: its site's code.
        affiliations: what the subject is to the institution.
        lead: id of the member who leads.
        team: everybody on the team, by id.
        on_case: ids of the members on the case; of the whole team while nobody is assigned.
        chairs: ids of the members who chair, in this case.
        outside: code of the office outside the team, where it takes part; empty: it does not.
        closed: codes of the offices that nothing of the case goes to, as one of its people would read it.
    """

    number: str
    state: CaseState
    level: Level | None
    site: str
    affiliations: tuple[str, ...]
    lead: str | None
    team: dict[str, tuple[Actor, MemberContent]]
    on_case: tuple[str, ...]
    chairs: tuple[str, ...]
    outside: str = ""
    closed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody in whose calendar an invitation put an entry that falls away.

    Args:
        entry: what the invitation named: a meeting, a check-in, or the clock of a reassessment, by id.
        template: the message that the invitation was.
        kind: why the team was to meet; None: the entry is no meeting.
        at: when it was to be.
        recipient: a member's id, or an office's code.
        address: where the invitation went.
        sequence: what a calendar tells by that this is newer (RFC 5546, 2.1.4).
        sooner: by when the reassessment is due now, where that is earlier than the entry says; else None.
        news: whether it is, as new concerns came in.
    """

    entry: str
    template: str
    kind: MeetingKind | None
    at: datetime
    recipient: str
    address: str
    sequence: int
    sooner: datetime | None = None
    news: bool = False


def brief(book: Casebook, work: WorkOn[Payload]) -> Brief:
    """What is needed of an effect's case; of work of the team, only who is on it."""
    # Before the case is locked: whoever writes must not wait for a second connection.
    team = {actor.id: (actor, content) for actor, content in members(book, by=SYSTEM)}
    if work.case_id is None:
        chairing = tuple(member for member, (actor, _) in team.items() if chairs(actor, None))
        return Brief("", CaseState.CLOSED, None, "", (), None, team, tuple(team), chairing)
    with writing(book, work) as page:
        return _brief(page, team, work.payload.site or page.case.site)


def _brief(page: Page, team: dict[str, tuple[Actor, MemberContent]], site: str) -> Brief:
    case = page.case
    level = case.current_level
    # Nobody who is kept out is told anything, whatever it is and by whichever road.
    team = {member: told for member, told in team.items() if not reaches(page, member, told[1].address)}
    chairing = tuple(member for member, (actor, _) in team.items() if chairs(actor, case))
    # The chair's own office may be read by the chair.
    unheard = bool(case.kept_out) and not any(chairs(actor, None) for actor, _ in team.values())
    return Brief(
        number=case.number,
        state=CaseState(case.state),
        level=None if level is None else Level(level),
        site=site,
        affiliations=tuple(case.affiliations),
        lead=next((m for m in (case.lead, *case.stand_ins) if m in team), None),
        team=team,
        on_case=tuple(member for member, (actor, _) in team.items() if works_on(actor, page.case)),
        chairs=chairing,
        outside=page.pack.conflict.outside_office if case.outside or (unheard and not chairing) else "",
        closed=closed_offices(page),
    )


def due_by(book: Casebook, work: Work, clock: Clock) -> datetime | None:
    """When a clock of an effect's case is due; None: it does not run."""
    with writing(book, work) as page:
        return page.running(clock)


def called_for(book: Casebook, work: WorkOn[MeetingWanted]) -> bool:
    """Whether a meeting is still wanted: its clock may have been stopped since, or it was called off."""
    with writing(book, work) as page:
        wanted = work.payload
        if wanted.meeting is not None:
            return page.row(Meeting, wanted.meeting).cancelled_at is None
        return wanted.clock is None or page.running(wanted.clock) is not None


def convene(book: Casebook, work: WorkOn[MeetingWanted]) -> tuple[str, MeetingKind, datetime]:
    """Call the meeting that an effect asks for (W-30 to W-33); returns its id, kind and time.

    A meeting that is called already, and as urgent, is the one.
    """
    with writing(book, work) as page:
        wanted = work.payload
        if wanted.meeting is not None:
            row = page.row(Meeting, wanted.meeting)
            return row.id, MeetingKind(row.kind), row.scheduled_at
        clock = wanted.clock or Clock.FIRST_MEETING
        by = page.running(clock)
        current = page.case.current_level
        level = None if current is None else Level(current)
        if wanted.emergency:
            level = Level.EXTREME
        kind = kind_for(level, CaseState(page.case.state))
        if clock is Clock.NEXT_MEETING:
            kind = MeetingKind.REVIEW
        due_at = _soonest(page, level)
        if by is not None and by > page.now:
            # The clock of the first meeting runs since the report came in, not since it was taken up.
            due_at = by if clock is Clock.NEXT_MEETING else min(due_at, by)
        meeting_id = call(page, kind, due_at, _proposed(page, kind, clock, due_at))
        row = page.row(Meeting, meeting_id)
        return meeting_id, MeetingKind(row.kind), row.scheduled_at


def _proposed(page: Page, kind: MeetingKind, clock: Clock, due_at: datetime) -> datetime:
    """When the team is called to meet: at once in an emergency, and else at a time that people keep."""
    site = page.pack.site(page.case.site)
    if kind is MeetingKind.EMERGENCY:
        return meeting_times.at_once(page.now, due_at)
    proposing = meeting_times.late if clock is Clock.NEXT_MEETING else meeting_times.soon
    return proposing(page.now, due_at, site)


def _soonest(page: Page, level: Level | None) -> datetime:
    """By when the team meets that is called now: as soon as a first meeting at that level."""
    entry = page.pack.clock(Clock.FIRST_MEETING, level or Level.MILD) or page.pack.clock(
        Clock.FIRST_MEETING, Level.MILD
    )
    assert entry is not None  # noqa: S101 - a pack without a first meeting for Mild does not load
    return soonest(page.now, entry.duration, page.pack.at(page.case.sites))


def invited(book: Casebook, work: WorkOn[EntriesOver]) -> list[Invited]:
    """Everybody in whose calendar the entries stand that an effect takes out, once for each entry."""
    with writing(book, work) as page:
        entries, only = work.payload.meetings, work.payload.only
        meetings = {row.id: row for row in page.rows(Meeting, Meeting.id.in_(entries))}  # type: ignore[attr-defined]
        # One that only moves stays in the calendar of whoever holds it: there it gets a newer invitation.
        held: dict[str, str | None] = {
            row.id: row.owner for row in page.rows(CheckIn) if row.done_at is None and not row.waived
        }
        if page.case.state != CaseState.CLOSED:
            held |= {row.id: row.owner for row in page.rows(PlanAction) if is_open(row)}
        # Whoever leaves is not asked to look at the case again.
        reassessed = None if only is not None else _reassessment(page)
        found: dict[tuple[str, str], Invited] = {}
        for row, content in _in_calendars(page, work, *INVITATIONS, *CANCELLATIONS):
            entry = content.invite
            if row.template in CANCELLATIONS:
                # Whoever has it no more is not told once more that it falls away.
                found.pop((entry, content.address), None)
                continue
            moves = held.get(entry) == row.recipient
            stays = moves or (only is not None and row.recipient not in only)
            if entry in entries and not stays and not reaches(page, row.recipient, content.address):
                # For whoever leaves, a meeting that takes place is an entry that falls away.
                meeting = None if only is not None else meetings.get(entry)
                at = zoned.read(content.context["when"])
                hastened = row.template == "reassessment_invitation" and reassessed and reassessed.due_at < at
                sooner = reassessed if hastened else None
                found[entry, content.address] = Invited(
                    entry=entry,
                    template=row.template,
                    kind=None if meeting is None else MeetingKind(meeting.kind),
                    at=at,
                    recipient=row.recipient,
                    address=content.address,
                    sequence=max(content.sequence + 1, 0 if meeting is None else meeting.sequence),
                    sooner=None if sooner is None else sooner.due_at,
                    # A report makes it due at once; any other start leaves some days.
                    news=sooner is not None and sooner.due_at <= sooner.set_at,
                )
        return list(found.values())


def still_to_invite(book: Casebook, work: Work, meeting_id: str, drafts: Sequence[Draft]) -> list[Draft]:
    """Of the invitations to a meeting, those that no other effect has sent as it stands now.

    Each is newer than what its address was sent last: whoever came back has one that was taken out.

    Args:
        book: the casebook.
        work: the effect that invites.
        meeting_id: the meeting.
        drafts: the invitations to everybody who is asked.
    """
    with writing(book, work) as page:
        meeting = page.row(Meeting, meeting_id)
        newest: dict[str, tuple[Notice, NoticeContent]] = {}
        for row, content in _in_calendars(page, work, *INVITATIONS, *CANCELLATIONS):
            if content.invite == meeting_id and row.effect_id != work.effect_id:
                newest[content.address] = row, content
        has_it = {
            address
            for address, (row, content) in newest.items()
            if row.template not in CANCELLATIONS
            and content.sequence >= meeting.sequence
            and zoned.read(content.context["when"]) == meeting.scheduled_at
        }
        last = {address: content.sequence for address, (_, content) in newest.items()}
        return [
            replace(draft, sequence=max(draft.sequence, last.get(draft.address, -1) + 1))
            for draft in drafts
            if draft.address not in has_it
        ]


def _in_calendars(page: Page, work: Work, *templates: str) -> list[tuple[Notice, NoticeContent]]:
    """What put entries into calendars, or took them out, oldest first; not what this effect takes out."""
    rows = page.rows(Notice, Notice.template.in_(templates))  # type: ignore[attr-defined]
    opened = [
        (row, page.open(NOTICES, row))
        for row in rows
        if row.template not in CANCELLATIONS or row.effect_id != work.effect_id
    ]
    return sorted(opened, key=lambda each: (each[0].at, each[1].sequence))


def moved(book: Casebook, work: Work, meeting_id: str) -> int:
    """How often a meeting was moved: the sequence of its newest invitation."""
    with writing(book, work) as page:
        return int(page.row(Meeting, meeting_id).sequence)


def debrief(book: Casebook, work: Work) -> tuple[str, datetime]:
    """Call the debrief of a closed case (U-06); returns the meeting's id and time."""
    with writing(book, work) as page:
        ahead = [m for m in page.rows(Meeting) if m.held_at is None and m.scheduled_at >= page.now]
        called = [m for m in ahead if m.kind == MeetingKind.DEBRIEF]
        if called:
            return called[0].id, called[0].scheduled_at
        due_at = page.running(Clock.DEBRIEF) or page.now
        at = meeting_times.late(page.now, due_at, page.pack.site(page.case.site))
        return call(page, MeetingKind.DEBRIEF, due_at, at), at


def reassessment_due(book: Casebook, work: Work) -> tuple[str, datetime] | None:
    """The clock of the next reassessment, by id, and a time for it; None when no such clock runs."""
    with writing(book, work) as page:
        running = _reassessment(page)
        if running is None:
            return None
        return running.id, meeting_times.late(page.now, running.due_at, page.pack.site(page.case.site))


def _reassessment(page: Page) -> Deadline | None:
    """The clock of the next reassessment, the soonest; None: none runs."""
    mine = (_DEADLINES.c.case_id == page.case.id, _DEADLINES.c.clock == Clock.REASSESSMENT)
    running = select(_DEADLINES).where(*mine, _DEADLINES.c.satisfied_at.is_(None))
    row = page.connection.execute(running.order_by(_DEADLINES.c.due_at).limit(1)).first()
    return None if row is None else stored(Deadline, row)


def open_actions(book: Casebook, work: WorkOn[ActionsOfPlan]) -> list[tuple[PlanAction, int]]:
    """The actions that are not done of the plan put into action, or of a meeting: id, owner, due_at.

    Each with what a calendar tells by that its entry is newer than those before (RFC 5546, 2.1.4).
    """
    with writing(book, work) as page:
        plan, meeting, only = work.payload.plan, work.payload.meeting, work.payload.action
        of = PlanAction.meeting_id == meeting if plan is None else PlanAction.plan_id == plan
        actions = page.rows(PlanAction, of)
        open_ = [action for action in actions if is_open(action) and only in (None, action.id)]
        newest = _newest(page, work, "action_assigned")
        return [(action, newest.get(action.id, -1) + 1) for action in open_]


def turns(book: Casebook, work: WorkOn[ActionsOfPlan]) -> list[tuple[str, str, datetime]]:
    """The actions whose turn it is, as far as they are open still: id, owner, by when."""
    with writing(book, work) as page:
        rows = [row for row in page.rows(PlanAction) if row.id in work.payload.turn and is_open(row)]
        return [(row.id, row.owner, row.due_at) for row in rows if row.owner and row.due_at]


def plan_kind(book: Casebook, work: Work) -> str:
    """The kind of the plan in action; before there is one, the kind that the level asks for, or empty."""
    with writing(book, work) as page:
        # Not a draft that is to take its place.
        plans = [plan for plan in page.rows(Plan) if plan.in_force_since is not None]
        asked_for = None if page.case.level is None else page.pack.levels[Level(page.case.level)].plan
        return plans[-1].kind if plans else asked_for or ""


def check_ins(book: Casebook, work: WorkOn[CheckInsOfPlan]) -> list[tuple[CheckIn, int]]:
    """The open check-ins of the reintegration plan that was begun: id, owner, due_at.

    Each with what a calendar tells by that its invitation is newer than those before (RFC 5546, 2.1.4).
    """
    with writing(book, work) as page:
        newest = _newest(page, work, "checkin_invitation")
        return [(row, newest.get(row.id, -1) + 1) for row in open_check_ins(page, work.payload.plan)]


def _newest(page: Page, work: Work, template: str) -> dict[str, int]:
    """The sequence of the newest invitation that other effects sent of each entry, by the entry."""
    earlier = page.rows(Notice, Notice.template == template, Notice.effect_id != work.effect_id)
    return {one.invite: one.sequence for one in (page.open(NOTICES, row) for row in earlier)}


def last_review(book: Casebook, *, by: Actor) -> date | None:
    """When the plan was last reviewed (W-46); None when no review is on record."""
    permit(by, Act.RUN)
    with book.store.read() as connection:
        found: datetime | None = connection.scalar(select(func.max(_REVIEWS.c.effective_at)))
    site = book.pack.home
    return None if found is None else found.astimezone(ZoneInfo(site.timezone)).date()
