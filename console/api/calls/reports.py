"""Reports of concern, and the logs that are looked through for them."""

from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any

from console.api.call import Call
from console.shown.phoning import phone_now
from states.access import Act, Actor, permit
from states.casebook import Casebook
from states.casebook.intake import begun, conversations, logbook, reports, undoing
from states.casebook.intake.reports import Receipt
from states.casebook.intake.taking import Imported
from states.casebook.landing import kept
from states.casebook.persons import searching
from states.contents.reports import ReportContent
from states.vocabulary.programs import Scope


def report(
    book: Casebook, report: ReportContent, *, by: Actor, received_at: datetime | None = None, into: str = ""
) -> Receipt:
    """Take a report of concern in."""
    receipt = reports.report(book, report, by=by, received_at=received_at, into=into)
    return _as_told(book, receipt, by)


def go_on(
    book: Casebook, report_id: str, report: ReportContent, *, by: Actor, finished: bool = True
) -> Receipt:
    """Write down the rest of a report whose alarm is out already."""
    return _as_told(book, begun.write_down(book, report_id, report, by=by, finished=finished), by)


def _as_told(book: Casebook, receipt: Receipt, by: Actor) -> Receipt:
    """What became of a report, as far as whoever reported may know: an earlier case is nobody's to learn."""
    if not searching.may_open(book, [receipt.number], by=by):
        return replace(receipt, number="", joined=False, candidates=(), doubtful=False)
    return replace(receipt, candidates=tuple(searching.may_open(book, receipt.candidates, by=by)))


def phones(book: Casebook, site: str, *, by: Actor) -> dict[str, Any]:
    """Whom to phone now, for anybody who may report."""
    permit(by, Act.REPORT)
    book.pack.site(site)
    return phone_now(book, site)


def import_log(book: Casebook, data: bytes, *, by: Actor, site: str) -> Imported:
    """Take in a police log, in a format that is known."""
    return logbook.import_log(book, BytesIO(data), by=by, site=site)


CALLS = (
    Call(
        "POST /reports",
        report,
        "Report a concern. Somebody who is in danger right now is reported by /reports/imminent first.",
        scope=Scope.REPORT,
    ),
    Call(
        "POST /reports/imminent",
        begun.begin_imminent,
        "Sound the alarm for a site at once; the rest of the report follows.",
        scope=Scope.REPORT,
    ),
    Call(
        "POST /reports/{report_id}/rest",
        go_on,
        "Write down the rest of a report whose alarm is out.",
        scope=Scope.REPORT,
    ),
    Call(
        "GET /sites/{site}/phones",
        phones,
        "Whom to phone in an emergency at a site.",
        scope=Scope.REPORT,
        shown=dict,
    ),
    Call(
        "POST /cases/{number}/reports/{report_id}/follow-up-waiver",
        reports.waive_follow_up,
        "Waive the written follow-up of a verbal report.",
    ),
    Call(
        "GET /cases/{number}/conversations",
        conversations.conversations,
        "What the team asked those who reported, and what they answered.",
    ),
    Call(
        "POST /cases/{number}/reports/{report_id}/questions",
        conversations.ask,
        "Ask whoever told a report; they read it when they come back with their receipt.",
    ),
    Call(
        "POST /cases/{number}/reports/{report_id}/answer-read",
        conversations.take_note,
        "Say that what a reporter answered was read, and that nothing is to be asked.",
    ),
    Call("POST /logs", import_log, "Take in a police log, as a file in a format that is known."),
    Call(
        "GET /log-entries",
        logbook.entries,
        "The rows of logs that were imported, with what became of each and why.",
        key=lambda line: [line.entry_id],
    ),
    Call(
        "GET /log-entries/counts", logbook.counts, "How many rows of logs there are, by what became of them."
    ),
    Call(
        "POST /log-entries/{entry_id}/report",
        logbook.take_up,
        "Take a row of a log up as a report about somebody.",
    ),
    Call(
        "GET /log-entries/{entry_id}",
        kept.read,
        "What came in, word for word; that it was read is on record.",
    ),
    Call(
        "POST /log-entries/{entry_id}/set-aside",
        kept.set_aside,
        "Say that what came in at a door and could not be read is no report, and why.",
    ),
    Call(
        "GET /imports",
        undoing.imports,
        "The imports of logs, and what became of their rows.",
        key=lambda line: [line.import_id],
    ),
    Call("POST /imports/{import_id}/undoing", undoing.undo, "Take an import of a log back."),
)
