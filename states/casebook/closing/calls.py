"""Calls: reporters whom no message reaches, what they may be told, and what came of phoning them (W-27)."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from states.access import Act, Actor, seen
from states.casebook.book import CASES, Casebook
from states.casebook.closing.endings import disclosed_to
from states.casebook.disclosing.disclosures import attempt, disclose
from states.casebook.page import Page
from states.contents.inquiry import RemarkContent
from states.contents.kept import CALLS
from states.errors import NotPermitted, Refused
from states.tables import Call, Disclosure, Remark, Report, table_of
from states.vocabulary.cases import ReportStanding
from states.vocabulary.effects import Clock
from states.vocabulary.leaving import CallOutcome
from states.withholding import names_reporters

_CALLS, _REPORTS = table_of(Call), table_of(Report)

#: what ends a call: there is nothing left to try
ENDS = (CallOutcome.TOLD, CallOutcome.DOES_NOT_WISH, CallOutcome.NO_WAY_TO_REACH)


@dataclass(frozen=True, slots=True)
class CallLine:
    """Somebody who is to be phoned.

    Args:
        call_id: its id.
        number: the case's number.
        put_down_at: since when.
        outcome: what came of it so far; empty: nobody has called.
        name: who is called.
        phone: where.
        say: what they may be told, and nothing else.
    """

    call_id: str
    number: str
    put_down_at: datetime
    outcome: str
    name: str = field(repr=False)
    phone: str = field(repr=False)
    say: str = field(repr=False)


def to_make(book: Casebook, *, by: Actor) -> list[CallLine]:
    """The calls that somebody may make, longest waiting first; that they were read is on record.

    A reporter who asked for privacy is phoned by those who are told their name: the chair and intake (W-40).
    """
    waiting = select(CASES.c.number, _CALLS.c.id).join(CASES, CASES.c.id == _CALLS.c.case_id)
    waiting = waiting.where(_CALLS.c.outcome.in_(("", CallOutcome.NOT_REACHED)), CASES.c.erased_at.is_(None))
    waiting = waiting.where(seen(by, Act.RECORD, CASES.c.id))
    # Whoever made a report that is in another case now is called from there.
    here = _REPORTS.c.standing != ReportStanding.MOVED
    waiting = waiting.join(_REPORTS, _REPORTS.c.id == _CALLS.c.about).where(here)
    with book.store.read() as connection:
        rows = connection.execute(waiting.order_by(_CALLS.c.at, _CALLS.c.id)).all()
    return [line for row in rows for line in _opened(book, row.number, row.id, by)]


def _opened(book: Casebook, number: str, call_id: str, by: Actor) -> list[CallLine]:
    with book.page(number, by, Act.RECORD) as page:
        row = page.row(Call, call_id)
        if page.row(Report, row.about).private and not names_reporters(by, page.case):
            return []
        content = page.open(CALLS, row)
        page.log("read", of="call", call=row.id)
        return [CallLine(row.id, number, row.at, row.outcome, content.name, content.phone, content.say)]


def made(
    book: Casebook, number: str, call_id: str, outcome: CallOutcome, *, by: Actor, note: str = ""
) -> None:
    """Put on record what came of a call; one that was not reached stays to be made.

    Args:
        book: the casebook.
        number: the case's number.
        call_id: the call.
        outcome: what came of it.
        by: who called.
        note: what the reporter said; kept, sealed.

    Raises:
        Refused: it has come to its end already, or is made from another case now.
        Withheld: the policy lets nothing be told; that it was to be is on record.
    """
    remark = RemarkContent.read({"text": note})
    refusal = None
    with book.page(number, by, Act.RECORD) as page:
        row = page.row(Call, call_id)
        if row.outcome in ENDS:
            raise Refused("This call has come to its end already. Nothing was written.")
        _require_theirs(page, row)
        if outcome is CallOutcome.TOLD:
            refusal = attempt(page, disclosed_to(), about=row.id)
        if refusal is None:
            page.set(Call, row.id, outcome=outcome, called_at=page.now, called_by=by.id)
            if remark.text:
                page.add(Remark(case_id=page.case.id, at=page.now, by=by.id, about=row.id), remark)
            if outcome in ENDS:
                page.stop(Clock.REPORTER_CALL, about=row.id)
            page.log("reporter_called", call=row.id, outcome=outcome)
    if refusal is not None:
        raise refusal


def outcome_corrected(page: Page, row: Call, after: CallOutcome | None) -> None:
    """Set right what hangs on what came of a call: whether it is still to be made, and what was disclosed.

    Args:
        page: the case.
        row: the call, as it was on record.
        after: what came of it.

    Raises:
        Refused: nobody has called yet, or that they were told is in the record of disclosures.
        Withheld: the policy lets nothing be told.
    """
    if row.called_at is None or after is None:
        raise Refused("Nobody has called yet: say what came of it once somebody has. Nothing was written.")
    if page.rows(Disclosure, table_of(Disclosure).c.about == row.id):
        raise Refused(
            "That they were told is in the record of disclosures, which stays (34 CFR 99.32). To have them "
            "told, write how the matter ended anew, in other words. Nothing was written."
        )
    _require_theirs(page, row)
    if after is CallOutcome.TOLD:
        disclose(page, disclosed_to(), about=row.id)
    waits = page.running(Clock.REPORTER_CALL, about=row.id) is not None
    if after in ENDS:
        page.stop(Clock.REPORTER_CALL, about=row.id)
    elif not waits:
        page.start(Clock.REPORTER_CALL, about=row.id)


def _require_theirs(page: Page, row: Call) -> None:
    """Refuse a call that is made from another case, or by others than whoever is on the page."""
    report = page.row(Report, row.about)
    if report.standing == ReportStanding.MOVED:
        raise Refused("This call is made from the case that the report is in now. Nothing was written.")
    if report.private and not names_reporters(page.by, page.case):
        raise NotPermitted("The chair or intake phones this reporter. Nothing was written.")
