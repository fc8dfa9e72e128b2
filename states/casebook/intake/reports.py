"""Intake: reports of concern, and who they are about."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from states.access import NO_SUCH_CASE, Act, Actor, is_kept_out, permit
from states.casebook.alarms import raising
from states.casebook.book import CASES, SKEW_SECONDS, Casebook
from states.casebook.intake.roads import take_road
from states.casebook.page import Page
from states.casebook.persons import subjects, units
from states.casebook.persons.joining import suggest
from states.casebook.standing import reprisal
from states.casebook.standing.conflicts import look
from states.casebook.triggers.acting import fire
from states.contents.inquiry import reason
from states.contents.payloads import NOTIFY_TEAM, TELL_POLICE, News, OfReport
from states.contents.reports import ReportContent, SubjectContent, aware
from states.errors import BadInput, Refused, UnknownRecord
from states.ledger import coverage
from states.persons.identity import Identity
from states.policy.pack import Pack
from states.store.engine import insert_missing
from states.tables import (
    BlindIndex,
    Case,
    Counter,
    Remark,
    Report,
    Subject,
    WrappedKey,
    new_id,
    table_of,
)
from states.vocabulary.cases import CaseState, Level, ReportChannel
from states.vocabulary.danger import AlarmCause
from states.vocabulary.effects import Clock

_BLIND = table_of(BlindIndex)
_KEYS = table_of(WrappedKey)
_COUNTERS = table_of(Counter)
_REPORTS = table_of(Report)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a report.

    Args:
        number: the case it is in.
        report_id: the report's id.
        joined: whether that case was there already, about the same person.
        candidates: numbers of cases that may be about the same person, the likeliest first; people decide.
        doubtful: whether the report names somebody else than the case that it is now part of.
    """

    number: str
    report_id: str
    joined: bool
    candidates: tuple[str, ...]
    doubtful: bool


def report(
    book: Casebook, content: ReportContent, *, by: Actor, received_at: datetime | None = None, into: str = ""
) -> Receipt:
    """Take a report of concern (W-12, W-16).

    A campus identifier that is on record puts the report into that person's newest case; a name, or any other
    identifier, only suggests it (W-47). An imminent danger raises the alarm in the same transaction (W-13).

    Args:
        book: the casebook.
        content: the report.
        by: who enters it.
        received_at: when it was received (aware); None: now.
        into: number of the case that it is about, as somebody said who may write there; empty: nobody did.

    Raises:
        NotPermitted: they may not write into that case.
        BadInput: an unknown site, or a time of receipt that is ahead of the clock or lacks its time zone.
        UnknownRecord: there is no report under the id that this one is to follow up.
    """
    with book.store.write() as connection:
        return take(book, connection, content, by=by, received_at=received_at, into=into)


def take(
    book: Casebook,
    connection: Connection,
    content: ReportContent,
    *,
    by: Actor,
    received_at: datetime | None = None,
    into: str = "",
    begun: bool = False,
    belongs_to: str | None = None,
    report_id: str = "",
    unseen_field: bool = False,
) -> Receipt:
    """Take a report inside a transaction that is already open; see :func:`report`.

    Args:
        book: the casebook.
        connection: the transaction.
        content: the report.
        by: who enters it.
        received_at: when it was received (aware); None: now.
        into: number of the case that somebody says it belongs to; empty: whoever it is about says.
        begun: whether more of it is still to be written down.
        belongs_to: id of the case whose report or notice it answers; None: it answers none.
        report_id: the id that it is to have; empty: a new one.
        unseen_field: whether its form was filled in where people do not see, as programs do.
    """
    permit(by, Act.REPORT)
    now = book.clock()
    received_at = aware(received_at or now, "the time of receipt")
    if content.imminent:
        # An emergency is not refused for a clock that is wrong.
        received_at = min(received_at, now)
    if received_at > now + timedelta(seconds=SKEW_SECONDS):
        message = "The report would have been received in the future. Nothing was written: check the time."
        raise BadInput(message)
    for site in (content.subject.site, *content.subject.further_sites):
        book.pack.site(site)
    year = lock_counter(connection, now)
    known = (
        _followed_up(connection, content)
        or belongs_to
        or _named(connection, into, by)
        or _same_person(book, connection, content.subject)
    )
    if known is None:
        page = open_case(book, connection, content, by, year)
    else:
        page = book.turn_to(connection, known, by)
    row = Report(
        id=report_id or new_id(),
        case_id=page.case.id,
        at=page.now,
        by=by.id,
        channel=content.channel,
        received_at=received_at,
        imminent=content.imminent,
        private=content.private,
        begun=begun,
    )
    page.add(row, content)
    subjects.follow(page)
    candidates = suggest(page)
    doubtful = subjects.names_somebody_else(page, row.id)
    marks: dict[str, Any] = {"unseen_field": True} if unseen_field else {}
    record(page, row, content, joined=known is not None, doubtful=doubtful, **marks)
    take_road(page, content, row.id)
    look(page)
    page.finish()
    if is_kept_out(by, page.case):
        # They may report, and learn nothing of what was there before.
        return Receipt(page.case.number, row.id, joined=False, candidates=(), doubtful=False)
    return Receipt(page.case.number, row.id, known is not None, candidates, doubtful)


