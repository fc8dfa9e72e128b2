"""The API: reports of concern, what is said with those who made them, and logs."""

from collections.abc import Mapping
from io import BytesIO
from itertools import count

from states.access import SYSTEM
from states.casebook.intake import begun, conversations, logbook, reports, undoing
from states.casebook.landing import kept
from states.contents.reports import ReportContent, SubjectContent
from states.vocabulary.cases import ReportChannel
from tests.console.web.conftest import Served
from tests.console.web.table.answers import DONE, SEEN, WHO, Room, members, readers
from tests.console.web.table.programs import done, only_for, programs, to_be_found
from tests.console.web.table.rows.reporting import TAKE_IN

_NUMBERS = count(1)

LOG = (
    "Incident,Location,Reported,Occurred,Comments,Disposition,CaseNumber\n"
    "Threat,Somewhere,1/2/19 7:48 AM,1/2/19 2:00 AM,Somebody was threatened with harm,Open,19-{:05}\n"
)


def reported(served: Served, number: str, channel: ReportChannel = ReportChannel.WRITTEN) -> str:
    """Another report of the case; gives its id."""
    content = ReportContent(
        behaviour_of_concern="Invented behavior.",
        subject=SubjectContent(name="invented-subject-name", site="silver_city"),
        channel=channel,
    )
    return reports.report(served.book, content, by=served.walk.chair, into=number).report_id


def _written(served: Served, number: str) -> Mapping[str, str]:
    return {"report_id": reported(served, number)}


def _by_word(served: Served, number: str) -> Mapping[str, str]:
    return {"report_id": reported(served, number, ReportChannel.VERBAL)}


def _begun(served: Served, _: str) -> Mapping[str, str]:
    """What the officer began."""
    return {"report_id": begun.begin_imminent(served.book, "silver_city", by=served.walk.officer).report_id}


def _answered(served: Served, number: str) -> Mapping[str, str]:
    report_id = reported(served, number)
    conversations.ask(served.book, number, report_id, "Invented question?", by=served.walk.chair)
    with served.book.page(number, SYSTEM, None) as page:
        conversations.answered(page, report_id, "Invented answer.")
    return {"report_id": report_id}


def _imported(served: Served, _: str) -> Mapping[str, str]:
    """A row of a log, and its import."""
    row = BytesIO(LOG.format(next(_NUMBERS)).encode())
    book, chair = served.book, served.walk.chair
    was = {each.import_id for each in undoing.imports(book, by=chair)}
    known = {each.entry_id for each in logbook.entries(book, by=chair)}
    logbook.import_log(book, row, by=chair, site="silver_city")
    (entry,) = {each.entry_id for each in logbook.entries(book, by=chair)} - known
    (imported,) = {each.import_id for each in undoing.imports(book, by=chair)} - was
    return {"entry_id": entry, "import_id": imported}


def _kept(served: Served, _: str) -> Mapping[str, str]:
    """What came in and could not be read."""
    text = f"An invented mail, number {next(_NUMBERS)}."
    logbook.keep(served.book, text.encode(), "It could not be read.")
    waits = kept.waiting(served.book, by=served.walk.chair)
    return {"entry_id": next(each.entry_id for each in waits if text in each.text)}


ROOM = Room(
    {
        "GET /api/openapi.json": dict.fromkeys(WHO, SEEN),
        "POST /api/reports": programs(members()),
        "POST /api/reports/imminent": programs(members()),
        # Whoever began it goes on.
        "POST /api/reports/{report_id}/rest": to_be_found("on the case"),
        "GET /api/sites/{site}/phones": programs(members()),
        "POST /api/cases/{number}/reports/{report_id}/follow-up-waiver": done(),
        "GET /api/cases/{number}/conversations": programs(readers()),
        "POST /api/cases/{number}/reports/{report_id}/questions": done(),
        "POST /api/cases/{number}/reports/{report_id}/answer-read": done(),
        # A file of no format that is known.
        "POST /api/logs": programs(members(422)),
        "GET /api/log-entries": only_for(*TAKE_IN),
        "GET /api/log-entries/counts": only_for("chair", "operator"),
        "POST /api/log-entries/{entry_id}/report": only_for(*TAKE_IN, status=DONE),
        "GET /api/log-entries/{entry_id}": only_for(*TAKE_IN, status=DONE),
        "POST /api/log-entries/{entry_id}/set-aside": only_for(*TAKE_IN, status=DONE),
        "GET /api/imports": only_for("chair", "custodian"),
        "POST /api/imports/{import_id}/undoing": only_for("chair", "custodian", status=DONE),
    },
    given={"site": "silver_city"},
    each={
        "POST /api/reports/{report_id}/rest": _begun,
        "POST /api/cases/{number}/reports/{report_id}/follow-up-waiver": _by_word,
        "POST /api/cases/{number}/reports/{report_id}/questions": _written,
        "POST /api/cases/{number}/reports/{report_id}/answer-read": _answered,
        "POST /api/log-entries/{entry_id}/report": _imported,
        "GET /api/log-entries/{entry_id}": _kept,
        "POST /api/log-entries/{entry_id}/set-aside": _kept,
        "POST /api/imports/{import_id}/undoing": _imported,
    },
)
