"""Intake: reports of concern, and who they are about."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from states.access import Act, Actor, is_kept_out, permit
from states.casebook.acting import fire
from states.casebook.book import CASES, SKEW_SECONDS, Casebook
from states.casebook.conflicts import look
from states.casebook.page import Page
from states.errors import BadInput, Refused, UnknownRecord
from states.records import ReportContent, SubjectContent, aware, reason
from states.store import insert_missing
from states.tables import (
    BlindIndex,
    Case,
    CaseLink,
    Counter,
    Remark,
    Report,
    Subject,
    new_id,
    table_of,
)
from states.vault import Vault
from states.vocabulary import (
    AlarmCause,
    CaseState,
    Clock,
    EffectKind,
    IdentifierKind,
    Level,
    LinkStatus,
    ReportChannel,
)

_BLIND = table_of(BlindIndex)
_COUNTERS = table_of(Counter)
_REPORTS = table_of(Report)

#: identifiers that name one person for certain (W-47)
CERTAIN = (IdentifierKind.CAMPUS_ID, IdentifierKind.EMPLOYEE_ID)

#: identifiers that another case about the same person may be found by
PERSONAL = (
    *CERTAIN,
    IdentifierKind.EMAIL,
    IdentifierKind.LICENSE_PLATE,
    IdentifierKind.SOCIAL_HANDLE,
)

#: kind of the blind index over name and site, which only suggests
NAME_AND_SITE = "name_and_site"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a report.

    Args:
        number: the case it is in.
        report_id: the report's id.
        joined: whether that case was there already, about the same person.
        candidates: numbers of cases that may be about the same person; a person has to say.
    """

    number: str
    report_id: str
    joined: bool
    candidates: tuple[str, ...]


def report(
    book: Casebook, content: ReportContent, *, by: Actor, received_at: datetime | None = None
) -> Receipt:
    """Take a report of concern (W-12, W-16).

    A campus identifier that is on record puts the report into that person's newest case; a name and site on
    record only suggests it (W-47). An imminent danger raises the alarm in the same transaction (W-13).

    Args:
        book: the casebook.
        content: the report.
        by: who enters it.
        received_at: when it was received (aware); None: now.

    Raises:
        BadInput: an unknown site, or a time of receipt that is ahead of the clock or lacks its time zone.
        UnknownRecord: there is no report under the id that this one is to follow up.
    """
    with book.store.write() as connection:
        return take(book, connection, content, by=by, received_at=received_at)


def take(
    book: Casebook,
    connection: Connection,
    content: ReportContent,
    *,
    by: Actor,
    received_at: datetime | None = None,
) -> Receipt:
    """Take a report inside a transaction that is already open; see :func:`report`."""
    permit(by, Act.REPORT)
    now = book.clock()
    received_at = aware(received_at or now, "the time of receipt")
    if received_at > now + timedelta(seconds=SKEW_SECONDS):
        message = "The report would have been received in the future. Nothing was written: check the time."
        raise BadInput(message)
    book.pack.site(content.subject.site)
    year = _lock_counter(connection, now)
    known = _followed_up(connection, content.follows_up) or _same_person(book, connection, content.subject)
    if known is None:
        page = _open_case(book, connection, content, by, year)
    else:
        page = book.turn_to(connection, known, by)
    row = Report(
        case_id=page.case.id,
        at=page.now,
        by=by.id,
        channel=content.channel,
        received_at=received_at,
        imminent=content.imminent,
        private=content.private,
    )
    page.add(row, content)
    candidates = bring_together(book, page, content.subject)
    _record(page, row, content, joined=known is not None)
    look(page)
    page.finish()
    if is_kept_out(by, page.case):
        # They may report, and learn nothing of what was there before.
        return Receipt(page.case.number, row.id, joined=False, candidates=())
    return Receipt(page.case.number, row.id, known is not None, candidates)


