"""Results: what flows tell a case, each under proof that the effect is still theirs."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from states import outbox
from states.access import Actor
from states.casebook.book import Casebook, Page
from states.casebook.effects import Work, writing
from states.casebook.meetings import call, kind_for
from states.casebook.team import members
from states.reckoning import due
from states.records import MemberContent, ReportContent, SubjectContent
from states.tables import (
    Alarm,
    CheckIn,
    Deadline,
    Disclosure,
    Disposition,
    Meeting,
    Notice,
    Plan,
    PlanAction,
    Referral,
    ReintegrationPlan,
    Report,
    Review,
    SourceQuery,
    Subject,
    new_id,
)
from states.vault import TEAM_SCOPE, digest
from states.vocabulary import (
    AnswerStatus,
    CaseState,
    Clock,
    LegalBasis,
    Level,
    MeetingKind,
    NoticeStatus,
    ReferralStatus,
    Role,
)

_NOTICES = Notice.__table__  # type: ignore[attr-defined]
_REVIEWS = Review.__table__  # type: ignore[attr-defined]
_DEADLINES = Deadline.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Brief:
    """What a flow needs to know of a case to tell the right people; no narrative.

    Args:
        number: the case's number.
        state: where it stands.
        level: its level, or the provisional one.
        site: its site's code.
        affiliations: what the subject is to the institution.
        lead: id of the member who leads.
        team: everybody on the team, by id.
        on_case: ids of the members on the case; of the whole team while nobody is assigned.
    """

    number: str
    state: CaseState
    level: Level | None
    site: str
    affiliations: tuple[str, ...]
    lead: str | None
    team: dict[str, tuple[Actor, MemberContent]]
    on_case: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A notice to one recipient, before it has a row.

    Args:
        template: name of the message.
        recipient: a member's id, an office's code, or ``reporter``.
        address: a mail address, or an apprise URL.
        context: what the template is given, as JSON.
        invite: start of the event in a calendar invitation, ISO 8601; empty: none.
        key: tells notices of one effect to one recipient apart.
    """

    template: str
    recipient: str
    address: str
    context: dict[str, Any]
    invite: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A prepared notice, ready to be sent."""

    notice_id: str
    template: str
    recipient: str
    message_id: str
    address: str
    context: dict[str, Any]
    invite: str
    prepared_at: datetime


@dataclass(frozen=True, slots=True)
class Question:
    """A question to a kind of source: what for, on which basis, and the least identifiers."""

    query_id: str
    kind: str
    basis: str
    purpose: str
    identifiers: dict[str, str]
    ticket: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source answered."""

    status: AnswerStatus
    source: str
    code: str = ""
    ticket: str = ""
    facts: tuple[dict[str, Any], ...] = ()


def brief(book: Casebook, work: Work) -> Brief:
    """What a flow needs to know of its case; of work of the team, only who is on it."""
    if work.case_id is None:
        team = {actor.id: (actor, content) for actor, content in members(book)}
        return Brief("", CaseState.CLOSED, None, "", (), None, team, tuple(team))
    with writing(book, work) as page:
        return _brief(book, page)


def _brief(book: Casebook, page: Page) -> Brief:
    case = page.case
    team = {actor.id: (actor, content) for actor, content in members(book)}
    level = case.level or case.provisional_level
    return Brief(
        number=case.number,
        state=CaseState(case.state),
        level=None if level is None else Level(level),
        site=case.site,
        affiliations=tuple(case.affiliations),
        lead=case.lead,
        team=team,
        on_case=tuple(member for member, (actor, _) in team.items() if _concerned(actor, page)),
    )


def _concerned(actor: Actor, page: Page) -> bool:
    return Role.CHAIR in actor.roles or (Role.MEMBER in actor.roles and actor.on(page.case))


def questions(book: Casebook, work: Work) -> list[Question]:
    """The questions that are not answered yet, each with the least identifiers its source needs (W-17, U-03)."""
    with writing(book, work) as page:
        subject = _subject(page)
        needed = {source.kind: source for source in book.pack.sources}
        asked = []
        for row in page.rows(SourceQuery, SourceQuery.status.in_([AnswerStatus.ASKED, AnswerStatus.PENDING])):  # type: ignore[attr-defined]
            entry = needed[row.kind]
            given = {
                kind: subject.identifiers[kind] for kind in entry.identifiers if subject.identifiers.get(kind)
            }
            asked.append(Question(row.id, row.kind, row.basis, entry.purpose, dict(given), row.ticket))
        return asked


def _subject(page: Page) -> SubjectContent:
    row = page.rows(Subject)[-1]
    return SubjectContent.model_validate(page.key.open("subjects", row.id, row.content))


