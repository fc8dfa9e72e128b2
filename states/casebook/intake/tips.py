"""Tips: reports from other systems, none taken twice, and the answer that a tip line gets (M-01)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, select

from states.access import REPORTER
from states.casebook.book import CASES, Casebook
from states.casebook.disclosing.disclosures import attempt
from states.casebook.effects import nonces
from states.casebook.effects.nonces import Once
from states.casebook.effects.work import Work, writing
from states.casebook.intake.belonging import (
    JoinedBy,
    as_claimed,
    of_answered,
    of_numbers,
    of_tip,
    unproven,
)
from states.casebook.intake.reports import take
from states.casebook.page import Page
from states.casebook.record import files
from states.casebook.record.files import Enclosed
from states.contents.kept import TIPS
from states.contents.payloads import ANSWER_TIP_LINE, Payload
from states.contents.reports import ReportContent
from states.contents.verbatim import TipContent
from states.errors import BadInput, CaseErased
from states.gate import Outgoing
from states.tables import Deadline, Tip, table_of
from states.vocabulary.cases import CaseState
from states.vocabulary.effects import Clock
from states.vocabulary.leaving import Disclosed, Purpose, RecipientKind
from states.vocabulary.sources import LegalBasis

_TIPS = table_of(Tip)
_DEADLINES = table_of(Deadline)


class Taken(IntEnum):
    """What became of a report that came in at a door; one that was known adds nothing."""

    #: the same was taken in before
    KNOWN = 0
    NEW = 1
    #: it goes on with what came in before, or answers it, and is in that case now
    JOINED = 2


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
        said: a digest of what it says, by which the same is known again; empty: of the message.
        dated: when it says that it was sent, as it stands there.
        vouched: whether whoever sent it is known to the door; else it is only as true as a mail is.
        answers: Message-IDs that it says it answers.
        numbers: numbers of cases that it says it belongs to.
        files: the files that came with it.
    """

    door: str
    external_id: str
    report: ReportContent
    raw: str
    received_at: datetime | None
    answerable: bool
    said: str = ""
    dated: str = ""
    vouched: bool = True
    answers: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    files: tuple[Enclosed, ...] = ()

    @property
    def digest(self) -> str:
        """A digest of what it says."""
        return self.said or sha256(self.raw.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A tip whose sender waits to hear that it was taken up."""

    tip_id: str
    door: str
    external_id: str


def take_tip(book: Casebook, incoming: Incoming, *, once: Once | None = None) -> Taken:
    """Take a report in that another system sends, once (M-01).

    What is sent again under one id with other words is a follow-up, and joins the case of the first; so does
    what answers a notice of ours or a mail that was taken in. Its team is told as of any report.

    A report about somebody whose case is under way is taken up by that, and the sender is owed its answer at
    once; otherwise its clock runs until somebody has screened the report.

    Args:
        book: the casebook.
        incoming: the report.
        once: the nonce of the signed message that it came in.

    Raises:
        BadInput: the report names a site that the policy does not know; or what came in under its id was
            erased.
        Refused: the message was taken in before.
    """
    token = book.vault.blind("tip", f"{incoming.door}\n{incoming.external_id}")
    again = book.vault.blind("tip", f"{incoming.door}\n{incoming.external_id}\n{incoming.digest}")
    with book.store.write() as connection:
        nonces.use(book, connection, once)
        # The team's key is the lock: two copies of one tip that come at once are taken one after the other.
        book.lock_team(connection)
        first = _known(connection, incoming.door, token)
        if first is not None and (
            _known(connection, incoming.door, again) is not None
            or _is_same(book, connection, first, incoming)
        ):
            return Taken.KNOWN
        case_id, joined_by = _case_of(book, connection, incoming, first)
        report = incoming.report
        if case_id is not None and not incoming.vouched:
            report = as_claimed(book, connection, case_id, report)
        elif case_id is None and incoming.numbers:
            report = unproven(report, incoming.numbers)
        received_at = _plausible(book, incoming)
        receipt = take(book, connection, report, by=REPORTER, received_at=received_at, belongs_to=case_id)
        number = select(CASES.c.id).where(CASES.c.number == receipt.number)
        page = book.turn_to(connection, connection.scalar(number), REPORTER)
        _write_down(page, incoming, token if first is None else again, receipt.report_id, joined_by)
        page.finish()
    return Taken.NEW if case_id is None else Taken.JOINED


def _known(connection: Connection, door: str, token: str) -> Any:
    return connection.execute(select(_TIPS).where(_TIPS.c.door == door, _TIPS.c.token == token)).first()


def _is_same(book: Casebook, connection: Connection, first: Any, incoming: Incoming) -> bool:
    """Whether a tip says what the first one of its id said.

    Raises:
        BadInput: that one is erased, so that nobody knows.
    """
    try:
        content = TIPS.open(book.key(connection, first.case_id), first)
    except CaseErased:
        message = "What came in first under this id was erased, so nobody can say whether this is news."
        raise BadInput(f"{message} It was not taken in: a person is to look at it.") from None
    return content.said == incoming.digest if content.said else content.raw == incoming.raw


def _case_of(
    book: Casebook, connection: Connection, incoming: Incoming, first: Any
) -> tuple[str | None, JoinedBy | None]:
    """The case that a tip says it belongs to, and by what; None: it says nothing of that."""
    if first is not None:
        case_id = of_tip(connection, first.report_id)
        return case_id, JoinedBy.SAME_ID if case_id else None
    if case_id := of_answered(book, connection, incoming.door, incoming.answers):
        return case_id, JoinedBy.REPLY
    if case_id := of_numbers(book, connection, incoming.numbers, incoming.report.reporter.email):
        return case_id, JoinedBy.NUMBER
    return None, None


#: how long before it came in a tip may have been received: what says more was dated by a clock that is wrong
LONGEST_ON_THE_WAY = {True: timedelta(days=3_650), False: timedelta(days=365)}


def _plausible(book: Casebook, incoming: Incoming) -> datetime | None:
    """When a tip was received; None: now, as its sender's clock is no clock's start.

    A sender's clock that is wrong is no reason to lose its tip: what it said is kept with it.
    """
    now, received_at = book.clock(), incoming.received_at
    earliest = now - LONGEST_ON_THE_WAY[incoming.vouched]
    return received_at if received_at is not None and earliest <= received_at <= now else None


def _write_down(
    page: Page, incoming: Incoming, token: str, report_id: str, joined_by: JoinedBy | None
) -> None:
    tip = Tip(
        case_id=page.case.id,
        at=page.now,
        by=page.by.id,
        door=incoming.door,
        token=token,
        report_id=report_id,
    )
    content = TipContent(
        external_id=incoming.external_id,
        raw=incoming.raw,
        said=incoming.digest,
        dated=incoming.dated,
        joined_by=joined_by or "",
    )
    page.add(tip, content)
    for file in incoming.files:
        files.keep(page, report_id, file)
    if incoming.answerable:
        page.start(Clock.TIP_FOLLOW_UP, about=tip.id)
        if page.case.state not in (CaseState.REPORTED, CaseState.CLOSED):
            page.owe(ANSWER_TIP_LINE, Payload())
    facts: dict[str, object] = {"joined_by": joined_by.value} if joined_by else {}
    if incoming.files:
        facts |= {"files": len(incoming.files)}
    page.log("tip_taken", tip=tip.id, door=incoming.door, report=report_id, **facts)


def move(source: Page, target: Page, was: str, now: str) -> None:
    """Take along what came in with a report that moves to another case: its words, and the answer it is owed.

    What stays behind is that it came in, and a digest by which the same is known again (W-47).

    Args:
        source: the case that it was in.
        target: the case that it is in.
        was: the report's id there.
        now: its id here.
    """
    waits = False
    for row in source.rows(Tip, _TIPS.c.report_id == was):
        content = source.open(TIPS, row)
        due_at = source.running(Clock.TIP_FOLLOW_UP, about=row.id)
        moved = Tip(
            case_id=target.case.id,
            at=row.at,
            by=row.by,
            door=row.door,
            token=target.vault.blind("tip", f"{row.door}\n{now}\nmoved"),
            report_id=now,
            answered_at=row.answered_at,
        )
        target.add(moved, content)
        left = content.model_copy(update={"raw": "", "external_id": ""})
        source.set(Tip, row.id, content=source.seal("tips", row.id, left))
        if due_at is not None:
            source.stop(Clock.TIP_FOLLOW_UP, about=row.id)
            target.start(Clock.TIP_FOLLOW_UP, about=moved.id, due_at=due_at)
            waits = True
    if waits and target.case.state not in (CaseState.REPORTED, CaseState.CLOSED):
        target.owe(ANSWER_TIP_LINE, Payload())


def owe_answers(page: Page) -> None:
    """Owe the tip lines that wait for it the news that their tips are taken up; call it before ``log``."""
    if _waiting(page):
        page.owe(ANSWER_TIP_LINE, Payload())


def _waiting(page: Page) -> list[Tip]:
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
            content = page.open(TIPS, row)
            waiting.append(Unanswered(row.id, row.door, content.external_id))
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