def record(
    page: Page,
    row: Report,
    content: ReportContent,
    *,
    joined: bool,
    doubtful: bool,
    known: Collection[str] = (),
    **further: object,
) -> None:
    """Let everything follow that a report on an open page calls for: clocks, notices, ledger event, alarm.

    Args:
        page: the case.
        row: the report's row.
        content: what it says.
        joined: whether the case was there before.
        doubtful: whether it names somebody else than the case is about.
        known: codes of the sites that police were told of when it stood in another case.
        further: further codes for the ledger event.
    """
    facts: dict[str, Any] = {"report": row.id, "channel": content.channel, "imminent": content.imminent}
    facts |= further
    if doubtful:
        facts["names_somebody_else"] = True
    if content.channel is ReportChannel.VERBAL:
        page.start(Clock.VERBAL_FOLLOW_UP, about=row.id, since=row.received_at)
    if content.follows_up:
        _follow_up(page, content, row.id)
    if not content.imminent and tells_of_violence(page.pack, content):
        # Who is new to them is worth another word; so is a site, which shows when it is their turn.
        known = () if doubtful else known
        page.owe(TELL_POLICE, OfReport(report=row.id, known=tuple(known)))
    if not joined:
        page.owe(NOTIFY_TEAM, News(trigger="report"))
        page.start(Clock.SCREENING, since=row.received_at)
        page.log("reported", **facts)
    elif page.case.state == CaseState.CLOSED:
        page.owe(NOTIFY_TEAM, News(trigger="report_on_closed_case"))
        page.start(Clock.REOPENING, about=row.id, since=row.received_at)
        page.log("reported_again", **facts)
    else:
        _to_open_case(page, facts)
    units.learn(page, "" if doubtful else content.subject.unit)
    if content.imminent:
        reason_given = {"reason": "The report says that the danger is imminent."}
        # Where the report says, which need not be where the case began (W-14).
        cause = AlarmCause.IMMINENT_REPORT
        fire(page, "raise_alarm", reason_given, site=content.subject.site, cause=cause)
    elif joined:
        raising.say_where_else(page)


def _to_open_case(page: Page, facts: Mapping[str, Any]) -> None:
    """Let a report come to a case that goes on: it is looked at again, and its reporter asked later on."""
    fire(page, "receive_report", {}, **facts)
    if page.case.current_level is not None:
        # Whoever comes after the screening is asked as those before were (W-41).
        reprisal.watch(page)
    overdue = (page.running(Clock.REASSESSMENT) or datetime.max.replace(tzinfo=UTC)) <= page.now
    # One that is due already goes on, or report upon report would put its escalation off.
    if page.case.state in (CaseState.MONITORING, CaseState.REINTEGRATION) and not overdue:
        page.stop(Clock.REASSESSMENT)
        # Level None runs no such clock of its own; a new report needs one all the same.
        level = Level.MILD if page.case.level == Level.NONE else None
        page.start(Clock.REASSESSMENT, due_at=page.now, level=level)


def tells_of_violence(pack: Pack, content: ReportContent) -> bool:
    """Whether a report tells of a threat or act of violence, at first hand or by hearsay (W-51)."""
    threat = bool(content.means or content.timing or content.implied or content.dangers)
    return threat or not set(content.behaviours).isdisjoint(pack.violence.behaviours)


def lock_counter(connection: Connection, now: datetime) -> int:
    """Lock the counter of the year's cases, and give the year; before any case is locked."""
    # The year's counter is locked first, so that two reports about one new person cannot miss each other.
    year = now.astimezone(UTC).year
    insert_missing(connection, _COUNTERS, {"year": year, "next": 1})
    connection.execute(select(_COUNTERS.c.year).where(_COUNTERS.c.year == year).with_for_update())
    return year


