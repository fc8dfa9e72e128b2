"""What is said between the team and whoever reported, who may stay nobody that we know (W-16, W-40).

The team asks about a report; its reporter comes back with number and secret, reads and answers. Each message
is on record, sealed with its case, and goes with its report when that is moved. Who of the team wrote is told
to nobody outside; who the reporter is, to nobody whom the report itself does not tell.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select

from states.access import REPORTER, Act, Actor
from states.casebook.book import Casebook
from states.casebook.effects.work import WorkOn, writing
from states.casebook.page import Page
from states.contents.kept import REPORT_MESSAGES, REPORTS
from states.contents.payloads import NOTIFY_TEAM, TELL_REPORTER, News, OfQuestion
from states.contents.reports import MessageContent
from states.errors import Refused
from states.tables import Report, ReportMessage, Tip, table_of
from states.vault import DataKey
from states.vocabulary.cases import ReportChannel, ReportStanding
from states.vocabulary.effects import Clock

_MESSAGES = table_of(ReportMessage)
_TIPS = table_of(Tip)


@dataclass(frozen=True, slots=True)
class Message:
    """One thing that was said.

    Args:
        at: when.
        from_team: whether the team said it.
        text: what was said.
        by: who of the team; empty: whoever reported, or whoever reads is not to know.
    """

    at: datetime
    from_team: bool
    text: str = field(repr=False)
    by: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    """What was said about one report.

    Args:
        report_id: the report.
        received_at: when it came in.
        channel: how.
        waits_since: since when an answer waits for somebody of the team; None: none does.
        messages: what was said, oldest first.
    """

    report_id: str
    received_at: datetime
    channel: ReportChannel
    waits_since: datetime | None
    messages: tuple[Message, ...]


def conversations(book: Casebook, number: str, *, by: Actor) -> list[Conversation]:
    """What was said about each report of a case, oldest first; that somebody reads it is on record.

    Raises:
        NotPermitted: they may not read the case.
    """
    with book.page(number, by, Act.READ) as page:
        found = [
            Conversation(
                row.id,
                row.received_at,
                ReportChannel(row.channel),
                _waits_since(page, row.id),
                tuple(said(page.connection, page.key, row.id, names=True)),
            )
            for row in page.rows(Report)
            if row.standing != ReportStanding.MOVED
        ]
        page.log("read", of="conversations")
    return found


def ask(book: Casebook, number: str, report_id: str, text: str, *, by: Actor) -> None:
    """Ask whoever told a report; they read it when they come back, and an answer that waited is read by now.

    Args:
        book: the casebook.
        number: the case.
        report_id: the report.
        text: what is asked.
        by: who asks.

    Raises:
        BadInput: it says nothing.
        Refused: the report does not stand in this case any more.
        UnknownRecord: there is no such report.
    """
    with book.page(number, by, Act.RECORD) as page:
        content = MessageContent.read({"text": text})
        if page.row(Report, report_id).standing == ReportStanding.MOVED:
            raise Refused("That report is in another case now. Nothing was written: ask there.")
        page.stop(Clock.REPORTER_ANSWER, about=report_id)
        if mailbox_of(page, report_id) and not _waits_for_reporter(page, report_id):
            page.owe(TELL_REPORTER, OfQuestion(report=report_id))
        add(page, report_id, content, from_team=True)
        page.log("reporter_asked", report=report_id)


def mailbox_of(page: Page, report_id: str) -> str:
    """Where whoever told a report is mailed that a question waits; empty: nowhere, as they wish.

    Whoever came in by a door of another system has no receipt to come back with.
    """
    said = page.open(REPORTS, page.row(Report, report_id))
    has_receipt = not page.rows(Tip, _TIPS.c.report_id == report_id)
    return said.reporter.email if said.may_be_mailed and has_receipt else ""


def to_be_mailed(book: Casebook, work: WorkOn[OfQuestion]) -> str:
    """The address of a reporter who is to hear that a question waits; empty: there is none any more.

    They have answered it, want no mail, or their report went to another case by now.
    """
    report_id = work.payload.report
    with writing(book, work) as page:
        gone = page.row(Report, report_id).standing == ReportStanding.MOVED
        return "" if gone or not _waits_for_reporter(page, report_id) else mailbox_of(page, report_id)


def want_no_mail(page: Page, report_id: str) -> None:
    """Mail whoever told a report no more of questions, nor about what they added to it, on an open page."""
    first = page.open(REPORTS, page.row(Report, report_id))
    for row in page.reports():
        said = page.open(REPORTS, row)
        if said.may_be_mailed and said.reporter.email == first.reporter.email:
            quiet = said.model_copy(update={"may_be_mailed": False})
            page.set(Report, row.id, content=page.seal("reports", row.id, quiet))
    page.log("reporter_wants_no_mail", report=report_id)


def _waits_for_reporter(page: Page, report_id: str) -> bool:
    """Whether the last word was the team's."""
    last = page.rows(ReportMessage, _MESSAGES.c.about == report_id)[-1:]
    return bool(last) and last[0].from_team


def take_note(book: Casebook, number: str, report_id: str, *, by: Actor) -> None:
    """Say that an answer was read and that nothing is to be asked.

    Raises:
        Refused: no answer waits.
        UnknownRecord: there is no such report.
    """
    with book.page(number, by, Act.RECORD) as page:
        page.row(Report, report_id)
        if page.running(Clock.REPORTER_ANSWER, about=report_id) is None:
            raise Refused("No answer to that report waits for anybody. Nothing was written.")
        page.stop(Clock.REPORTER_ANSWER, about=report_id)
        page.log("reporter_answer_read", report=report_id)


def answered(page: Page, report_id: str, text: str) -> None:
    """Write down what a reporter answers, on an open page; the team is told, and has a day to read it.

    Raises:
        BadInput: it says nothing.
    """
    add(page, report_id, MessageContent.read({"text": text}), from_team=False)
    if page.running(Clock.REPORTER_ANSWER, about=report_id) is None:
        page.start(Clock.REPORTER_ANSWER, about=report_id)
        page.owe(NOTIFY_TEAM, News(trigger="reporter_answered"))
    page.log("reporter_answered", report=report_id)


def said(connection: Connection, key: DataKey, report_id: str, *, names: bool = False) -> list[Message]:
    """What was said about a report, oldest first.

    Args:
        connection: an open transaction.
        key: the data key of the report's case.
        report_id: the report, as it is in that case.
        names: whether whoever reads may know who of the team wrote.
    """
    about = select(_MESSAGES).where(_MESSAGES.c.about == report_id)
    return [
        Message(
            row.at,
            row.from_team,
            REPORT_MESSAGES.open(key, row).text,
            row.by if names and row.by != REPORTER.id else "",
        )
        for row in connection.execute(about.order_by(_MESSAGES.c.seq, _MESSAGES.c.at))
    ]


def add(page: Page, report_id: str, content: MessageContent, *, from_team: bool) -> None:
    """Write a message down on an open page."""
    row = ReportMessage(
        case_id=page.case.id, at=page.now, by=page.by.id, about=report_id, from_team=from_team
    )
    page.add(row, content)


def _waits_since(page: Page, report_id: str) -> datetime | None:
    if page.running(Clock.REPORTER_ANSWER, about=report_id) is None:
        return None
    last = [row.at for row in page.rows(ReportMessage, _MESSAGES.c.about == report_id) if not row.from_team]
    return last[-1] if last else None
