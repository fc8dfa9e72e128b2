"""A reporter's receipt: a number and a secret by which they come back to what they told (W-16, W-40).

The number is the report's own, not its case's: that there was an earlier case is nobody's to learn. The
secret is reckoned from the report's id with the vault's key, and kept nowhere. Who comes back learns whether
somebody has read the report, or that the team has come to an end, and no more.
"""

import secrets
from base64 import b32encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hmac import compare_digest

from sqlalchemy import Connection, select

from states.access import REPORTER, Actor
from states.casebook.book import CASES, Casebook
from states.casebook.effects import nonces
from states.casebook.effects.nonces import Once
from states.casebook.intake import conversations
from states.casebook.intake.begun import NOT_TOLD, tell, two_answers
from states.casebook.intake.belonging import of_tip
from states.casebook.intake.conversations import Message, answered, said
from states.casebook.intake.reports import Receipt, take
from states.casebook.page import Page
from states.casebook.standing.reprisal import told_by_reporter
from states.contents.kept import REPORTS
from states.contents.reports import ReportContent
from states.errors import Refused, UnknownRecord
from states.tables import Event, Report, new_id, stored, table_of
from states.vault import Vault

_EVENTS = table_of(Event)
_REPORTS = table_of(Report)

#: digits of a report's id that make its number, and characters of a secret
NUMBER, SECRET = 12, 20

#: for how long the two answers of a danger, sent again, are the same danger
AGAIN = timedelta(minutes=15)

#: what is said of a number and a secret that do not belong together, whatever the reason
NO_SUCH_REPORT = (
    "That number and secret belong to no report. Nothing was written: see whether each is as given."
)


class Standing(StrEnum):
    """How far a report has come, as far as its reporter may know."""

    TAKEN_IN = "taken_in"
    READ = "read"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Returned:
    """What a reporter who comes back learns."""

    received_at: datetime
    standing: Standing
    #: whether they are told by mail that the team has a question; None: they left no address
    mailed: bool | None
    #: what was said between them and the team, oldest first
    said: tuple[Message, ...] = ()

    @property
    def asked(self) -> bool:
        """Whether the team waits for an answer."""
        return bool(self.said) and self.said[-1].from_team


def once(now: datetime) -> Once:
    """What makes a form one that is taken in once, however often it is sent."""
    return Once("form", secrets.token_hex(16), now + timedelta(days=2))


def number_of(report_id: str) -> str:
    """A report's number, as people write it down."""
    return _grouped(report_id[:NUMBER].upper())


def secret_of(vault: Vault, report_id: str) -> str:
    """A report's secret, as people write it down."""
    blind = bytes.fromhex(vault.blind("reporter's secret", report_id))
    return _grouped(b32encode(blind).decode()[:SECRET].lower())


def send(
    book: Casebook, content: ReportContent, *, once: Once, by: Actor, received_at: datetime | None = None
) -> Receipt:
    """Take a report of a form in, once; says what became of it.

    Args:
        book: the casebook.
        content: the report.
        once: the form's.
        by: who enters it.
        received_at: when it was told (aware); None: now.

    Raises:
        Refused: it was taken in before.
        BadInput: it names a site that the policy does not know, or a time that is ahead.
    """
    with book.store.write() as connection:
        nonces.use(book, connection, once)
        return take(book, connection, content, by=by, received_at=received_at)