def open_case(book: Casebook, connection: Connection, content: ReportContent, by: Actor, year: int) -> Page:
    """Open a case about whom a report names; lock the year's counter before."""
    now = book.clock()
    if content.subject.unit:
        book.pack.unit(content.subject.unit)
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
        further_sites=[
            site for site in dict.fromkeys(content.subject.further_sites) if site != content.subject.site
        ],
        affiliations=list(content.subject.affiliations),
        unit=content.subject.unit,
        opened_at=now,
        entered_at=now,
        changed_at=now,
        told_by=coverage.RULES,
    )
    key = book.key(connection, case.id)
    kept = connection.execute(select(_KEYS).where(_KEYS.c.scope == case.id)).mappings().one()
    connection.execute(insert(CASES).values(case.model_dump()))
    book.note(case.id)
    page = Page(connection, case, key=key, by=by, now=now, pack=book.pack, vault=book.vault)
    page.begin(kept)
    page.add(Subject(case_id=case.id, at=now, by=by.id), content.subject)
    return page


def _followed_up(connection: Connection, content: ReportContent) -> str | None:
    if not content.follows_up:
        return None
    open_ = select(CASES.c.id).join(_REPORTS, _REPORTS.c.case_id == CASES.c.id)
    open_ = open_.where(_REPORTS.c.id == content.follows_up, CASES.c.erased_at.is_(None))
    found: str | None = connection.scalar(open_)
    if found is None and not content.imminent:
        raise UnknownRecord("There is no report under the id in follows_up. Nothing was written.")
    return found


def _named(connection: Connection, number: str, by: Actor) -> str | None:
    if not number:
        return None
    row = connection.execute(
        select(CASES).where(CASES.c.number == number, CASES.c.erased_at.is_(None))
    ).first()
    if row is None:
        raise UnknownRecord(NO_SUCH_CASE)
    permit(by, Act.RECORD, Case(**row._mapping))  # noqa: SLF001 - SQLAlchemy's public name
    found: str = row.id
    return found


def _same_person(book: Casebook, connection: Connection, subject: SubjectContent) -> str | None:
    blinds = [book.vault.blind(kind, value) for kind, value in Identity.of(subject).certain]
    if not blinds:
        return None
    # An open case comes before a closed one, a newer before an older.
    newest = (
        select(CASES.c.id)
        .join(_BLIND, _BLIND.c.case_id == CASES.c.id)
        .where(_BLIND.c.blind.in_(blinds), _BLIND.c.role.in_(subjects.ABOUT_THE_SUBJECT))
        .where(CASES.c.erased_at.is_(None))
        .order_by(CASES.c.closed_at.is_not(None), CASES.c.opened_at.desc())
        .limit(1)
    )
    found: str | None = connection.scalar(newest)
    return found


def _follow_up(page: Page, content: ReportContent, written_id: str) -> None:
    verbal = [row for row in page.rows(Report) if row.id == content.follows_up]
    if not verbal or verbal[0].channel != ReportChannel.VERBAL:
        if content.imminent:
            return
        message = (
            "The report in follows_up is not a verbal one, so nothing follows it up. Nothing was written."
        )
        raise BadInput(message)
    page.set(Report, verbal[0].id, follow_up=written_id)
    page.stop(Clock.VERBAL_FOLLOW_UP, about=verbal[0].id)


def waive_follow_up(book: Casebook, number: str, report_id: str, *, by: Actor, because: str) -> None:
    """Waive the written follow-up of a verbal report, with a reason (W-12).

    Raises:
        Refused: the report is not a verbal one, or has its follow-up or a waiver already.
    """
    remark = reason(because, "a waiver")
    with book.page(number, by, Act.RECORD) as page:
        verbal = page.row(Report, report_id)
        if verbal.channel != ReportChannel.VERBAL or verbal.follow_up is not None:
            message = (
                f"That report of {number} needs no written follow-up: it was not verbal, or has one. Nothing "
                "was written."
            )
            raise Refused(message)
        page.set(Report, report_id, follow_up="waived")
        page.stop(Clock.VERBAL_FOLLOW_UP, about=report_id)
        page.add(Remark(case_id=page.case.id, at=page.now, by=by.id, about=report_id), remark)
        page.log("follow_up_waived", report=report_id)
