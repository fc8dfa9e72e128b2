"""A report on the last period that is over, written by the chair and approved by the officer."""

from states.casebook import Casebook
from states.casebook.figures import reporting
from states.contents.team import ReportTexts
from states.vocabulary.figures import Chart
from tests.cases.walking import Walk


def written(walk: Walk, book: Casebook) -> str:
    """Write it, of whatever period was over last; returns the period's name."""
    about = reporting.listed(book, by=walk.chair)[0].period.name
    texts = ReportTexts(
        beside={Chart.LEVELS: walk.words("report.levels")},
        recommendations=walk.words("report.recommendations"),
    )
    reporting.write(book, about, texts, by=walk.chair)
    return about


def approved(walk: Walk, book: Casebook) -> str:
    """Write and approve it; returns the period's name."""
    about = written(walk, book)
    seen = reporting.report(book, about, by=walk.officer).report_id
    reporting.approve(book, about, by=walk.officer, seen=seen)
    return about
