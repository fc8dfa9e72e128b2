"""What tests of rearranging share: cases about one person or another, and a ledger that verifies."""

from datetime import datetime
from typing import Any

from states.access import REPORTER, SYSTEM
from states.casebook.intake import reports
from states.casebook.rounds import sweeping
from states.contents.reports import ReportContent
from states.vocabulary.effects import Clock
from tests.cases.walking import Walk


def due(walk: Walk, number: str, clock: Clock) -> datetime:
    """When a running clock of a case is due."""
    (line,) = [line for line in sweeping.running(walk.book, by=SYSTEM, number=number) if line.clock == clock]
    return line.due_at


def about(walk: Walk, campus_id: str, words: str = "Shouted.", **given: Any) -> str:
    """Report somebody by campus identifier; returns the case's number."""
    subject = {"site": "silver_city", "identifiers": {"campus_id": campus_id}}
    fields = {"behaviour_of_concern": words, "subject": subject, "reporter": {"name": "Riley Example"}}
    return reports.report(walk.book, ReportContent.read(fields | given), by=REPORTER).number