def _record(page: Page, row: Report, content: ReportContent, *, joined: bool) -> None:
    facts: dict[str, Any] = {"report": row.id, "channel": content.channel, "imminent": content.imminent}
    if content.channel is ReportChannel.VERBAL:
        page.start(Clock.VERBAL_FOLLOW_UP, about=row.id, since=row.received_at)
    if content.follows_up:
        _follow_up(page, content.follows_up, row.id)
    if not joined:
        page.owe(EffectKind.NOTIFY_TEAM, trigger="report")
        page.start(Clock.SCREENING, since=row.received_at)
        page.log("reported", **facts)
    elif page.case.state == CaseState.CLOSED:
        page.owe(EffectKind.NOTIFY_TEAM, trigger="report_on_closed_case")
        page.start(Clock.REOPENING, about=row.id, since=row.received_at)
        page.log("reported_again", **facts)
    else:
        fire(page, "receive_report", {}, **facts)
        overdue = (page.running(Clock.REASSESSMENT) or datetime.max.replace(tzinfo=UTC)) <= page.now
        # One that is due already goes on, or report upon report would put its escalation off.
        if page.case.state in (CaseState.MONITORING, CaseState.REINTEGRATION) and not overdue:
            page.stop(Clock.REASSESSMENT)
            # Level None runs no such clock of its own; a new report needs one all the same.
            level = Level.MILD if page.case.level == Level.NONE else None
            page.start(Clock.REASSESSMENT, due_at=page.now, level=level)
    if content.imminent:
        reason_given = {"reason": "The report says that the danger is imminent."}
        # Where the report says, which need not be where the case began (W-14).
        cause = AlarmCause.IMMINENT_REPORT
        fire(page, "raise_alarm", reason_given, site=content.subject.site, cause=cause)


def _lock_counter(connection: Connection, now: datetime) -> int:
    # The year's counter is locked first, so that two reports about one new person cannot miss each other.
    year = now.astimezone(UTC).year
    insert_missing(connection, _COUNTERS, {"year": year, "next": 1})
    connection.execute(select(_COUNTERS.c.year).where(_COUNTERS.c.year == year).with_for_update())
    return year


def _open_case(book: Casebook, connection: Connection, content: ReportContent, by: Actor, year: int) -> Page:
    now = book.clock()
    following = connection.execute(
        update(_COUNTERS)
        .where(_COUNTERS.c.year == year)
        .values(next=_COUNTERS.c.next + 1)
        .returning(_COUNTERS.c.next)
    ).scalar_one()
    case = Case(
        number=f"TAT-{year}-{following - 1:04d}",
        state=CaseState.REPORTED,
        site=content.subject.site,
        affiliations=list(content.subject.affiliations),
        opened_at=now,
        entered_at=now,
        changed_at=now,
    )
    key = book.key(connection, case.id)
    connection.execute(insert(CASES).values(case.model_dump()))
    page = Page(connection, case, key=key, by=by, now=now, pack=book.pack, vault=book.vault)
    page.add(Subject(case_id=case.id, at=now, by=by.id), content.subject)
    return page


def _followed_up(connection: Connection, report_id: str) -> str | None:
    if not report_id:
        return None
    found: str | None = connection.scalar(select(_REPORTS.c.case_id).where(_REPORTS.c.id == report_id))
    if found is None:
        raise UnknownRecord("There is no report under the id that this one follows up. Nothing was written.")
    return found


def _same_person(book: Casebook, connection: Connection, subject: SubjectContent) -> str | None:
    blinds = [
        book.vault.blind(kind, value)
        for kind, value in subject.identifiers.items()
        if kind in CERTAIN and value
    ]
    if not blinds:
        return None
    # An open case comes before a closed one, a newer before an older.
    newest = (
        select(CASES.c.id)
        .join(_BLIND, _BLIND.c.case_id == CASES.c.id)
        .where(_BLIND.c.blind.in_(blinds), CASES.c.erased_at.is_(None))
        .order_by(CASES.c.closed_at.is_not(None), CASES.c.opened_at.desc())
        .limit(1)
    )
    found: str | None = connection.scalar(newest)
    return found