def record_answer(book: Casebook, work: Work, query_id: str, answer: Answer) -> None:
    """Put a source's answer on record; the guards see it at once."""
    with writing(book, work) as page:
        row = page.row(SourceQuery, query_id)
        if row.status not in (AnswerStatus.ASKED, AnswerStatus.PENDING):
            return
        sealed = page.seal("source_queries", query_id, {"facts": list(answer.facts)})
        page.set(
            SourceQuery,
            query_id,
            status=answer.status,
            source=answer.source,
            code=answer.code,
            ticket=answer.ticket,
            answered_at=page.now,
            content=sealed,
        )
        if answer.source:
            page.add(
                Disclosure(
                    case_id=page.case.id,
                    at=page.now,
                    by=page.by.id,
                    recipient=answer.source,
                    purpose="look-up",
                    basis=row.basis,
                    what=row.kind,
                )
            )
        if all(q.status not in (AnswerStatus.ASKED, AnswerStatus.PENDING) for q in page.rows(SourceQuery)):
            page.stop(Clock.SOURCE_ANSWER)
        page.log("source_answered", query=query_id, kind=row.kind, status=answer.status, facts=digest(sealed))


def convene(book: Casebook, work: Work) -> tuple[str, MeetingKind, datetime]:
    """Call the meeting that an effect asks for (W-30 to W-32); returns its id, kind and time.

    A meeting that is called already, and as urgent, is the one.
    """
    with writing(book, work) as page:
        if "meeting" in work.payload:
            row = page.row(Meeting, work.payload["meeting"])
            return row.id, MeetingKind(row.kind), row.scheduled_at
        current = page.case.level or page.case.provisional_level
        level = None if current is None else Level(current)
        if work.payload.get("emergency"):
            level = Level.EXTREME
        kind = kind_for(level, CaseState(page.case.state))
        entry = book.pack.clock(Clock.FIRST_MEETING, level or Level.MILD) or book.pack.clock(
            Clock.FIRST_MEETING, Level.MILD
        )
        assert entry is not None  # noqa: S101 - a pack without a first meeting for Mild does not load
        at = due(page.now, entry.duration, book.pack.site(page.case.site))
        meeting_id = call(page, kind, at, at)
        row = page.row(Meeting, meeting_id)
        return meeting_id, MeetingKind(row.kind), row.scheduled_at


def debrief(book: Casebook, work: Work) -> tuple[str, datetime]:
    """Call the debrief of a closed case (U-06); returns the meeting's id and time."""
    with writing(book, work) as page:
        called = [m for m in page.rows(Meeting) if m.kind == MeetingKind.DEBRIEF and m.held_at is None]
        if called:
            return called[0].id, called[0].scheduled_at
        clock = _running(page, Clock.DEBRIEF)
        at = page.now if clock is None else clock
        return call(page, MeetingKind.DEBRIEF, at, at), at


def reassessment_due(book: Casebook, work: Work) -> datetime | None:
    """When the case is to be reassessed next; None when no such clock runs."""
    with writing(book, work) as page:
        return _running(page, Clock.REASSESSMENT)


def _running(page: Page, clock: Clock) -> datetime | None:
    query = (
        select(_DEADLINES.c.due_at)
        .where(_DEADLINES.c.case_id == page.case.id, _DEADLINES.c.clock == clock)
        .where(_DEADLINES.c.satisfied_at.is_(None))
        .order_by(_DEADLINES.c.due_at)
    )
    found: datetime | None = page.connection.scalar(query)
    return found


def open_actions(book: Casebook, work: Work) -> list[Any]:
    """The actions of the plan in force that are not done: id, owner, due_at."""
    with writing(book, work) as page:
        plans = page.rows(Plan)
        return [a for a in page.rows(PlanAction) if a.plan_id == plans[-1].id and a.done_at is None]


def plan_kind(book: Casebook, work: Work) -> str:
    """The kind of the plan in force; empty when there is none."""
    with writing(book, work) as page:
        plans = page.rows(Plan)
        return plans[-1].kind if plans else ""


def check_ins(book: Casebook, work: Work) -> list[Any]:
    """The check-ins of the reintegration plan in force: id, owner, due_at."""
    with writing(book, work) as page:
        plan = page.rows(ReintegrationPlan)[-1]
        return page.rows(CheckIn, CheckIn.plan_id == plan.id)


def drafted_referrals(book: Casebook, work: Work) -> list[Any]:
    """The referrals of the plan in force that are still to be sent."""
    with writing(book, work) as page:
        plans = page.rows(Plan)
        return [
            r for r in page.rows(Referral) if r.plan_id == plans[-1].id and r.status == ReferralStatus.DRAFTED
        ]


def referral_sent(book: Casebook, work: Work, referral_id: str) -> None:
    """Say that a referral has gone out; the clock of its acknowledgement starts."""
    with writing(book, work) as page:
        row = page.row(Referral, referral_id)
        if row.status != ReferralStatus.DRAFTED:
            return
        page.set(Referral, referral_id, status=ReferralStatus.SENT, sent_at=page.now)
        page.start(Clock.REFERRAL_ACKNOWLEDGEMENT, about=referral_id)
        page.add(
            Disclosure(
                case_id=page.case.id,
                at=page.now,
                by=page.by.id,
                recipient=row.office,
                purpose="referral",
                basis=LegalBasis.SCHOOL_OFFICIAL,
                what=f"case number: {row.kind}",
            )
        )
        page.log("referral_sent", referral=referral_id, kind=row.kind, office=row.office)


