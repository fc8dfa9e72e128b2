"""What may still come with a report is its reporter's own, whoever else tells of the same case."""

from http import HTTPStatus as S

from sqlalchemy import update

from states.casebook.intake import receipts, reports
from states.contents.reports import ReportContent, SubjectContent
from states.tables import Case, table_of
from states.vocabulary.cases import CaseState
from tests.console.web.conftest import Served
from tests.console.web.files.test_files import PNG
from tests.console.web.report.test_files import add


def test_what_may_still_come_is_each_reporter_s_own(served: Served) -> None:
    """One who has sent all that may come takes nothing from another of the case, also once it is closed."""
    number = served.walk.reported()
    subject = SubjectContent(name="invented-subject-name", site="deming")
    too = ReportContent(behaviour_of_concern="invented-also", subject=subject)
    reports.report(served.book, too, by=served.walk.officer, into=number)
    known, theirs = (
        {
            "receipt": receipts.number_of(row["id"]),
            "secret": receipts.secret_of(served.book.vault, row["id"]),
        }
        for row in served.walk.records(number, "reports")
    )
    assert add(served, known, *[("a.png", PNG)] * 5).status_code == S.OK
    assert "5 files" in add(served, known, ("a.png", PNG)).text
    assert add(served, theirs, *[("b.png", PNG)] * 5).status_code == S.OK
    mine = table_of(Case).c.number == number
    with served.book.store.write() as connection:
        connection.execute(update(table_of(Case)).where(mine).values(state=CaseState.CLOSED))
    assert "5 files" in add(served, known, ("a.png", PNG)).text, "a closed case begins no new allowance"