def begin(book: Casebook, site: str, *, once: Once, unseen_field: bool = False) -> str:
    """Sound the alarm on a form's two answers, once however often they come (W-13); gives the report's id.

    Who sends them again soon goes on with the same report, until it is finished. Later they tell of a new
    danger: whoever it is, in a browser that somebody else left, is to be heard.

    Args:
        book: the casebook.
        site: code of the site where the danger is.
        once: the form's; the same danger at two sites is two.
        unseen_field: whether a field was filled in that people do not see, as programs do; whoever screens
            sees it on record.

    Raises:
        BadInput: there is no such site.
    """
    nonce = f"{once.nonce}\n{site}"
    fresh: Once | None = Once(once.sender, nonce, once.expires_at)
    report_id = book.vault.blind("report of two answers", nonce)[:32]
    with book.store.write() as connection:
        before = connection.execute(select(_REPORTS).where(_REPORTS.c.id == report_id)).first()
        if before is not None and before.begun and before.received_at > book.clock() - AGAIN:
            return report_id
        if before is not None:
            fresh, report_id = None, new_id()
        try:
            nonces.use(book, connection, fresh)
        except Refused:
            # The other of two copies that came at once is on record by now.
            return report_id
        said, mark = two_answers(site), unseen_field
        take(book, connection, said, by=REPORTER, begun=True, report_id=report_id, unseen_field=mark)
    return report_id


def returned(book: Casebook, receipt: str, secret: str) -> Returned:
    """How far a report has come.

    Raises:
        UnknownRecord: the number and the secret belong to no report, or all about it was erased.
    """
    with book.store.read() as connection:
        report = _found(book, connection, receipt, secret)
        case_id = _case_of(connection, report)
        closed_at = connection.scalar(select(CASES.c.closed_at).where(CASES.c.id == case_id))
        reads = select(_EVENTS.c.seq).where(_EVENTS.c.case_id == case_id, _EVENTS.c.what == "read")
        # An office or police who read what came to them by a link are not the team.
        reads = reads.where(_EVENTS.c.actor.not_like("%:%"), _EVENTS.c.actor != REPORTER.id)
        read = connection.scalar(reads.where(_EVENTS.c.at >= report.received_at).limit(1))
        key, now = book.key(connection, case_id), _now(connection, report)
        messages = tuple(said(connection, key, now.id))
        content = REPORTS.open(key, now)
    mailed = content.may_be_mailed if content.reporter.email else None
    if closed_at is not None and closed_at >= report.received_at:
        return Returned(report.received_at, Standing.ENDED, mailed, messages)
    standing = Standing.TAKEN_IN if read is None else Standing.READ
    return Returned(report.received_at, standing, mailed, messages)


def answer(book: Casebook, receipt: str, secret: str, text: str, *, once: Once) -> None:
    """Take in what a reporter answers to the team.

    Raises:
        UnknownRecord: the number and the secret belong to no report, or all about it was erased.
        Refused: it was taken in before.
        BadInput: it says nothing.
    """
    with _said(book, receipt, secret, once) as (page, report_id):
        answered(page, report_id, text)


@contextmanager
def _said(book: Casebook, receipt: str, secret: str, once: Once) -> Iterator[tuple[Page, str]]:
    """The case in which a report stands now, and the report's id, for what its reporter says once."""
    with book.store.write() as connection:
        nonces.use(book, connection, once)
        report = _found(book, connection, receipt, secret)
        page = book.turn_to(connection, _case_of(connection, report), REPORTER)
        yield page, _now(connection, report).id
        page.finish()


def treated_badly(book: Casebook, receipt: str, secret: str, text: str, *, once: Once) -> None:
    """Take in that a reporter is treated badly because of their report; the team has to act (W-41).

    Raises:
        UnknownRecord: the number and the secret belong to no report, or all about it was erased.
        Refused: it was taken in before.
        BadInput: it says nothing.
    """
    with _said(book, receipt, secret, once) as (page, report_id):
        told_by_reporter(page, report_id, text)


def add(book: Casebook, receipt: str, secret: str, text: str, *, once: Once, alarm: str = "") -> None:
    """Take in what a reporter adds, as a report of its own in the same case.

    Args:
        book: the casebook.
        receipt: the number of what they reported before.
        secret: its secret.
        text: what they add.
        once: the form's.
        alarm: id of the report of the alarm that they raised by the same form: it is told there; empty: none.

    Raises:
        UnknownRecord: the number and the secret belong to no report, or all about it was erased.
        Refused: it was taken in before.
        BadInput: it says nothing.
    """
    with book.store.write() as connection:
        nonces.use(book, connection, once)
        report, case_id = in_case(book, connection, receipt, secret)
        if not alarm:
            take_more(book, connection, report, case_id, text)
            return
        page = book.turn_to(connection, case_id, REPORTER)
        tell(page, alarm, text)
        page.finish()