def police_alerted(book: Casebook, work: Work, recipient: str) -> None:
    """Say that the police know (W-13, W-14); saying it again changes nothing."""
    with writing(book, work) as page:
        unknown = [alarm for alarm in page.rows(Alarm) if alarm.police_alerted_at is None]
        if not unknown:
            return
        for alarm in unknown:
            page.set(Alarm, alarm.id, police_alerted_at=page.now)
        page.add(
            Disclosure(
                case_id=page.case.id,
                at=page.now,
                by=page.by.id,
                recipient=recipient,
                purpose="emergency",
                basis=LegalBasis.HEALTH_OR_SAFETY,
                what="case number",
            )
        )
        page.log("police_alerted", site=page.case.site)


def reporters_to_tell(book: Casebook, work: Work) -> list[str]:
    """Mail addresses of reporters who may learn that the matter is concluded (W-27)."""
    with writing(book, work) as page:
        dispositions = page.rows(Disposition)
        if (
            not dispositions
            or not dispositions[-1].tell_reporter
            or "reporter" not in book.pack.disposition.tell
        ):
            return []
        contents = [
            ReportContent.model_validate(page.key.open("reports", row.id, row.content))
            for row in page.rows(Report)
        ]
        return sorted({content.reporter.email for content in contents if content.reporter.email})


def prepare(book: Casebook, work: Work, drafts: list[tuple[Draft, str]]) -> list[str]:
    """Write notices down before they leave, each with its Message-ID; returns the ids of those not sent yet.

    Args:
        book: the casebook.
        work: the effect they belong to.
        drafts: each notice with its Message-ID, which is the same on every attempt.
    """
    if work.case_id is None:
        return _prepare_for_team(book, work, drafts)
    with writing(book, work) as page:
        known = {row.message_id: row for row in page.rows(Notice, Notice.effect_id == work.lease.effect_id)}
        waiting = [row.id for row in known.values() if row.status == NoticeStatus.PREPARED]
        fresh = [pair for pair in drafts if pair[1] not in known]
        for draft, message_id in fresh:
            notice = _notice(work, draft, message_id, page.now)
            page.add(notice, _sealed_part(draft))
            waiting.append(notice.id)
        if fresh:
            page.log("notices_prepared", effect=work.lease.effect_id, count=len(fresh))
        return waiting


def _prepare_for_team(book: Casebook, work: Work, drafts: list[tuple[Draft, str]]) -> list[str]:
    with book.store.write() as connection:
        outbox.prove(connection, work.lease)
        rows = connection.execute(select(_NOTICES).where(_NOTICES.c.effect_id == work.lease.effect_id)).all()
        known = {row.message_id for row in rows}
        waiting = [row.id for row in rows if row.status == NoticeStatus.PREPARED]
        key = book.key(connection, TEAM_SCOPE)
        for draft, message_id in drafts:
            if message_id in known:
                continue
            notice = _notice(work, draft, message_id, book.clock())
            sealed = key.seal("notices", notice.id, _sealed_part(draft))
            connection.execute(insert(_NOTICES).values(notice.model_dump() | {"content": sealed}))
            waiting.append(notice.id)
        return waiting


def _notice(work: Work, draft: Draft, message_id: str, now: datetime) -> Notice:
    return Notice(
        id=new_id(),
        case_id=work.case_id,
        effect_id=work.lease.effect_id,
        template=draft.template,
        recipient=draft.recipient,
        message_id=message_id,
        status=NoticeStatus.PREPARED,
        at=now,
    )


def _sealed_part(draft: Draft) -> dict[str, Any]:
    return {"address": draft.address, "context": draft.context, "invite": draft.invite}


def last_review(book: Casebook) -> date | None:
    """When the plan was last reviewed (W-46); None when no review is on record."""
    with book.store.read() as connection:
        found: datetime | None = connection.scalar(select(func.max(_REVIEWS.c.effective_at)))
    return None if found is None else found.date()


def notice(book: Casebook, notice_id: str) -> NoticeLine:
    """A prepared notice, opened for sending."""
    with book.store.read() as connection:
        row = connection.execute(select(_NOTICES).where(_NOTICES.c.id == notice_id)).one()
        content = book.key(connection, row.case_id or TEAM_SCOPE).open("notices", row.id, row.content)
    return NoticeLine(row.id, row.template, row.recipient, row.message_id, prepared_at=row.at, **content)


def notice_sent(book: Casebook, work: Work, notice_id: str) -> None:
    """Say that a notice was handed over to its channel."""
    if work.case_id is not None:
        with writing(book, work) as page:
            page.set(Notice, notice_id, status=NoticeStatus.SENT, sent_at=page.now)
            page.log("notice_sent", notice=notice_id)
        return
    with book.store.write() as connection:
        outbox.prove(connection, work.lease)
        sent = {"status": NoticeStatus.SENT, "sent_at": book.clock()}
        connection.execute(update(_NOTICES).where(_NOTICES.c.id == notice_id).values(**sent))
