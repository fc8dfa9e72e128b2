"""Tips: reports from other systems, none taken twice, and the answer that a tip line gets (M-01)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from states.access import REPORTER
from states.casebook import nonces
from states.casebook.book import CASES, Casebook
from states.casebook.disclosing import attempt
from states.casebook.effects import Work, writing
from states.casebook.intake import take
from states.casebook.nonces import Once
from states.casebook.page import Page
from states.gate import Outgoing
from states.records import ReportContent
from states.tables import Deadline, Tip, table_of
from states.vocabulary import (
    CaseState,
    Clock,
    Disclosed,
    EffectKind,
    LegalBasis,
    Purpose,
    RecipientKind,
)

_TIPS = table_of(Tip)
_DEADLINES = table_of(Deadline)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A report as it came in at a door.

    Args:
        door: the door's name.
        external_id: what the sender knows it by.
        report: what it says.
        raw: the message word for word; kept sealed with the case.
        received_at: when the sender took it, as far as it says; None: now.
        answerable: whether the sender takes an answer.
    """

    door: str
    external_id: str
    report: ReportContent
    raw: str
    received_at: datetime | None
    answerable: bool


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A tip whose sender waits to hear that it was taken up."""

    tip_id: str
    door: str
    external_id: str


def take_tip(book: Casebook, incoming: Incoming, *, once: Once | None = None) -> bool:
    """Take a report in that another system sends, once; says whether it was new (M-01).

    A report about somebody whose case is under way is taken up by that, and the sender is owed its answer at
    once; otherwise its clock runs until somebody has screened the report.

    Args:
        book: the casebook.
        incoming: the report.
        once: the nonce of the signed message that it came in.

    Raises:
        BadInput: the report names a site that the policy does not know.
        Refused: the message was taken in before.
    """
    token = book.vault.blind("tip", f"{incoming.door}\n{incoming.external_id}")
    with book.store.write() as connection:
        nonces.use(book, connection, once)
        if _known(book, connection, incoming.door, token):
            return False
        receipt = take(
            book, connection, incoming.report, by=REPORTER, received_at=_not_ahead(book, incoming.received_at)
        )
        case_id = connection.scalar(select(CASES.c.id).where(CASES.c.number == receipt.number))
        page = book.turn_to(connection, case_id, REPORTER)
        _write_down(page, incoming, token, receipt.report_id)
        page.finish()
    return True


def _known(book: Casebook, connection: Connection, door: str, token: str) -> bool:
    # The team's key is the lock: two copies of one tip that come at once are taken one after the other.
    book.lock_team(connection)
    mine = select(_TIPS.c.id).where(_TIPS.c.door == door, _TIPS.c.token == token)
    return connection.execute(mine).first() is not None


def _not_ahead(book: Casebook, received_at: datetime | None) -> datetime | None:
    # A sender's clock that is ahead of ours is no reason to lose its tip.
    return None if received_at is None else min(received_at, book.clock())


def _write_down(page: Page, incoming: Incoming, token: str, report_id: str) -> None:
    tip = Tip(
        case_id=page.case.id,
        at=page.now,
        by=page.by.id,
        door=incoming.door,
        token=token,
        report_id=report_id,
    )
    page.add(tip, {"external_id": incoming.external_id, "raw": incoming.raw})
    if incoming.answerable:
        page.start(Clock.TIP_FOLLOW_UP, about=tip.id)
        if page.case.state not in (CaseState.REPORTED, CaseState.CLOSED):
            page.owe(EffectKind.ANSWER_TIP_LINE, trigger="tip_taken")
    page.log("tip_taken", tip=tip.id, door=incoming.door, report=report_id)


def owe_answers(page: Page) -> None:
    """Owe the tip lines that wait for it the news that their tips are taken up; call it before ``log``."""
    if _waiting(page):
        page.owe(EffectKind.ANSWER_TIP_LINE, trigger="tip_taken_up")


def _waiting(page: Page) -> list[Any]:
    running = (
        select(_DEADLINES.c.about)
        .where(_DEADLINES.c.case_id == page.case.id, _DEADLINES.c.clock == Clock.TIP_FOLLOW_UP)
        .where(_DEADLINES.c.satisfied_at.is_(None))
    )
    return page.rows(Tip, _TIPS.c.id.in_(running))


def to_answer(book: Casebook, work: Work) -> list[Unanswered]:
    """The tips of a case whose senders wait for an answer, each let through the gate before it is told.

    One of which the policy lets nothing be told is left out: the refusal is on record, and its clock runs.
    """
    with writing(book, work) as page:
        waiting = []
        for row in _waiting(page):
            outgoing = Outgoing(
                to=RecipientKind.TIP_LINE,
                recipient=row.door,
                purpose=Purpose.FOLLOW_UP,
                basis=LegalBasis.NO_RECORD,
                what=frozenset({Disclosed.CASE_STATUS}),
            )
            if attempt(page, outgoing, about=row.id) is not None:
                continue
            content = page.key.open("tips", row.id, row.content)
            waiting.append(Unanswered(row.id, row.door, content["external_id"]))
        return waiting


def answered(book: Casebook, work: Work, tip_id: str) -> None:
    """Say that a tip's sender was told that it is taken up; its clock stops."""
    with writing(book, work) as page:
        row = page.row(Tip, tip_id)
        if row.answered_at is not None:
            return
        page.set(Tip, tip_id, answered_at=page.now)
        page.stop(Clock.TIP_FOLLOW_UP, about=tip_id)
        page.log("tip_answered", tip=tip_id, door=row.door)
