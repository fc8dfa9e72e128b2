"""Which case something that comes in belongs to, by what it says: an id, a reply, a number (M-01, W-47).

Anybody may write what they like about that. Nothing is told to them for it, and whoever a mail says that it
is from becomes the reporter in a case that was there before only where they were that already.
"""

from collections.abc import Collection
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, select

from states.casebook.book import CASES, Casebook
from states.contents.content import Person
from states.contents.kept import NOTICES, REPORTS
from states.contents.reports import ReportContent
from states.persons.identifiers import mailbox
from states.tables import Notice, Report, Tip, table_of
from states.vocabulary.cases import ReportStanding

_TIPS = table_of(Tip)
_REPORTS = table_of(Report)
_NOTICES = table_of(Notice)


#: what stands at a report that names a case, where its sender is nobody whom that case knows
UNPROVEN = (
    "Anybody can write a number, and its sender has not reported there, nor been written to: it was put "
    "into no case by it. Look whether it belongs there."
)


class JoinedBy(StrEnum):
    """By what something joined a case that was there."""

    #: its sender knows it by an id that was taken in before
    SAME_ID = "same_id"
    #: it answers a notice of ours, or a mail that was taken in
    REPLY = "reply"
    #: it names the case's number, and comes from a mailbox that the case knows
    NUMBER = "number"


def of_tip(connection: Connection, report_id: str) -> str | None:
    """The case that a tip's report is in by now; None: it was erased.

    Args:
        connection: an open transaction.
        report_id: the report that was made of the tip.
    """
    row = connection.execute(
        select(_REPORTS.c.case_id, _REPORTS.c.moved_to).where(_REPORTS.c.id == report_id)
    ).one()
    return _by_number(connection, row.moved_to) if row.moved_to else _goes_on(connection, row.case_id)


def of_answered(book: Casebook, connection: Connection, door: str, answered: Collection[str]) -> str | None:
    """The case of the newest notice, or else of the first mail, that a mail answers; None: it answers none.

    Args:
        book: the casebook.
        connection: an open transaction.
        door: the door that the mail came in by.
        answered: Message-IDs that it says it answers.
    """
    if not answered:
        return None
    notices = select(_NOTICES.c.case_id).where(_NOTICES.c.message_id.in_(answered))
    notices = notices.where(_NOTICES.c.case_id.is_not(None)).order_by(_NOTICES.c.at.desc())
    for case_id in connection.scalars(notices).all():
        if found := _goes_on(connection, case_id):
            return found
    tokens = [book.vault.blind("tip", f"{door}\n{one}") for one in answered]
    tips = select(_TIPS.c.report_id).where(_TIPS.c.door == door, _TIPS.c.token.in_(tokens))
    for report_id in connection.scalars(tips.order_by(_TIPS.c.at)).all():
        if found := of_tip(connection, report_id):
            return found
    return None


def of_numbers(book: Casebook, connection: Connection, numbers: Collection[str], sender: str) -> str | None:
    """The first case under one of these numbers that knows who writes; None: none does.

    Numbers follow each other, so that anybody can name one: it counts only from the mailbox of somebody who
    reported in the case, or was written to about it.

    Args:
        book: the casebook.
        connection: an open transaction.
        numbers: of cases.
        sender: the mailbox that names them.
    """
    found = (_by_number(connection, number) for number in numbers)
    who = mailbox(sender)
    known = (one for one in found if one is not None and who and who in _mailboxes(book, connection, one))
    return next(known, None)


def _mailboxes(book: Casebook, connection: Connection, case_id: str) -> set[str]:
    """The mailboxes of those who reported in a case, or were written to about it."""
    key = book.key(connection, case_id)
    notices = connection.execute(select(_NOTICES).where(_NOTICES.c.case_id == case_id)).all()
    wrote = {mailbox(said.reporter.email) for _, said in _reports(book, connection, case_id)}
    return wrote | {mailbox(NOTICES.open(key, row).address) for row in notices}


def unproven(report: ReportContent, numbers: Collection[str]) -> ReportContent:
    """A report that names cases by their numbers alone, with the word that a person is to look.

    It tells nothing of whether there are such cases.

    Args:
        report: the report.
        numbers: what it names.
    """
    said = f"[This mail names {', '.join(numbers)}. {UNPROVEN}]"
    text = f"{said}\n\n{report.behaviour_of_concern}"
    return report.model_copy(update={"behaviour_of_concern": text})


def _by_number(connection: Connection, number: str) -> str | None:
    case_id = connection.scalar(select(CASES.c.id).where(CASES.c.number == number))
    return None if case_id is None else _goes_on(connection, case_id)


def _goes_on(connection: Connection, case_id: str) -> str | None:
    """The case in which another one goes on, as far as it was merged; None: it was erased."""
    row = connection.execute(
        select(CASES.c.id, CASES.c.merged_into, CASES.c.erased_at).where(CASES.c.id == case_id)
    ).one()
    if row.merged_into:
        return _by_number(connection, row.merged_into)
    return None if row.erased_at is not None else str(row.id)


def as_claimed(book: Casebook, connection: Connection, case_id: str, report: ReportContent) -> ReportContent:
    """A report of whoever says that they belong to a case: not its reporter, unless they were that already.

    Otherwise a mail would keep a member out of a case by the name that it is sent under, and its writer be
    told how the case ends.

    Args:
        book: the casebook.
        connection: an open transaction.
        case_id: the case.
        report: what they say.
    """
    sender = mailbox(report.reporter.email)
    for row, said in _reports(book, connection, case_id):
        if sender and mailbox(said.reporter.email) == sender:
            return report.model_copy(update={"private": row.private})
    if report.other_contact in (Person(), report.reporter):
        return report.model_copy(update={"reporter": Person(), "other_contact": report.reporter})
    # They name somebody else, such as whoever wrote what they pass on: neither is lost.
    sent_by = report.reporter.model_dump().values()
    text = f"[Sent by {', '.join(filter(None, sent_by))}.]\n\n{report.behaviour_of_concern}"
    return report.model_copy(update={"reporter": Person(), "behaviour_of_concern": text})


def _reports(book: Casebook, connection: Connection, case_id: str) -> list[tuple[Any, ReportContent]]:
    key = book.key(connection, case_id)
    mine = select(_REPORTS).where(_REPORTS.c.case_id == case_id)
    rows = connection.execute(mine.where(_REPORTS.c.standing != ReportStanding.MOVED)).all()
    return [(row, REPORTS.open(key, row)) for row in rows]