def bring_together(book: Casebook, page: Page, subject: SubjectContent) -> tuple[str, ...]:
    """Make a case findable by what is known of its subject, and suggest other cases about them (W-47).

    Returns:
        Numbers of cases that may be about the same person.
    """
    blinds = _blinds(book.vault, subject)
    _index(page, blinds)
    return _suggest(page, blinds.values())


def _blinds(vault: Vault, subject: SubjectContent) -> dict[str, str]:
    blinds = {
        kind.value: vault.blind(kind, value)
        for kind, value in subject.identifiers.items()
        if value and kind in PERSONAL
    }
    if subject.name:
        blinds[NAME_AND_SITE] = vault.blind(NAME_AND_SITE, f"{subject.name}\n{subject.site}")
    return blinds


def _index(page: Page, blinds: Mapping[str, str]) -> None:
    known = set(page.connection.scalars(select(_BLIND.c.blind).where(_BLIND.c.case_id == page.case.id)))
    for kind, blind in blinds.items():
        if blind not in known:
            page.connection.execute(
                insert(_BLIND).values(id=new_id(), case_id=page.case.id, kind=kind, blind=blind)
            )


def _suggest(page: Page, blinds: Collection[str]) -> tuple[str, ...]:
    others = page.connection.execute(
        select(CASES.c.id, CASES.c.number)
        .join(_BLIND, _BLIND.c.case_id == CASES.c.id)
        .where(_BLIND.c.blind.in_(blinds))
        .where(CASES.c.id != page.case.id, CASES.c.erased_at.is_(None))
        .distinct()
        .order_by(CASES.c.number)
    ).all()
    linked = {row.other_id for row in page.rows(CaseLink)}
    for other in others:
        if other.id not in linked:
            link = CaseLink(
                case_id=page.case.id,
                at=page.now,
                by=page.by.id,
                other_id=other.id,
                status=LinkStatus.CANDIDATE,
            )
            page.add(link)
    return tuple(other.number for other in others)


def _follow_up(page: Page, verbal_id: str, written_id: str) -> None:
    if page.row(Report, verbal_id).channel != ReportChannel.VERBAL:
        message = "That report is not a verbal one, so nothing follows it up. Nothing was written."
        raise BadInput(message)
    page.set(Report, verbal_id, follow_up=written_id)
    page.stop(Clock.VERBAL_FOLLOW_UP, about=verbal_id)


def waive_follow_up(book: Casebook, number: str, report_id: str, *, by: Actor, because: str) -> None:
    """Waive the written follow-up of a verbal report, with a reason (W-12).

    Raises:
        Refused: the report is not a verbal one, or has its follow-up or a waiver already.
    """
    remark = reason(because, "a waiver")
    with book.page(number, by, Act.RECORD) as page:
        verbal = page.row(Report, report_id)
        if verbal.channel != ReportChannel.VERBAL or verbal.follow_up is not None:
            message = f"That report of {number} lacks no written follow-up. Nothing was written."
            raise Refused(message)
        page.set(Report, report_id, follow_up="waived")
        page.stop(Clock.VERBAL_FOLLOW_UP, about=report_id)
        page.add(Remark(case_id=page.case.id, at=page.now, by=by.id, about=report_id), remark)
        page.log("follow_up_waived", report=report_id)


def confirm_link(book: Casebook, number: str, other: str, *, by: Actor, same_person: bool) -> None:
    """Say whether two cases that were suggested to be about one person are (W-47).

    Raises:
        Refused: they were not suggested.
    """
    with book.page(number, by, Act.RECORD) as page:
        other_id = page.connection.scalar(select(CASES.c.id).where(CASES.c.number == other))
        link = next((row for row in page.rows(CaseLink) if row.other_id == other_id), None)
        if link is None:
            message = (
                f"{number} has no such case suggested as being about the same person; nothing was written."
            )
            raise Refused(message)
        status = LinkStatus.CONFIRMED if same_person else LinkStatus.REJECTED
        page.set(CaseLink, link.id, status=status)
        page.log("link_decided", other=other, status=status)