def call_for_help(book: Casebook, receipt: str, secret: str, *, once: Once) -> tuple[str, str]:
    """Sound the alarm as a reporter comes back and says that somebody is in danger right now (W-13).

    Args:
        book: the casebook.
        receipt: the number of what they reported before.
        secret: its secret.
        once: the form's.

    Returns:
        The code of the site that it is about, and the id of the alarm's report, in which more may be told.

    Raises:
        UnknownRecord: the number and the secret belong to no report, or all about it was erased.
        Refused: it was taken in before.
    """
    with book.store.write() as connection:
        nonces.use(book, connection, once)
        report, case_id = in_case(book, connection, receipt, secret)
        report_id, site = take_more(book, connection, report, case_id, NOT_TOLD, danger=True)
    return site, report_id


def want_no_mail(book: Casebook, receipt: str, secret: str) -> None:
    """Mail a reporter no more that the team has a question; they still come back by themselves.

    Raises:
        UnknownRecord: the number and the secret belong to no report, or all about it was erased.
    """
    with book.store.write() as connection:
        report, case_id = in_case(book, connection, receipt, secret)
        page = book.turn_to(connection, case_id, REPORTER)
        conversations.want_no_mail(page, _now(connection, report).id)
        page.finish()


def take_more(
    book: Casebook, connection: Connection, report: Report, case_id: str, text: str, *, danger: bool = False
) -> tuple[str, str]:
    """Take in what goes on with a report, as one of its own in the case that it is in; gives its id and site.

    Raises:
        BadInput: it says nothing.
    """
    now = _now(connection, report)
    first = REPORTS.open(book.key(connection, now.case_id), now)
    content = ReportContent.read(
        {
            "behaviour_of_concern": text,
            "subject": first.subject.model_dump(mode="json"),
            "reporter": first.reporter.model_dump(mode="json"),
            "private": first.private,
            "may_be_mailed": first.may_be_mailed,
            "imminent": danger,
        }
    )
    taken = take(book, connection, content, by=REPORTER, belongs_to=case_id)
    return taken.report_id, content.subject.site


def in_case(book: Casebook, connection: Connection, receipt: str, secret: str) -> tuple[Report, str]:
    """The report that a number and a secret belong to, and the id of the case that it is in by now.

    Raises:
        UnknownRecord: they belong to no report, or all about it was erased.
    """
    report = _found(book, connection, receipt, secret)
    return report, _case_of(connection, report)


def _found(book: Casebook, connection: Connection, receipt: str, secret: str) -> Report:
    start = _bare(receipt)
    # No report's id begins with a dash: what is no number at all is looked for like one that is wrong.
    query = select(_REPORTS).where(_REPORTS.c.id.startswith(start if len(start) == NUMBER else "-"))
    rows = connection.execute(query).all()
    if not rows:
        # A wrong number takes the same work as a wrong secret.
        compare_digest(_bare(secret_of(book.vault, start)).encode(), _bare(secret).encode())
    for row in rows:
        expected = _bare(secret_of(book.vault, row.id))
        if compare_digest(expected.encode(), _bare(secret).encode()):
            return stored(Report, row)
    raise UnknownRecord(NO_SUCH_REPORT)


def _now(connection: Connection, report: Report) -> Report:
    """A report as it is where it was moved to."""
    while report.moved_as:
        row = connection.execute(select(_REPORTS).where(_REPORTS.c.id == report.moved_as)).one()
        report = stored(Report, row)
    return report


def _case_of(connection: Connection, report: Report) -> str:
    """The case that a report is in by now."""
    case_id = of_tip(connection, report.id)
    if case_id is None:
        raise UnknownRecord(NO_SUCH_REPORT)
    return case_id


def _bare(written: str) -> str:
    return "".join(each for each in written if each.isalnum()).lower()


def _grouped(text: str) -> str:
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))
